package energy

import (
	"math"
	"time"

	"github.com/eaio/eaio"
)

// Reasons that Overnight gives.
const (
	ReasonNightIncomplete = "night_incomplete"  // less than 75 % of the night's readings
	ReasonTooFewNights    = "too_few_nights"    // fewer than 5 nights to compare with
	ReasonUnusualNight    = "night_above_usual" // over 3.5 robust sigma and over 10 %
	ReasonLowNight        = "night_below_usual" // as far on the other side
)

// The verdicts of Overnight, the text of its fact night_verdict.
const (
	NightUnusual = "unusual"
	NightUsual   = "usual"
	NightLow     = "unusually low"
)

const (
	peerDays     = 28 // days in which a night looks for its like
	minPeers     = 5
	unusualSigma = 3.5
	unusualShare = 0.1
)

// Overnight compares the latest night that ended by asOf with what is usual: the
// median of the nights of the same kind (before a working day, or of the weekend)
// in the 28 days before it. Nights are set against each other by mean load, so
// that one of 7 or 9 hours, or one that lacks a reading, is not misjudged; the
// usual energy is the usual load over the readings that the night has. A night of
// stuck readings is inconclusive.
func Overnight(s Series, asOf time.Time, p Price) eaio.Result {
	r := newReport(NameOvernight, s, p)
	if s.unsupported(maxLoadStep) {
		return r.decline(eaio.ResultInsufficientData, ReasonUnsupportedInterval)
	}
	part := s.cut(nightsWindow(asOf, s.location()))
	stuck := part.stuck()
	part.blank(stuck)
	nights := part.nights(stuck)
	if _, n := part.sum(0, len(part.values)); n == 0 && len(stuck) == 0 || len(nights) == 0 {
		return r.decline(eaio.ResultInsufficientData, ReasonNoReadings)
	}
	last := nights[len(nights)-1]
	switch {
	case last.stuck:
		return r.decline(eaio.ResultInconclusive, ReasonStuckReadings)
	case !last.counts():
		r.percent("night_completeness", last.basis().share(), "readings present of readings expected", last.basis())
		return r.decline(eaio.ResultInsufficientData, ReasonNightIncomplete)
	}
	return r.overnight(part, nights, last)
}

func (r *report) overnight(p part, nights []night, last night) eaio.Result {
	b := last.basis()
	r.energy("night_energy", last.energy, nightMethod, b)
	r.cost("night_cost", last.energy, "night energy", b)
	r.number("night_load", last.load(p), p.powerUnit(), "mean load, 22:00–06:00", b)
	peers, pb := p.peers(nights, last)
	if len(peers) < minPeers {
		r.count("nights_compared", len(peers), "nights", peerMethod(last), pb)
		r.count("nights_required", minPeers, "nights", "least number of nights to compare with", pb)
		return r.decline(eaio.ResultInsufficientData, ReasonTooFewNights)
	}
	r.excess(p, last, peers, pb)
	r.count("nights_compared", len(peers), "nights", peerMethod(last), pb)
	r.saving(p, nights, last)
	return r.Result
}

// peers returns the mean loads of the nights that last is compared with.
func (p part) peers(nights []night, last night) ([]float64, basis) {
	like := make([]night, 0, peerDays)
	before := nights[max(len(nights)-1-peerDays, 0) : len(nights)-1]
	b := basis{window: eaio.Window{From: last.from, To: last.from}}
	for _, v := range before {
		if v.weekend == last.weekend && v.counts() && !v.stuck {
			like = append(like, v)
			b.n, b.of = b.n+v.n, b.of+v.hi-v.lo
		}
	}
	if len(like) > 0 {
		b.window.From = like[0].from
	}
	return p.loads(like), b
}

func peerMethod(v night) string {
	if v.weekend {
		return "nights that ended on a Saturday or Sunday of the 28 days before"
	}
	return "nights that ended on Monday to Friday of the 28 days before"
}

// excess sets the night against its like and gives the verdict.
func (r *report) excess(p part, last night, peers []float64, pb basis) {
	b, hours := last.basis(), float64(last.n)*p.stepHours()
	usual := median(peers)
	sigma := robustSigma(peers, usual)
	over := last.load(p) - usual
	r.energy("usual_night_energy", usual*hours, "median mean load of "+peerMethod(last)+" × hours of the night", pb)
	r.energy("night_excess", over*hours, "night energy − usual night energy", b)
	if usual > 0 {
		r.percent("night_excess_percent", over/usual, "night excess of usual night energy", b)
	}
	r.cost("night_excess_cost", over*hours, "night excess", b)
	r.energy("usual_night_spread", sigma*hours, "1.4826 × median absolute deviation of the nights compared", pb)
	verdict := NightUsual
	if math.Abs(over) > unusualSigma*sigma && math.Abs(over) > unusualShare*math.Abs(usual) {
		verdict = NightUnusual
		reason := ReasonUnusualNight
		if over < 0 {
			verdict, reason = NightLow, ReasonLowNight
		}
		r.warn(reason)
	}
	r.text("night_verdict", verdict, "unusual: over 3.5 robust sigma and over 10 % from the usual night", b)
}

// saving sets the night against the building's own best nights of the year.
func (r *report) saving(p part, nights []night, last night) {
	best, b, ok := p.bestNight(nights)
	if !ok {
		return
	}
	hours := float64(last.n) * p.stepHours()
	possible := max(last.energy-best*hours, 0)
	r.energy("best_night_energy", best*hours, bestMethod+" × hours of the night", b)
	r.energy("possible_saving", possible, "night energy − best night energy, at least 0", last.basis())
	r.cost("possible_saving_cost", possible, "possible saving", last.basis())
}
