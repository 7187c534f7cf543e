package energy

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/internal/stat"
)

// Reasons that BaseLoad gives.
const (
	ReasonTooFewDays      = "too_few_days"            // fewer than 28 days with half of their readings
	ReasonAroundTheClock  = "runs_around_the_clock"   // the load shows no hours of operation
	ReasonHighUnoccupied  = "unoccupied_load_high"    // at least 0.6 of the load in operation
	ReasonFaultUnoccupied = "unoccupied_load_at_peak" // at least 0.8 of it
)

// The texts of a schedule without start and stop.
const (
	RunsAroundTheClock = "runs around the clock"
	NoOperatingHours   = "no operating hours"
)

const (
	minLoadDays     = 28
	unoccupiedWarn  = 0.6
	unoccupiedFault = 0.8
	shapeNightTo    = 5 // LBNL-3713E's night mean covers 00–05
	worstNights     = 3
)

// BaseLoad describes the shape of the load in the 365 days before asOf, or in
// what there is of them, 28 days at least: its base and peak, the hours of
// operation, how much runs outside them, and what that is above the building's
// own best nights. Stuck readings are left out.
func BaseLoad(s Series, asOf time.Time, p Price) eaio.Result {
	r := newReport(NameBaseLoad, s, p)
	if s.unsupported(maxLoadStep) {
		return r.decline(eaio.ResultInsufficientData, ReasonUnsupportedInterval)
	}
	part := s.cut(PeriodWindow(asOf, s.location(), eaio.LastYear))
	stuck := part.stuck()
	part.blank(stuck)
	days := part.days()
	_, n := part.sum(0, len(part.values))
	b := basis{part.window, n, len(part.values)}
	present := 0
	for _, d := range days {
		if d.present() {
			present++
		}
	}
	if len(stuck) > 0 {
		r.warn(ReasonStuckReadings)
	}
	if present < minLoadDays {
		r.count("days_present", present, "days", daysPresentMethod, b)
		r.count("days_required", minLoadDays, "days", "least number of days for a load shape", b)
		return r.decline(eaio.ResultInsufficientData, ReasonTooFewDays)
	}
	if r.unitChanges(part, days) {
		return r.Result
	}
	r.shape(part, days, b)
	nights := part.nights(stuck)
	if schedule, ok := part.schedule(days); ok {
		r.addSchedule(schedule, b)
		r.unoccupied(part, days, nights, schedule)
	} else {
		r.text("schedule", RunsAroundTheClock, "the weeks' 90th percentile is less than a tenth above the 10th", b)
		r.warn(ReasonAroundTheClock)
	}
	r.worst(nights)
	r.count("days_present", present, "days", daysPresentMethod, b)
	return r.Result
}

const daysPresentMethod = "local days with at least half of their readings"

// shape adds base, peak and night load.
func (r *report) shape(p part, days []day, b basis) {
	loads := known(p.values)
	for i := range loads {
		loads[i] /= p.stepHours()
	}
	base, peak := stat.Select(loads, 0.05), stat.Select(loads, 0.95)
	unit := p.powerUnit()
	r.number("base_load", base, unit, "5th percentile of interval loads, after LBNL-3713E", b)
	r.number("peak_load", peak, unit, "95th percentile of interval loads, after LBNL-3713E", b)
	if peak > 0 {
		r.number("base_peak_ratio", base/peak, "", "base load / peak load", b)
	}
	total, night := 0.0, basis{window: b.window}
	for _, d := range days {
		for i := d.lo; i < d.hi && p.hourOf(d, i) < shapeNightTo; i++ {
			night.of++
			if v := p.values[i]; !math.IsNaN(v) {
				total += v
				night.n++
			}
		}
	}
	if night.n > 0 {
		r.number("night_load", total/(float64(night.n)*p.stepHours()), unit, "mean load 00:00–05:00, after LBNL-3713E", night)
	}
}

// inOut sums what a load does inside and outside the hours of operation.
type inOut struct {
	energy [2]float64 // outside, inside
	n, of  [2]int
	above  float64 // energy above the target, outside
}

func (p part) inOut(days []day, s schedule, target float64) (x inOut) {
	limit := target * p.stepHours()
	for _, d := range days {
		h := &s.days[d.weekday]
		for i := d.lo; i < d.hi; i++ {
			side := 0
			if h[p.hourOf(d, i)] {
				side = 1
			}
			x.of[side]++
			v := p.values[i]
			if math.IsNaN(v) {
				continue
			}
			x.energy[side] += v
			x.n[side]++
			if side == 0 && v > limit {
				x.above += v - limit
			}
		}
	}
	return x
}

// unoccupied adds the load outside the hours of operation and how much of it is
// above the best nights.
func (r *report) unoccupied(p part, days []day, nights []night, s schedule) {
	target, nb, ok := p.bestNight(nights)
	x := p.inOut(days, s, target)
	outside := basis{p.window, x.n[0], x.of[0]}
	if x.n[0] == 0 || x.n[1] == 0 || x.energy[1] <= 0 {
		return
	}
	ratio := x.energy[0] / float64(x.n[0]) / (x.energy[1] / float64(x.n[1]))
	r.number("unoccupied_ratio", ratio, "", "mean load outside the hours of operation / mean load in them", basis{p.window, x.n[0] + x.n[1], x.of[0] + x.of[1]})
	switch {
	case ratio >= unoccupiedFault:
		r.warn(ReasonFaultUnoccupied)
	case ratio >= unoccupiedWarn:
		r.warn(ReasonHighUnoccupied)
	}
	if !ok {
		return
	}
	r.number("best_night_load", target, p.powerUnit(), bestMethod, nb)
	r.energy("waste_energy", x.above, "Σ max(0, load − best night load) outside the hours of operation", outside)
	r.percent("waste_percent", x.above/(x.energy[0]+x.energy[1]), "waste energy of all energy", outside)
	r.cost("waste_cost", x.above, "waste energy", outside)
}

// worst adds the nights that used most.
func (r *report) worst(nights []night) {
	var all []night
	for _, v := range nights {
		if v.counts() {
			all = append(all, v)
		}
	}
	slices.SortStableFunc(all, func(a, b night) int {
		switch {
		case a.energy > b.energy:
			return -1
		case a.energy < b.energy:
			return 1
		}
		return 0
	})
	for i, v := range all[:min(worstNights, len(all))] {
		r.energy(fmt.Sprintf("worst_night_%d", i+1), v.energy, nightMethod, v.basis())
	}
}
