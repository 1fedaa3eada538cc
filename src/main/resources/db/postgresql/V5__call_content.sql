-- Sealed: headers and body of a call, which may hold what others must not read; null where there are none.
alter table call
    drop column headers,
    drop column body,
    add column content bytea;
