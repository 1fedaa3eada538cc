-- Whose token a call was handed in with.
alter table call add column account_id bigint;

-- What a task of kind push is to send, and where; never changes. The result itself is read when it is sent.
create table push (
    task_id    bigint     not null primary key,
    of_task    bigint     not null, -- the call whose result it is
    generation int        not null,
    state      varchar(9) not null, -- how that generation of the call ended
    url        text       not null
);

-- Results without an address; a row goes when its result has been delivered.
create table held (
    client     varchar(255) not null,
    task_id    bigint       not null,
    generation int          not null,
    state      varchar(9)   not null,
    account_id bigint,
    member     bigint, -- who is delivering it
    primary key (client, task_id, generation)
) with (
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 2000
);
create index held_member on held (member) where member is not null;

-- Which clients have a WebSocket open, and where.
create table listening (
    client varchar(255) not null,
    member bigint       not null,
    primary key (client, member)
);

-- Clients that have ever acknowledged a result over a WebSocket.
create table acknowledging (
    client varchar(255) not null primary key
);
