package tariff

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Tariff says what energy costs. Parse makes one; it is not changed afterwards and
// may be used from several goroutines.
type Tariff struct {
	Label    string // URDB's identifier
	Name     string
	Utility  string
	Currency string    // ISO 4217
	Start    time.Time // in force from; zero: open
	End      time.Time // in force until; zero: open
	// NotBilled names the fields of the source that cost money but that Bill does
	// not charge, such as reactive power.
	NotBilled []string

	energy       []period
	energyHours  hours
	flat         []period
	flatMonths   [12]int
	demand       []period
	demandHours  hours
	demandWindow time.Duration
	ratchet      ratchet
	fixed        periodic
	minimum      periodic
	taxes        []tax
}

// Flat is the tariff of one price per kWh.
func Flat(name, currency string, perKWh decimal.Decimal) (Tariff, error) {
	if !isCurrency(currency) {
		return Tariff{}, fmt.Errorf("tariff: currency: %.10q is not three capital letters (ISO 4217)", currency)
	}
	if perKWh.Exponent() < minExponent || perKWh.Exponent() > maxExponent || perKWh.Abs().GreaterThan(maxMoney) {
		return Tariff{}, errors.New("tariff: the price per kWh is out of bounds")
	}
	p := period{tiers: []tier{{rate: perKWh, last: true}}, unit: perMonth}
	return Tariff{Name: name, Currency: currency, energy: []period{p}, demandWindow: defaultWindow}, nil
}

// Lookback is the number of calendar months before a bill's first one whose
// readings may change it: those that a ratchet looks at, else none.
func (t *Tariff) Lookback() int { return t.ratchet.back }

// needsDemand reports whether a bill depends on the highest load.
func (t *Tariff) needsDemand() bool {
	return len(t.flat)+len(t.demand) > 0 || slices.ContainsFunc(t.energy, func(p period) bool {
		return p.unit == perDemand || p.unit == perDemandDaily
	})
}

// period is a price of energy or demand: tiers by rising use.
type period struct {
	tiers []tier
	unit  string // of the tiers' limits: one of the units below
}

// tier is a price up to a limit; the last tier of a period has none.
type tier struct {
	rate  decimal.Decimal // URDB's rate and adj together
	limit decimal.Decimal // upper end, counted from zero
	last  bool
}

// The units that limits of energy tiers may have.
const (
	perMonth       = "kWh"
	perDay         = "kWh daily"
	perDemand      = "kWh/kW"
	perDemandDaily = "kWh/kW daily"
)

// hours holds the index of a period for each month and hour of a weekday and of a
// day of the weekend.
type hours struct{ weekday, weekend [12][24]int }

// at returns the period of a local time.
func (h *hours) at(t time.Time) int {
	m, hour := t.Month()-1, t.Hour()
	if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
		return h.weekend[m][hour]
	}
	return h.weekday[m][hour]
}

// hourly reports whether the price changes within a day.
func (h *hours) hourly() bool {
	for m := range 12 {
		for hour := range 24 {
			if h.weekday[m][hour] != h.weekday[m][0] || h.weekend[m][hour] != h.weekend[m][0] {
				return true
			}
		}
	}
	return false
}

// ratchet is the floor of a month's demand: share of the highest demand in the
// months that count, at most back months before.
type ratchet struct {
	share  [12]decimal.Decimal
	back   int
	counts [12]bool
}

func (r ratchet) on() bool { return r.back > 0 }

// periodic is an amount per month, day or year.
type periodic struct {
	amount decimal.Decimal
	per    string // "month", "day" or "year"
}

type tax struct {
	name string
	rate decimal.Decimal // 0.1 for 10 %
}
