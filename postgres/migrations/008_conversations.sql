-- A conversation is many turns with one reader; each turn is a task.
create table conversations (
    tenant          text not null references tenants (id),
    id              text not null,
    idempotency_key text not null,
    body_hash       text not null,
    building        text not null default '', -- empty: each turn names its own
    audience        text not null,
    language        text not null default '', -- empty: each question's own
    privacy         text not null default '', -- empty: the buildings' labels
    turns           integer not null default 0,
    created_at      timestamptz not null default now(),
    last_at         timestamptz not null default now(),
    unique (tenant, idempotency_key),
    primary key (tenant, id)
);
create index conversations_by_time on conversations (tenant, created_at desc, id desc);

alter table tasks
    add column conversation text,
    add column turn         integer,
    add check ((conversation is null) = (turn is null)),
    add foreign key (tenant, conversation) references conversations (tenant, id);
create unique index tasks_by_turn on tasks (tenant, conversation, turn) where conversation is not null;

---- create above / drop below ----

alter table tasks drop column conversation, drop column turn;
drop table conversations;
