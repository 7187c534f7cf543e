package stack

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/cli"
)

// chat types lines into `eaio chat`.
func chat(t *testing.T, s *Stack, lines string, args ...string) (out, told string, err error) {
	t.Helper()
	t.Setenv("EAIO_API", s.URL())
	var stdout, stderr bytes.Buffer
	c := cli.New(cli.Version{Number: "test"}, &stdout, &stderr)
	c.SetIn(strings.NewReader(lines))
	c.SetArgs(append([]string{"chat"}, args...))
	err = c.ExecuteContext(t.Context())
	return stdout.String(), stderr.String(), err
}

var goOn = regexp.MustCompile(`--conversation (\S+)`)

func TestChat(t *testing.T) {
	s := up(t, nil)
	out, told, err := chat(t, s, "How much electricity did we use last month?\n\nWhy?\n", "-b", "robin_office_serena", "--as-of", "2017-04-25T23:00:00Z")
	if err != nil {
		t.Fatalf("%v\n%s", err, told)
	}
	if strings.Count(out, "From 1 March to 31 March 2017") != 2 || strings.Count(out, "is made up of") != 1 {
		t.Errorf("answers\n%s", out)
	}
	id := goOn.FindStringSubmatch(told)
	if id == nil {
		t.Fatalf("told %q", told)
	}

	t.Run("goes on, a line of JSON a turn", func(t *testing.T) {
		out, _, err := chat(t, s, "còn tuần trước?\nCòn phát thải CO2?", "--conversation", id[1], "--json")
		lines := strings.Split(strings.TrimSpace(out), "\n")
		if err != nil || len(lines) != 2 {
			t.Fatalf("%v, %d lines:\n%s", err, len(lines), out)
		}
		for i, analysis := range []string{"consumption", "carbon"} {
			var got task
			if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
				t.Fatal(err)
			}
			stored, err := s.App.Store.Task(t.Context(), eaio.DefaultTenant, got.ID)
			if err != nil || got.Turn != 3+i || got.Conversation != id[1] || got.Answer == nil || got.Answer.Status == eaio.ResultDeclined {
				t.Fatalf("%+v, %v", got, err)
			}
			if c := stored.Plan.Calls[0]; c.Analysis != analysis || c.Period != eaio.LastWeek || stored.Language != eaio.Vietnamese {
				t.Errorf("turn %d in %s: %+v", got.Turn, stored.Language, stored.Plan.Calls)
			}
		}
	})
	t.Run("a bad question is told and the next one answered", func(t *testing.T) {
		out, told, err := chat(t, s, strings.Repeat("a", 5000)+"\nWhy?\n", "--conversation", id[1])
		if err == nil || !strings.Contains(told, "question") || strings.TrimSpace(out) == "" {
			t.Errorf("%v, %q\n%s", err, out, told)
		}
	})
	t.Run("what cannot be", func(t *testing.T) {
		for want, args := range map[string][]string{
			"unknown_conversation": {"--conversation", "none"},
			"unknown_building":     {"-b", "nowhere"},
			"none of the others":   {"-b", "nowhere", "--conversation", id[1]},
		} {
			if _, _, err := chat(t, s, "Why?\n", args...); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v: %v", args, err)
			}
		}
		if out, told, err := chat(t, s, "", "-b", "robin_office_serena"); err != nil || out != "" || told != "" {
			t.Errorf("without a question: %v, %q, %q", err, out, told)
		}
	})
}
