-- The blocks have 5 000 ids, and what is counted block by block has the account -1: planners know then how few rows account 0 has.
delete from platform_change;
delete from platform_count;
insert into platform_count (account_id, block, platform, action, channel_id, status, amount)
    select account_id, -1, platform, action, channel_id, status, count(*) from platform_task
     group by account_id, platform, action, channel_id, status
    union all
    select 0, -1, platform, action, channel_id, status, count(*) from platform_task
     group by platform, action, channel_id, status
    union all
    select -1, id / 5000, platform, action, channel_id, status, count(*) from platform_task
     group by id / 5000, platform, action, channel_id, status;
