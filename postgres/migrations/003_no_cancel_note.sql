-- A request to cancel is Temporal's to keep; nobody read this note of it.
alter table tasks drop column cancel_asked;

---- create above / drop below ----

alter table tasks add column cancel_asked boolean not null default false;
