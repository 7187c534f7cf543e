package forecast

import (
	"fmt"
	"iter"
	"math"
)

// Method names a way to forecast, as results print it.
type Method string

// The methods, simplest first.
const (
	Persistence         Method = "persistence"               // yesterday, hour by hour
	WeekMean            Method = "mean of seven days"        // the same hour of the last seven days
	Rule                Method = "rule"                      // profile of the day type, moved with yesterday's total
	Ridge               Method = "ridge"                     // a ridge regression for each hour and class of days
	RidgeTemperature    Method = "ridge with temperature"    // the same, seeing the day's temperature
	Ensemble            Method = "ensemble"                  // the ridge and two others, weighted by how well they did
	EnsembleTemperature Method = "ensemble with temperature" // the same three, seeing the day's temperature
)

// Methods lists the methods, simplest first.
func Methods() []Method {
	return []Method{Persistence, WeekMean, Rule, Ridge, RidgeTemperature, Ensemble, EnsembleTemperature}
}

const (
	persistence = iota
	weekMean
	rule
	ridge
	ridgeTemperature
	ensemble
	ensembleTemperature
	methods
)

// Decays of the profiles that the members of the ensemble see.
const (
	mainDecay = 0.92
	slowDecay = 0.97
)

// Model is a meter with everything that was learned from it, standing at the
// midnight after its last day. It is not for concurrent use.
type Model struct {
	grid     *grid
	holidays *holidays
	views    [2]*view
	members  []*member
	warm     []*member // the members that see the temperature; none without it

	day        int // the day that is open: the first without readings
	lastFit    int
	refitEvery int // days; 0 or 1: every night

	forecasts [methods]Day
	able      [methods]bool // have a forecast of their own for the open day
	trails    [methods]trail
	chosen    int // method of the open day
	next      Forecast
	peakShift float64 // of the logarithm of the odds of a new peak
	tail      float64 // share of the residuals beyond each end of the band
}

// newModel is a model without a day.
func newModel(m Meter) *Model {
	g := newGrid(m)
	g.load = nil
	o := &holidays{}
	model := &Model{grid: g, holidays: o, tail: (1 - bandShare) / 2}
	for i, decay := range []float64{mainDecay, slowDecay} {
		model.views[i] = &view{grid: g, holidays: o, decay: decay}
	}
	model.members = model.ensemble(false)
	if len(m.Temperature) > 0 {
		model.warm = model.ensemble(true)
	}
	return model
}

// ensemble makes the members, the plain ridge first.
func (m *Model) ensemble(temperature bool) []*member {
	return []*member{
		newMember(m.views[0], spec{temperature: temperature, classes: true}),
		newMember(m.views[1], spec{temperature: temperature}),
		newMember(m.views[0], spec{temperature: temperature, classes: true, together: true}),
	}
}

// Fit learns a meter from its first day to its last, forecasting each day before
// it sees it. Two years are enough: a reading counts half after one year, and
// holidays are looked for one year back.
func Fit(m Meter) (*Model, error) {
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("fit a forecast: %w", err)
	}
	model := newModel(m)
	load := newGrid(m).load
	model.refitEvery = cadence(len(load))
	model.open()
	for d, day := range load {
		model.refitEvery = cadence(len(load) - 1 - d)
		model.learn(day)
	}
	return model, nil
}

// A ridge is refitted every night. For the nights before the one of a Fit, which then
// only tell how far the methods are to be trusted, that would take a second: the
// regressions of those nights are some days old, the longer ago the older.
const (
	trailRefit = 7   // days, where the trail lies
	trailFrom  = 126 // days before the night of the Fit: the trail and some weeks
	pastRefit  = 28  // days, before that
)

// cadence is after how many days the ridges are refitted so many days before the last.
func cadence(before int) int {
	switch {
	case before == 0:
		return 1
	case before <= trailFrom:
		return trailRefit
	}
	return pastRefit
}

// open begins the next day and forecasts it.
func (m *Model) open() {
	if m.day >= offAfter {
		m.holidays.mark(m.grid, m.day-offAfter)
	}
	m.begin()
	if m.day >= fitFrom && m.day-m.lastFit >= m.refitEvery {
		m.refit()
	}
	m.issue()
}

// begin grows what the methods see by the open day.
func (m *Model) begin() {
	m.holidays.expect(m.grid, m.day)
	for _, v := range m.views {
		v.open(m.day)
	}
}

// issue forecasts the open day by every method.
func (m *Model) issue() {
	f, g, d := &m.forecasts, m.grid, m.day
	f[persistence], f[weekMean], f[rule] = g.persistence(d), g.weekMean(d), g.rule(d)
	for i := range f {
		m.able[i] = !math.IsNaN(highest(&f[i]))
	}
	m.runMembers(m.members, ridge, ensemble, rule)
	m.runMembers(m.warm, ridgeTemperature, ensembleTemperature, ridge)
	m.decide()
}

// runMembers sets the forecast of the first member and that of all, by the weights
// of the members; hours that they lack are taken from a simpler method.
func (m *Model) runMembers(members []*member, first, all, simpler int) {
	f := &m.forecasts
	f[first], f[all] = noDay(), noDay()
	var sum means
	for i, member := range members {
		member.latest = member.forecast(m.day, &f[rule])
		sum.add(&member.latest, member.weight())
		if i == 0 {
			f[first] = member.latest
		}
	}
	f[all] = sum.mean()
	m.able[first], m.able[all] = !math.IsNaN(highest(&f[first])), !math.IsNaN(highest(&f[all]))
	if len(members) > 0 {
		fill(&f[first], &f[simpler])
		fill(&f[all], &f[first])
	}
}

// fill takes what a day lacks from another.
func fill(d, from *Day) {
	for h, v := range d {
		if math.IsNaN(v) {
			d[h] = from[h]
		}
	}
}

func (m *Model) everyMember() iter.Seq[*member] {
	return func(yield func(*member) bool) {
		for _, members := range [][]*member{m.members, m.warm} {
			for _, member := range members {
				if !yield(member) {
					return
				}
			}
		}
	}
}

func (m *Model) refit() {
	for member := range m.everyMember() {
		member.refit(m.day)
	}
	m.lastFit = m.day
}

// learn takes the readings of the open day in and opens the next.
func (m *Model) learn(load Day) {
	d := m.day
	m.widen(&load)
	m.settle(&load)
	m.grid.load = append(m.grid.load, load)
	for _, v := range m.views {
		v.close(d)
	}
	for member := range m.everyMember() {
		member.learn(d)
	}
	weekday, weekend := &m.views[0].usual[d], &m.views[0].other[d]
	m.holidays.judge(&load, weekday, weekend, d)
	for i := range m.trails {
		m.trails[i].days = append(m.trails[i].days, m.outcome(&load, &m.forecasts[i]))
	}
	m.day++
	m.open()
}
