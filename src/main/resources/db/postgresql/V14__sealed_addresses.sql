-- Sealed from here on: what clients submit to third parties, and the addresses they name, which can carry tokens. Rows from before
-- keep them in clear, in the columns that new rows leave empty. The address of a call is part of its content.
alter table call alter column url drop not null;
alter table call add column return_address bytea;
alter table push alter column url drop not null;
alter table push add column address bytea;
alter table platform_task alter column request drop not null;
alter table platform_task add column sealed_request bytea;
