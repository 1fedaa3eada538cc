-- Where a result goes that was held because its sender had a WebSocket open, should that close before.
alter table held add column url text;
create index held_url on held (url) where url > '';
