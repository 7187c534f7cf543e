package postgres

import (
	"context"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// SetBudget sets what the calls of a scope may cost in a period, from now on;
// without a cap the budget ends. What stored replies have cost in the present
// period counts. A task that does not exist is KindNotFound.
func (s *Store) SetBudget(ctx context.Context, tenant eaio.TenantID, b eaio.Budget) error {
	if err := validBudget(b); err != nil {
		return err
	}
	args := budgetArgs(tenant, b.BudgetKey)
	args["usd"], args["tokens"], args["soft"], args["exceeded"] = b.CapUSD, b.CapTokens, b.SoftShare, string(b.OnExceeded)
	return wrap("set budget", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		batch.Queue(changeBudgets)
		if b.Scope == eaio.BudgetTask {
			lockTask(batch, tenant, b.Name)
		}
		if b.CapUSD == "" && b.CapTokens == nil {
			batch.Queue(`delete from budgets where `+sameBudget, args)
			return tx.SendBatch(ctx, batch).Close()
		}
		batch.Queue(`insert into budgets (tenant, scope, name, period, cap_usd, cap_tokens, soft_share, on_exceeded)
			values (@tenant, @scope, @name, @period, nullif(@usd, '')::numeric, @tokens, coalesce(nullif(@soft::numeric, 0), 0.8), coalesce(nullif(@exceeded, ''), 'refuse'))
			on conflict (tenant, scope, name, period) do update
				set cap_usd = excluded.cap_usd, cap_tokens = excluded.cap_tokens, soft_share = excluded.soft_share, on_exceeded = excluded.on_exceeded`, args)
		queueRecount(batch, args)
		return tx.SendBatch(ctx, batch).Close()
	}))
}

// RaiseBudget gives a budget a higher cap on money, whatever bound it until now. One
// that is not there is KindNotFound, a cap that is not higher KindInvalid.
func (s *Store) RaiseBudget(ctx context.Context, tenant eaio.TenantID, key eaio.BudgetKey, capUSD string) error {
	args := budgetArgs(tenant, key)
	args["usd"] = capUSD
	return wrap("raise budget", pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, changeBudgets); err != nil {
			return err
		}
		var has string
		if err := tx.QueryRow(ctx, `select coalesce(trim_scale(cap_usd)::text, '') from budgets where `+sameBudget, args).Scan(&has); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `update budgets set cap_usd = @usd::numeric where cap_usd <= @usd::numeric and `+sameBudget, args)
		if err == nil && tag.RowsAffected() == 0 {
			return eaio.Errorf(eaio.KindInvalid, "", "a raised budget is more than the %s USD that it is now", has)
		}
		if err != nil {
			return err
		}
		batch := &pgx.Batch{}
		queueRecount(batch, args)
		return tx.SendBatch(ctx, batch).Close()
	}))
}

const sameBudget = `(tenant, scope, name, period) = (@tenant, @scope, @name, @period)`

// budgetArgs names a budget's row: a pool's belongs to no tenant.
func budgetArgs(tenant eaio.TenantID, k eaio.BudgetKey) pgx.NamedArgs {
	if k.Scope == eaio.BudgetPool {
		tenant = ""
	}
	return pgx.NamedArgs{"tenant": string(tenant), "scope": string(k.Scope), "name": k.Name, "period": string(k.Period)}
}

func validBudget(b eaio.Budget) error {
	invalid := func(words string) error { return eaio.Errorf(eaio.KindInvalid, "", "%s", words) }
	spans := b.Period == eaio.BudgetDay || b.Period == eaio.BudgetMonth
	switch {
	case b.Scope == eaio.BudgetTenant && (b.Name != "" || !spans):
		return invalid("a tenant's budget has no name and the period day or month")
	case b.Scope == eaio.BudgetPool && (b.Name == "" || !spans):
		return invalid("a pool's budget has the pool's name and the period day or month")
	case b.Scope == eaio.BudgetTask && (b.Name == "" || b.Period != eaio.BudgetWhole):
		return invalid("a task's budget has the task's id as its name and the period task")
	case b.Scope != eaio.BudgetTenant && b.Scope != eaio.BudgetPool && b.Scope != eaio.BudgetTask:
		return invalid("the scope of a budget is tenant, pool or task")
	}
	return nil
}

// queueRecount counts what stored replies have cost in the present period, and
// forgets a soft limit that is now further up.
func queueRecount(b *pgx.Batch, args pgx.NamedArgs) {
	b.Queue(`insert into budget_periods as p (tenant, scope, name, period, starts, spent_usd, spent_tokens, beyond)
		select b.tenant, b.scope, b.name, b.period, `+thisPeriod+`, coalesce(sum(c.cost_usd), 0), coalesce(sum(c.input_tokens + c.output_tokens), 0),
			count(*) filter (where c.cost_usd > c.reserved_usd or c.input_tokens + c.output_tokens > c.reserved_tokens)
		from budgets b left join model_calls c on c.state = 'replied' and c.claimed_at >= `+thisPeriod+` and `+countsFor+`
		where (b.tenant, b.scope, b.name, b.period) = (@tenant, @scope, @name, @period)
		group by b.tenant, b.scope, b.name, b.period
		on conflict (tenant, scope, name, period, starts) do update set spent_usd = excluded.spent_usd, spent_tokens = excluded.spent_tokens, beyond = excluded.beyond,
			soft_at = (select p.soft_at from budgets where `+sameBudget+` and (excluded.spent_usd >= soft_share * cap_usd or excluded.spent_tokens >= soft_share * cap_tokens))`, args)
}

// Budgets returns the tenant's budgets and those of the pools with what is spent and
// reserved in their present periods; of tasks only the budget of the one that is
// named ("": of none).
func (s *Store) Budgets(ctx context.Context, tenant eaio.TenantID, task string) ([]eaio.BudgetState, error) {
	rows, err := s.pool.Query(ctx, `
		select b.scope, b.name, b.period, coalesce(trim_scale(b.cap_usd)::text, ''), b.cap_tokens, b.soft_share, b.on_exceeded, `+thisPeriod+`,
			trim_scale(coalesce(p.spent_usd, 0))::text, coalesce(p.spent_tokens, 0), trim_scale(r.usd)::text, r.tokens,
			coalesce(trim_scale(greatest(b.cap_usd - coalesce(p.spent_usd, 0) - r.usd, 0))::text, ''), greatest(b.cap_tokens - coalesce(p.spent_tokens, 0) - r.tokens, 0),
			b.cap_usd is not null, b.cap_tokens is not null, p.soft_at, coalesce(p.beyond, 0)
		from budgets b left join budget_periods p on `+periodKey+` and p.starts = `+thisPeriod+`, lateral (`+reserved+`) r
		where b.tenant = @tenant and b.scope = 'tenant' or b.scope = 'pool' or b.tenant = @tenant and b.scope = 'task' and b.name = @task
		order by array_position(array['tenant', 'pool', 'task'], b.scope), b.name, b.period`, pgx.NamedArgs{"tenant": string(tenant), "task": task})
	if err != nil {
		return nil, wrap("read budgets", err)
	}
	list, err := pgx.CollectRows(rows, scanBudget)
	return list, wrap("read budgets", err)
}

func scanBudget(row pgx.CollectableRow) (s eaio.BudgetState, err error) {
	var starts time.Time
	var soft *time.Time
	var money, tokens bool
	err = row.Scan(&s.Scope, &s.Name, &s.Period, &s.CapUSD, &s.CapTokens, &s.SoftShare, &s.OnExceeded, &starts, &s.SpentUSD, &s.SpentTokens,
		&s.ReservedUSD, &s.ReservedTokens, &s.RemainingUSD, &s.RemainingTokens, &money, &tokens, &soft, &s.Beyond)
	if !money {
		s.RemainingUSD = "" // the greatest of nothing and 0 is 0
	}
	if !tokens {
		s.RemainingTokens = nil
	}
	s.SoftAt = orZero(soft)
	switch starts = starts.UTC(); s.Period {
	case eaio.BudgetDay:
		s.From, s.To = starts, starts.AddDate(0, 0, 1)
	case eaio.BudgetMonth:
		s.From, s.To = starts, starts.AddDate(0, 1, 0)
	case eaio.BudgetWhole:
	}
	return s, err
}
