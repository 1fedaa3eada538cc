-- A task of kind platform as its account sees it: what a third party is asked to do, and how far it is.
create table platform_task (
    id            bigint       not null primary key, -- that of its row in task
    task_id       varchar(64)  not null unique, -- its public name
    account_id    bigint       not null,
    platform      varchar(64)  not null,
    action        varchar(64)  not null,
    channel_id    bigint       not null,
    upstream_id   varchar(255), -- the third party's name for it, once it has taken it
    status        varchar(11)  not null,
    fail_reason   varchar       not null default '',
    submit_time   bigint       not null, -- Unix seconds, as all times here that are numbers; 0: not yet
    start_time    bigint       not null default 0,
    finish_time   bigint       not null default 0,
    updated_at    bigint       not null,
    progress      varchar(16)  not null default '0%',
    properties    varchar       not null default '{}',
    data          varchar       not null default '{}',
    quota         bigint       not null, -- what was charged
    generation    int          not null default 1,
    request       varchar       not null, -- the client's JSON
    pinned        boolean      not null default false, -- whether no other channel may take it
    sending       boolean      not null default false, -- committed before the upstream is called: it may have it
    resubmissions int          not null default 0,
    taken_at      timestamp with time zone, -- when a channel took it last
    refused_as    int          not null default 0, -- HTTP status and code of the refusal that ended it
    refused_code  varchar(255)
);
create index platform_task_account on platform_task (account_id, id);
create index platform_task_account_status on platform_task (account_id, status, id);
create index platform_task_account_time on platform_task (account_id, submit_time, id);
create index platform_task_status on platform_task (status, id);
create index platform_task_channel on platform_task (channel_id, id);
create index platform_task_time on platform_task (submit_time, id);
create index platform_task_upstream on platform_task (upstream_id);
create index platform_task_taken on platform_task (taken_at);

-- What is pushed: the result of a task of which kind.
alter table push add column of_kind varchar(16) not null default 'call';
