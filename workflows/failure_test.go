package workflows

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
)

func TestFailure(t *testing.T) {
	app := func(kind eaio.Kind, details ...any) error {
		return temporal.NewApplicationErrorWithOptions("words", string(kind), temporal.ApplicationErrorOptions{Details: details})
	}
	for _, c := range []struct {
		name string
		err  error
		want failed
	}{
		{"rate limited", app(eaio.KindRateLimited), failed{eaio.KindRateLimited, "rate_limited", "words", nil}},
		{"with a word of its own", app(eaio.KindNotFound, "unknown_building"), failed{eaio.KindNotFound, "unknown_building", "words", nil}},
		{"a budget that is not told", app(eaio.KindBudget, eaio.CodePaused), failed{eaio.KindBudget, eaio.CodePaused, "words", nil}},
		{"wrapped", fmt.Errorf("in %w", app(eaio.KindRefused)), failed{eaio.KindRefused, "refused", "words", nil}},
		{"a type that is not ours", temporal.NewApplicationError("words", "wrapError"), failed{eaio.KindInternal, "internal", "words", nil}},
		{"time is up", temporal.NewTimeoutError(enums.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE, nil), failed{eaio.KindDeadline, "deadline", "timeout (type: ScheduleToClose)", nil}},
		{"no free slot", temporal.NewTimeoutError(enums.TIMEOUT_TYPE_SCHEDULE_TO_START, nil), failed{eaio.KindDeadline, "deadline", "timeout (type: ScheduleToStart)", nil}},
		{"time is up for a failing call", temporal.NewTimeoutError(enums.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE, app(eaio.KindRateLimited)), failed{eaio.KindRateLimited, "rate_limited", "words", nil}},
		{"anything else", errors.New("words"), failed{eaio.KindInternal, "internal", "words", nil}},
	} {
		got := failure(c.err)
		if _, after, found := strings.Cut(got.detail, "timeout"); found { // the SDK says "Test timeout" of one made by a test
			got.detail = "timeout" + after
		}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestKindsKeepTheirNames(t *testing.T) {
	for kind, want := range map[eaio.Kind]eaio.Reason{
		eaio.KindUnavailable: eaio.ReasonUnavailable, eaio.KindRateLimited: eaio.ReasonRateLimited, eaio.KindDeadline: eaio.ReasonDeadline,
		eaio.KindCancelled: eaio.ReasonDeadline, eaio.KindInvalid: eaio.ReasonUnavailable, eaio.KindUnauthorized: eaio.ReasonUnavailable,
		eaio.KindForbidden: eaio.ReasonPrivacy, eaio.KindNotFound: eaio.ReasonUnavailable, eaio.KindTooLarge: eaio.ReasonMalformed,
		eaio.KindMalformed: eaio.ReasonMalformed, eaio.KindUnverified: eaio.ReasonUnverified, eaio.KindRefused: eaio.ReasonRefused,
		eaio.KindConflict: eaio.ReasonUnavailable, eaio.KindBudget: eaio.ReasonBudget, eaio.KindInternal: eaio.ReasonUnavailable,
	} {
		f := failure(temporal.NewApplicationError("words", string(kind)))
		if f.kind != kind || eaio.ReasonOf(f.kind) != want {
			t.Errorf("%s became %s, reason %s; want %s", kind, f.kind, eaio.ReasonOf(f.kind), want)
		}
	}
}

func TestNarratorReason(t *testing.T) {
	privacy := eaio.Refusal{Pool: "cloud", Reason: eaio.ReasonPrivacy}
	for _, c := range []struct {
		refused []eaio.Refusal
		want    eaio.Reason
	}{
		{nil, eaio.ReasonNoModel},
		{[]eaio.Refusal{privacy}, eaio.ReasonPrivacy},
		{[]eaio.Refusal{{Pool: "local", Reason: eaio.ReasonUnavailable}, privacy}, eaio.ReasonUnavailable},
	} {
		if got := narratorReason(eaio.Route{Refused: c.refused}); got != c.want {
			t.Errorf("%v: %s, want %s", c.refused, got, c.want)
		}
	}
}

func TestGatherLimit(t *testing.T) {
	for _, c := range []struct {
		left, want time.Duration
	}{
		{10 * time.Second, 10*time.Second - recordReserve},
		{time.Second, shortestCall},
		{time.Millisecond, shortestCall},
		{0, stepLimit},
		{-time.Hour, stepLimit},
	} {
		if got := gatherLimit(c.left); got != c.want {
			t.Errorf("%s left: %s for the evidence, want %s", c.left, got, c.want)
		}
	}
}

func TestNamesAreKept(t *testing.T) {
	if got := PoolQueue("local"); got != "pool-local" {
		t.Errorf("queue %q", got)
	}
	if got := WorkflowID("default", "t1"); got != "default/t1" {
		t.Errorf("workflow id %q", got)
	}
	if got := SearchAttributes(); len(got) != 6 || got[0] != "EaioTenant" {
		t.Errorf("search attributes %v", got)
	}
	start := StartAttributes("default", "")
	if _, ok := start.GetKeyword(BuildingAttribute); ok || start.Size() != 2 {
		t.Errorf("a task without a building starts with %d attributes", start.Size())
	}
	start = StartAttributes("default", "hq")
	if b, _ := start.GetKeyword(BuildingAttribute); b != "hq" || start.Size() != 3 {
		t.Errorf("building %q of %d attributes", b, start.Size())
	}
}
