package tariff

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Alternative is the same use billed by another tariff.
type Alternative struct {
	Bill   Bill            `json:"bill"`
	Saving decimal.Decimal `json:"saving"` // current total − this total; negative: it costs more
}

// Compare bills a use by the current tariff and by others, all in one currency,
// and returns the others with the cheapest first; equals keep their order. Those
// that no bill can be made for come last, with no saving. It is the same use at
// other prices: nobody is assumed to move load.
func Compare(u Usage, from, to time.Time, current Tariff, others ...Tariff) (Bill, []Alternative, error) {
	now, err := current.Bill(u, from, to)
	if err != nil {
		return Bill{}, nil, err
	}
	out := make([]Alternative, 0, len(others))
	for i := range others {
		t := &others[i]
		if t.Currency != current.Currency {
			return Bill{}, nil, fmt.Errorf("tariff: %q is in %s and %q in %s; they cannot be compared", current.Name, current.Currency, t.Name, t.Currency)
		}
		b, err := t.Bill(u, from, to)
		if err != nil {
			return Bill{}, nil, err
		}
		a := Alternative{Bill: b}
		if now.claimed() && b.claimed() {
			a.Saving = now.Total.Sub(b.Total)
		}
		out = append(out, a)
	}
	slices.SortStableFunc(out, func(a, b Alternative) int {
		if a.Bill.claimed() != b.Bill.claimed() {
			if a.Bill.claimed() {
				return -1
			}
			return 1
		}
		return a.Bill.Total.Cmp(b.Bill.Total)
	})
	return now, out, nil
}

func (b *Bill) claimed() bool { return b.Status != StatusInsufficient }

// Verdict says what a check of a given bill found.
type Verdict string

// VerdictAgrees: within the tolerance. VerdictOff: beyond it. VerdictInconclusive:
// no bill could be made, or the given one differs on the side on which ours leaves
// something out.
const (
	VerdictAgrees       Verdict = "agrees"
	VerdictOff          Verdict = "off"
	VerdictInconclusive Verdict = "inconclusive"
)

// tolerance is how far a given bill may be from ours.
var tolerance = decimal.New(5, -2)

// Check is a given bill set against ours.
type Check struct {
	Billed     decimal.Decimal `json:"billed"`
	Expected   decimal.Decimal `json:"expected"`
	Difference decimal.Decimal `json:"difference"` // billed − expected
	Percent    decimal.Decimal `json:"percent"`    // of expected, to a hundredth; zero where expected is zero
	Verdict    Verdict         `json:"verdict"`
}

// Check compares the total of a given bill with b's. It is off where it differs by
// more than 5 % of b's total.
func (b *Bill) Check(billed decimal.Decimal) Check {
	c := Check{Billed: billed, Expected: b.Total, Difference: billed.Sub(b.Total), Verdict: VerdictAgrees}
	if !b.claimed() {
		c.Difference, c.Verdict = decimal.Zero, VerdictInconclusive
		return c
	}
	if !b.Total.IsZero() {
		c.Percent = c.Difference.Shift(2).DivRound(b.Total.Abs(), 2)
	}
	if c.Difference.Abs().LessThanOrEqual(b.Total.Abs().Mul(tolerance)) {
		return c
	}
	c.Verdict = VerdictOff
	if b.explains(c.Difference.IsPositive()) {
		c.Verdict = VerdictInconclusive
	}
	return c
}

// explains reports whether what b leaves out could make the true bill higher, or
// lower, than b.
func (b *Bill) explains(higher bool) bool {
	return slices.ContainsFunc(b.Reasons, func(reason string) bool {
		switch reason {
		case ReasonMissingReadings, ReasonDemandInterval, ReasonRatchetHistory:
			return higher
		case ReasonExports, ReasonDemandMismatch:
			return !higher
		}
		return true
	})
}
