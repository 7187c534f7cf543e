package tariff

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

const (
	defaultWindow = 15 * time.Minute
	maxWindow     = 60 // minutes
	yearBack      = 11 // months before the billed one that a ratchet looks at
)

func (s *source) energy(t *Tariff) (err error) {
	if t.energy, err = periods("energyratestructure", s.EnergyStructure, true); err != nil {
		return err
	}
	t.energyHours, err = schedules("energy", s.EnergyWeekday, s.EnergyWeekend, len(t.energy))
	return err
}

func (s *source) flat(t *Tariff) (err error) {
	if t.flat, err = periods("flatdemandstructure", s.FlatStructure, false); err != nil {
		return err
	}
	if err := inKW("flatdemandunit", s.FlatUnit, len(t.flat)); err != nil {
		return err
	}
	if len(t.flat) == 0 || len(t.flat) == 1 && s.FlatMonths == nil {
		return nil
	}
	return row("flatdemandmonths", s.FlatMonths, t.flatMonths[:], len(t.flat))
}

func (s *source) demand(t *Tariff) (err error) {
	if t.demand, err = periods("demandratestructure", s.DemandStructure, false); err != nil {
		return err
	}
	if err := inKW("demandrateunit", s.DemandUnit, len(t.demand)); err != nil {
		return err
	}
	if t.demandHours, err = schedules("demand", s.DemandWeekday, s.DemandWeekend, len(t.demand)); err != nil {
		return err
	}
	t.demandWindow = defaultWindow
	if m := s.DemandWindow; m.set && !m.IsZero() {
		if !m.IsInteger() || m.IsNegative() || m.GreaterThan(decimal.New(maxWindow, 0)) || maxWindow%m.IntPart() != 0 {
			return fmt.Errorf("demandwindow: %s is not a number of minutes that divides an hour", m)
		}
		t.demandWindow = time.Duration(m.IntPart()) * time.Minute
	}
	return nil
}

func inKW(field, unit string, periods int) error {
	if periods > 0 && unit != "" && unit != "kW" {
		return fmt.Errorf("%s: demand by %.20q cannot be billed from energy readings, only kW", field, unit)
	}
	return nil
}

// periods reads a rate structure.
func periods(field string, from [][]sourceTier, energy bool) ([]period, error) {
	if len(from) > maxPeriods {
		return nil, fmt.Errorf("%s: %d periods, at most %d", field, len(from), maxPeriods)
	}
	out := make([]period, 0, len(from))
	for i, tiers := range from {
		p, err := onePeriod(tiers, energy)
		if err != nil {
			return nil, fmt.Errorf("%s[%d]%w", field, i, err)
		}
		out = append(out, p)
	}
	return out, nil
}

func onePeriod(from []sourceTier, energy bool) (period, error) {
	p := period{}
	if len(from) == 0 || len(from) > maxTiers {
		return p, fmt.Errorf(": %d tiers, want 1 to %d", len(from), maxTiers)
	}
	for i, x := range from {
		rate, err := x.Rate.money()
		if err != nil {
			return p, fmt.Errorf("[%d].rate: %w", i, err)
		}
		adj, err := x.Adj.money()
		if err != nil {
			return p, fmt.Errorf("[%d].adj: %w", i, err)
		}
		next := tier{rate: rate.Add(adj), limit: x.Max.Decimal, last: i == len(from)-1}
		switch {
		case next.last && !unlimited(x.Max):
			return p, fmt.Errorf("[%d].max: the last tier ends at %s, and nothing says what more costs", i, x.Max)
		case !next.last && (unlimited(x.Max) || i > 0 && next.limit.LessThanOrEqual(p.tiers[i-1].limit)):
			return p, fmt.Errorf("[%d].max: %s does not rise above the tier before", i, x.Max)
		}
		p.tiers = append(p.tiers, next)
		if !energy {
			continue
		}
		if err := p.takeUnit(x.Unit, i); err != nil {
			return p, err
		}
	}
	return p, nil
}

// unlimited reports whether a tier has no upper end: URDB leaves max out or writes
// 0, some programs a huge number.
func unlimited(limit number) bool {
	return !limit.IsPositive() || limit.GreaterThan(decimal.New(1, 12))
}

func (p *period) takeUnit(unit string, i int) error {
	switch unit {
	case "":
		unit = perMonth
	case perMonth, perDay, perDemand, perDemandDaily:
	default:
		return fmt.Errorf("[%d].unit: %.20q is none of %s, %s, %s, %s", i, unit, perMonth, perDay, perDemand, perDemandDaily)
	}
	if i > 0 && p.unit != unit {
		return fmt.Errorf("[%d].unit: %q, but the tier before is in %q", i, unit, p.unit)
	}
	p.unit = unit
	return nil
}

// schedules reads the pair of 12×24 tables; both may be missing where there is one
// period.
func schedules(kind string, weekday, weekend [][]int, periods int) (h hours, err error) {
	if periods == 0 || periods == 1 && weekday == nil && weekend == nil {
		return h, nil
	}
	if err := table(kind+"weekdayschedule", weekday, &h.weekday, periods); err != nil {
		return h, err
	}
	return h, table(kind+"weekendschedule", weekend, &h.weekend, periods)
}

func table(field string, from [][]int, to *[12][24]int, periods int) error {
	if len(from) != 12 {
		return fmt.Errorf("%s: %d months, want 12", field, len(from))
	}
	for m := range from {
		if err := row(fmt.Sprintf("%s[%d]", field, m), from[m], to[m][:], periods); err != nil {
			return err
		}
	}
	return nil
}

func row(field string, from, to []int, periods int) error {
	if len(from) != len(to) {
		return fmt.Errorf("%s: %d entries, want %d", field, len(from), len(to))
	}
	for i, p := range from {
		if p < 0 || p >= periods {
			return fmt.Errorf("%s[%d]: there is no period %d, only 0 to %d", field, i, p, periods-1)
		}
	}
	copy(to, from)
	return nil
}

// ratchet reads either form of URDB: a share for each month, over the 11 months
// before; or one share with the number of months to look back and the months that
// count.
func (s *source) ratchet(t *Tariff) error {
	r := ratchet{counts: [12]bool{true, true, true, true, true, true, true, true, true, true, true, true}}
	some := false
	share := func(field string, n number, m int) error {
		if n.IsNegative() || n.GreaterThan(decimal.New(1, 0)) {
			return fmt.Errorf("%s: %s is not a fraction from 0 to 1", field, n)
		}
		r.share[m] = n.Decimal
		some = some || n.IsPositive()
		return nil
	}
	switch {
	case len(s.Ratchet) > 0 && s.LookbackPercent.IsPositive():
		return fmt.Errorf("demandratchetpercentage: given beside lookbackPercent, want one of them")
	case len(s.Ratchet) > 0 && len(s.Ratchet) != 12:
		return fmt.Errorf("demandratchetpercentage: %d entries, want 12", len(s.Ratchet))
	}
	for m := range 12 {
		field, n := "lookbackPercent", s.LookbackPercent
		if len(s.Ratchet) > 0 {
			field, n = fmt.Sprintf("demandratchetpercentage[%d]", m), s.Ratchet[m]
		}
		if err := share(field, n, m); err != nil {
			return err
		}
	}
	if !some || len(t.flat)+len(t.demand) == 0 {
		return nil
	}
	r.back = yearBack
	if len(s.Ratchet) == 0 {
		if err := s.lookback(&r); err != nil {
			return err
		}
	}
	t.ratchet = r
	return nil
}

func (s *source) lookback(r *ratchet) error {
	if n := s.LookbackRange; n.set && !n.IsZero() {
		if !n.IsInteger() || n.IsNegative() || n.GreaterThan(decimal.New(24, 0)) {
			return fmt.Errorf("lookbackRange: %s is not a number of months up to 24", n)
		}
		r.back = int(n.IntPart())
	}
	switch len(s.LookbackMonths) {
	case 0:
	case 12:
		for m, counts := range s.LookbackMonths {
			r.counts[m] = bool(counts)
		}
	default:
		return fmt.Errorf("lookbackMonths: %d entries, want 12", len(s.LookbackMonths))
	}
	return nil
}
