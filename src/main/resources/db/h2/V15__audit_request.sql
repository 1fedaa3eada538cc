-- The id of the request that asked for the change, as the log has it; null where no request did.
alter table audit add column request varchar(64);
