package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/eaio/eaio"
	"github.com/spf13/cobra"
)

// Question is the body of POST /v1/tasks.
type Question struct {
	Question   string `json:"question"`
	Building   string `json:"building,omitempty"`
	Agent      string `json:"agent,omitempty"`
	Audience   string `json:"audience,omitempty"`
	Language   string `json:"language,omitempty"`
	Privacy    string `json:"privacy,omitempty"`
	AsOf       string `json:"as_of,omitempty"`
	DeadlineMS int64  `json:"deadline_ms,omitempty"`
	Refine     bool   `json:"refine,omitempty"`
	BudgetUSD  string `json:"budget_usd,omitempty"`
}

// Ask puts a question to the API at the address and waits up to a minute for the
// answer; the task comes back as it then stands.
func Ask(ctx context.Context, api string, q Question) (t Task, err error) {
	s := &state{apiURL: api}
	return t, s.send(ctx, http.MethodPost, "/v1/tasks?wait=60s", q, &t)
}

func (s *state) askCommand() *cobra.Command {
	var q Question
	var key string
	var deadline time.Duration
	c := &cobra.Command{
		Use:   "ask QUESTION",
		Short: "Ask a question about a building and print the answer",
		Example: `  eaio ask "What was left on last night?" --building robin_education_lizbeth
  eaio ask "So sánh tiêu thụ điện tuần này với cùng kỳ năm ngoái" --building fox_office_vicki
  eaio ask "What was the consumption trend last month?" --building robin_office_serena --audience owner --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			q.Question, q.DeadlineMS = args[0], deadline.Milliseconds()
			body, err := json.Marshal(q)
			if err != nil {
				return err
			}
			header := http.Header{"Content-Type": {"application/json"}}
			if key != "" {
				header.Set("Idempotency-Key", key)
			}
			var t Task
			if err := s.call(c.Context(), http.MethodPost, "/v1/tasks", header, bytes.NewReader(body), &t); err != nil {
				return err
			}
			return s.finish(c, t.ID)
		},
	}
	f := c.Flags()
	f.StringVarP(&q.Building, "building", "b", "", "building the question is about (eaio building list); default: the one it names")
	f.StringVar(&q.Audience, "audience", "manager", "who reads it: manager, analyst or owner")
	f.StringVar(&q.Language, "language", "", "en or vi; default: the question's")
	f.StringVar(&q.Privacy, "privacy", "", "tighten the building's label: private, deidentified or public")
	f.StringVar(&q.AsOf, "as-of", "", "exclusive instant such as 2017-11-21T00:00:00Z; default: end of the last complete local day of data")
	f.StringVar(&q.Agent, "agent", "", "default: chosen from the question")
	f.DurationVar(&deadline, "deadline", 0, "default 5s; 500ms to 5m")
	f.BoolVar(&q.Refine, "refine", false, "where the narrator had to answer at the deadline, also wait for the model's answer")
	f.StringVar(&q.BudgetUSD, "budget-usd", "", "the most that calls of models may cost, such as 0.05; default: no such bound")
	f.StringVar(&key, "idempotency-key", "", "the same key and question give the same task")
	_ = c.RegisterFlagCompletionFunc("audience", cobra.FixedCompletions([]string{"manager", "analyst", "owner"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("language", cobra.FixedCompletions([]string{"en", "vi"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("building", s.completeBuildings)
	return c
}

// finish follows a task to its end and prints it. A task that ends without an
// answer ends the process with code 1.
func (s *state) finish(c *cobra.Command, id string) error {
	err := s.follow(c.Context(), id, func(e eaio.Event) {
		if !s.json {
			fmt.Fprintln(s.err, progress(e))
			s.firstAnswer(c.Context(), id, e)
		}
	})
	if err != nil {
		return err
	}
	var raw json.RawMessage
	if err := s.get(c.Context(), "/v1/tasks/"+id, &raw); err != nil {
		return err
	}
	var t Task
	if err := json.Unmarshal(raw, &t); err != nil {
		return err
	}
	if s.json {
		if err := s.printJSON(raw); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(s.err)
		RenderTask(s.out, t)
		fmt.Fprintf(s.out, "Web UI    %s\n", t.Links["temporal_ui"])
	}
	if t.Answer == nil {
		return &exitError{1}
	}
	return nil
}

// firstAnswer prints an answer that another may follow.
func (s *state) firstAnswer(ctx context.Context, id string, e eaio.Event) {
	var recorded struct{ More bool }
	var t Task
	if json.Unmarshal(e.Data, &recorded) != nil || !recorded.More || s.get(ctx, "/v1/tasks/"+id, &t) != nil || t.Answer == nil {
		return
	}
	fmt.Fprintln(s.err)
	RenderTask(s.out, t)
	fmt.Fprintln(s.err, "\nA model is still at work; its answer may follow.")
}

// progress words an event in a line.
func progress(e eaio.Event) string {
	var d map[string]any
	_ = json.Unmarshal(e.Data, &d)
	at := e.At.Local().Format("15:04:05.000")
	switch e.Type {
	case eaio.EventPlanned:
		return fmt.Sprintf("%s planned by %v: %d analyses", at, d["by"], length(d["calls"]))
	case eaio.EventGathered:
		return fmt.Sprintf("%s gathered %v facts, %v passages", at, d["facts"], d["passages"])
	case eaio.EventRoute:
		return fmt.Sprintf("%s route: %d models may be asked, %d not", at, length(d["candidates"]), length(d["refused"]))
	case eaio.EventOverBudget:
		return fmt.Sprintf("%s no room in the budget of the %v %v", at, d["scope"], d["name"])
	case eaio.EventCalled:
		return fmt.Sprintf("%s asking %v (pool %v, round %v)", at, d["model"], d["pool"], d["round"])
	case eaio.EventReplied:
		return fmt.Sprintf("%s %v replied, %v tokens", at, d["model"], d["output_tokens"])
	case eaio.EventSoftLimit:
		return fmt.Sprintf("%s the budget of the %v %v has reached its soft limit", at, d["scope"], d["name"])
	case eaio.EventRejected:
		return fmt.Sprintf("%s the reply was rejected: %d unsupported claims", at, length(d["faults"]))
	case eaio.EventRecorded:
		return fmt.Sprintf("%s answered by %v (%v)", at, d["answered_by"], d["reason"])
	case eaio.EventAccepted, eaio.EventCompleted, eaio.EventFailed, eaio.EventCancelled:
	}
	return at + " " + string(e.Type)
}

func length(v any) int {
	list, _ := v.([]any)
	return len(list)
}

func (s *state) completeBuildings(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	var page struct{ Items []eaio.Building }
	if s.get(c.Context(), "/v1/buildings?limit=500", &page) != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, b := range page.Items {
		ids = append(ids, b.ID+"\t"+b.Name)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
