package tariff

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"time"

	"github.com/shopspring/decimal"
)

// Usage is a meter's energy per interval on a regular grid of instants. Nothing
// here writes to it.
type Usage struct {
	Start    time.Time      // start of the first interval
	Step     time.Duration  // length of an interval, 1 minute to 24 hours
	KWh      []float64      // energy of each interval in kWh; NaN: missing
	Location *time.Location // the clock of the tariff's hours, days and months; nil: UTC
}

const (
	minStep    = time.Minute
	maxStep    = 24 * time.Hour
	hourStep   = time.Hour
	maxYears   = 10
	maxReading = 1e8 // kWh in an interval: more than the largest sites use in a day

	kept    = 9 // decimals of a kWh and a kW in sums
	printed = 3 // and on a bill
)

func (u Usage) location() *time.Location {
	if u.Location == nil {
		return time.UTC
	}
	return u.Location
}

// check refuses what no bill can be made of.
func (u Usage) check(from, to time.Time) error {
	loc := u.location()
	switch {
	case u.Step < minStep || u.Step > maxStep:
		return fmt.Errorf("tariff: intervals of %s, want 1 minute to 24 hours", u.Step)
	case !from.Before(to) || to.After(from.AddDate(maxYears, 0, 0)):
		return fmt.Errorf("tariff: from %s to %s is not a time of at most %d years", from, to, maxYears)
	case !startsDay(from, loc) || !startsDay(to, loc):
		return fmt.Errorf("tariff: from %s to %s are not whole days in %s", from.In(loc), to.In(loc), loc)
	case int64(len(u.KWh)) > int64(math.MaxInt64/u.Step):
		return errors.New("tariff: too many readings")
	}
	return nil
}

// startsDay reports whether a local date begins at t.
func startsDay(t time.Time, loc *time.Location) bool {
	return civil(t, loc) != civil(t.Add(-time.Nanosecond), loc)
}

// civil is the local date of an instant as days since 1970.
func civil(t time.Time, loc *time.Location) int {
	y, m, d := t.In(loc).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// reading returns interval k in 10⁻⁹ kWh; ok is false where there is none.
func (u Usage) reading(k int) (nano int64, ok bool) {
	if k < 0 || k >= len(u.KWh) {
		return 0, false
	}
	v := u.KWh[k]
	if math.IsNaN(v) || v > maxReading || v < -maxReading {
		return 0, false
	}
	return int64(math.RoundToEven(v * 1e9)), true
}

// index is the first interval that starts at or after t.
func (u Usage) index(t time.Time) int {
	d := t.Sub(u.Start)
	k := d / u.Step
	if d%u.Step > 0 {
		k++
	}
	return int(k)
}

// month is what a meter says in the part of a calendar month that is looked at.
type month struct {
	year    int
	month   time.Month
	days    int // local dates looked at
	n, of   int // readings there are and should be
	total   big.Int
	energy  []big.Int // by period
	flat    peak
	demand  []peak
	exports bool // a reading is negative
}

// ordinal numbers months without a gap.
func (m *month) ordinal() int { return m.year*12 + int(m.month) - 1 }

// share is the part of the calendar month that is looked at.
func (m *month) share() decimal.Decimal {
	all := time.Date(m.year, m.month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return decimal.New(int64(m.days), 0).DivRound(decimal.New(int64(all), 0), 16)
}

// kWh takes a sum of readings to the decimals of a bill.
func kWh(sum *big.Int) decimal.Decimal {
	return decimal.NewFromBigInt(sum, -kept).Round(printed)
}

func (m *month) name() string { return fmt.Sprintf("%04d-%02d", m.year, m.month) }

// peak is the highest demand seen, in 10⁻⁹ kW.
type peak struct {
	nano int64
	seen bool
}

func (p *peak) take(nano int64) {
	if !p.seen || nano > p.nano {
		p.nano, p.seen = nano, true
	}
}

// kW is the peak as a demand: a meter that only exports has none.
func (p peak) kW() decimal.Decimal { return decimal.New(max(p.nano, 0), -kept).Round(printed) }

// scan reads the months in [from, to), oldest first.
func (t *Tariff) scan(u Usage, from, to time.Time) []*month {
	loc := u.location()
	var out []*month
	window := t.window(u)
	block := block{of: int(window / u.Step), seconds: int64(window / time.Second)}
	for day, end := civil(from, loc), civil(to.Add(-time.Nanosecond), loc); day <= end; day++ {
		y, mon, _ := time.Unix(int64(day)*86400, 0).UTC().Date()
		if len(out) == 0 || out[len(out)-1].month != mon {
			out = append(out, &month{year: y, month: mon, energy: make([]big.Int, len(t.energy)), demand: make([]peak, len(t.demand))})
		}
		out[len(out)-1].days++
	}
	var q big.Int
	for k, last := u.index(from), u.index(to); k < last; k++ {
		at := u.Start.Add(time.Duration(k) * u.Step).In(loc)
		// Where the clock goes back over midnight, a date shows again after the next.
		y, mon, _ := at.Date()
		m := out[min(max(y*12+int(mon)-1-out[0].ordinal(), 0), len(out)-1)]
		m.of++
		nano, ok := u.reading(k)
		if !ok {
			continue
		}
		m.n++
		m.exports = m.exports || nano < 0
		m.total.Add(&m.total, q.SetInt64(nano))
		if len(t.energy) > 0 {
			e := &m.energy[t.energyHours.at(at)]
			e.Add(e, &q)
		}
		if demand, at, ok := block.add(at, nano); ok {
			m.flat.take(demand)
			if len(t.demand) > 0 {
				m.demand[t.demandHours.at(at)].take(demand)
			}
		}
	}
	return out
}

// window is the time over which demand is averaged.
func (t *Tariff) window(u Usage) time.Duration {
	if w := t.demandWindow; w > u.Step && w%u.Step == 0 {
		return w
	}
	return u.Step
}

// block averages the intervals of one demand window of the local clock.
type block struct {
	of      int // intervals of a window
	seconds int64

	id, nano int64
	n        int
	from     time.Time
}

// add returns the mean load of the window that is complete with this reading, in
// 10⁻⁹ kW, and when it started.
func (b *block) add(at time.Time, nano int64) (demand int64, from time.Time, ok bool) {
	if b.of > 1 {
		_, offset := at.Zone()
		id := floorDiv(at.Unix()+int64(offset), b.seconds)
		if b.n == 0 || id != b.id || at.Sub(b.from) >= time.Duration(b.seconds)*time.Second {
			b.id, b.nano, b.n, b.from = id, 0, 0, at
		}
	} else {
		b.nano, b.n, b.from = 0, 0, at
	}
	b.nano += nano
	b.n++
	if b.n < b.of {
		return 0, b.from, false
	}
	b.n = 0
	return int64(math.RoundToEven(float64(b.nano) * 3600 / float64(b.seconds))), b.from, true
}

func floorDiv(a, b int64) int64 {
	if a%b < 0 {
		return a/b - 1
	}
	return a / b
}
