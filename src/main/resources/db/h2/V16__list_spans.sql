-- All accounts together are also counted in each span of 20 blocks (account -2), so that what lies far before a deep page is passed
-- by few rows. What has not been added up yet will be, to both.
insert into platform_count (account_id, block, platform, action, channel_id, status, amount)
    select -2, block / 20, platform, action, channel_id, status, sum(amount) from platform_count where account_id = -1
     group by block / 20, platform, action, channel_id, status;
