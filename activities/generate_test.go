package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/routing"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	sdkworker "go.temporal.io/sdk/worker"
)

// local wires the activities with one local model and readies a task for it.
func local(t *testing.T, script ...apptest.Reply) (*apptest.Fixture, *apptest.Model, *activities.Generator, eaio.Task) {
	t.Helper()
	f := apptest.New(t)
	if len(script) == 0 {
		script = []apptest.Reply{f.Truth()}
	}
	model := apptest.NewModel(script...)
	acts := f.Activities(t, apptest.LocalPool(model))
	return f, model, acts.Generators["local"], ready(t, f, acts, apptest.Question())
}

func TestReplyIsPaidOnce(t *testing.T) {
	for name, c := range map[string]struct {
		reply  apptest.Reply
		faults bool
	}{
		"verified": {nil, false},
		"rejected": {apptest.Lie(), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var script []apptest.Reply
			if c.reply != nil {
				script = append(script, c.reply, apptest.Panic)
			}
			f, model, g, task := local(t, script...)
			first, err := generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1))
			if err != nil || first.CallKey != task.ID+"/local/1" || (first.Faults > 0) != c.faults {
				t.Fatalf("%+v, %v", first, err)
			}
			before := f.Rows(t, task.ID)
			again, err := generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1))
			if err != nil || again != first {
				t.Errorf("first %+v, again %+v, %v", first, again, err)
			}
			wantSameRows(t, before, f.Rows(t, task.ID))
			if n := len(model.Requests()); n != 1 {
				t.Errorf("paid %d times", n)
			}
			if n := f.Number(t, `select count(*) from model_calls where task = $1 and state = 'replied' and verified = $2 and input_tokens = 1000 and attempt = 1`, task.ID, !c.faults); n != 1 {
				t.Errorf("stored: %s", before["model_calls"])
			}
		})
	}
}

func TestHeldClaimIsWaitedFor(t *testing.T) {
	f, model, g, task := local(t)
	held, err := f.Store.Store.Claim(t.Context(), apptest.Tenant, eaio.ModelCall{Key: task.ID + "/local/1", Task: task.ID, Pool: "local", Model: "tiny"}, time.Hour)
	if err != nil || held.Attempt != 1 {
		t.Fatalf("%+v, %v", held, err)
	}
	_, err = generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1))
	if d := wantFailure(t, err, eaio.KindUnavailable, true); d < 59*time.Minute || d > time.Hour {
		t.Errorf("tried again in %s, want what is left of the lease", d)
	}
	if len(model.Requests()) != 0 {
		t.Error("paid beside a call that is under way")
	}
	if down := routing.NewHealth(f.Board).Down("local"); down != "" {
		t.Errorf("a held claim took the pool out: %s", down)
	}
	f.Exec(t, `update model_calls set lease_until = now() - interval '1 second' where task = $1`, task.ID) // its holder has died
	out, err := generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1))
	if err != nil || out.Faults != 0 || len(model.Requests()) != 1 {
		t.Errorf("%+v, %v, %d calls", out, err, len(model.Requests()))
	}
	if ids := calledIDs(f, t, task); ids != "model.called/"+task.ID+"/local/1/2" {
		t.Errorf("called as %s, want attempt 2", ids)
	}
	// The first holder wakes up: its claim is no longer its own.
	held.Task = task.ID
	if err := f.Store.Store.FailCall(t.Context(), apptest.Tenant, held, eaio.KindInternal); err != nil {
		t.Fatal(err)
	}
	if n := f.Number(t, `select count(*) from model_calls where task = $1 and state = 'replied'`, task.ID); n != 1 {
		t.Error("the reply was taken back by an attempt that had lost its claim")
	}
}

func calledIDs(f *apptest.Fixture, t *testing.T, task eaio.Task) string {
	t.Helper()
	var ids []string
	for _, e := range f.Events(t, task.ID) {
		if e.Type == eaio.EventCalled {
			ids = append(ids, e.ID)
		}
	}
	return strings.Join(ids, " ")
}

// TestLostClaim: the database took the claim and its word was lost. Nobody knows
// that it is ours, so the next attempt waits for its lease.
func TestLostClaim(t *testing.T) {
	f, model, g, task := local(t)
	f.Store.Hook(apptest.FailFirst(1, "Claim", apptest.After))
	_, err := generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1))
	wantFailure(t, err, eaio.KindUnavailable, true)
	_, err = generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1))
	if d := wantFailure(t, err, eaio.KindUnavailable, true); d <= 0 || d > 3*time.Second {
		t.Errorf("tried again in %s, want within a lease", d)
	}
	f.Exec(t, `update model_calls set lease_until = now() - interval '1 second' where task = $1`, task.ID)
	if _, err := generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1)); err != nil || len(model.Requests()) != 1 {
		t.Errorf("%v, %d calls", err, len(model.Requests()))
	}
}

// TestTheStoreIsAwayBeforeTheCall: the database fails at each step before the
// model is asked. That costs time and none of the model's few tries.
func TestTheStoreIsAwayBeforeTheCall(t *testing.T) {
	for _, method := range []string{"Claim", "Evidence", "Append"} {
		t.Run(method, func(t *testing.T) {
			f, model, g, task := local(t)
			f.Store.Hook(apptest.FailFirst(5, method, apptest.Before))
			if _, err := generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1)); err != nil || len(model.Requests()) != 1 {
				t.Fatalf("%v, %d calls", err, len(model.Requests()))
			}
			if ids := calledIDs(f, t, task); strings.Contains(ids, " ") || !strings.HasSuffix(ids, "/1") {
				t.Errorf("calls in the journal: %s", ids)
			}
		})
	}
}

// TestClaimNotGivenBackEndsWithItsLease: the model failed and the database is away.
func TestClaimNotGivenBackEndsWithItsLease(t *testing.T) {
	f := apptest.New(t)
	model := apptest.NewModel(apptest.Fail(eaio.KindRefused, 0), f.Truth())
	acts := f.Activities(t, apptest.LocalPool(model))
	g, task := acts.Generators["local"], ready(t, f, acts, apptest.Question())
	f.Store.Hook(apptest.FailFirst(1, "FailCall", apptest.Before))
	_, err := generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1))
	wantFailure(t, err, eaio.KindRefused, false) // the model's own word, not the database's
	_, err = generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1))
	if d := wantFailure(t, err, eaio.KindUnavailable, true); d <= 0 || d > 3*time.Second {
		t.Errorf("tried again in %s, want within a lease", d)
	}
}

// beating reports whether the goroutine that keeps a claim alive runs.
func beating() bool {
	stacks := make([]byte, 1<<20)
	return strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "everyBeat.func")
}

// TestClaimIsKeptAliveWhileTheModelThinks is not parallel: it looks at every
// goroutine of the process.
func TestClaimIsKeptAliveWhileTheModelThinks(t *testing.T) {
	for _, end := range []string{"reply", "reply after a lost renewal", "failure", "panic"} {
		t.Run(end, func(t *testing.T) {
			renewed := make(chan struct{})
			var f *apptest.Fixture
			f, _, g, task := local(t, func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
				if !beating() {
					t.Error("nothing keeps the claim alive")
				}
				for range 2 {
					select {
					case <-renewed:
					case <-ctx.Done():
						t.Error("the claim was not renewed")
					}
				}
				switch end {
				case "failure":
					return apptest.Fail(eaio.KindRefused, 0)(ctx, r)
				case "panic":
					panic("injected")
				}
				return f.Truth()(ctx, r)
			})
			if end == "reply after a lost renewal" {
				f.Store.Hook(apptest.FailFirst(1, "Renew", apptest.Before))
			}
			lease := `select extract(epoch from lease_until - clock_timestamp()) * 1000 from model_calls where task = $1`
			f.Store.Hook(func(_ context.Context, method string, at apptest.Stage) error {
				if method == "Renew" && at == apptest.After {
					var left float64
					if err := f.DB.QueryRow(t.Context(), lease, task.ID).Scan(&left); err != nil || left < 2000 {
						t.Errorf("%.0f ms are left of a lease that was renewed, %v", left, err)
					}
					select {
					case renewed <- struct{}{}:
					default:
					}
				}
				return nil
			})
			env := newEnv(t, sdkworker.Options{})
			var beats atomic.Int32
			env.SetOnActivityHeartbeatListener(func(*activity.Info, converter.EncodedValues) { beats.Add(1) })
			_, err := generate(t, env, g, ask(task, 1))
			if (err == nil) != strings.HasPrefix(end, "reply") {
				t.Error(err)
			}
			if beating() {
				t.Error("the goroutine that keeps the claim alive outlives the call")
			}
			if beats.Load() == 0 { // the environment throttles them, so there is one
				t.Error("no heartbeat was sent")
			}
			if n := f.Number(t, `select count(*) from model_calls where task = $1 and state = 'claimed'`, task.ID); n != 0 {
				t.Error("the claim is still held")
			}
		})
	}
}

// TestStoppingWorkerHandsTheCallOver: the context of a call ends when its worker
// stops or when its task is cancelled, and only the first may be tried again.
func TestStoppingWorkerHandsTheCallOver(t *testing.T) {
	for _, stops := range []bool{true, false} {
		t.Run(map[bool]string{true: "stop", false: "cancel"}[stops], func(t *testing.T) {
			t.Parallel()
			stop := make(chan struct{})
			ctx, cancel := context.WithCancel(t.Context())
			f, _, g, task := local(t, func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
				if stops {
					close(stop)
				}
				cancel()
				return apptest.Hang(ctx, r)
			})
			env := newEnv(t, sdkworker.Options{BackgroundActivityContext: ctx})
			env.SetWorkerStopChannel(stop)
			_, err := generate(t, env, g, ask(task, 1))
			if stops {
				wantFailure(t, err, eaio.KindUnavailable, true)
			} else if !temporal.IsCanceledError(err) {
				t.Errorf("got %v, want cancelled", err)
			}
			if n := f.Number(t, `select count(*) from model_calls where task = $1 and state = 'failed'`, task.ID); n != 1 {
				t.Errorf("the claim was not given back: %s", f.Rows(t, task.ID)["model_calls"])
			}
		})
	}
}

// TestReplyIsStoredThoughTheCallerHasGone: it is paid for.
func TestReplyIsStoredThoughTheCallerHasGone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var f *apptest.Fixture
	f, model, g, task := local(t, func(_ context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
		cancel()
		return f.Truth()(context.WithoutCancel(t.Context()), r)
	})
	_, err := generate(t, newEnv(t, sdkworker.Options{BackgroundActivityContext: ctx}), g, ask(task, 1))
	if err != nil && !temporal.IsCanceledError(err) {
		t.Error(err)
	}
	if n := f.Number(t, `select count(*) from model_calls where task = $1 and state = 'replied'`, task.ID); n != 1 {
		t.Errorf("the reply is lost: %s", f.Rows(t, task.ID)["model_calls"])
	}
	if out, err := generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1)); err != nil || out.Faults != 0 || len(model.Requests()) != 1 {
		t.Errorf("%+v, %v, paid %d times", out, err, len(model.Requests()))
	}
}

func TestPrivateDataIsRefusedToTheCloudOnceMore(t *testing.T) {
	f := apptest.New(t)
	model := apptest.NewModel(f.Truth())
	acts := f.Activities(t, apptest.CloudPool(model))
	task := ready(t, f, acts, apptest.Question())
	f.Exec(t, `update buildings set privacy = 'private' where id = $1`, apptest.PublicBuilding) // after the route was chosen
	in := ask(task, 1)
	in.Candidate = eaio.Candidate{Pool: "cloud", Model: "large"}
	_, err := generate(t, newEnv(t, sdkworker.Options{}), acts.Generators["cloud"], in)
	wantFailure(t, err, eaio.KindForbidden, false)
	if len(model.Requests()) != 0 {
		t.Error("private data left")
	}
}

func TestEndedTaskIsNotPaidFor(t *testing.T) {
	f, model, g, task := local(t)
	end := workflows.End{Task: task.Ref(), Status: eaio.TaskCancelled}
	if _, err := f.Activities(t).Recorder.End(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	_, err := generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1))
	wantFailure(t, err, eaio.KindConflict, false)
	if len(model.Requests()) != 0 {
		t.Error("a model was asked")
	}
	if types := f.Types(t, task.ID); types[len(types)-1] != eaio.EventCancelled {
		t.Errorf("events %v", types)
	}
}

func TestRepairNeedsAFirstRound(t *testing.T) {
	_, model, g, task := local(t)
	_, err := generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 2))
	wantFailure(t, err, eaio.KindNotFound, false)
	if len(model.Requests()) != 0 {
		t.Error("a model was asked")
	}
}

func TestCallPastItsTimeIsNotMade(t *testing.T) {
	_, model, g, task := local(t)
	in := ask(task, 1)
	in.Until = time.Now()
	_, err := generate(t, newEnv(t, sdkworker.Options{}), g, in)
	wantFailure(t, err, eaio.KindDeadline, true)
	if len(model.Requests()) != 0 {
		t.Error("a model was asked")
	}
}

func TestModelsTroubleTakesThePoolOut(t *testing.T) {
	for _, c := range []struct {
		reply apptest.Reply
		down  eaio.Reason
	}{
		{apptest.Fail(eaio.KindUnavailable, 0), eaio.ReasonUnavailable}, // as often as it takes
		{apptest.Fail(eaio.KindRateLimited, time.Minute), eaio.ReasonRateLimited},
		{apptest.Fail(eaio.KindRefused, 0), ""},
		{apptest.Fail(eaio.KindDeadline, 0), ""},
		{apptest.Panic, ""},
		{apptest.Lie(), ""},
	} {
		f, _, g, task := local(t, c.reply)
		var err error
		for range routing.MinCalls {
			_, err = generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1))
		}
		if got := routing.NewHealth(f.Board).Down("local"); got != c.down {
			t.Errorf("after %v the pool is down for %q, want %q", err, got, c.down)
		}
	}
}

func TestRequestSaysWhetherDataIsPrivate(t *testing.T) {
	for privacy, private := range map[eaio.Privacy]bool{"": false, eaio.PrivacyPublic: false, eaio.PrivacyDeidentified: true, eaio.PrivacyPrivate: true} {
		f := apptest.New(t)
		model := apptest.NewModel(f.Truth())
		acts := f.Activities(t, apptest.LocalPool(model))
		request := apptest.Question()
		request.Privacy = privacy
		if _, err := generate(t, newEnv(t, sdkworker.Options{}), acts.Generators["local"], ask(ready(t, f, acts, request), 1)); err != nil {
			t.Fatal(err)
		}
		if got := model.Requests()[0].Private; got != private {
			t.Errorf("asked as %q: private %t", privacy, got)
		}
	}
}

func TestRejectionIsRecordedWithItsFaults(t *testing.T) {
	f, _, g, task := local(t, apptest.Lie())
	out, err := generate(t, newEnv(t, sdkworker.Options{}), g, ask(task, 1))
	if err != nil {
		t.Fatal(err)
	}
	call, err := f.Store.Store.Reply(t.Context(), apptest.Tenant, out.CallKey)
	var faults []struct{ Text, Reason string }
	if err = errors.Join(err, json.Unmarshal(call.Faults, &faults)); err != nil || len(faults) != out.Faults {
		t.Fatalf("%d faults stored, %d told: %v", len(faults), out.Faults, err)
	}
	if !strings.Contains(faults[0].Text, "987,654") {
		t.Errorf("faults %+v", faults)
	}
}
