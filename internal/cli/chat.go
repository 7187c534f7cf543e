package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/spf13/cobra"
)

func (s *state) chatCommand() *cobra.Command {
	k := chat{state: s}
	var deadline time.Duration
	c := &cobra.Command{
		Use:   "chat",
		Short: "Talk about a building: one question a line, each may lean on those before",
		Long: `Reads a question a line and prints its answer, until the input ends. A question may
leave out what earlier ones said: "and last week?", "why?", "còn tháng trước?".
With --json each turn is printed as one line.`,
		Example: `  eaio chat --building robin_office_serena
  eaio chat -b robin_office_serena --json < questions.txt
  eaio chat --conversation 0196f3a1-7c00-7000-8000-000000000000`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			k.turn.DeadlineMS = deadline.Milliseconds()
			return k.run(c)
		},
	}
	f := c.Flags()
	f.StringVarP(&k.about.Building, "building", "b", "", "building it is about (eaio building list)")
	f.StringVar(&k.about.Audience, "audience", "manager", "who reads it: manager, analyst or owner")
	f.StringVar(&k.about.Language, "language", "", "en or vi; default: each question's own")
	f.StringVar(&k.about.Privacy, "privacy", "", "tighten the building's label: private, deidentified or public")
	f.StringVar(&k.turn.AsOf, "as-of", "", "exclusive instant such as 2017-11-21T00:00:00Z; default: end of the last complete local day of data")
	f.DurationVar(&deadline, "deadline", 0, "of each answer; default 5s; 500ms to 5m")
	f.StringVar(&k.id, "conversation", "", "go on with this one")
	for _, name := range []string{"building", "audience", "language", "privacy"} {
		c.MarkFlagsMutuallyExclusive("conversation", name)
	}
	_ = c.RegisterFlagCompletionFunc("audience", cobra.FixedCompletions([]string{"manager", "analyst", "owner"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("language", cobra.FixedCompletions([]string{"en", "vi"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("building", s.completeBuildings)
	return c
}

// chat is one sitting.
type chat struct {
	*state
	id    string
	about struct {
		Building string `json:"building,omitempty"`
		Audience string `json:"audience,omitempty"`
		Language string `json:"language,omitempty"`
		Privacy  string `json:"privacy,omitempty"`
	}
	turn       Question // what every turn has in common
	unanswered bool
}

// maxLine bounds a line of input; the API bounds the question.
const maxLine = 1 << 20

// run asks until the input ends. A question that got no answer ends the process
// with code 1 then.
func (k *chat) run(c *cobra.Command) error {
	if k.id != "" {
		if err := k.get(c.Context(), "/v1/conversations/"+url.PathEscape(k.id)+"?limit=1", nil); err != nil {
			return err
		}
	}
	prompt := isTerminal(c.InOrStdin())
	lines := bufio.NewScanner(c.InOrStdin())
	lines.Buffer(nil, maxLine)
	for {
		if prompt {
			fmt.Fprint(k.err, "> ")
		}
		if !lines.Scan() {
			break
		}
		question := strings.TrimSpace(lines.Text())
		if question == "" {
			continue
		}
		if err := k.ask(c, question); err != nil {
			return err
		}
	}
	if prompt {
		fmt.Fprintln(k.err)
	}
	if k.id != "" {
		fmt.Fprintf(k.err, "go on with: eaio chat --conversation %s\n", k.id)
	}
	if err := lines.Err(); err != nil {
		return eaio.Errorf(eaio.KindInvalid, "", "read the questions: %w", err)
	}
	if k.unanswered {
		return &exitError{1}
	}
	return nil
}

func isTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// ask puts one question. What is wrong with that question alone is told, and the
// next one may be better.
func (k *chat) ask(c *cobra.Command, question string) error {
	raw, err := k.answer(c, question)
	var own *eaio.Error
	switch {
	case errors.As(err, &own) && own.Kind == eaio.KindInvalid && k.id != "":
		k.unanswered = true
		fmt.Fprintln(k.err, "eaio: "+err.Error())
		return nil
	case err != nil:
		return err
	}
	return k.print(raw)
}

// answer returns the finished turn as the API sends it.
func (k *chat) answer(c *cobra.Command, question string) (raw json.RawMessage, err error) {
	ctx := c.Context()
	if k.id == "" {
		var opened struct{ ID string }
		if err := k.send(ctx, http.MethodPost, "/v1/conversations", k.about, &opened); err != nil {
			return nil, err
		}
		k.id = opened.ID
	}
	q := k.turn
	q.Question = question
	if err := k.send(ctx, http.MethodPost, "/v1/conversations/"+url.PathEscape(k.id)+"/turns?wait=60s", q, &raw); err != nil {
		return nil, err
	}
	var t Task
	if err := json.Unmarshal(raw, &t); err != nil || t.Status.Ended() {
		return raw, err
	}
	if err := k.follow(ctx, t.ID, func(eaio.Event) {}); err != nil {
		return nil, err
	}
	return raw, k.get(ctx, "/v1/tasks/"+t.ID, &raw)
}

// print shows a turn: the words, or with --json all of it in a line.
func (k *chat) print(raw json.RawMessage) error {
	var t Task
	if err := json.Unmarshal(raw, &t); err != nil {
		return err
	}
	k.unanswered = k.unanswered || t.Answer == nil
	switch {
	case k.json:
		_, err := fmt.Fprintln(k.out, strings.TrimSpace(string(raw)))
		return err
	case k.verbose:
		RenderTask(k.out, t)
	case t.Answer != nil:
		fmt.Fprintln(k.out, t.Answer.Text)
	case t.Problem != nil:
		fmt.Fprintf(k.out, "%s: %s\n", t.Problem.Title, t.Problem.Detail)
	default:
		fmt.Fprintf(k.out, "The task %s is %s and has no answer.\n", t.ID, t.Status)
	}
	_, err := fmt.Fprintln(k.out)
	return err
}
