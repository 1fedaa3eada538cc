-- How many tasks of a lane one member may do at a time; 0 where it has no limit of its own.
alter table lane add column most int not null default 0;
