package stack

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/app"
	"github.com/eaio/eaio/internal/faultproxy"
	"github.com/eaio/eaio/internal/stubmodel"
	"go.temporal.io/api/enums/v1"
	"google.golang.org/protobuf/proto"
)

// up starts a whole stack on free ports.
func up(t *testing.T, change func(*Config)) *Stack {
	t.Helper()
	cfg := Config{Dir: reachableDir(t), Version: "test", App: app.FromEnvironment(), Progress: func(s string) { t.Log(s) }}
	cfg.App.OllamaHost, cfg.App.OpenAIKey, cfg.App.MilvusAddress = "", "", ""
	if change != nil {
		change(&cfg)
	}
	s, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// task is what the API says of a task.
type task struct {
	eaio.Task
	Links map[string]string `json:"links"`
}

// server is an API: of a stack or of a process.
type server interface{ URL() string }

func call(t *testing.T, s server, method, path, key, body string, into any) int {
	t.Helper()
	status, _, b, err := send(t, s, method, path, key, body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(b, into); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, b)
		}
	}
	return status
}

// send makes one request, which may fail with the server.
func send(t *testing.T, s server, method, path, key, body string) (status int, header http.Header, reply []byte, err error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer resp.Body.Close()
	reply, err = io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, reply, err
}

const night = `{"question":"What was left on last night?","building":"robin_office_serena","as_of":"2017-04-25T23:00:00Z"%s}`

func TestTheWholeStack(t *testing.T) {
	s := up(t, nil)

	var first task
	if status := call(t, s, "POST", "/v1/tasks?wait=10s", "one", fmt.Sprintf(night, ""), &first); status != http.StatusOK {
		t.Fatalf("ask: %d", status)
	}
	a := first.Answer
	if a == nil || a.AnsweredBy != eaio.Narrator || a.Reason != eaio.ReasonNoModel || len(a.Citations) == 0 {
		t.Fatalf("answer: %+v", a)
	}
	excess, ok := fact(a.Facts, "night_excess")
	if x, _ := excess.Value.Float(); !ok || x < 169 || x > 171 || excess.Unit != "kWh" || excess.ID != first.ID+"/"+excess.Ref {
		t.Fatalf("the night's excess is %+v, want about 169.9 kWh", excess)
	}
	if !strings.Contains(a.Text, "["+excess.Ref+"]") {
		t.Fatalf("the text does not cite %s: %s", excess.Ref, a.Text)
	}

	t.Run("the events stream to the last, and resume", func(t *testing.T) {
		types := stream(t, s, first.ID, "")
		want := "task.accepted task.planned evidence.gathered route.chosen answer.recorded task.completed"
		if got := strings.Join(types, " "); got != want {
			t.Fatalf("events: %s", got)
		}
		if rest := stream(t, s, first.ID, "4"); strings.Join(rest, " ") != "answer.recorded task.completed" {
			t.Fatalf("resumed after 4: %v", rest)
		}
	})
	t.Run("the same key gives the same task, another body a conflict", func(t *testing.T) {
		var again task
		if status := call(t, s, "POST", "/v1/tasks?wait=10s", "one", fmt.Sprintf(night, ""), &again); status != http.StatusOK || again.ID != first.ID {
			t.Fatalf("%d, task %s instead of %s", status, again.ID, first.ID)
		}
		var problem struct{ Type string }
		if status := call(t, s, "POST", "/v1/tasks", "one", fmt.Sprintf(night, `,"audience":"owner"`), &problem); status != http.StatusConflict || problem.Type != "idempotency_mismatch" {
			t.Fatalf("%d %s", status, problem.Type)
		}
	})
	t.Run("the history is small", func(t *testing.T) {
		events, bytes := history(t, s, first.ID)
		t.Logf("history: %d events, %d bytes", events, bytes)
		if events > 14 || bytes > 5000 {
			t.Fatalf("history: %d events, %d bytes; at most 14 and 5,000", events, bytes)
		}
	})
	t.Run("bad input is told what would be right", func(t *testing.T) {
		for _, c := range []struct {
			body   string
			status int
			word   string
		}{
			{`{"question":""}`, 400, "invalid"},
			{`{"question":"What was left on last night?","building":"nowhere"}`, 404, "unknown_building"},
			{`{"question":"` + strings.Repeat("a", 1<<20) + `"}`, 413, "too_large"},
			{`{"question":"x","colour":"red"}`, 400, "invalid"},
			{`{"question":"x","deadline_ms":1}`, 400, "invalid"},
			{`{"question":`, 400, "invalid"},
		} {
			var problem struct{ Type, Detail string }
			if status := call(t, s, "POST", "/v1/tasks", "", c.body, &problem); status != c.status || problem.Type != c.word || problem.Detail == "" {
				t.Errorf("%.60s: %d %+v, want %d %s", c.body, status, problem, c.status, c.word)
			}
		}
		var declined task
		call(t, s, "POST", "/v1/tasks?wait=10s", "", `{"question":"Wie war die letzte Nacht?","building":"robin_office_serena"}`, &declined)
		if declined.Answer == nil || declined.Answer.Status != eaio.ResultDeclined {
			t.Errorf("a question in neither language: %+v", declined.Answer)
		}
	})
	t.Run("cancelling an ended task changes nothing", func(t *testing.T) {
		var after task
		if status := call(t, s, "POST", "/v1/tasks/"+first.ID+"/cancel", "", "", &after); status != http.StatusAccepted || after.Status != eaio.TaskCompleted {
			t.Fatalf("%d %s", status, after.Status)
		}
	})
	t.Run("a second stack on the same data is refused", func(t *testing.T) {
		_, err := Start(t.Context(), Config{Dir: s.Dir, App: app.FromEnvironment()})
		if eaio.KindOf(err) != eaio.KindConflict {
			t.Fatalf("got %v", err)
		}
	})
	if _, err := os.Stat(filepath.Join(s.Dir, "eaio.log")); err != nil {
		t.Error(err)
	}
}

// withModel puts a proxy before a model that says text, in the place of a cloud.
func withModel(t *testing.T, text string) (*faultproxy.Proxy, *stubmodel.Server, func(*Config)) {
	t.Helper()
	model, err := stubmodel.Start(stubmodel.Config{Latency: 5 * time.Millisecond, Text: func(stubmodel.Request) string { return text }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(model.Close)
	proxy, err := faultproxy.Start(model.BaseURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	return proxy, model, func(c *Config) { c.App.OpenAIKey, c.App.OpenAIBaseURL, c.App.OpenAIModel = "test", proxy.URL(), "stub" }
}

func TestAModelWordsTheAnswer(t *testing.T) {
	const words = "The night was above its usual level [F1]."
	proxy, model, change := withModel(t, words)
	s := up(t, change)
	var got task
	call(t, s, "POST", "/v1/tasks?wait=10s", "", fmt.Sprintf(night, ""), &got)
	if got.Answer == nil || got.Answer.Text != words || got.Answer.Reason != eaio.ReasonModel || got.Usage.ModelCalls != 1 {
		t.Fatalf("answer: %+v, usage %+v", got.Answer, got.Usage)
	}
	if events, bytes := history(t, s, got.ID); events > 20 {
		t.Errorf("history: %d events, %d bytes; at most 20 events with one call", events, bytes)
	}

	t.Run("a private building never reaches it", func(t *testing.T) {
		before := proxy.Requests()
		var got task
		call(t, s, "POST", "/v1/tasks?wait=10s", "", fmt.Sprintf(night, `,"privacy":"private"`), &got)
		if got.Answer == nil || got.Answer.Reason != eaio.ReasonPrivacy || len(got.Answer.Skipped) != 1 || proxy.Requests() != before {
			t.Fatalf("answer: %+v, %d requests more", got.Answer, proxy.Requests()-before)
		}
	})
	t.Run("one that hangs gives way to the narrator in time", func(t *testing.T) {
		if err := proxy.Set(faultproxy.Fault{Mode: faultproxy.Hang}); err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		var got task
		call(t, s, "POST", "/v1/tasks?wait=10s", "", fmt.Sprintf(night, `,"deadline_ms":2500`), &got)
		took := time.Since(started)
		if got.Answer == nil || got.Answer.AnsweredBy != eaio.Narrator || got.Answer.Reason != eaio.ReasonDeadline {
			t.Fatalf("answer: %+v", got.Answer)
		}
		if took > 2750*time.Millisecond {
			t.Fatalf("the answer took %s; the deadline was 2.5 s", took)
		}
	})
	if n := model.PaidTwice(); n != 0 {
		t.Errorf("%d calls were paid twice", n)
	}
}

func TestALyingModelIsCaught(t *testing.T) {
	_, _, change := withModel(t, "The building used 999999 kWh last night [F1].")
	s := up(t, change)
	var got task
	call(t, s, "POST", "/v1/tasks?wait=10s", "", fmt.Sprintf(night, ""), &got)
	if got.Answer == nil || got.Answer.AnsweredBy != eaio.Narrator || got.Answer.Reason != eaio.ReasonUnverified || strings.Contains(got.Answer.Text, "999") {
		t.Fatalf("answer: %+v", got.Answer)
	}
	if got.Usage.ModelCalls != 2 {
		t.Fatalf("%d calls: want the first and one repair", got.Usage.ModelCalls)
	}
}

func fact(facts []eaio.Fact, name string) (eaio.Fact, bool) {
	return eaio.Result{Facts: facts}.Fact(name)
}

func stream(t *testing.T, s server, id, after string) (types []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/v1/tasks/"+id+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	if after != "" {
		req.Header.Set("Last-Event-ID", after)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if kind, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			types = append(types, kind)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("the stream did not end by itself: %v", err)
	}
	return types
}

// history counts the events of a task's run and their bytes as stored.
func history(t *testing.T, s *Stack, id string) (events, bytes int) {
	t.Helper()
	run := s.App.Temporal.GetWorkflow(t.Context(), "default/"+id, "")
	if err := run.Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for it := s.App.Temporal.GetWorkflowHistory(t.Context(), "default/"+id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); it.HasNext(); events++ {
		e, err := it.Next()
		if err != nil {
			t.Fatal(err)
		}
		bytes += proto.Size(e)
	}
	return events, bytes
}
