package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/routing"
	"go.temporal.io/sdk/temporal"
)

func TestFailure(t *testing.T) {
	hinted := eaio.Errorf(eaio.KindUnavailable, "claim", "held")
	hinted.RetryAfter = 7 * time.Second
	slow := eaio.Errorf(eaio.KindRateLimited, "chat", "429")
	slow.RetryAfter = 500 * time.Millisecond
	for _, c := range []struct {
		name   string
		err    error
		kind   eaio.Kind
		again  bool
		delay  time.Duration
		benign bool
		code   string // detail
	}{
		{"unavailable", eaio.Errorf(eaio.KindUnavailable, "op", "x"), eaio.KindUnavailable, true, 0, false, ""},
		{"unavailable with a hint", hinted, eaio.KindUnavailable, true, 7 * time.Second, false, ""},
		{"rate limited without a hint", eaio.Errorf(eaio.KindRateLimited, "op", "x"), eaio.KindRateLimited, true, 0, true, ""},
		{"rate limited with a hint", slow, eaio.KindRateLimited, true, 500 * time.Millisecond, true, ""},
		{"deadline", eaio.Errorf(eaio.KindDeadline, "op", "x"), eaio.KindDeadline, true, 0, false, ""},
		{"a context's deadline", context.DeadlineExceeded, eaio.KindDeadline, true, 0, false, ""},
		{"internal", eaio.Errorf(eaio.KindInternal, "op", "x"), eaio.KindInternal, true, 0, false, ""},
		{"a foreign error", errors.New("x"), eaio.KindInternal, true, 0, false, ""},
		{"cancelled by name", eaio.Errorf(eaio.KindCancelled, "op", "x"), eaio.KindCancelled, false, 0, false, ""},
		{"invalid", eaio.Errorf(eaio.KindInvalid, "op", "x"), eaio.KindInvalid, false, 0, false, ""},
		{"unauthorized", eaio.Errorf(eaio.KindUnauthorized, "op", "x"), eaio.KindUnauthorized, false, 0, false, ""},
		{"forbidden", eaio.Errorf(eaio.KindForbidden, "op", "x"), eaio.KindForbidden, false, 0, false, ""},
		{"not found", eaio.Errorf(eaio.KindNotFound, "op", "x"), eaio.KindNotFound, false, 0, false, ""},
		{"unknown building", eaio.Errorf(eaio.KindNotFound, "op", "x").WithCode("unknown_building"), eaio.KindNotFound, false, 0, false, "unknown_building"},
		{"too large", eaio.Errorf(eaio.KindTooLarge, "op", "x"), eaio.KindTooLarge, false, 0, false, ""},
		{"malformed", eaio.Errorf(eaio.KindMalformed, "op", "x"), eaio.KindMalformed, false, 0, false, ""},
		{"unverified", eaio.Errorf(eaio.KindUnverified, "op", "x"), eaio.KindUnverified, false, 0, false, ""},
		{"refused", eaio.Errorf(eaio.KindRefused, "op", "x"), eaio.KindRefused, false, 0, false, ""},
		{"conflict", eaio.Errorf(eaio.KindConflict, "op", "x"), eaio.KindConflict, false, 0, false, ""},
		{"budget", eaio.Errorf(eaio.KindBudget, "op", "x"), eaio.KindBudget, false, 0, false, ""},
		{"wrapped", fmt.Errorf("around: %w", eaio.Errorf(eaio.KindRefused, "op", "x")), eaio.KindRefused, false, 0, false, ""},
	} {
		var app *temporal.ApplicationError
		if !errors.As(failure(c.err), &app) {
			t.Errorf("%s: %v is not an application error", c.name, failure(c.err))
			continue
		}
		if app.Type() != string(c.kind) || app.NonRetryable() == c.again || app.NextRetryDelay() != c.delay || !strings.Contains(app.Message(), c.err.Error()) {
			t.Errorf("%s: type %s, final %t, delay %s, %q", c.name, app.Type(), app.NonRetryable(), app.NextRetryDelay(), app.Message())
		}
		if benign := app.Category() == temporal.ApplicationErrorCategoryBenign; benign != c.benign {
			t.Errorf("%s: benign %t", c.name, benign)
		}
		var code string
		if app.HasDetails() {
			if err := app.Details(&code); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if code != c.code {
			t.Errorf("%s: detail %q, want %q", c.name, code, c.code)
		}
	}
	for _, err := range []error{context.Canceled, eaio.Errorf(eaio.KindCancelled, "op", "%w", context.Canceled), eaio.Errorf(eaio.KindUnavailable, "op", "%w", context.Canceled)} {
		if !temporal.IsCanceledError(failure(err)) {
			t.Errorf("%v became %v, want cancelled", err, failure(err))
		}
	}
	if err := failure(nil); err != nil {
		t.Errorf("nil became %v", err)
	}
}

func TestPanicOfAnAnalysisIsItsOwn(t *testing.T) {
	_, err := run("overnight", func() (eaio.Result, error) { panic("a bug") })
	if eaio.KindOf(err) != eaio.KindInternal || !strings.Contains(err.Error(), "overnight: panic") {
		t.Errorf("got %v", err)
	}
}

func TestOnlyFiniteFactsAreKept(t *testing.T) {
	for _, c := range []struct {
		value eaio.Value
		ok    bool
	}{
		{eaio.Number(0), true},
		{eaio.Number(-1.5), true},
		{eaio.Text("12.34"), true},
		{eaio.Text("left on"), true},
		{eaio.Number(math.NaN()), false},
		{eaio.Number(math.Inf(1)), false},
		{eaio.Text("Inf"), false},
	} {
		r := eaio.Result{Analysis: "quality", Facts: []eaio.Fact{{Name: "fine", Value: eaio.Number(1)}, {Name: "it", Value: c.value}}}
		if err := finite(r); (err == nil) != c.ok || err != nil && !strings.Contains(err.Error(), "it") {
			t.Errorf("%s: %v", c.value, err)
		}
	}
}

func TestMainMeter(t *testing.T) {
	empty, gas, power := eaio.Meter{ID: "a"}, eaio.Meter{ID: "g", Readings: 1}, eaio.Meter{ID: "p", Readings: 9}
	for _, c := range []struct {
		meters []eaio.Meter
		want   string
	}{
		{nil, ""},
		{[]eaio.Meter{empty}, ""},
		{[]eaio.Meter{empty, gas}, "g"},
		{[]eaio.Meter{power, gas}, "p"},
	} {
		if m, ok := mainMeter(c.meters); m.ID != c.want || ok != (c.want != "") {
			t.Errorf("%v: %q", c.meters, m.ID)
		}
	}
}

func TestDayStart(t *testing.T) {
	for _, c := range []struct {
		zone, at, want string
	}{
		{"Europe/London", "2017-03-26T02:30:00Z", "2017-03-26T00:00:00Z"},    // 03:30, after the spring change
		{"Europe/London", "2017-03-26T23:00:00Z", "2017-03-26T23:00:00Z"},    // midnight of the next day
		{"Europe/London", "2017-10-29T03:30:00Z", "2017-10-28T23:00:00Z"},    // a day of 25 hours
		{"America/Havana", "2017-03-12T12:00:00Z", "2017-03-12T05:00:00Z"},   // midnight is skipped: the day starts at 01:00
		{"America/Havana", "2017-11-05T12:00:00Z", "2017-11-05T04:00:00Z"},   // midnight comes twice: the first
		{"America/Santiago", "2017-08-13T12:00:00Z", "2017-08-13T04:00:00Z"}, // as Havana
		{"Asia/Ho_Chi_Minh", "2017-08-12T17:00:00Z", "2017-08-12T17:00:00Z"},
		{"Nowhere/AtAll", "2017-08-12T17:00:00Z", "2017-08-12T00:00:00Z"}, // a zone this machine does not know: UTC
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := dayStart(at, location(eaio.Building{Timezone: c.zone})).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s of %s: %s, want %s", c.at, c.zone, got, c.want)
		}
	}
}

func TestPriceOf(t *testing.T) {
	for _, c := range []struct {
		price, currency, want string
	}{
		{"0.11", "GBP", "0.11 GBP"}, {"", "GBP", "0 "}, {"0.11", "", "0 "}, {"cheap", "GBP", "0 "},
	} {
		p := priceOf(eaio.Building{PricePerKWh: c.price, Currency: c.currency})
		if got := p.PerKWh.String() + " " + p.Currency; got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestInputsHash(t *testing.T) {
	m := given{data: []dataVersion{{"m", 1}}}
	b := eaio.Building{Timezone: "Europe/London", PricePerKWh: "0.11", Currency: "GBP"}
	call := eaio.Call{Analysis: "overnight", Period: eaio.LatestDay}
	asOf := time.Date(2017, 4, 26, 0, 0, 0, 0, time.UTC)
	hashes := map[string]string{}
	note := func(name, hash string) {
		if other, seen := hashes[hash]; seen {
			t.Errorf("%s has the hash of %s", name, other)
		}
		hashes[hash] = name
	}
	note("itself", inputsHash(m, call, asOf, b))
	if inputsHash(m, call, asOf.In(time.FixedZone("", 3600)), b) != inputsHash(m, call, asOf, b) {
		t.Error("the same instant on another clock has another hash")
	}
	b2, call2 := b, call
	b2.PricePerKWh, call2.Period = "0.12", eaio.LastWeek
	note("other data", inputsHash(given{data: []dataVersion{{"m", 2}}}, call, asOf, b))
	note("weather besides", inputsHash(given{data: []dataVersion{{"m", 1}, {"weather x", 1}}}, call, asOf, b))
	note("another price", inputsHash(m, call, asOf, b2))
	note("another period", inputsHash(m, call2, asOf, b))
	note("another day", inputsHash(m, call, asOf.AddDate(0, 0, 1), b))
}

func TestCost(t *testing.T) {
	reply := eaio.ModelReply{InputTokens: 1_000_000, OutputTokens: 500}
	for _, c := range []struct {
		in, out, want string
	}{
		{"1", "2", "1.001"}, {"", "", "0"}, {"0.15", "", "0.15"}, {"", "0.6", "0.0003"}, {"free", "2", "0.001"},
	} {
		if got := costUSD(routing.Pool{InputPriceUSD: c.in, OutputPriceUSD: c.out}, reply); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestCountFaults(t *testing.T) {
	for encoded, want := range map[string]int{"": 0, "null": 0, "[]": 0, `[{"text":"9"}]`: 1, `[{},{}]`: 2} {
		if got := countFaults(json.RawMessage(encoded)); got != want {
			t.Errorf("%q: %d", encoded, got)
		}
	}
}

// TestInputOfAMeasure: a call's date ends the baseline and begins the report, which is
// cut to the call's period where it has one.
func TestInputOfAMeasure(t *testing.T) {
	loc, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	asOf := time.Date(2017, 11, 15, 0, 0, 0, 0, loc)
	known := knownOf(eaio.Building{Timezone: "Europe/London"})
	measure := time.Date(2017, 4, 1, 0, 0, 0, 0, loc)
	month := eaio.Window{From: time.Date(2017, 10, 1, 0, 0, 0, 0, loc), To: time.Date(2017, 11, 1, 0, 0, 0, 0, loc)}
	for _, c := range []struct {
		call            eaio.Call
		base, reporting eaio.Window
	}{
		{eaio.Call{Analysis: "savings", Since: "2017-04-01"}, eaio.Window{From: time.Date(2016, 4, 1, 0, 0, 0, 0, loc), To: measure}, eaio.Window{From: measure, To: asOf}},
		{eaio.Call{Analysis: "savings", Since: "2017-04-01", Period: eaio.LastMonth}, eaio.Window{From: time.Date(2016, 4, 1, 0, 0, 0, 0, loc), To: measure}, month},
		{eaio.Call{Analysis: "savings", Since: "04-01"}, eaio.Window{}, eaio.Window{}}, // as of a task without readings
		{eaio.Call{Analysis: "quality"}, eaio.Window{}, eaio.Window{}},
	} {
		in := forCall(c.call, known, asOf)
		same := func(a, b eaio.Window) bool { return a.From.Equal(b.From) && a.To.Equal(b.To) }
		if !same(in.Baseline, c.base) || !same(in.Reporting, c.reporting) {
			t.Errorf("%+v: baseline %v, reporting %v", c.call, in.Baseline, in.Reporting)
		}
	}
}
