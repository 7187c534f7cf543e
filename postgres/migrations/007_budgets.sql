-- What may be spent. A pool's budget is the whole installation's (tenant ''), since
-- its provider sends one bill.
create table budgets (
    tenant      text not null,
    scope       text not null check (scope in ('tenant', 'pool', 'task')),
    name        text not null, -- of the pool or the task; empty for a tenant
    period      text not null check (period in ('day', 'month', 'task')), -- in UTC
    cap_usd     numeric check (cap_usd >= 0 and cap_usd < 'Infinity'),
    cap_tokens  bigint check (cap_tokens >= 0),
    soft_share  numeric not null default 0.8 check (soft_share > 0 and soft_share <= 1),
    on_exceeded text not null default 'refuse' check (on_exceeded in ('refuse', 'pause')),
    check ((scope = 'task') = (period = 'task')),
    check ((scope = 'pool') = (tenant = '')),
    primary key (tenant, scope, name, period)
);

-- What stored replies have cost in a period. What calls under way may still cost
-- is no column: it is the sum over the claims that live.
create table budget_periods (
    tenant       text not null,
    scope        text not null,
    name         text not null,
    period       text not null,
    starts       timestamptz not null, -- the epoch for a task
    spent_usd    numeric not null default 0,
    spent_tokens bigint not null default 0,
    beyond       bigint not null default 0, -- calls that cost more than they had reserved
    soft_at      timestamptz,               -- when the soft limit was reached
    primary key (tenant, scope, name, period, starts),
    foreign key (tenant, scope, name, period) references budgets on delete cascade
);

-- A live claim is the reservation.
alter table model_calls
    add column reserved_usd    numeric not null default 0,
    add column reserved_tokens bigint not null default 0;
create index model_calls_under_way on model_calls (claimed_at) where state = 'claimed';

---- create above / drop below ----

drop index model_calls_under_way;
alter table model_calls drop column reserved_usd, drop column reserved_tokens;
drop table budget_periods;
drop table budgets;
