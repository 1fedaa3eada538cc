-- For all accounts together (account 0), tasks are also counted in each block of 10 000 ids, so that deep pages are entered near
-- where they begin. Block -1 is all blocks together, and all there is of one account.
alter table platform_count add column block bigint not null default -1;
alter table platform_count drop primary key;
alter table platform_count alter column block drop default;
alter table platform_count add primary key (account_id, block, platform, action, channel_id, status);
delete from platform_change;
alter table platform_change add column block bigint not null;
delete from platform_count;
insert into platform_count (account_id, block, platform, action, channel_id, status, amount)
    select account_id, -1, platform, action, channel_id, status, count(*) from platform_task
     group by account_id, platform, action, channel_id, status
    union all
    select 0, -1, platform, action, channel_id, status, count(*) from platform_task
     group by platform, action, channel_id, status
    union all
    select 0, id / 10000, platform, action, channel_id, status, count(*) from platform_task
     group by id / 10000, platform, action, channel_id, status;
