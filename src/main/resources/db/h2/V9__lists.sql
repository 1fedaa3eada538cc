-- What PostgreSQL includes in its indexes, H2 cannot; the actions of one account are what is looked for most.
create index platform_task_account_action on platform_task (account_id, action, id);
