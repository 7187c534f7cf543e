package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/eaio/eaio"
	"github.com/spf13/cobra"
)

func (s *state) budgetCommand() *cobra.Command {
	var task string
	c := &cobra.Command{
		Use: "budget", Short: "Show, set and raise what models may cost",
		Long: `Shows what calls of models may cost, have cost, and may still cost while they are
under way. Days and months are UTC. A pool's budget is the whole installation's.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return s.showBudgets(c, task) },
	}
	c.Flags().StringVar(&task, "task", "", "also show this task's own budget")
	c.AddCommand(s.budgetSetCommand(), s.budgetRaiseCommand())
	return c
}

func (s *state) budgets(c *cobra.Command, task string) (page struct {
	Items []eaio.BudgetState `json:"items"`
}, err error,
) {
	query := url.Values{}
	if task != "" {
		query.Set("task", task)
	}
	err = s.get(c.Context(), "/v1/budgets?"+query.Encode(), &page)
	return page, err
}

func (s *state) showBudgets(c *cobra.Command, task string) error {
	page, err := s.budgets(c, task)
	if err != nil {
		return err
	}
	if s.json {
		return s.printJSON(page)
	}
	return s.printBudgets(page.Items)
}

func (s *state) printBudgets(list []eaio.BudgetState) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(s.out, "There is no budget: calls of models are not bounded. `eaio budget set --tenant-day 5` sets one.")
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "BUDGET\tSINCE (UTC)\tOF\tCAP\tSPENT\tRESERVED\tREMAINING\tSOFT LIMIT\tWHEN FULL")
	for _, b := range list {
		since := "-"
		if !b.From.IsZero() {
			since = b.From.Format("2006-01-02")
		}
		soft := fmt.Sprintf("%.0f %%", 100*b.SoftShare)
		if !b.SoftAt.IsZero() {
			soft += ", reached " + b.SoftAt.UTC().Format("01-02 15:04")
		}
		row := func(of, limit, spent, reserved, remaining string) {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", budgetName(b.BudgetKey), since, of, limit, spent, reserved, remaining, soft, b.OnExceeded)
		}
		if b.CapUSD != "" {
			row("USD", b.CapUSD, b.SpentUSD, b.ReservedUSD, b.RemainingUSD)
		}
		if b.CapTokens != nil && b.RemainingTokens != nil {
			row("tokens", strconv.FormatInt(*b.CapTokens, 10), strconv.FormatInt(b.SpentTokens, 10), strconv.FormatInt(b.ReservedTokens, 10), strconv.FormatInt(*b.RemainingTokens, 10))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, b := range list {
		if b.Beyond > 0 {
			fmt.Fprintf(s.out, "%s: %d calls cost more than they had reserved; are the pool's prices right?\n", budgetName(b.BudgetKey), b.Beyond)
		}
	}
	return nil
}

func budgetName(k eaio.BudgetKey) string {
	switch k.Scope {
	case eaio.BudgetPool:
		return "pool " + k.Name + ", " + string(k.Period)
	case eaio.BudgetTask:
		return "task " + k.Name
	case eaio.BudgetTenant:
	}
	return "tenant, " + string(k.Period)
}

// budgetChange is what the flags of one command say; what they do not name stays.
type budgetChange struct {
	pool, task                            string
	tenantDay, tenantMonth, day, month    string
	usd, tokens, onExceeded               string
	soft                                  float64
	changesTokens, changesSoft, changesOn bool
}

// none as an amount ends a cap.
const none = "none"

func (s *state) budgetSetCommand() *cobra.Command {
	var in budgetChange
	c := &cobra.Command{
		Use: "set", Short: "Set or end budgets of the tenant, of a pool or of a task",
		Long: `Sets budgets, each in USD or "none". What a command does not name stays as it is; a
budget that has neither a cap in USD nor one in tokens ends.`,
		Example: `  eaio budget set --tenant-day 5 --pool cloud --month 100
  eaio budget set --pool cloud --day none --tokens 2000000
  eaio budget set --tenant-day 5 --soft 0.9 --on-exceeded pause`,
		Args: cobra.NoArgs,
	}
	f := c.Flags()
	f.StringVar(&in.tenantDay, "tenant-day", "", "cap of the tenant's day, USD or none")
	f.StringVar(&in.tenantMonth, "tenant-month", "", "cap of the tenant's month, USD or none")
	f.StringVar(&in.pool, "pool", "", "the pool that --day and --month are of")
	f.StringVar(&in.day, "day", "", "cap of the pool's day, USD or none")
	f.StringVar(&in.month, "month", "", "cap of the pool's month, USD or none")
	f.StringVar(&in.task, "task", "", "the task that --usd is of")
	f.StringVar(&in.usd, "usd", "", "cap of the task, USD or none")
	f.StringVar(&in.tokens, "tokens", "", "also cap tokens, in and out together: a number or none")
	f.Float64Var(&in.soft, "soft", eaio.DefaultSoftShare, "share of a cap at which an event warns")
	f.StringVar(&in.onExceeded, "on-exceeded", string(eaio.Refuse), "refuse: the next model or the narrator; pause: background tasks wait")
	c.RunE = func(c *cobra.Command, _ []string) error {
		in.changesTokens, in.changesSoft, in.changesOn = f.Changed("tokens"), f.Changed("soft"), f.Changed("on-exceeded")
		page, err := s.budgets(c, in.task)
		if err != nil {
			return err
		}
		changed, err := in.apply(page.Items)
		if err != nil {
			return err
		}
		for _, b := range changed {
			if err := s.send(c.Context(), http.MethodPut, "/v1/budgets", b, nil); err != nil {
				return err
			}
		}
		return s.showBudgets(c, in.task)
	}
	return c
}

// apply returns the budgets that the change names, as they are to be.
func (in budgetChange) apply(now []eaio.BudgetState) (list []eaio.Budget, err error) {
	invalid := func(format string, args ...any) error { return eaio.Errorf(eaio.KindInvalid, "", format, args...) }
	var tokens *int64
	if in.changesTokens && in.tokens != none {
		n, err := strconv.ParseInt(in.tokens, 10, 64)
		if err != nil || n < 0 {
			return nil, invalid("--tokens %s: want a number of tokens or none", in.tokens)
		}
		tokens = &n
	}
	for _, one := range []struct {
		amount string
		key    eaio.BudgetKey
	}{
		{in.tenantDay, eaio.BudgetKey{Scope: eaio.BudgetTenant, Period: eaio.BudgetDay}},
		{in.tenantMonth, eaio.BudgetKey{Scope: eaio.BudgetTenant, Period: eaio.BudgetMonth}},
		{in.day, eaio.BudgetKey{Scope: eaio.BudgetPool, Name: in.pool, Period: eaio.BudgetDay}},
		{in.month, eaio.BudgetKey{Scope: eaio.BudgetPool, Name: in.pool, Period: eaio.BudgetMonth}},
		{in.usd, eaio.BudgetKey{Scope: eaio.BudgetTask, Name: in.task, Period: eaio.BudgetWhole}},
	} {
		if one.amount == "" {
			continue
		}
		if one.key.Name == "" && one.key.Scope != eaio.BudgetTenant {
			return nil, invalid("name the %s with --%s", one.key.Scope, one.key.Scope)
		}
		b := eaio.Budget{BudgetKey: one.key}
		if i := slices.IndexFunc(now, func(s eaio.BudgetState) bool { return s.BudgetKey == one.key }); i >= 0 {
			b = now[i].Budget
		}
		if b.CapUSD = one.amount; one.amount == none {
			b.CapUSD = ""
		}
		if in.changesTokens {
			b.CapTokens = tokens
		}
		if in.changesSoft {
			b.SoftShare = in.soft
		}
		if in.changesOn {
			b.OnExceeded = eaio.OnExceeded(in.onExceeded)
		}
		list = append(list, b)
	}
	if len(list) == 0 {
		return nil, invalid("nothing to set: name an amount with --tenant-day, --tenant-month, --day, --month or --usd; see `eaio budget set --help`")
	}
	return list, nil
}

func (s *state) budgetRaiseCommand() *cobra.Command {
	return &cobra.Command{
		Use: "raise TASK USD", Short: "Raise the budget that a task waits for, so that it goes on",
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			var raw json.RawMessage
			err := s.send(c.Context(), http.MethodPost, "/v1/tasks/"+url.PathEscape(args[0])+"/budget", map[string]string{"cap_usd": args[1]}, &raw)
			if err != nil {
				return err
			}
			if s.json {
				return s.printJSON(raw)
			}
			_, err = fmt.Fprintf(s.out, "%s goes on with a budget of %s USD\n", args[0], args[1])
			return err
		},
	}
}
