-- What the workers of all pools know together of the places where models run: one
-- row each, of nobody's data. In-flight calls are kept with the time at which they
-- count as ended, so that those of a process that died run out by themselves.
create table model_targets (
    pool          text not null,
    endpoint      text not null,
    model         text not null,
    reason        text not null default '', -- why the breaker opened; empty: it is closed
    open_until    timestamptz not null default 'epoch',
    probe         text not null default '', -- the call that last went past the open breaker
    calls_open    jsonb not null default '{}', -- call id → end, in seconds since 1970
    first_token_ms double precision not null default 0, -- moving averages; 0: not measured
    rate          double precision not null default 0, -- output tokens a second
    requests      double precision not null default 0, -- left of the limits per minute
    tokens        double precision not null default 0,
    counted_at    timestamptz not null default '-infinity', -- when those two were right
    window_at     timestamptz not null default '-infinity',
    calls         integer not null default 0, -- in the window
    failures      integer not null default 0,
    noted_at      timestamptz not null default now(),
    primary key (pool, endpoint, model)
) with (fillfactor = 50); -- rows change at every call: room for that on their own page

-- The calls that have not run out.
create function open_calls(calls jsonb) returns jsonb language sql stable parallel safe as $$
    select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(calls)
    where value::double precision > extract(epoch from now())
$$;

-- What is there again of a limit per minute of which so much was left then.
create function refilled(was_left double precision, since timestamptz, per_minute integer) returns double precision language sql stable parallel safe as $$
    select case when since = '-infinity' then per_minute
        else least(was_left + greatest(extract(epoch from now() - since), 0) * per_minute / 60, per_minute) end
$$;

---- create above / drop below ----

drop function refilled;
drop function open_calls;
drop table model_targets;
