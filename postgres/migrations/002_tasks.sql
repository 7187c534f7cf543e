create table tasks (
    tenant          text not null references tenants (id),
    id              text not null,
    idempotency_key text not null,
    body_hash       text not null,
    building        text not null default '', -- empty: not about one building
    request         jsonb not null,
    status          text not null check (status in ('accepted', 'running', 'completed', 'failed', 'cancelled')),
    cancel_asked    boolean not null default false,
    plan            jsonb,
    as_of           timestamptz,
    language        text not null default '',
    created_at      timestamptz not null default now(),
    deadline_at     timestamptz, -- null: a background task
    completed_at    timestamptz,
    run_id          text not null default '',
    last_seq        bigint not null default 0, -- of task_events
    timings         jsonb,
    problem         jsonb
);
create index tasks_by_time on tasks (tenant, created_at desc, id desc);
create index tasks_by_building on tasks (tenant, building, created_at desc, id desc);
create index tasks_by_status on tasks (tenant, status, created_at desc, id desc);
create index tasks_accepted on tasks (created_at) where status = 'accepted';
-- The keys come last: of indexes that cost the same the planner takes the newest,
-- and on a table that was empty a moment ago all do. By another one it would read
-- all of a tenant's tasks to find one.
alter table tasks add unique (tenant, idempotency_key);
alter table tasks add primary key (tenant, id);

-- The journal that people and the API read: append-only, one row per deterministic id.
create table task_events (
    tenant text not null,
    task   text not null,
    seq    bigint not null,
    id     text not null,
    type   text not null,
    at     timestamptz not null default now(),
    data   jsonb,
    primary key (tenant, task, seq),
    unique (tenant, task, id),
    foreign key (tenant, task) references tasks (tenant, id)
);

-- One row per analysis of a task's plan, in the plan's order.
create table results (
    tenant   text not null,
    task     text not null,
    no       integer not null,
    analysis text not null,
    status   text not null, -- a result's status, or 'failed': it could not be run
    reasons  text[] not null default '{}',
    primary key (tenant, task, no),
    foreign key (tenant, task) references tasks (tenant, id)
);

create table facts (
    tenant      text not null,
    task        text not null,
    no          integer not null, -- F<no>
    result      integer not null, -- the result it belongs to
    name        text not null,
    value       jsonb not null,   -- number or string
    unit        text not null,
    method      text not null,
    window_from timestamptz not null,
    window_to   timestamptz not null,
    n           integer not null,
    quality     text not null,
    inputs_hash text not null,
    primary key (tenant, task, no),
    foreign key (tenant, task, result) references results (tenant, task, no)
);

create table citations (
    tenant   text not null,
    task     text not null,
    no       integer not null, -- D<no>
    document text not null,
    title    text not null,
    source   text not null,
    passage  text not null,
    primary key (tenant, task, no),
    foreign key (tenant, task) references tasks (tenant, id)
);

create table answers (
    tenant      text not null,
    task        text not null,
    revision    integer not null,
    text        text not null,
    status      text not null,
    answered_by text not null,
    reason      text not null,
    pool        text not null default '',
    skipped     jsonb,
    call_key    text not null default '',
    created_at  timestamptz not null default now(),
    primary key (tenant, task, revision),
    foreign key (tenant, task) references tasks (tenant, id)
);

-- A call is claimed before it is made and its reply is stored before it is used,
-- so that no reply that was stored is ever paid for again.
create table model_calls (
    tenant        text not null,
    key           text not null, -- <task>/<round>/<pool>: the same for every attempt
    task          text not null,
    pool          text not null,
    model         text not null,
    attempt       integer not null,
    state         text not null check (state in ('claimed', 'replied', 'failed')),
    lease_until   timestamptz not null,
    reply         text,
    verified      boolean,
    faults        jsonb,
    error_kind    text not null default '',
    input_tokens  integer not null default 0,
    output_tokens integer not null default 0,
    cost_usd      numeric not null default 0,
    first_token_ms double precision not null default 0,
    total_ms      double precision not null default 0,
    claimed_at    timestamptz not null default now(),
    ended_at      timestamptz,
    foreign key (tenant, task) references tasks (tenant, id)
);
create index model_calls_by_task on model_calls (tenant, task);
alter table model_calls add primary key (tenant, key); -- last, see tasks

-- One task per building, set of analyses and local day, however often a schedule fires.
create table scheduled_days (
    tenant   text not null,
    building text not null,
    set_name text not null,
    day      date not null,
    task     text not null,
    primary key (tenant, building, set_name, day),
    foreign key (tenant, task) references tasks (tenant, id)
);

create table feedback (
    tenant  text not null,
    task    text not null,
    useful  boolean not null,
    comment text not null default '',
    at      timestamptz not null default now(),
    primary key (tenant, task),
    foreign key (tenant, task) references tasks (tenant, id)
);

---- create above / drop below ----

drop table feedback;
drop table scheduled_days;
drop table model_calls;
drop table answers;
drop table citations;
drop table facts;
drop table results;
drop table task_events;
drop table tasks;
