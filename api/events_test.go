package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/api"
)

// stream is an open event stream.
type stream struct {
	tb   testing.TB
	resp *http.Response
	text *bufio.Scanner
}

// follow opens a task's stream after an event; lastID "" sends no header. A
// stream that does not end is cut after half a minute.
func (w *world) follow(ctx context.Context, task, lastID string) *stream {
	w.tb.Helper()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	w.tb.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+"/v1/tasks/"+task+"/events", nil)
	if err != nil {
		w.tb.Fatal(err)
	}
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		w.tb.Fatal(err)
	}
	w.tb.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" || resp.Header.Get("Cache-Control") != "no-store" {
		w.tb.Fatalf("%s, headers %v", resp.Status, resp.Header)
	}
	return &stream{w.tb, resp, bufio.NewScanner(resp.Body)}
}

// next returns the next event, or false at the end of the stream. The lines
// around the data must agree with it.
func (s *stream) next() (e eaio.Event, more bool) {
	s.tb.Helper()
	fields := map[string]string{}
	for s.text.Scan() {
		name, value, found := strings.Cut(s.text.Text(), ": ")
		if found && name != "" {
			fields[name] = value
		}
		if s.text.Text() != "" || len(fields) == 0 {
			continue
		}
		if err := json.Unmarshal([]byte(fields["data"]), &e); err != nil {
			s.tb.Fatalf("data %q: %v", fields["data"], err)
		}
		if fields["id"] != strconv.FormatInt(e.Seq, 10) || fields["event"] != string(e.Type) {
			s.tb.Errorf("id %s, event %s, data %s", fields["id"], fields["event"], fields["data"])
		}
		return e, true
	}
	return e, false
}

// rest reads to the end.
func (s *stream) rest() (events []eaio.Event) {
	s.tb.Helper()
	for e, more := s.next(); more; e, more = s.next() {
		events = append(events, e)
	}
	return events
}

// A stream holds the journal as it is stored, from wherever the reader resumes.
func TestEventsOfAFinishedTask(t *testing.T) {
	w := start(t)
	id := w.answered().ID
	want := w.Events(t, id)
	types := w.Types(t, id)
	order := []eaio.EventType{eaio.EventAccepted, eaio.EventPlanned, eaio.EventGathered, eaio.EventRoute, eaio.EventRecorded, eaio.EventCompleted}
	if !slices.Equal(types, order) {
		t.Fatalf("events %v", types)
	}
	for _, c := range []struct {
		lastID string
		after  int
	}{{"", 0}, {"0", 0}, {"1", 1}, {"5", 5}, {"6", 6}, {"7", 6}, {"999999", 6}} {
		started := time.Now()
		got := w.follow(t.Context(), id, c.lastID).rest()
		if !slices.EqualFunc(got, want[c.after:], sameEvent) {
			t.Errorf("Last-Event-ID %q: %v", c.lastID, got)
		}
		if took := time.Since(started); took > 5*time.Second {
			t.Errorf("Last-Event-ID %q: the stream ended after %s, want at once", c.lastID, took)
		}
	}
	for _, lastID := range []string{"-1", "x", "1.5", "99999999999999999999"} {
		problem(t, w.send(http.MethodGet, "/v1/tasks/"+id+"/events", nil, "Last-Event-ID", lastID), http.StatusBadRequest, "invalid")
	}
}

func sameEvent(a, b eaio.Event) bool {
	return a.Seq == b.Seq && a.ID == b.ID && a.Type == b.Type && a.At.Equal(b.At)
}

// Readers see events as they come, each once and in order, and the end.
func TestEventsAsTheyCome(t *testing.T) {
	news := &countedNews{}
	w := start(t, news.count)
	w.engine.set(true, nil)
	id := w.ask().ID
	const writers, each = 4, 100 // more than one page in all
	streams := []*stream{w.follow(t.Context(), id, ""), w.follow(t.Context(), id, "1")}
	for _, s := range streams[:1] {
		if e, _ := s.next(); e.Type != eaio.EventAccepted {
			t.Fatalf("first event %+v", e)
		}
	}
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for k := range each {
				if err := w.Store.Store.Append(t.Context(), eaio.DefaultTenant, id, eaio.NewEvent(eaio.EventCalled, fmt.Sprintf("%d-%d", i, k), nil)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	w.post("/v1/tasks/"+id+"/cancel", "")
	for i, s := range streams {
		got := s.rest()
		for k, e := range got {
			if e.Seq != int64(k+2) {
				t.Fatalf("stream %d: event %d has number %d", i, k, e.Seq)
			}
		}
		if len(got) != writers*each+1 || got[len(got)-1].Type != eaio.EventCancelled {
			t.Errorf("stream %d: %d events, want %d", i, len(got), writers*each+1)
		}
	}
	news.wait(t, 0)
}

// A reader who leaves is not kept, and can resume where it was.
func TestAReaderLeaves(t *testing.T) {
	news := &countedNews{}
	w := start(t, news.count)
	w.engine.set(true, nil)
	id := w.ask().ID
	ctx, leave := context.WithCancel(t.Context())
	first, _ := w.follow(ctx, id, "").next()
	news.wait(t, 1)
	leave()
	news.wait(t, 0)
	w.post("/v1/tasks/"+id+"/cancel", "")
	rest := w.follow(t.Context(), id, strconv.FormatInt(first.Seq, 10)).rest()
	if len(rest) != 1 || rest[0].Type != eaio.EventCancelled {
		t.Errorf("after resuming: %v", rest)
	}
}

// lateEnd ends the task just when the gateway looks whether it has ended.
type lateEnd struct {
	tasks
	end func(id string)
}

func (l lateEnd) Task(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Task, error) {
	l.end(id)
	return l.tasks.Task(ctx, tenant, id)
}

// A task that ends between two looks of the gateway ends the stream with its
// last event, not without.
func TestTheLastEventIsNotLost(t *testing.T) {
	var w *world
	var once sync.Once
	w = start(t, func(c *api.Config) {
		c.Tasks = lateEnd{c.Tasks, func(id string) {
			once.Do(func() {
				if err := w.Store.Store.End(t.Context(), eaio.DefaultTenant, id, eaio.TaskFailed, nil, eaio.NewEvent(eaio.EventFailed, "", nil)); err != nil {
					t.Error(err)
				}
			})
		}}
	})
	w.engine.set(true, nil)
	id := w.ask().ID
	s := w.follow(t.Context(), id, "1") // nothing yet, so it looks
	w.Exec(t, "select pg_notify('eaio_tasks', $1)", string(eaio.DefaultTenant)+"/"+id)
	if got := s.rest(); len(got) != 1 || got[0].Type != eaio.EventFailed {
		t.Errorf("events %v, want the failure", got)
	}
}

// A quiet stream is kept open by a comment; nothing keeps a reader who has gone.
func TestAQuietStream(t *testing.T) {
	news, open := make(chan struct{}, 1), make(chan time.Time, 1)
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, c := range []struct {
		name  string
		ctx   context.Context
		ready func()
		w     io.Writer
		want  bool
		line  string
	}{
		{"news", t.Context(), func() { news <- struct{}{} }, &strings.Builder{}, true, ""},
		{"quiet", t.Context(), func() { open <- time.Time{} }, &strings.Builder{}, true, ": still here\n\n"},
		{"reader gone", gone, func() {}, &strings.Builder{}, false, ""},
		{"line broken", t.Context(), func() { open <- time.Time{} }, brokenLine{}, false, ""},
	} {
		c.ready()
		if got := api.Pause(c.ctx, c.w, news, open); got != c.want {
			t.Errorf("%s: the stream goes on: %t", c.name, got)
		}
		if b, is := c.w.(*strings.Builder); is && b.String() != c.line {
			t.Errorf("%s: wrote %q", c.name, b)
		}
	}
}

type brokenLine struct{}

func (brokenLine) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
