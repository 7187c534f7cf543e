package postgres_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/postgres"
	"github.com/shopspring/decimal"
)

var (
	tenantDay = eaio.BudgetKey{Scope: eaio.BudgetTenant, Period: eaio.BudgetDay}
	poolMonth = eaio.BudgetKey{Scope: eaio.BudgetPool, Name: "cloud", Period: eaio.BudgetMonth}
)

func taskBudget(id string) eaio.BudgetKey {
	return eaio.BudgetKey{Scope: eaio.BudgetTask, Name: id, Period: eaio.BudgetWhole}
}

func (d *db) budget(tb testing.TB, key eaio.BudgetKey, usd string, tokens ...int64) {
	tb.Helper()
	b := eaio.Budget{BudgetKey: key, CapUSD: usd}
	if len(tokens) > 0 {
		b.CapTokens = &tokens[0]
	}
	if err := d.SetBudget(tb.Context(), tenant, b); err != nil {
		tb.Fatal(err)
	}
}

// state is the budget of a key as readers see it.
func (d *db) state(tb testing.TB, key eaio.BudgetKey) eaio.BudgetState {
	tb.Helper()
	task := ""
	if key.Scope == eaio.BudgetTask {
		task = key.Name
	}
	list, err := d.Budgets(tb.Context(), tenant, task)
	if err != nil {
		tb.Fatal(err)
	}
	for _, b := range list {
		if b.BudgetKey == key {
			return b
		}
	}
	tb.Fatalf("no budget %+v among %+v", key, list)
	return eaio.BudgetState{}
}

// wantMoney checks what is spent and reserved of a budget.
func (d *db) wantMoney(tb testing.TB, key eaio.BudgetKey, spent, reserved string) {
	tb.Helper()
	if b := d.state(tb, key); b.SpentUSD != spent || b.ReservedUSD != reserved {
		tb.Errorf("%s: %s spent, %s reserved; want %s, %s", key.Scope, b.SpentUSD, b.ReservedUSD, spent, reserved)
	}
}

// paid is a call of the cloud that may cost so much.
func paid(task string, round int, usd string, tokens int64) eaio.ModelCall {
	return eaio.ModelCall{Key: fmt.Sprint(task, "/cloud/", round), Task: task, Pool: "cloud", Model: "large", ReserveUSD: usd, ReserveTokens: tokens}
}

func (d *db) reply(tb testing.TB, c eaio.ModelCall, usd string, tokens int) {
	tb.Helper()
	if err := d.StoreReply(tb.Context(), tenant, c, eaio.ModelReply{Text: "words", OutputTokens: tokens}, usd, nil); err != nil {
		tb.Fatal(err)
	}
}

// refused checks that a call finds no room, leaves no trace, and says whose.
func (d *db) refused(tb testing.TB, c eaio.ModelCall, scope eaio.BudgetScope, of string) {
	tb.Helper()
	before := one[int](tb, d, "select count(*) from model_calls")
	_, err := d.Claim(tb.Context(), tenant, c, long)
	wantKind(tb, err, eaio.KindBudget)
	var short *eaio.Shortfall
	if !errors.As(err, &short) || short.Scope != scope || short.Of != of || !strings.Contains(err.Error(), "has no room") {
		tb.Errorf("%v: want the %s's %s to have no room", err, scope, of)
	}
	d.wantCount(tb, before, "model_calls")
}

func TestNobodyOvershootsByOneCall(t *testing.T) {
	for _, c := range []struct {
		key    eaio.BudgetKey
		usd    string
		tokens []int64
		want   int
	}{
		{tenantDay, "0.35", nil, 35}, {poolMonth, "0.3599", nil, 35}, {tenantDay, "", []int64{1099}, 10}, {poolMonth, "0", nil, 0},
	} {
		t.Run(fmt.Sprint(c.key.Scope, c.usd, len(c.tokens)), func(t *testing.T) {
			d := open(t)
			d.budget(t, c.key, c.usd, c.tokens...)
			for i := range 100 {
				d.accept(t, fmt.Sprint(i))
			}
			var made, refused atomic.Int64
			start := make(chan struct{})
			var wg sync.WaitGroup
			for i := range 100 {
				wg.Go(func() {
					<-start
					call, err := d.Claim(t.Context(), tenant, paid(fmt.Sprint(i), 1, "0.01", 100), long)
					if eaio.KindOf(err) == eaio.KindBudget {
						refused.Add(1)
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					made.Add(1)
					d.reply(t, call, "0.01", 100)
				})
			}
			close(start)
			wg.Wait()
			if made.Load() != int64(c.want) || refused.Load() != int64(100-c.want) {
				t.Errorf("%d calls made and %d refused, want %d", made.Load(), refused.Load(), c.want)
			}
			d.wantMoney(t, c.key, decimal.New(int64(c.want), -2).String(), "0")
		})
	}
}

func TestEveryScopeBinds(t *testing.T) {
	d := open(t)
	task := newTask("a")
	task.Request.BudgetUSD = "0.05"
	if _, _, err := d.Accept(t.Context(), task, ""); err != nil {
		t.Fatal(err)
	}
	d.accept(t, "b")
	d.budget(t, tenantDay, "0.10")
	d.budget(t, poolMonth, "0.08", 1000)
	d.refused(t, paid("a", 1, "0.050001", 1), eaio.BudgetTask, "usd")
	first := d.claim(t, paid("a", 1, "0.05", 300), long)
	d.refused(t, paid("a", 2, "0.000001", 1), eaio.BudgetTask, "usd")
	d.refused(t, paid("b", 1, "0.04", 1), eaio.BudgetPool, "usd")
	d.refused(t, paid("b", 1, "0.01", 701), eaio.BudgetPool, "tokens")
	elsewhere := paid("b", 1, "0.06", 1)
	elsewhere.Pool = "other"
	d.refused(t, elsewhere, eaio.BudgetTenant, "usd")
	elsewhere.ReserveUSD = "0.05"
	d.claim(t, elsewhere, long)
	for _, key := range []eaio.BudgetKey{tenantDay, poolMonth, taskBudget("a")} {
		want := "0.05"
		if key == tenantDay {
			want = "0.1"
		}
		d.wantMoney(t, key, "0", want)
	}
	d.reply(t, first, "0.012", 200)
	d.wantMoney(t, taskBudget("a"), "0.012", "0")
	d.wantMoney(t, poolMonth, "0.012", "0")
	d.wantMoney(t, tenantDay, "0.012", "0.05")
	if b := d.state(t, poolMonth); b.SpentTokens != 200 || *b.RemainingTokens != 800 || b.RemainingUSD != "0.068" {
		t.Errorf("%+v", b)
	}
}

// A pool's bill is one, a tenant's budget its own.
func TestTenantsShareAPoolsBudget(t *testing.T) {
	d := open(t)
	d.exec(t, tenants)
	for _, name := range []eaio.TenantID{tenant, mine} {
		task := newTask("a")
		task.Tenant = name
		if _, _, err := d.Accept(t.Context(), task, ""); err != nil {
			t.Fatal(err)
		}
	}
	d.budget(t, poolMonth, "0.03")
	d.budget(t, tenantDay, "0.03")
	theirs, err := d.Claim(t.Context(), mine, paid("a", 1, "0.01", 1), long)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.StoreReply(t.Context(), mine, theirs, eaio.ModelReply{}, "0.01", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Claim(t.Context(), mine, paid("a", 2, "0.01", 1), long); err != nil {
		t.Fatal(err)
	}
	d.wantMoney(t, poolMonth, "0.01", "0.01")
	d.wantMoney(t, tenantDay, "0", "0")
	d.refused(t, paid("a", 1, "0.011", 1), eaio.BudgetPool, "usd")
	d.claim(t, paid("a", 1, "0.01", 1), long) // the same key, another tenant's call
	d.wantMoney(t, poolMonth, "0.01", "0.02")
	d.wantMoney(t, tenantDay, "0", "0.01")
}

// What costs nothing is not refused for money, only for tokens.
func TestFreeCallsUnderAnOverdrawnBudget(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	d.reply(t, d.claim(t, paid("a", 1, "0.02", 10), long), "0.02", 10)
	d.budget(t, tenantDay, "0.01") // less than is spent already
	d.refused(t, paid("a", 2, "0.000001", 1), eaio.BudgetTenant, "usd")
	d.claim(t, paid("a", 2, "", 100), long)
	d.budget(t, tenantDay, "", 109)
	d.refused(t, paid("a", 3, "", 1), eaio.BudgetTenant, "tokens")
}

// A call has one reservation however often it is tried, and none once it is over.
func TestAReservationEndsWithItsClaim(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	d.accept(t, "b")
	d.budget(t, tenantDay, "0.01")
	mine, other := paid("a", 1, "0.01", 1), paid("b", 1, "0.01", 1)
	first := d.claim(t, mine, long)
	_, err := d.Claim(t.Context(), tenant, mine, long) // the same call again
	wantKind(t, err, eaio.KindUnavailable)
	d.refused(t, other, eaio.BudgetTenant, "usd")
	if err := d.FailCall(t.Context(), tenant, first, eaio.KindDeadline); err != nil {
		t.Fatal(err)
	}
	d.wantMoney(t, tenantDay, "0", "0")
	again := d.claim(t, mine, long) // the next attempt
	d.wantMoney(t, tenantDay, "0", "0.01")
	d.refused(t, other, eaio.BudgetTenant, "usd")
	// The holder dies: its lease runs out.
	d.exec(t, "update model_calls set lease_until = clock_timestamp() - interval '1 ms'")
	d.wantMoney(t, tenantDay, "0", "0")
	d.claim(t, other, over)
	third := d.claim(t, mine, long)
	d.wantMoney(t, tenantDay, "0", "0.01")
	// The dead one's reply comes after all, and then that of the living.
	d.reply(t, again, "0.01", 1)
	d.reply(t, third, "0.009", 1)
	d.wantMoney(t, tenantDay, "0.01", "0")
	if got := d.claim(t, mine, long); !got.Replied {
		t.Error("a stored reply was not found in a full budget")
	}
	d.refused(t, other, eaio.BudgetTenant, "usd")
}

// The watcher that finds a dead worker's call frees what it had reserved.
func TestADeadWorkersReservation(t *testing.T) {
	dying := open(t)
	other := openAt(t, dying.url)
	dying.accept(t, "a")
	dying.budget(t, tenantDay, "0.01")
	_, die := watch(t, dying)
	found, _ := watch(t, other)
	c := paid("a", 1, "0.01", 1)
	c.TaskToken = []byte("token")
	dying.claim(t, c, time.Hour)
	die()
	<-found
	other.wantMoney(t, tenantDay, "0", "0")
}

// back moves what has happened to an earlier time.
func (d *db) back(tb testing.TB, by string) {
	tb.Helper()
	d.exec(tb, "update model_calls set claimed_at = claimed_at - $1::interval", by)
	d.exec(tb, "update budget_periods set starts = case period when 'task' then starts else date_trunc(period, starts - $1::interval, 'UTC') end", by)
}

func TestRollover(t *testing.T) {
	for _, c := range []struct {
		key eaio.BudgetKey
		by  string
	}{{tenantDay, "1 day"}, {poolMonth, "1 month"}} {
		t.Run(string(c.key.Period), func(t *testing.T) {
			d := open(t)
			d.accept(t, "a")
			d.budget(t, c.key, "0.02")
			d.reply(t, d.claim(t, paid("a", 1, "0.01", 1), long), "0.01", 1)
			open := d.claim(t, paid("a", 2, "0.01", 1), long)
			d.refused(t, paid("a", 3, "0.01", 1), c.key.Scope, "usd")
			d.back(t, c.by)
			d.exec(t, "update model_calls set claimed_at = greatest(claimed_at, now() - interval '23 h') where state = 'claimed'")
			if c.key == tenantDay { // the open call is yesterday's even if that is a minute ago
				d.exec(t, "update model_calls set claimed_at = date_trunc('day', now(), 'UTC') - interval '1 us' where state = 'claimed'")
			}
			if c.key == poolMonth {
				d.exec(t, "update model_calls set claimed_at = date_trunc('month', now(), 'UTC') - interval '1 us' where state = 'claimed'")
			}
			d.wantMoney(t, c.key, "0", "0")
			d.claim(t, paid("a", 3, "0.02", 1), long) // a period of its own
			d.wantMoney(t, c.key, "0", "0.02")
			d.reply(t, open, "0.005", 1) // belongs to the period of its claim
			d.wantMoney(t, c.key, "0", "0.02")
			before := one[string](t, d, "select trim_scale(spent_usd)::text from budget_periods order by starts limit 1")
			if before != "0.015" {
				t.Errorf("%s spent in the period before, want 0.015", before)
			}
		})
	}
}

func TestPeriodsAreOfUTC(t *testing.T) {
	d := open(t)
	for at, want := range map[string][2]string{
		"2026-11-24 00:00:00+00":        {"2026-11-24", "2026-11-01"},
		"2026-11-23 23:59:59.999999+00": {"2026-11-23", "2026-11-01"},
		"2026-12-01 00:00:00+07":        {"2026-11-30", "2026-11-01"},
		"2028-02-29 23:59:59+00":        {"2028-02-29", "2028-02-01"},
		"2026-12-31 20:00:00-05":        {"2027-01-01", "2027-01-01"},
		"2026-10-25 00:30:00+00":        {"2026-10-25", "2026-10-01"}, // the night of a change of clocks elsewhere
	} {
		for i, period := range []string{"day", "month"} {
			for _, zone := range []string{"UTC", "Asia/Ho_Chi_Minh", "Europe/London"} {
				got := one[string](t, d, `select to_char(x at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') from (select set_config('timezone', $3, false)) s,
					lateral (select `+postgres.PeriodStart("$1::text", "$2::text::timestamptz")+` as x) y`, period, at, zone)
				if got != want[i]+" 00:00:00" {
					t.Errorf("the %s of %s in %s began %s, want %s", period, at, zone, got, want[i])
				}
			}
		}
	}
}

// The soft limit is told once a period, to the task whose reply reached it.
func TestSoftLimit(t *testing.T) {
	d := open(t)
	d.budget(t, tenantDay, "0.10")
	d.budget(t, poolMonth, "", 1000)
	spend := func(id, usd string, tokens int) string {
		d.accept(t, id)
		d.reply(t, d.claim(t, paid(id, 1, usd, int64(tokens)), long), usd, tokens)
		return strings.Join(column[string](t, d, "select id from task_events where task = $1 and type = 'budget.soft_limit' order by id", id), " ")
	}
	today, month := time.Now().UTC().Format(time.DateOnly), time.Now().UTC().Format("2006-01")+"-01"
	for _, c := range []struct {
		id, usd string
		tokens  int
		want    string
	}{
		{"a", "0.0799", 1, ""}, {"b", "0.0001", 1, "budget.soft_limit/tenant//day/" + today}, {"c", "0.01", 797, ""}, {"d", "0.001", 1, "budget.soft_limit/pool/cloud/month/" + month}, {"e", "0.001", 1, ""},
	} {
		if got := spend(c.id, c.usd, c.tokens); got != c.want {
			t.Errorf("%s: %q, want %q", c.id, got, c.want)
		}
	}
	if d.state(t, tenantDay).SoftAt.IsZero() {
		t.Error("the state does not tell of the soft limit")
	}
	d.budget(t, tenantDay, "1") // further up: it may be reached again
	if !d.state(t, tenantDay).SoftAt.IsZero() {
		t.Error("a limit that is further up is still called reached")
	}
}

// A budget that is set while calls are under way counts each once.
func TestABudgetSetUnderWay(t *testing.T) {
	d := open(t)
	for i := range 60 {
		d.accept(t, fmt.Sprint(i))
	}
	var wg sync.WaitGroup
	half := make(chan struct{}, 60)
	for i := range 60 {
		wg.Go(func() {
			c := d.claim(t, paid(fmt.Sprint(i), 1, "0.01", 100), long)
			half <- struct{}{}
			d.reply(t, c, "0.007", 70)
			half <- struct{}{}
		})
	}
	for range 60 {
		<-half
	}
	for range 5 {
		d.budget(t, tenantDay, "100")
		d.budget(t, poolMonth, "100", 1_000_000)
	}
	wg.Wait()
	d.wantMoney(t, tenantDay, "0.42", "0")
	d.wantMoney(t, poolMonth, "0.42", "0")
}

// A reply that is being stored while a budget is set counts for it.
func TestABudgetSetWhileAReplyIsStored(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	c := d.claim(t, paid("a", 1, "0.01", 100), long)
	release := d.hold(t, "select 1 from tasks for update")
	var wg sync.WaitGroup
	wg.Go(func() { d.reply(t, c, "0.007", 70) })
	d.waiting(t, 1) // it has counted its cost and has not been stored
	var set atomic.Bool
	wg.Go(func() {
		d.budget(t, tenantDay, "1")
		set.Store(true)
	})
	eventually(t, "the budget is set or waits", func() bool {
		return set.Load() || one[int](t, d, "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'eaio' and wait_event_type = 'Lock'") >= 2
	})
	release()
	wg.Wait()
	d.wantMoney(t, tenantDay, "0.007", "0")
}

func TestMoneyIsExact(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	d.budget(t, tenantDay, "0.3")
	for i := range 3 { // in binary floating point 0.1 three times is more than 0.3
		d.reply(t, d.claim(t, paid("a", i, "0.1", 1), long), "0.1", 1)
	}
	d.wantMoney(t, tenantDay, "0.3", "0")
	d.refused(t, paid("a", 9, "0.0000000000000000001", 1), eaio.BudgetTenant, "usd")
}

// A reply that costs more than it had reserved is paid for, counted and told.
func TestCostBeyondTheEstimate(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	d.budget(t, tenantDay, "0.02")
	d.reply(t, d.claim(t, paid("a", 1, "0.01", 10), long), "0.03", 5)
	if b := d.state(t, tenantDay); b.SpentUSD != "0.03" || b.RemainingUSD != "0" || b.Beyond != 1 {
		t.Errorf("%+v", b)
	}
	d.budget(t, tenantDay, "0.05")
	if b := d.state(t, tenantDay); b.Beyond != 1 || b.SpentUSD != "0.03" {
		t.Errorf("counted anew: %+v", b)
	}
}

func TestSetAndRaise(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	ctx := t.Context()
	day := func(scope eaio.BudgetScope, name string, period eaio.BudgetPeriod) eaio.Budget {
		return eaio.Budget{BudgetKey: eaio.BudgetKey{Scope: scope, Name: name, Period: period}, CapUSD: "1"}
	}
	for _, bad := range []eaio.Budget{
		day("tenant", "x", "day"), day("tenant", "", "task"), day("pool", "", "month"), day("pool", "x", "task"), day("task", "a", "day"), day("", "", "day"),
		{BudgetKey: tenantDay, CapUSD: "-1"},
		{BudgetKey: tenantDay, CapUSD: "NaN"},
		{BudgetKey: tenantDay, CapUSD: "Infinity"},
		{BudgetKey: tenantDay, CapUSD: "1", SoftShare: 1.5},
	} {
		wantKind(t, d.SetBudget(ctx, tenant, bad), eaio.KindInvalid)
	}
	wantKind(t, d.SetBudget(ctx, tenant, day("task", "none", "task")), eaio.KindNotFound)
	wantKind(t, d.RaiseBudget(ctx, tenant, tenantDay, "2"), eaio.KindNotFound)
	d.budget(t, tenantDay, "1")
	for _, no := range []string{"0.5", "0.999999", "-2", "x"} {
		wantKind(t, d.RaiseBudget(ctx, tenant, tenantDay, no), eaio.KindInvalid)
	}
	for range 2 {
		if err := d.RaiseBudget(ctx, tenant, tenantDay, "1.000001"); err != nil || d.state(t, tenantDay).CapUSD != "1.000001" {
			t.Error(err)
		}
	}
	d.budget(t, tenantDay, "") // ends it
	d.wantCount(t, 0, "budgets")
	d.wantCount(t, 0, "budget_periods")
}

// Whatever is done in whatever order by many at once: what is spent and reserved
// never passes a cap, and in the end what is spent is what the stored replies cost.
func TestBudgetProperty(t *testing.T) {
	d := open(t)
	const tasks = 12
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	for i := range tasks {
		task := newTask(fmt.Sprint(i))
		task.Request.BudgetUSD = "0.08"
		if _, _, err := d.Accept(t.Context(), task, ""); err != nil {
			t.Fatal(err)
		}
	}
	d.budget(t, tenantDay, "0.3", 3000)
	d.budget(t, poolMonth, "0.25")
	over := `select count(*) from budgets b join budget_periods p using (tenant, scope, name, period), lateral (` + postgres.Reserved + `) r
		where p.spent_usd + r.usd > b.cap_usd or p.spent_tokens + r.tokens > b.cap_tokens`
	stop := make(chan struct{})
	var looking, wg sync.WaitGroup
	looking.Go(func() {
		for {
			if n := one[int](t, d, over); n > 0 {
				t.Errorf("%d budgets are overdrawn", n)
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	for w := range 16 {
		r := rand.New(rand.NewPCG(seed, uint64(w)))
		wg.Go(func() {
			for range 40 {
				most := 1 + r.Int64N(20)
				c := paid(fmt.Sprint(r.IntN(tasks)), r.IntN(4), decimal.New(most, -3).String(), most*10)
				c.Pool = []string{"cloud", "cloud", "other"}[r.IntN(3)]
				c.Key = c.Task + "/" + c.Pool + fmt.Sprint(r.IntN(4))
				lease := long
				if r.IntN(4) == 0 {
					lease = time.Millisecond
				}
				got, err := d.Claim(t.Context(), tenant, c, lease)
				switch {
				case eaio.KindOf(err) == eaio.KindBudget || eaio.KindOf(err) == eaio.KindUnavailable && eaio.RetryAfterOf(err) > 0:
				case err != nil:
					t.Error(err)
				case got.Replied || lease != long: // died
				case r.IntN(3) == 0:
					err = d.FailCall(t.Context(), tenant, got, eaio.KindDeadline)
				default:
					cost := r.Int64N(most + 1)
					err = d.StoreReply(t.Context(), tenant, got, eaio.ModelReply{InputTokens: int(cost * 5), OutputTokens: int(cost * 5)}, decimal.New(cost, -3).String(), nil)
				}
				if err != nil && !slices.Contains([]eaio.Kind{eaio.KindBudget, eaio.KindUnavailable}, eaio.KindOf(err)) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	close(stop)
	looking.Wait()
	time.Sleep(2 * time.Millisecond)
	if n := one[int](t, d, over); n > 0 {
		t.Errorf("%d budgets are overdrawn in the end", n)
	}
	d.wantCount(t, 0, "model_calls where state = 'claimed' and lease_until > clock_timestamp()")
	d.wantCount(t, 0, `budget_periods p, lateral (select coalesce(sum(cost_usd), 0) as usd, coalesce(sum(input_tokens + output_tokens), 0) as tokens from model_calls c
		where c.state = 'replied' and case p.scope when 'tenant' then true when 'pool' then c.pool = p.name else c.task = p.name end) r
		where p.spent_usd <> r.usd or p.spent_tokens <> r.tokens or p.beyond <> 0`)
	t.Logf("%d calls replied, spent %s of 0.3", one[int](t, d, "select count(*) from model_calls where state = 'replied'"), d.state(t, tenantDay).SpentUSD)
}
