-- Where a result goes that was held because its sender had a WebSocket open, should that close before.
alter table held add column url varchar;
create index held_url on held (url);
