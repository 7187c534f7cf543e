package forecast

import (
	"fmt"
	"math"
	"slices"
)

// Learn takes in the readings of the day that Next forecast and forecasts the day
// after, which is cheaper than to fit anew. degC holds the temperatures from the day
// of the readings on, 24 a day: measured on the day itself, forecast on the days
// behind it; nil keeps those that the model has. A model fitted without temperature
// does not look at them.
//
// A model that learned every day of a meter is the one that Fit makes of it, except
// that its trail was laid under the weather forecasts of the time.
func (m *Model) Learn(load Day, degC []float64) error {
	if len(degC)%Hours != 0 {
		return fmt.Errorf("learn a day: temperature has %d values: want 24 for each day", len(degC))
	}
	m.grid.readings(&load)
	if degC != nil && len(m.warm) > 0 {
		m.grid.weatherFrom(m.day, cut(degC, finite))
		for _, member := range m.warm {
			member.usable = member.open(m.day)
		}
	}
	m.learn(load)
	return nil
}

// After forecasts the day after Next's, as if that one had come true. Nothing is
// learned from it, and its band is that of one day ahead.
func (m *Model) After() Forecast {
	next, d := m.next, m.day
	m.grid.load = append(m.grid.load, next.Hours)
	for _, v := range m.views {
		v.close(d)
	}
	m.day++
	m.begin()
	m.issue()
	after := m.next
	m.reopen(d)
	return after
}

// reopen forecasts a day again, forgetting what lies behind it.
func (m *Model) reopen(day int) {
	m.day = day
	m.grid.load = m.grid.load[:day]
	m.holidays.rewind(day)
	for _, v := range m.views {
		v.rewind(day)
	}
	m.begin()
	m.issue()
}

// farthestBack is how many days a carried model may know beyond those of the meter
// that it is carried to. A reading that old counts little, and memory is not for ever.
const farthestBack = 365

// Continue makes of a model fitted to the same meter on an earlier day the one that
// Fit would make today, by learning the days between. It fits anew where there is no
// model, or its readings are not those of the meter: some were corrected or came late.
// Temperatures of days that it learned are not looked at again. The model must not be
// used afterwards.
func Continue(model *Model, m Meter) (*Model, error) {
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("continue a forecast: %w", err)
	}
	g := newGrid(m)
	skipped, ok := model.knows(g)
	if !ok {
		return Fit(m)
	}
	known := model.day - skipped
	for d := known; d < len(g.load); d++ {
		var degC []float64
		if len(m.Temperature) > d*Hours {
			degC = m.Temperature[d*Hours:]
		}
		if err := model.Learn(g.load[d], degC); err != nil {
			return nil, err
		}
	}
	if day := len(g.load); day == known && len(model.warm) > 0 {
		model.grid.weatherFrom(model.day, g.temp[min(day, len(g.temp)):])
		model.reopen(model.day)
	}
	return model, nil
}

// knows says whether a model learned a meter up to one of its days, and how many days
// it saw before the meter's first.
func (m *Model) knows(g *grid) (skipped int, ok bool) {
	if m == nil {
		return 0, false
	}
	skipped = g.first - m.grid.first
	if skipped < 0 || skipped > farthestBack || m.day <= skipped || m.day-skipped > len(g.load) ||
		m.grid.zeroMissing != g.zeroMissing || (len(m.warm) > 0) != (len(g.temp) > 0) {
		return 0, false
	}
	return skipped, slices.EqualFunc(m.grid.load[skipped:], g.load[:m.day-skipped], sameReadings)
}

// sameReadings takes two missing readings as equal.
func sameReadings(a, b Day) bool {
	for h, v := range a {
		if v != b[h] && !(math.IsNaN(v) && math.IsNaN(b[h])) {
			return false
		}
	}
	return true
}
