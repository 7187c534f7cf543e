package energy

import (
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/internal/stat"
)

// Reasons that Quality gives.
const (
	ReasonMissingReadings = "missing_readings" // less than 90 % are there
	ReasonMissingRun      = "missing_run"      // none for 24 hours or longer
	ReasonZeroRun         = "zero_run"         // an electricity meter at zero for 24 hours or longer
	ReasonNegative        = "negative_readings"
	ReasonSentinels       = "sentinel_readings" // −99 and the like stand for "no reading"
	ReasonOutliers        = "outliers"          // readings above median + 3 interquartile ranges
	ReasonUnitStep        = "unit_step"         // the level changes at once by a ratio of units
	ReasonTemperatureGap  = "temperature_gap"   // no outdoor temperature for more than six hours
)

// CalTRACK 2.0 asks of a baseline year: a daily method may lack 37 days, an
// hourly one a tenth of each month's hours.
const (
	baselineDays    = 365
	maxMissingDays  = 37
	minMonthShare   = 0.9
	minCompleteness = 0.9
)

// maxQualityYears bounds what one call of Quality judges.
const maxQualityYears = 10

// Quality judges the readings from the first one in w to the end of w, which may
// hold at most ten years (of more, the last ten are judged). Counts of readings
// are facts; so are the longest stuck, zero and missing stretches, each with its
// own window, the month with the fewest readings, and whether the readings suffice for a
// daily and an hourly baseline. Where a temperature is known it is judged too: its gaps
// of more than six hours and whether it can be °C.
func Quality(s Series, w eaio.Window, t Temperature) eaio.Result {
	r := newReport(NameQuality, s, Price{})
	if s.unsupported(maxStep) {
		return r.decline(eaio.ResultInsufficientData, ReasonUnsupportedInterval)
	}
	w, ok := s.judged(w)
	if !ok {
		return r.decline(eaio.ResultInsufficientData, ReasonNoReadings)
	}
	p := s.cut(w)
	days := p.days()
	_, n := p.sum(0, len(p.values))
	all := basis{w, n, len(p.values)}
	r.percent("completeness", share(all.n, all.of), "readings present of readings expected", all)
	r.count("readings_expected", all.of, "", "intervals that start in the window", all)
	r.count("readings_missing", all.of-all.n, "", missingMethod(s), all)
	r.lowestMonth(stretch{part: p, days: days})
	daysPresent := r.dayCounts(days, all)
	r.text("daily_baseline", dailyVerdict(days), "CalTRACK 2.0: 365 days, at most 37 without half of their readings", all)
	r.text("hourly_baseline", p.hourlyVerdict(days), "CalTRACK 2.0: 365 days, over 90 % of the readings of every month", all)
	if all.share() < minCompleteness || daysPresent == 0 {
		r.warn(ReasonMissingReadings)
	}
	r.streaks(p)
	r.oddReadings(p, all)
	if s, ok := p.unitStep(days); ok {
		r.step(s)
	}
	r.temperatures(t, days)
	return r.Result
}

func (b basis) share() float64 { return share(b.n, b.of) }

func missingMethod(s Series) string {
	if s.zeroIsMissing() {
		return "intervals without a reading; zero counts as missing (CalTRACK 2.0)"
	}
	return "intervals without a reading"
}

// judged cuts w to start on the local day of the first reading in it; ok is false
// where there is none.
func (s Series) judged(w eaio.Window) (eaio.Window, bool) {
	if earliest := w.To.AddDate(-maxQualityYears, 0, 0); w.From.Before(earliest) {
		w.From = earliest
	}
	lo, hi := max(s.index(w.From), 0), min(s.index(w.To), len(s.Values))
	for k := lo; k < hi; k++ {
		if v := s.reading(k); !math.IsNaN(v) {
			if first := dayOf(s.Start.Add(time.Duration(k)*s.Step), s.location()); first.After(w.From) {
				w.From = first
			}
			return w, true
		}
	}
	return w, false
}

// lowestMonth adds the calendar month, cut ones with what they have, that lacks most of
// its readings; nothing where none lacks any.
func (r *report) lowestMonth(x stretch) {
	var lowest basis
	for _, m := range x.months() {
		if b := m.basis(); b.n < b.of && (lowest.of == 0 || b.share() < lowest.share()) {
			lowest = b
		}
	}
	if lowest.of > 0 {
		r.percent("lowest_month_completeness", lowest.share(), "readings present of readings expected, the calendar month that lacks most", lowest)
	}
}

// dayCounts adds the days there are and the days with data.
func (r *report) dayCounts(days []day, all basis) (present int) {
	for _, d := range days {
		if d.present() {
			present++
		}
	}
	r.count("days_expected", len(days), "days", "local days from the first reading on", all)
	r.count("days_present", present, "days", "local days with at least half of their readings", all)
	return present
}

// The verdicts of the sufficiency tests.
const (
	sufficient   = "sufficient"
	insufficient = "insufficient"
)

func dailyVerdict(days []day) string {
	if len(days) < baselineDays {
		return insufficient
	}
	missing := 0
	for _, d := range days[len(days)-baselineDays:] {
		if !d.present() {
			missing++
		}
	}
	if missing > maxMissingDays {
		return insufficient
	}
	return sufficient
}

// hourlyVerdict looks at each calendar month of the last 365 days, cut months
// with what they have.
func (p part) hourlyVerdict(days []day) string {
	if len(days) < baselineDays || p.Step > maxLoadStep {
		return insufficient
	}
	month, n, of := days[len(days)-1].from.Month(), 0, 0
	for i := len(days) - 1; i >= len(days)-baselineDays; i-- {
		d := days[i]
		if d.from.Month() != month {
			if share(n, of) <= minMonthShare {
				return insufficient
			}
			month, n, of = d.from.Month(), 0, 0
		}
		n, of = n+d.n, of+d.expected()
	}
	if share(n, of) <= minMonthShare {
		return insufficient
	}
	return sufficient
}

// streaks adds the longest stretch of each kind and how long they last together.
func (r *report) streaks(p part) {
	stuck := p.stuck()
	if top, ok := r.streak(p, "stuck", stuck); ok {
		r.energy("stuck_value", p.values[top.lo], "reading repeated in the longest stuck run", basis{p.streakWindow(top), top.len(), top.len()})
		r.warn(ReasonStuckReadings)
	}
	if _, ok := r.streak(p, "zero", p.zeros()); ok && p.zeroIsMissing() {
		r.warn(ReasonZeroRun)
	}
	if _, ok := r.streak(p, "missing", p.gaps()); ok {
		r.warn(ReasonMissingRun)
	}
}

func (r *report) streak(p part, kind string, all []streak) (top streak, ok bool) {
	if len(all) == 0 {
		return top, false
	}
	top, total := longest(all)
	what := "longest run of at least 24 h without a reading"
	switch kind {
	case "stuck":
		what = "longest run of at least 24 h of the same reading"
	case "zero":
		what = "longest run of at least 24 h at zero"
	}
	w := p.streakWindow(top)
	r.number("longest_"+kind+"_run", float64(top.len())*p.stepHours(), "h", what, basis{w, top.len(), top.len()})
	r.number(kind+"_run_hours", float64(total)*p.stepHours(), "h", "hours in runs of at least 24 h", basis{p.window, total, total})
	return top, true
}

// gaps are the missing stretches that are not zero stretches.
func (p part) gaps() []streak {
	return p.longStreaks(func(i int) bool { return math.IsNaN(p.values[i]) && p.raw(i) != 0 }, always)
}

// oddReadings counts the readings that need a look.
func (r *report) oddReadings(p part, all basis) {
	zeros, negatives, sentinels := 0, 0, 0
	for i, v := range p.values {
		switch raw := p.raw(i); {
		case isSentinel(raw):
			sentinels++
		case raw == 0:
			zeros++
		case v < 0:
			negatives++
		}
	}
	if zeros > 0 {
		r.count("zero_readings", zeros, "", "readings of zero", all)
	}
	if sentinels > 0 {
		r.count("sentinel_readings", sentinels, "", "−99, −999, −9999, −99999 or beyond ±10¹², taken for missing", all)
		r.warn(ReasonSentinels)
	}
	if negatives > 0 {
		r.count("negative_readings", negatives, "", "readings below zero, kept", all)
		r.warn(ReasonNegative)
	}
	r.outliers(p, all)
}

func (r *report) outliers(p part, all basis) {
	x := known(p.values)
	limit := stat.Select(x, 0.5) + 3*(stat.Select(x, 0.75)-stat.Select(x, 0.25))
	n := 0
	for _, v := range x {
		if v > limit {
			n++
		}
	}
	if n == 0 {
		return
	}
	const method = "CalTRACK 2.0: median + 3 interquartile ranges"
	r.count("outliers", n, "", "readings above the limit, kept; "+method, all)
	r.energy("outlier_limit", limit, method, all)
	r.energy("highest_reading", slices.Max(x), "largest reading", all)
	r.warn(ReasonOutliers)
}
