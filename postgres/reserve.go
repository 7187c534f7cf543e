package postgres

import (
	"context"
	"errors"
	"strings"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// A call reserves the most that it can cost by being claimed, and gives that back by
// ending or by losing its lease: what is reserved is the sum over the live claims,
// so no count of it can drift. Whoever claims a call or stores its reply locks first
// the call, then the periods that it falls under, in one order, so that of two
// claims one sees what the other has reserved.

// periodStart is the instant at which the period of a budget began that at falls into.
func periodStart(period, at string) string {
	return `(case ` + period + ` when 'task' then timestamptz 'epoch' else date_trunc(` + period + `, ` + at + `, 'UTC') end)`
}

const (
	periodKey = `(p.tenant, p.scope, p.name, p.period) = (b.tenant, b.scope, b.name, b.period)`
	// ofCall holds for a budget b that the call (@tenant, @pool, @task) falls under.
	ofCall = `(b.tenant, b.scope, b.name) in ((@tenant, 'tenant', ''), ('', 'pool', @pool), (@tenant, 'task', @task))`
	// countsFor holds for a call c that falls under a budget b.
	countsFor = `case b.scope when 'tenant' then c.tenant = b.tenant when 'pool' then c.pool = b.name else c.tenant = b.tenant and c.task = b.name end`
	// itsBudgets is the same for few calls and many budgets: it is what an index finds.
	itsBudgets = `(b.tenant, b.scope, b.name) in ((c.tenant, 'tenant', ''), ('', 'pool', c.pool), (c.tenant, 'task', c.task))`
	// lives holds for a claim; no call lasts a day.
	lives = `c.state = 'claimed' and c.lease_until > clock_timestamp() and c.claimed_at > now() - interval '1 day'`
	// inOrder is how all lock periods.
	inOrder = ` order by p.tenant, p.scope, p.name, p.period, p.starts for no key update of p`
)

var (
	thisPeriod = periodStart("b.period", "now()")
	itsPeriod  = periodStart("b.period", "c.claimed_at")
	// reserved sums what live claims under b may still cost in the present period.
	reserved = `select coalesce(sum(c.reserved_usd), 0) as usd, coalesce(sum(c.reserved_tokens), 0)::bigint as tokens
		from model_calls c where ` + lives + ` and ` + countsFor + ` and ` + itsPeriod + ` = ` + thisPeriod
	// room names what each budget of a call is short of: nothing, or usd or tokens.
	// What a call does not need it is not refused for. A call that may be claimed
	// holds no live claim, so what is reserved is by others.
	room = `select b.*, p.spent_usd, p.spent_tokens, r.usd as reserved_usd, r.tokens as reserved_tokens, case
			when @usd::numeric > 0 and p.spent_usd + r.usd + @usd::numeric > b.cap_usd then 'usd'
			when @tokens::bigint > 0 and p.spent_tokens + r.tokens + @tokens::bigint > b.cap_tokens then 'tokens' end as short
		from budgets b join budget_periods p on ` + periodKey + ` and p.starts = ` + thisPeriod + `,
			lateral (` + reserved + `) r
		where ` + ofCall
)

// Changing a budget and counting a call exclude each other, so that a budget that
// is set while calls are under way counts each of them once.
const (
	changeBudgets = `select pg_advisory_xact_lock(4996183750262813)`
	countCall     = `pg_advisory_xact_lock_shared(4996183750262813)`
)

// queueLockCall locks a call, also one that has no row yet: a row that appears while
// its claim waits for a period would be locked after the period.
func queueLockCall(b *pgx.Batch, args pgx.NamedArgs) {
	b.Queue(`select `+countCall+`, pg_advisory_xact_lock(hashtextextended(@tenant || '/' || @key, 0))`, args)
}

// queueLockPeriods locks the present periods that a call falls under, and begins
// those that are new.
func queueLockPeriods(b *pgx.Batch, args pgx.NamedArgs) {
	b.Queue(`insert into budget_periods (tenant, scope, name, period, starts)
		select b.tenant, b.scope, b.name, b.period, `+thisPeriod+` from budgets b where `+ofCall+` order by 1, 2, 3, 4
		on conflict do nothing`, args)
	b.Queue(`select 1 from budgets b join budget_periods p on `+periodKey+` and p.starts = `+thisPeriod+` where `+ofCall+inOrder, args)
}

// shortfall reads which budget has no room for a call, nil if all have some by now.
// One that refuses goes before one that lets wait.
func (s *Store) shortfall(ctx context.Context, args pgx.NamedArgs) (*eaio.Shortfall, error) {
	var f eaio.Shortfall
	err := s.pool.QueryRow(ctx, `select scope, name, period, short, coalesce(trim_scale(cap_usd)::text, ''), cap_tokens, trim_scale(spent_usd)::text, spent_tokens,
			trim_scale(reserved_usd)::text, reserved_tokens, trim_scale(@usd::numeric)::text, @tokens::bigint, on_exceeded
		from (`+room+`) room where short is not null order by on_exceeded desc, scope limit 1`, args).
		Scan(&f.Scope, &f.Name, &f.Period, &f.Of, &f.CapUSD, &f.CapTokens, &f.SpentUSD, &f.SpentTokens,
			&f.ReservedUSD, &f.ReservedTokens, &f.NeedsUSD, &f.NeedsTokens, &f.OnExceeded)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &f, err
}

// queueSpend counts what the call cost in the periods of its claim, unless its reply
// is there already, and notes which of them that brings to their soft limit.
func queueSpend(b *pgx.Batch, args pgx.NamedArgs, soft *[]eaio.Event) {
	const call = `c.tenant = @tenant and c.key = @key and c.state <> 'replied'`
	b.Queue(`select 1 from model_calls c join budgets b on `+itsBudgets+`
		join budget_periods p on `+periodKey+` and p.starts = `+itsPeriod+` where `+call+inOrder, args)
	b.Queue(`update budget_periods p set spent_usd = p.spent_usd + @cost::numeric, spent_tokens = p.spent_tokens + @used::bigint,
			beyond = p.beyond + case when @cost::numeric > c.reserved_usd or @used::bigint > c.reserved_tokens then 1 else 0 end,
			soft_at = coalesce(p.soft_at, case when @cost::numeric > 0 and p.spent_usd + @cost::numeric >= b.soft_share * b.cap_usd
				or p.spent_tokens + @used::bigint >= b.soft_share * b.cap_tokens then now() end)
		from model_calls c join budgets b on `+itsBudgets+` where `+call+` and `+periodKey+` and p.starts = `+itsPeriod+`
		returning b.scope, b.name, b.period, to_char(p.starts at time zone 'UTC', 'YYYY-MM-DD'), coalesce(trim_scale(b.cap_usd)::text, ''), b.cap_tokens,
			trim_scale(p.spent_usd)::text, p.spent_tokens, b.soft_share, coalesce(p.soft_at = now(), false)`, args).Query(func(rows pgx.Rows) (err error) {
		*soft, err = collectSoft(rows)
		return err
	})
}

// softLimit is the data of a budget.soft_limit event.
type softLimit struct {
	eaio.BudgetKey
	Starts      string  `json:"starts,omitempty"`
	CapUSD      string  `json:"cap_usd,omitempty"`
	CapTokens   *int64  `json:"cap_tokens,omitempty"`
	SpentUSD    string  `json:"spent_usd"`
	SpentTokens int64   `json:"spent_tokens"`
	SoftShare   float64 `json:"soft_share"`
}

func collectSoft(rows pgx.Rows) (events []eaio.Event, err error) {
	var s softLimit
	var now bool
	_, err = pgx.ForEachRow(rows, []any{&s.Scope, &s.Name, &s.Period, &s.Starts, &s.CapUSD, &s.CapTokens, &s.SpentUSD, &s.SpentTokens, &s.SoftShare, &now}, func() error {
		if !now {
			return nil
		}
		if s.Period == eaio.BudgetWhole {
			s.Starts = ""
		}
		id := strings.Join([]string{string(s.Scope), s.Name, string(s.Period), s.Starts}, "/")
		events = append(events, eaio.NewEvent(eaio.EventSoftLimit, id, s))
		return nil
	})
	return events, err
}
