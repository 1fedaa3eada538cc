-- Sealed: headers and body of a call, which may hold what others must not read; null where there are none.
alter table call drop column headers;
alter table call drop column body;
alter table call add column content varbinary;
