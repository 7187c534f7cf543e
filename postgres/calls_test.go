package postgres_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

const (
	long = time.Minute
	over = -time.Millisecond // a lease that has run out already
)

func call(task string) eaio.ModelCall {
	return eaio.ModelCall{Key: task + "/local/1", Task: task, Pool: "local", Model: "gemma"}
}

func (d *db) claim(tb testing.TB, c eaio.ModelCall, lease time.Duration) eaio.ModelCall {
	tb.Helper()
	got, err := d.Claim(tb.Context(), tenant, c, lease)
	if err != nil {
		tb.Fatal(err)
	}
	return got
}

func (d *db) store(tb testing.TB, c eaio.ModelCall, text string, events ...eaio.Event) {
	tb.Helper()
	reply := eaio.ModelReply{Text: text, InputTokens: 100, OutputTokens: 20, FirstToken: 250 * time.Millisecond, Total: 2 * time.Second}
	if err := d.StoreReply(tb.Context(), tenant, c, reply, "0.000123", events); err != nil {
		tb.Fatal(err)
	}
}

func TestOneHolderOfACall(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	for round := range 3 { // a new call, one whose lease is over, one that was given back
		var wg sync.WaitGroup
		var mu sync.Mutex
		var holders []eaio.ModelCall
		for range 20 {
			wg.Go(func() {
				got, err := d.Claim(t.Context(), tenant, call("a"), long)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					holders = append(holders, got)
					return
				}
				wantKind(t, err, eaio.KindUnavailable)
				if left := eaio.RetryAfterOf(err); left <= 0 || left > long || got.Replied {
					t.Errorf("told to come back in %v, %+v", left, got)
				}
			})
		}
		wg.Wait()
		if len(holders) != 1 || holders[0].Attempt != round+1 || holders[0].Replied {
			t.Fatalf("round %d: holders %+v", round, holders)
		}
		d.wantCount(t, 1, "model_calls where attempt = $1 and state = 'claimed' and error_kind = ''", round+1)
		if round == 0 {
			d.exec(t, "update model_calls set lease_until = clock_timestamp() - interval '1 ms'")
		} else if err := d.FailCall(t.Context(), tenant, holders[0], eaio.KindRateLimited); err != nil {
			t.Fatal(err)
		}
	}
}

func TestClaimTellsWhatIsLeftOfTheLease(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	d.claim(t, call("a"), long)
	_, err := d.Claim(t.Context(), tenant, call("a"), time.Second)
	if left := eaio.RetryAfterOf(err); left > long || left < long-20*time.Second {
		t.Errorf("%v left, %v", left, err)
	}
	d.exec(t, "update model_calls set lease_until = clock_timestamp() + interval '10 s'")
	_, err = d.Claim(t.Context(), tenant, call("a"), long) // does not lengthen it
	if left := eaio.RetryAfterOf(err); left > 10*time.Second {
		t.Errorf("%v left, %v", left, err)
	}
}

func TestTakeover(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	first := d.claim(t, call("a"), over)
	other := call("a")
	other.Model = "llama"
	second := d.claim(t, other, long)
	if first.Attempt != 1 || second.Attempt != 2 || second.Model != "llama" {
		t.Fatalf("%+v, then %+v", first, second)
	}
	wantKind(t, d.Renew(t.Context(), tenant, first, time.Hour), eaio.KindConflict)
	if err := d.FailCall(t.Context(), tenant, first, eaio.KindInternal); err != nil { // no longer its own
		t.Error(err)
	}
	d.wantCount(t, 1, "model_calls where state = 'claimed' and model = 'llama' and lease_until < clock_timestamp() + interval '61 s'")
	if err := d.Renew(t.Context(), tenant, second, time.Hour); err != nil {
		t.Error(err)
	}
	d.wantCount(t, 1, "model_calls where attempt = 2 and lease_until > clock_timestamp() + interval '59 min'")
	if err := d.FailCall(t.Context(), tenant, second, eaio.KindRateLimited); err != nil {
		t.Error(err)
	}
	d.wantCount(t, 1, "model_calls where state = 'failed' and error_kind = 'rate_limited' and ended_at is not null")
	wantKind(t, d.Renew(t.Context(), tenant, second, time.Hour), eaio.KindConflict)
}

// A reply is paid for: whichever attempt brings the first, it stays.
func TestTheFirstReplyWins(t *testing.T) {
	d := open(t)
	for _, c := range []struct{ name, order string }{{"the stale attempt first", "12"}, {"the stale attempt last", "21"}, {"after it was given back", "f1"}} {
		t.Run(c.name, func(t *testing.T) {
			id := c.name
			d.accept(t, id)
			attempts := map[rune]eaio.ModelCall{'1': d.claim(t, call(id), over)}
			if c.order == "f1" {
				if err := d.FailCall(t.Context(), tenant, attempts['1'], eaio.KindDeadline); err != nil {
					t.Fatal(err)
				}
			} else {
				attempts['2'] = d.claim(t, call(id), long)
			}
			want := ""
			for _, a := range c.order {
				if a == 'f' {
					continue
				}
				if want == "" {
					want = "reply " + string(a)
				}
				mine := attempts[a]
				if a == '2' {
					mine.Faults = json.RawMessage(`["12 kWh"]`)
				}
				d.store(t, mine, "reply "+string(a), eaio.NewEvent(eaio.EventReplied, mine.Key, map[string]int{"attempt": mine.Attempt}), eaio.NewEvent(eaio.EventRejected, string(a), nil))
			}
			got := d.claim(t, call(id), long)
			stored, err := d.Reply(t.Context(), tenant, got.Key)
			if err != nil || !got.Replied || got.Reply != want || stored.Reply != want || !stored.Replied || string(stored.Faults) != string(got.Faults) {
				t.Errorf("Claim %+v, Reply %+v, %v; want %q", got, stored, err, want)
			}
			if err := d.FailCall(t.Context(), tenant, got, eaio.KindInternal); err != nil {
				t.Error(err)
			}
			wantKind(t, d.Renew(t.Context(), tenant, got, long), eaio.KindConflict)
			d.wantCount(t, 1, "model_calls where task = $1 and state = 'replied' and reply = $2", id, want)
			// The journal speaks of the reply that counts, and of no other.
			if got := column[string](t, d, "select concat_ws(' ', id, data) from task_events where task = $1 and seq > 1 order by seq", id); len(got) != 2 || got[1] != "answer.rejected/"+want[len("reply "):] {
				t.Errorf("events %q", got)
			}
		})
	}
}

func TestRepliesAtOnce(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	c := d.claim(t, call("a"), long)
	release := d.hold(t, "select 1 from tasks for update") // until all are under way
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			d.store(t, c, fmt.Sprint("reply ", i), eaio.NewEvent(eaio.EventReplied, fmt.Sprint(i), nil))
		})
	}
	d.waiting(t, 20)
	release()
	wg.Wait()
	d.wantCount(t, 1, "model_calls")
	d.wantCount(t, 1, "model_calls c join task_events e on e.id = 'model.replied/' || substr(c.reply, length('reply ') + 1)")
	if got := d.types(t, "a"); got != "task.accepted model.replied" {
		t.Errorf("events: %s", got)
	}
}

func TestWhatAReplyKeeps(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	for i, c := range []struct{ faults, stored, read string }{
		{"", "<null> true", ""}, {"null", "<null> true", ""}, {`["12 kWh"]`, `["12 kWh"] false`, `["12 kWh"]`}, {"[]", "[] false", "[]"},
	} {
		mine := call("a")
		mine.Key = fmt.Sprint("a/local/", i)
		mine = d.claim(t, mine, long)
		if c.faults != "" {
			mine.Faults = json.RawMessage(c.faults)
		}
		d.store(t, mine, "words")
		row := one[string](t, d, "select concat_ws(' ', coalesce(faults::text, '<null>'), verified::text) from model_calls where key = $1", mine.Key)
		got, err := d.Reply(t.Context(), tenant, mine.Key)
		if err != nil || row != c.stored || string(got.Faults) != c.read {
			t.Errorf("faults %q: stored %s, read %q, %v", c.faults, row, got.Faults, err)
		}
		mine.Replied, mine.Reply, mine.Faults = true, "words", got.Faults
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", mine) {
			t.Errorf("%+v, want %+v", got, mine)
		}
	}
	row := one[string](t, d, "select concat_ws(' ', input_tokens, output_tokens, cost_usd, first_token_ms, total_ms, ended_at >= claimed_at) from model_calls where key = 'a/local/0'")
	if row != "100 20 0.000123 250 2000 t" {
		t.Errorf("costs: %s", row)
	}
	task, err := d.Task(t.Context(), tenant, "a")
	if err != nil || task.Usage != (eaio.Usage{ModelCalls: 4, InputTokens: 400, OutputTokens: 80, CostUSD: "0.000492"}) {
		t.Errorf("usage %+v, %v", task.Usage, err)
	}
}

// A paid reply is kept whatever bytes are in it, and also when the task has ended.
func TestAReplyIsNeverLost(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	c := d.claim(t, call("a"), long)
	d.end(t, "a", eaio.TaskCancelled)
	d.store(t, c, "a\x00b\xffc ü", eaio.NewEvent(eaio.EventReplied, "late", nil))
	if got, err := d.Reply(t.Context(), tenant, c.Key); err != nil || got.Reply != "abc ü" {
		t.Errorf("%+v, %v", got, err)
	}
	if got := d.types(t, "a"); got != "task.accepted task.cancelled" {
		t.Errorf("events: %s", got)
	}
	bad := c
	bad.Key, bad.Faults = "a/2", json.RawMessage("{")
	bad = d.claim(t, bad, long)
	bad.Faults = json.RawMessage("{")
	wantKind(t, d.StoreReply(t.Context(), tenant, bad, eaio.ModelReply{}, "0", nil), eaio.KindInvalid)
	d.wantCount(t, 1, "model_calls where key = 'a/2' and state = 'claimed'")
}
