package postgres

import (
	"context"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/routing"
	"github.com/jackc/pgx/v5"
)

// beginCall takes a place among the calls of a target, one past an open breaker,
// if nothing refuses it. Of two statements at once the later sees what the earlier
// wrote.
const beginCall = `
	insert into model_targets as t (pool, endpoint, model, calls_open, requests, tokens, counted_at)
	values ($1, $2, $3, jsonb_build_object($4::text, extract(epoch from now()) + $5::float8), case when $6::int > 0 then $6 - 1 else 0 end, case when $7::int > 0 then $7 - $8::int else 0 end, now())
	on conflict (pool, endpoint, model) do update set
		calls_open = open_calls(t.calls_open) || excluded.calls_open,
		probe = case when t.reason <> '' then $4 else '' end,
		requests = case when $6 > 0 then refilled(t.requests, t.counted_at, $6) - 1 else 0 end,
		tokens = case when $7 > 0 then refilled(t.tokens, t.counted_at, $7) - $8 else 0 end,
		counted_at = now(), noted_at = now()
	where (t.reason = '' or t.open_until <= now() and not open_calls(t.calls_open) ? t.probe)
		and ($9::int = 0 or (select count(*) from jsonb_object_keys(open_calls(t.calls_open))) < $9)
		and ($6 = 0 or refilled(t.requests, t.counted_at, $6) >= 1)
		and ($7 = 0 or refilled(t.tokens, t.counted_at, $7) >= least($8, $7))
	returning true`

// whyRefused tells what stood in the way.
const whyRefused = `
	select reason, greatest(extract(epoch from open_until - now()), 0), reason <> '' and (open_until > now() or open_calls(calls_open) ? probe),
		$4::int > 0 and (select count(*) from jsonb_object_keys(open_calls(calls_open))) >= $4,
		1 - refilled(requests, counted_at, $5), least($7::int, $6::int) - refilled(tokens, counted_at, $6)
	from model_targets where pool = $1 and endpoint = $2 and model = $3`

// BeginCall admits a call of a model's endpoint or refuses it, as routing.Gate says,
// for all processes on the database together.
func (s *Store) BeginCall(ctx context.Context, c routing.Call) (r routing.Refusal, err error) {
	admitted := false
	b := &pgx.Batch{}
	b.Queue(beginCall, c.Pool, c.Endpoint, c.Model, c.ID, c.For.Seconds(), c.Limits.RequestsPerMinute, c.Limits.TokensPerMinute, c.Tokens, c.Limits.InFlight).
		Query(func(rows pgx.Rows) error {
			admitted = rows.Next()
			rows.Close()
			return rows.Err()
		})
	b.Queue(whyRefused, c.Pool, c.Endpoint, c.Model, c.Limits.InFlight, c.Limits.RequestsPerMinute, c.Limits.TokensPerMinute, c.Tokens).
		QueryRow(func(row pgx.Row) (err error) {
			r, err = refusal(row, c.Limits)
			return err
		})
	if err := s.pool.SendBatch(ctx, b).Close(); err != nil || admitted {
		return routing.Refusal{}, wrap("begin a call of pool "+c.Pool, err)
	}
	return r, nil
}

func refusal(row pgx.Row, l routing.Limits) (routing.Refusal, error) {
	var reason eaio.Reason
	var openFor, requests, tokens float64
	var shut, full bool
	if err := row.Scan(&reason, &openFor, &shut, &full, &requests, &tokens); err != nil {
		return routing.Refusal{}, err
	}
	switch {
	case shut:
		return routing.Refusal{Reason: reason, Wait: max(seconds(openFor), routing.FullPause)}, nil
	case full:
		return routing.Refusal{Reason: eaio.ReasonFull, Wait: routing.FullPause}, nil
	}
	wait := max(routing.RefillTime(requests, l.RequestsPerMinute), routing.RefillTime(tokens, l.TokensPerMinute))
	return routing.Refusal{Reason: eaio.ReasonRateLimited, Wait: max(wait, time.Millisecond)}, nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// endCall gives the place back, moves the averages and the breaker. The breaker's
// half: $7 is the verdict; opens says that failures open it, closes that a probe
// closes it. What comes in while it is open was sent before, and moves nothing.
const endCall = `
	with was as (
		select t.*, t.reason <> '' and t.open_until > now() as open, t.reason <> '' and t.open_until <= now() as half,
			case when t.window_at <= now() - make_interval(secs => $12) then 0 else t.calls end + ($7 in ('healthy', 'trouble'))::int as n,
			case when t.window_at <= now() - make_interval(secs => $12) then 0 else t.failures end + ($7 = 'trouble')::int as bad
		from model_targets t where pool = $1 and endpoint = $2 and model = $3 for update),
	verdict as (
		select was.*,
			case when $7 = 'limited' and (not open or open_until < now() + make_interval(secs => $8)) then 'limited'
				when open or $7 in ('limited', 'silent') then 'stays'
				when half and $7 = 'healthy' then 'closes'
				when half or $7 = 'trouble' and n >= $13 and bad * 2 > n then 'opens'
				else 'counts' end as moves
		from was)
	update model_targets t set
		calls_open = open_calls(t.calls_open) - $4::text,
		tokens = case when $6::int > 0 and $14 > 0 then least(t.tokens + $5::int - $6::int, $14::int) else t.tokens end,
		first_token_ms = case when $9::float8 is null then t.first_token_ms
			when t.first_token_ms = 0 then $9 when $7 = 'healthy' or $9 > t.first_token_ms then t.first_token_ms + $11::float8 * ($9 - t.first_token_ms)
			else t.first_token_ms end,
		rate = case when $10::float8 is null then t.rate when t.rate = 0 then $10 else t.rate + $11 * ($10 - t.rate) end,
		reason = case moves when 'limited' then 'rate_limited' when 'opens' then 'unavailable' when 'closes' then '' else t.reason end,
		open_until = case moves when 'limited' then now() + make_interval(secs => $8) when 'opens' then now() + make_interval(secs => $15)
			when 'closes' then 'epoch' else t.open_until end,
		probe = case when moves in ('limited', 'opens', 'closes') then '' else t.probe end,
		window_at = case when moves = 'counts' and t.window_at <= now() - make_interval(secs => $12) then now() else t.window_at end,
		calls = case when moves = 'counts' then n when moves = 'stays' then t.calls else 0 end,
		failures = case when moves = 'counts' then bad when moves = 'stays' then t.failures else 0 end,
		noted_at = now()
	from verdict v where t.pool = v.pool and t.endpoint = v.endpoint and t.model = v.model`

// EndCall notes how a call of a model's endpoint ended, as routing.Gate says.
func (s *Store) EndCall(ctx context.Context, c routing.Call, o routing.Outcome) error {
	used := 0
	if o.Kind == "" {
		used = o.InputTokens + o.OutputTokens
	}
	first, rate := measured(o)
	_, err := s.pool.Exec(ctx, endCall, c.Pool, c.Endpoint, c.Model, c.ID, c.Tokens, used,
		routing.Judge(o.Kind).String(), routing.Pause(o.RetryAfter).Seconds(), first, rate, routing.Smoothing,
		routing.Window.Seconds(), routing.MinCalls, c.Limits.TokensPerMinute, routing.Cooldown.Seconds())
	return wrap("end a call of pool "+c.Pool, err)
}

// measured returns what an outcome adds to the averages, nil for nothing: the time
// to the first token in milliseconds, and tokens per second after it. A call that
// our own deadline ended was at least so slow.
func measured(o routing.Outcome) (first, rate *float64) {
	switch o.Kind {
	case "":
		first = new(o.FirstToken.Seconds() * 1000)
		if after := (o.Total - o.FirstToken).Seconds(); after > 0 && o.OutputTokens > 1 {
			rate = new(float64(o.OutputTokens) / after)
		}
	case eaio.KindDeadline:
		first = new(o.Total.Seconds() * 1000)
	default:
	}
	return first, rate
}

// MarkTarget notes what a worker sees of its own node, as routing.Marker says. It
// leaves the pause that a provider asked for alone.
func (s *Store) MarkTarget(ctx context.Context, t routing.Target, outage time.Duration) error {
	_, err := s.pool.Exec(ctx, `
		insert into model_targets as t (pool, endpoint, model, reason, open_until)
		values ($1, $2, $3, case when $4::float8 > 0 then 'unavailable' else '' end, now() + make_interval(secs => $4))
		on conflict (pool, endpoint, model) do update set noted_at = now(),
			(reason, open_until, probe, calls, failures) = (select reason, open_until, probe, calls, failures from (values
				(true, t.reason, t.open_until, t.probe, t.calls, t.failures), (false, excluded.reason, excluded.open_until, '', 0, 0))
				as v (pause, reason, open_until, probe, calls, failures) where pause = (t.reason = 'rate_limited' and t.open_until > now()))`, t.Pool, t.Endpoint, t.Model, outage.Seconds())
	return wrap("mark an endpoint of pool "+t.Pool, err)
}

// Targets returns the whole board, by name, as routing.Snapshots says.
func (s *Store) Targets(ctx context.Context) ([]routing.State, error) {
	rows, err := s.pool.Query(ctx, `
		select pool, endpoint, model, reason,
			case when reason <> '' then extract(epoch from open_until - now()) else 0 end::float8,
			reason <> '' and open_calls(calls_open) ? probe, (select count(*) from jsonb_object_keys(open_calls(calls_open))),
			first_token_ms / 1000, rate, requests, tokens,
			case when counted_at = '-infinity' then 0 else greatest(extract(epoch from now() - counted_at), 1e-9) end::float8,
			case when window_at > now() - make_interval(secs => $1) then calls else 0 end,
			case when window_at > now() - make_interval(secs => $1) then failures else 0 end,
			extract(epoch from now() - noted_at)::float8
		from model_targets order by pool collate "C", endpoint collate "C", model collate "C"`, routing.Window.Seconds())
	if err != nil {
		return nil, wrap("read the board of models", err)
	}
	states, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t routing.State, err error) {
		var openFor, first, counted, quiet float64
		err = row.Scan(&t.Pool, &t.Endpoint, &t.Model, &t.Reason, &openFor, &t.Probing, &t.InFlight, &first, &t.Rate,
			&t.Requests, &t.Tokens, &counted, &t.Calls, &t.Failures, &quiet)
		t.OpenFor, t.FirstToken, t.Counted, t.Quiet = seconds(openFor), seconds(first), seconds(counted), seconds(quiet)
		return t, err
	})
	return states, wrap("read the board of models", err)
}

// Spent returns what the calls that ended since then have cost, in USD, pool by
// pool and over all tenants.
func (s *Store) Spent(ctx context.Context, since time.Time) (map[string]string, error) {
	rows, err := s.pool.Query(ctx, `select pool, sum(cost_usd)::text from model_calls where claimed_at >= $1 group by pool`, since)
	if err != nil {
		return nil, wrap("read what models cost", err)
	}
	spent := map[string]string{}
	var pool, usd string
	_, err = pgx.ForEachRow(rows, []any{&pool, &usd}, func() error {
		spent[pool] = usd
		return nil
	})
	return spent, wrap("read what models cost", err)
}
