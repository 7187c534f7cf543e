-- What admission looks at: the tasks that are open, and those that were answered lately.
create index tasks_open on tasks (deadline_at) where status in ('accepted', 'running') and deadline_at is not null;
create index tasks_answered on tasks (completed_at) where completed_at is not null and deadline_at is not null;

---- create above / drop below ----

drop index tasks_answered;
drop index tasks_open;
