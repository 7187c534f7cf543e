package energy

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/eaio/eaio"
)

// Reasons that Consumption gives.
const (
	ReasonIncompletePeriod     = "incomplete_period"            // less than 90 % of the period's readings
	ReasonIncompleteComparison = "incomplete_comparison"        // less than 90 % of the comparison's
	ReasonNoComparison         = "no_comparison"                // none of the comparison's
	ReasonNoChange             = "insufficient_data_for_change" // less than 75 % of either: no change is claimed
	ReasonNoPercent            = "comparison_not_positive"      // a percentage of zero or less is inconclusive
)

const (
	minChangeShare   = 0.75 // of the readings, which both windows of a change need
	toldCompleteness = 0.95 // below which completeness is a fact of its own
)

// Consumption adds up a period and sets it against another. Only readings that
// are there are summed. Where some are missing or stuck, the change is taken over
// the sound readings that both windows have, matched day by day from their start;
// compared_energy tells the period's share of it. The change is always
// compared_energy (energy where there is none) minus compare_energy. Of windows whose
// means are apart like Wh and kWh no change is told.
func Consumption(s Series, asOf time.Time, period eaio.Period, compare eaio.Compare, p Price) eaio.Result {
	r := newReport(NameConsumption, s, p)
	if s.unsupported(maxStep) {
		return r.decline(eaio.ResultInsufficientData, ReasonUnsupportedInterval)
	}
	w := PeriodWindow(asOf, s.location(), period)
	now := s.cut(w).stretch()
	if now.on.n == 0 {
		return r.decline(eaio.ResultInsufficientData, ReasonNoReadings)
	}
	r.period(now)
	if c := CompareWindow(w, s.location(), period, compare); !c.From.IsZero() {
		r.compare(now, s.cut(c).stretch())
	}
	return r.Result
}

// stretch is a part with its days and its sum.
type stretch struct {
	part
	days  []day
	total float64
	on    basis
	stuck []streak
}

func (p part) stretch() stretch {
	x := stretch{part: p, days: p.days(), stuck: p.stuck(), on: basis{window: p.window, of: len(p.values)}}
	x.total, x.on.n = p.sum(0, len(p.values))
	return x
}

// period adds the facts of the period itself.
func (r *report) period(x stretch) {
	r.energy("energy", x.total, "sum of intervals", x.on)
	r.cost("energy_cost", x.total, "energy", x.on)
	r.peak(x)
	r.daily(x)
	r.warnUnitChange(x)
	if x.on.share() < toldCompleteness {
		r.percent("completeness", x.on.share(), "readings present of readings expected", x.on)
	}
	if x.on.share() < minCompleteness {
		r.warn(ReasonIncompletePeriod)
	}
	if len(x.stuck) > 0 {
		r.warn(ReasonStuckReadings)
	}
}

// peak adds the highest load and when it was.
func (r *report) peak(x stretch) {
	if x.Step > maxLoadStep {
		return
	}
	top := -1
	for i, v := range x.values {
		if !math.IsNaN(v) && (top < 0 || v > x.values[top]) {
			top = i
		}
	}
	at := x.at(top).In(x.location())
	r.number("peak", x.values[top]/x.stepHours(), x.powerUnit(), "highest mean load over an interval of "+minutes(x.Step), x.on)
	r.text("peak_time", at.Format(time.RFC3339), "start of that interval on the local clock", x.on)
}

func minutes(d time.Duration) string { return strconv.Itoa(int(d/time.Minute)) + " min" }

// daily adds the mean, highest and lowest of the complete days without stuck
// readings, where there are at least two.
func (r *report) daily(x stretch) {
	var sum, high, low float64
	var highest, lowest day
	count, n := 0, 0
	for _, d := range x.days {
		if !d.complete() || overlaps(x.stuck, d.lo, d.hi) {
			continue
		}
		total, _ := x.sum(d.lo, d.hi)
		if count == 0 || total > high {
			high, highest = total, d
		}
		if count == 0 || total < low {
			low, lowest = total, d
		}
		sum, n, count = sum+total, n+d.n, count+1
	}
	if count < 2 {
		return
	}
	r.number("daily_mean", sum/float64(count), r.unit+"/day", "mean of the days with all of their readings, none of them stuck", basis{x.window, n, x.on.of})
	r.energy("highest_day_energy", high, "sum of the highest complete day", basis{highest.window(), highest.n, highest.n})
	r.energy("lowest_day_energy", low, "sum of the lowest complete day", basis{lowest.window(), lowest.n, lowest.n})
}

// compare adds what the period is set against and the change. Stuck readings are
// in the sums, but no change rests on them.
func (r *report) compare(now, then stretch) {
	if then.on.n == 0 {
		r.warn(ReasonNoComparison)
		return
	}
	if len(then.stuck) > 0 {
		r.warn(ReasonStuckReadings)
	}
	if then.on.share() < minCompleteness {
		r.warn(ReasonIncompleteComparison)
		r.percent("compare_completeness", then.on.share(), "readings present of readings expected", then.on)
	}
	x, y := now.sound(), then.sound()
	a, b := x.side(), y.side()
	method, whole := "sum of intervals", x.on.n == x.on.of && y.on.n == y.on.of
	if !whole {
		a, b = common(x, y)
		method = "sum of the intervals that both windows have, stuck ones left out"
	}
	r.warnUnitChange(then)
	if anotherUnit(a.total/float64(a.on.n), b.total/float64(b.on.n)) {
		r.energy("compare_energy", then.total, "sum of intervals", then.on)
		r.warn(ReasonUnitStep)
		return
	}
	if min(x.on.share(), y.on.share(), a.on.share()) < minChangeShare {
		if len(then.stuck) == 0 {
			r.energy("compare_energy", then.total, "sum of intervals", then.on)
		}
		r.warn(ReasonNoChange)
		return
	}
	if a.on.n < now.on.n {
		r.energy("compared_energy", a.total, method, a.on)
	}
	r.energy("compare_energy", b.total, method, b.on)
	r.change(a, b)
	if m, n := len(x.days), len(y.days); whole && m != n && b.total > 0 {
		ratio := a.total / float64(m) / (b.total / float64(n))
		r.percent("daily_mean_change_percent", ratio-1, "change of the mean per day: the windows have different numbers of days", a.on)
	}
}

// sound is the stretch without its stuck readings.
func (x stretch) sound() stretch {
	if len(x.stuck) > 0 {
		x.values = slices.Clone(x.values)
		x.blank(x.stuck)
		x.total, x.on.n = x.sum(0, len(x.values))
	}
	return x
}

// side is one of the two sums that a change is made of.
type side struct {
	total float64
	on    basis
}

func (x stretch) side() side { return side{x.total, x.on} }

// change adds the difference; money only where it rests on 90 % of the readings.
func (r *report) change(a, b side) {
	diff := a.total - b.total
	r.energy("change", diff, "period − comparison", a.on)
	if b.total > 0 {
		r.percent("change_percent", diff/b.total, "change of comparison", a.on)
	} else {
		r.warn(ReasonNoPercent)
	}
	if a.on.share() >= minCompleteness {
		r.cost("change_cost", diff, "change", a.on)
	}
}

// common sums the readings that both stretches have, matched by day and by place
// in the day.
func common(now, then stretch) (a, b side) {
	a.on.window, b.on.window = now.window, then.window
	for k := range min(len(now.days), len(then.days)) {
		x, y := now.days[k], then.days[k]
		places := min(x.expected(), y.expected())
		a.on.of += places
		for i := range places {
			v, w := now.values[x.lo+i], then.values[y.lo+i]
			if math.IsNaN(v) || math.IsNaN(w) {
				continue
			}
			a.total, b.total = a.total+v, b.total+w
			a.on.n++
		}
	}
	b.on.n, b.on.of = a.on.n, a.on.of
	return a, b
}
