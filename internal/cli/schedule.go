package cli

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
	"github.com/eaio/eaio/internal/app"
	"github.com/eaio/eaio/starter"
	"github.com/eaio/eaio/workflows"
	"github.com/spf13/cobra"
)

func (s *state) scheduleCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "schedule", Short: "Run analyses on a schedule",
		Long: `Run a set of analyses (nightly, weekly, monthly) of a building on a schedule. A building,
set and local day have one result, however often the schedule fires, is triggered
or backfilled. Schedules live in Temporal and show in its Web UI.`,
	}
	c.AddCommand(s.scheduleCreateCommand(), s.scheduleListCommand(), s.scheduleShowCommand(), s.scheduleBackfillCommand(),
		s.scheduleVerb("trigger", "Fire a schedule now", func(ctx context.Context, st *starter.Starter, id string) error {
			return st.TriggerSchedule(ctx, id)
		}),
		s.scheduleVerb("pause", "Stop a schedule from firing", func(ctx context.Context, st *starter.Starter, id string) error {
			return st.PauseSchedule(ctx, id, true, "paused from the command line")
		}),
		s.scheduleVerb("resume", "Let a paused schedule fire again", func(ctx context.Context, st *starter.Starter, id string) error {
			return st.PauseSchedule(ctx, id, false, "resumed from the command line")
		}),
		s.scheduleVerb("delete", "Delete a schedule; its results stay", func(ctx context.Context, st *starter.Starter, id string) error {
			return st.DeleteSchedule(ctx, id)
		}))
	return c
}

// withStarter connects to Temporal alone.
func (s *state) withStarter(ctx context.Context, f func(*starter.Starter) error) error {
	st, closeIt, err := app.TemporalOnly(ctx, s.cfg, s.logger())
	if err != nil {
		return err
	}
	defer closeIt()
	return f(st)
}

func (s *state) scheduleCreateCommand() *cobra.Command {
	p := starter.Plan{Schedule: workflows.Schedule{Tenant: eaio.DefaultTenant}}
	var audience, language string
	c := &cobra.Command{
		Use: "create SET", Short: "Create a schedule: nightly, weekly or monthly", Args: cobra.ExactArgs(1), ValidArgs: setNames(),
		Long: `Create a schedule of a set of analyses: nightly (every day: last night, what was unusual,
what comes next), weekly (Mondays: the week before and why it changed) or monthly (the
second of the month: the month before in energy, money and CO2). Times are on the
building's clock; one that a change of clocks skips or repeats is refused.`,
		Example: `  eaio schedule create nightly --building robin_education_lizbeth --at 03:30
  eaio schedule create weekly --building fox_office_vicki --at 06:00 --audience owner
  eaio schedule create monthly --building fox_office_vicki --at 04:30 --day 3`,
		RunE: func(c *cobra.Command, args []string) error {
			if _, err := agents.LookupSet(args[0]); err != nil {
				return err
			}
			var b eaio.Building
			if err := s.get(c.Context(), "/v1/buildings/"+url.PathEscape(p.Schedule.Building), &b); err != nil {
				return err
			}
			p.Schedule.Set, p.Timezone = args[0], b.Timezone
			p.Schedule.Audience, p.Schedule.Language = eaio.Audience(audience), eaio.Language(language)
			return s.withStarter(c.Context(), func(st *starter.Starter) error {
				id, err := st.CreateSchedule(c.Context(), p)
				if err != nil {
					return err
				}
				fmt.Fprintf(s.out, "%s is created for %s%s\n", id, b.Name, when(c.Context(), st, id))
				return nil
			})
		},
	}
	f := c.Flags()
	f.StringVarP(&p.Schedule.Building, "building", "b", "", "building to analyse")
	f.StringVar(&p.At, "at", "03:30", "time of day on the building's clock")
	f.StringVar(&p.Weekday, "weekday", "", "only on this day of the week, such as monday (default: every day; weekly: monday)")
	f.IntVar(&p.Day, "day", 0, "only on this day of the month, 1 to 28 (default: every day; monthly: 2)")
	f.StringVar(&audience, "audience", "manager", "who reads the results: manager, analyst or owner")
	f.StringVar(&language, "language", "en", "of the results: en or vi")
	_ = c.MarkFlagRequired("building")
	_ = c.RegisterFlagCompletionFunc("building", s.completeBuildings)
	s.temporalFlags(c)
	s.connectFlag(c)
	return c
}

// setNames are the sets that a schedule can run.
func setNames() (names []string) {
	for _, set := range agents.Sets() {
		names = append(names, set.Name)
	}
	return names
}

// when tells a new schedule's calendar as it is stored, and when it fires next.
func when(ctx context.Context, st *starter.Starter, id string) string {
	i, err := st.Schedule(ctx, id)
	if err != nil || i.Calendar == "" {
		return ""
	}
	s := ": " + i.Calendar
	if len(i.Next) > 0 {
		s += "; next " + first(i.Next)
	}
	return s
}

func (s *state) scheduleListCommand() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "List schedules", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return s.withStarter(c.Context(), func(st *starter.Starter) error {
			list, err := st.Schedules(c.Context(), eaio.DefaultTenant)
			if err != nil {
				return err
			}
			if s.json {
				return s.printJSON(list)
			}
			w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "SCHEDULE\tSTATE\tNEXT\tNOTE")
			for _, i := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", i.ID, stateOf(i), first(i.Next), i.Note)
			}
			return w.Flush()
		})
	}}
	s.temporalFlags(c)
	s.connectFlag(c)
	return c
}

func stateOf(i starter.ScheduleInfo) string {
	if i.Paused {
		return "paused"
	}
	return "active"
}

func first(times []time.Time) string {
	if len(times) == 0 {
		return ""
	}
	return times[0].Local().Format("2006-01-02 15:04 MST")
}

func (s *state) scheduleShowCommand() *cobra.Command {
	c := &cobra.Command{Use: "show SCHEDULE", Short: "Show a schedule", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		return s.withStarter(c.Context(), func(st *starter.Starter) error {
			i, err := st.Schedule(c.Context(), args[0])
			if err != nil {
				return err
			}
			if s.json {
				return s.printJSON(i)
			}
			fmt.Fprintf(s.out, "%s: %s of %s, %s, %s\n", i.ID, i.Set, i.Building, i.Calendar, stateOf(i))
			for _, t := range i.Next[:min(3, len(i.Next))] {
				fmt.Fprintf(s.out, "  next   %s\n", t.Local().Format("2006-01-02 15:04"))
			}
			for _, t := range i.Recent {
				fmt.Fprintf(s.out, "  fired  %s\n", t.Local().Format("2006-01-02 15:04"))
			}
			return nil
		})
	}}
	s.temporalFlags(c)
	s.connectFlag(c)
	return c
}

func (s *state) scheduleVerb(verb, short string, do func(context.Context, *starter.Starter, string) error) *cobra.Command {
	c := &cobra.Command{Use: verb + " SCHEDULE", Short: short, Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		return s.withStarter(c.Context(), func(st *starter.Starter) error {
			if err := do(c.Context(), st, args[0]); err != nil {
				return err
			}
			fmt.Fprintf(s.out, "%s: %s\n", args[0], strings.TrimSuffix(verb, "e")+"ed")
			return nil
		})
	}}
	s.temporalFlags(c)
	s.connectFlag(c)
	return c
}

func (s *state) scheduleBackfillCommand() *cobra.Command {
	var from, to string
	c := &cobra.Command{
		Use: "backfill SCHEDULE", Short: "Fire a schedule for days gone by", Args: cobra.ExactArgs(1),
		Example: `  eaio schedule backfill default/nightly/robin_education_lizbeth --from 2017-11-01 --to 2017-11-08`,
		RunE: func(c *cobra.Command, args []string) error {
			start, err1 := time.Parse(time.DateOnly, from)
			end, err2 := time.Parse(time.DateOnly, to)
			if err1 != nil || err2 != nil {
				return eaio.Errorf(eaio.KindInvalid, "", "--from and --to are dates such as 2017-11-01")
			}
			return s.withStarter(c.Context(), func(st *starter.Starter) error {
				if err := st.BackfillSchedule(c.Context(), args[0], start, end.AddDate(0, 0, 1)); err != nil {
					return err
				}
				fmt.Fprintf(s.out, "%s: firing for %s to %s; `eaio task list` shows the results\n", args[0], from, to)
				return nil
			})
		},
	}
	c.Flags().StringVar(&from, "from", "", "first day")
	c.Flags().StringVar(&to, "to", "", "last day")
	_ = c.MarkFlagRequired("from")
	_ = c.MarkFlagRequired("to")
	s.temporalFlags(c)
	s.connectFlag(c)
	return c
}
