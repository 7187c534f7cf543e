package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"text/tabwriter"

	"github.com/eaio/eaio"
	"github.com/spf13/cobra"
)

func (s *state) taskCommand() *cobra.Command {
	c := &cobra.Command{Use: "task", Short: "List, read, follow and cancel tasks"}
	c.AddCommand(s.taskListCommand(), s.taskShowCommand(), s.taskWatchCommand(), s.taskCancelCommand())
	return c
}

func (s *state) taskListCommand() *cobra.Command {
	var building, status string
	var limit int
	c := &cobra.Command{Use: "list", Short: "List tasks, newest first", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		query := url.Values{"limit": {strconv.Itoa(limit)}}
		if building != "" {
			query.Set("building", building)
		}
		if status != "" {
			query.Set("status", status)
		}
		var raw json.RawMessage
		if err := s.get(c.Context(), "/v1/tasks?"+query.Encode(), &raw); err != nil {
			return err
		}
		if s.json {
			return s.printJSON(raw)
		}
		var page struct{ Items []Task }
		if err := json.Unmarshal(raw, &page); err != nil {
			return err
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "TASK\tSTATUS\tBUILDING\tASKED\tANSWERED BY\tMS\tQUESTION")
		for _, t := range page.Items {
			by := ""
			if t.Answer != nil {
				by = t.Answer.AnsweredBy
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%.0f\t%s\n", t.ID, t.Status, t.Building, ago(t.CreatedAt), by, t.Timings.Total, short(t.Question, 60))
		}
		return w.Flush()
	}}
	c.Flags().StringVarP(&building, "building", "b", "", "only of this building")
	c.Flags().StringVar(&status, "status", "", "only accepted, running, completed, failed or cancelled")
	c.Flags().IntVar(&limit, "limit", 20, "how many, up to 200")
	_ = c.RegisterFlagCompletionFunc("building", s.completeBuildings)
	return c
}

func short(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}

func (s *state) taskShowCommand() *cobra.Command {
	return &cobra.Command{Use: "show TASK", Short: "Print a task with its answer", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		var raw json.RawMessage
		if err := s.get(c.Context(), "/v1/tasks/"+url.PathEscape(args[0]), &raw); err != nil {
			return err
		}
		if s.json {
			return s.printJSON(raw)
		}
		var t Task
		if err := json.Unmarshal(raw, &t); err != nil {
			return err
		}
		RenderTask(s.out, t)
		fmt.Fprintf(s.out, "Status    %s\nWeb UI    %s\n", t.Status, t.Links["temporal_ui"])
		return nil
	}}
}

func (s *state) taskWatchCommand() *cobra.Command {
	return &cobra.Command{Use: "watch TASK", Short: "Follow a task's events to the last", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		return s.follow(c.Context(), url.PathEscape(args[0]), func(e eaio.Event) {
			if s.json {
				_ = json.NewEncoder(s.out).Encode(e)
			} else {
				fmt.Fprintln(s.out, progress(e))
			}
		})
	}}
}

func (s *state) taskCancelCommand() *cobra.Command {
	return &cobra.Command{Use: "cancel TASK", Short: "Cancel a task", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		var t Task
		if err := s.call(c.Context(), http.MethodPost, "/v1/tasks/"+url.PathEscape(args[0])+"/cancel", nil, nil, &t); err != nil {
			return err
		}
		if t.Status.Ended() && t.Status != eaio.TaskCancelled {
			fmt.Fprintf(s.out, "%s had ended already: %s\n", t.ID, t.Status)
			return nil
		}
		fmt.Fprintf(s.out, "%s is being cancelled\n", t.ID)
		return nil
	}}
}
