-- Lists find their page in an index alone, whatever they are filtered by. What is included changes with the status, which is in an
-- index anyway.
drop index platform_task_account;
create index platform_task_account on platform_task (account_id, id) include (status, platform, action, channel_id);
drop index platform_task_status;
create index platform_task_status on platform_task (status, id) include (platform, action, channel_id);
create index platform_task_all on platform_task (id) include (status, platform, action, channel_id);
