-- One row for all members: the fingerprints of the keys that secrets are stored under.
create table vault (
    current_key varchar(32), -- what seals; null before the first start
    changed_at  timestamptz, -- when it began to
    next_key    varchar(32), -- what every member that has started since next_at can open besides
    next_at     timestamptz,
    old_key     varchar(32), -- what the current one took the place of, until nothing is sealed by it any more
    ended_keys  text not null -- those before, separated by blanks: none of them comes back
);
insert into vault (ended_keys) values ('');

-- Sealed: what is pushed to the account is signed with it. The one before signs beside it for a while.
alter table account add column webhook_secret bytea;
alter table account add column webhook_secret_before bytea;
alter table account add column webhook_secret_before_until timestamptz;
