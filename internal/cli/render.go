package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/eaio/eaio"
)

// Task is a task as the API sends it.
type Task struct {
	eaio.Task
	Question string            `json:"question"`
	Building string            `json:"building"`
	Audience eaio.Audience     `json:"audience"`
	Links    map[string]string `json:"links"`
}

// RenderTask prints an answer for people: words, facts, sources, route, times.
func RenderTask(w io.Writer, t Task) {
	if t.Question != "" {
		fmt.Fprintf(w, "%s\n", t.Question)
	}
	if t.Problem != nil {
		fmt.Fprintf(w, "\n%s: %s\n", t.Problem.Title, t.Problem.Detail)
	}
	if t.Answer == nil {
		fmt.Fprintf(w, "\nThe task %s is %s and has no answer.\n", t.ID, t.Status)
		return
	}
	a := t.Answer
	fmt.Fprintf(w, "\n%s\n", a.Text)
	if len(a.Facts) > 0 {
		fmt.Fprintf(w, "\nFacts\n")
		renderFacts(w, a.Facts)
	}
	if len(a.Citations) > 0 {
		fmt.Fprintf(w, "\nSources\n")
		for _, c := range a.Citations {
			fmt.Fprintf(w, "  %s  %s (%s)\n", c.Ref, c.Title, c.Source)
		}
	}
	fmt.Fprintf(w, "\nRoute     %s\n", route(*a))
	if t.Timings != (eaio.Timings{}) { // a first answer comes before its task has ended
		fmt.Fprintf(w, "Steps     %s\n", steps(t.Timings))
	}
	if t.Usage.ModelCalls > 0 {
		fmt.Fprintf(w, "Usage     %d model calls, %d tokens in, %d out, %s USD\n", t.Usage.ModelCalls, t.Usage.InputTokens, t.Usage.OutputTokens, t.Usage.CostUSD)
	}
	fmt.Fprintf(w, "Task      %s\n", t.ID)
}

func renderFacts(w io.Writer, facts []eaio.Fact) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range facts {
		fmt.Fprintf(tw, "  %s\t%s\t%s\t%s\t%s\t%s\n", f.Ref, f.Name, value(f.Value), f.Unit, f.Method, window(f.Window))
	}
	_ = tw.Flush()
}

// value shows a number with at most three decimals; the JSON holds all of it.
func value(v eaio.Value) string {
	x, ok := v.Float()
	if v.IsText() || !ok {
		return v.String()
	}
	text := fmt.Sprintf("%.3f", x)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

func window(w eaio.Window) string {
	const stamp = "2006-01-02 15:04Z"
	return w.From.UTC().Format(stamp) + " … " + w.To.UTC().Format(stamp)
}

var reasons = map[eaio.Reason]string{
	eaio.ReasonModel:       "its words passed verification",
	eaio.ReasonNoModel:     "no model is configured",
	eaio.ReasonDeadline:    "no verified words of a model came in time",
	eaio.ReasonUnavailable: "no model answered",
	eaio.ReasonRateLimited: "the model's provider asked us to wait",
	eaio.ReasonBudget:      "the budget is used up",
	eaio.ReasonPrivacy:     "the data may not leave for the configured model",
	eaio.ReasonUnverified:  "the model's words held numbers that no fact supports",
	eaio.ReasonRefused:     "the model refused",
	eaio.ReasonMalformed:   "the model's reply could not be read",
}

func route(a eaio.Answer) string {
	text := "worded by the " + a.AnsweredBy
	if a.AnsweredBy != eaio.Narrator {
		text = "worded by " + a.AnsweredBy + " (pool " + a.Pool + ")"
	}
	if why, ok := reasons[a.Reason]; ok {
		text += ": " + why
	}
	for _, s := range a.Skipped {
		text += fmt.Sprintf("; %s was not asked (%s)", s.Pool, s.Reason)
	}
	return text
}

func steps(t eaio.Timings) string {
	return fmt.Sprintf("queue %.0f ms, plan %.0f ms, gather %.0f ms, word %.0f ms, verify %.0f ms, record %.0f ms, in all %.0f ms", t.Queue, t.Plan, t.Gather, t.Word, t.Verify, t.Record, t.Total)
}

func ago(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04:05")
}
