package baseline

import "math"

const (
	hoursOfWeek  = 168
	months       = 12
	leastHours   = 0.9 // of a month and of both its neighbours
	shortMonth   = 28 * 24
	stuckHours   = 24
	halfOfDay    = 12 // hours that a day's sum must have
	windowMonths = 3
)

// Hours are hourly readings with what the hour is on the building's clock. All
// slices have one length; holes in the record are NaN, not left out.
type Hours struct {
	Use   []float64 // energy per hour
	DegF  []float64 // outdoor temperature, °F
	Week  []uint8   // hour of the week, 0 to 167; 0 is Monday 00:00
	Month []uint8   // month of the year, 1 to 12
}

// ok reports whether the slices fit together.
func (h Hours) ok() bool {
	if len(h.Use) != len(h.DegF) || len(h.Use) != len(h.Week) || len(h.Use) != len(h.Month) {
		return false
	}
	for i, w := range h.Week {
		if w >= hoursOfWeek || h.Month[i] < 1 || h.Month[i] > months {
			return false
		}
	}
	return true
}

// TOWT is the hourly time-of-week and temperature model (LBNL-4944E, in the form of
// CalTRACK 2.0, section 3.6 to 3.11): one model per month of the year.
type TOWT struct {
	Months [months]Month // January first
	Stats                // of hours
	Daily  Stats         // of days' sums, for the uncertainty of a saving
	Reasons,
	Warnings []string
}

// Month is the model of one month of the year, fitted to it and, at half weight, to
// its neighbours. Use is the level of the hour of the week plus a line in
// temperature that bends at the knots, one for occupied hours and one for others.
type Month struct {
	Hours    int                  // readings it was fitted to; 0: no model
	Knots    []float64            // °F
	Occupied [hoursOfWeek]bool    // hours of the week with more use than their weather asks for
	Level    [hoursOfWeek]float64 // energy per hour at the first knot; NaN: never seen
	Slopes   [2][]float64         // energy per hour and °F in each bin, not occupied and occupied
}

// OK reports whether at least one month has a model.
func (m *TOWT) OK() bool { return m.N > 0 && len(m.Reasons) == 0 }

// FitTOWT fits an hourly baseline. A month whose own hours, or a neighbour's, are
// there for less than nine tenths has no model.
func FitTOWT(h Hours, o Meter) *TOWT {
	m := &TOWT{}
	if !h.ok() {
		m.Reasons = append(m.Reasons, ReasonLengths)
		return m
	}
	h.Use = o.readings(h.Use)
	if stuckShare(h.Use, stuckHours) > maxStuck {
		m.Reasons = append(m.Reasons, ReasonStuck)
	}
	if reason := CheckTemperature(h.DegF, 24); reason != "" {
		m.Reasons = append(m.Reasons, reason)
	}
	if len(m.Reasons) > 0 {
		return m
	}
	rows, complete := h.byMonth()
	params, fitted := 0, 0
	f := newWindow()
	for i := range months {
		before, after := (i+months-1)%months, (i+1)%months
		if complete[before] && complete[i] && complete[after] {
			m.Months[i] = f.fit(rows[i], rows[before], rows[after])
			params += m.Months[i].params()
			fitted++
		}
	}
	if fitted == 0 {
		m.Reasons = append(m.Reasons, ReasonMonths)
		return m
	}
	if fitted < months {
		m.Warnings = append(m.Warnings, ReasonMonths)
	}
	m.judge(h, params)
	return m
}

// judge computes the statistics. Each hour helps to fit three months, so the
// parameters of all count by a third; of the levels, a day's sum sees 7, not 168.
func (m *TOWT) judge(h Hours, params int) {
	fit := m.Predict(h)
	m.Stats = NewStats(h.Use, fit, params/windowMonths)
	levels := 0
	for i := range m.Months {
		levels += m.Months[i].levels()
	}
	use, predicted := h.daySums(h.Use, fit)
	m.Daily = NewStats(use, predicted, (params-levels+levels/24)/windowMonths)
	if m.CVRMSE > HourlyLimits().CVRMSE {
		m.Warnings = append(m.Warnings, WarnCVRMSE)
	}
	if m.Daily.AdjR2 < weatherSignal {
		m.Warnings = append(m.Warnings, WarnNoWeather)
	}
}

// Predict returns the use of every hour; NaN where its month, its hour of the week
// or its temperature is unknown.
func (m *TOWT) Predict(h Hours) []float64 {
	out := make([]float64, len(h.DegF))
	for i, t := range h.DegF {
		out[i] = m.Months[h.Month[i]-1].at(h.Week[i], t)
	}
	return out
}

// Avoided is the saving of a reporting period. The band is that of the days' sums.
func (m *TOWT) Avoided(h Hours) Saving {
	if !m.OK() {
		return noSaving(ReasonNoModel)
	}
	if !h.ok() {
		return noSaving(ReasonLengths)
	}
	if reason := CheckTemperature(h.DegF, 24); reason != "" {
		return noSaving(reason)
	}
	use, predicted := h.daySums(h.Use, m.Predict(h))
	return Avoided(m.Daily, predicted, use)
}

// between returns the hours of a stretch.
func (h Hours) between(first, end int) Hours {
	return Hours{h.Use[first:end], h.DegF[first:end], h.Week[first:end], h.Month[first:end]}
}

// dayStarts returns where each day starts, and the end. A day is a stretch of hours
// of one weekday.
func (h Hours) dayStarts() []int {
	starts := make([]int, 0, len(h.Week)/24+2)
	for i, w := range h.Week {
		if i == 0 || w/24 != h.Week[i-1]/24 {
			starts = append(starts, i)
		}
	}
	return append(starts, len(h.Week))
}

// days returns the days' use, NaN with fewer than 12 readings, and mean temperature.
func (h Hours) days() (use, degF []float64) {
	use, degF = h.daySums(h.Use, h.DegF)
	starts := h.dayStarts()
	for d := range degF {
		n := 0.0
		for i := starts[d]; i < starts[d+1]; i++ {
			if !math.IsNaN(h.Use[i] + h.DegF[i]) {
				n++
			}
		}
		degF[d] /= n
	}
	return use, degF
}

// daySums adds up the hours of each day that have both values; with fewer than 12
// such hours a day is NaN.
func (h Hours) daySums(use, fit []float64) (useSums, fitSums []float64) {
	starts := h.dayStarts()
	useSums, fitSums = make([]float64, len(starts)-1), make([]float64, len(starts)-1)
	for d := range useSums {
		n := 0
		for i := starts[d]; i < starts[d+1]; i++ {
			if !math.IsNaN(use[i] + fit[i]) {
				useSums[d] += use[i]
				fitSums[d] += fit[i]
				n++
			}
		}
		if n < halfOfDay {
			useSums[d], fitSums[d] = math.NaN(), math.NaN()
		}
	}
	return useSums, fitSums
}

// hour is a reading with its temperature.
type hour struct {
	y, t float64
	week uint8
}

// byMonth sorts the readings by month of the year, and says which months have enough.
func (h Hours) byMonth() (rows [months][]hour, complete [months]bool) {
	var expected [months]int
	for _, m := range h.Month {
		expected[m-1]++
	}
	for i := range rows {
		rows[i] = make([]hour, 0, expected[i])
	}
	for i, y := range h.Use {
		if !math.IsNaN(y + h.DegF[i]) {
			k := h.Month[i] - 1
			rows[k] = append(rows[k], hour{y, h.DegF[i], h.Week[i]})
		}
	}
	for i := range rows {
		complete[i] = float64(len(rows[i])) > leastHours*float64(max(expected[i], shortMonth))
	}
	return rows, complete
}
