-- 255 characters, of which H2 counts some as two.
alter table ansible_run alter column name set data type varchar(510);
