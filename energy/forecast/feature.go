package forecast

import "math"

// Numbers of features.
const (
	hourWidth    = 25
	dayWidth     = 47
	weatherWidth = 12
)

const (
	yearBack   = 364 // days: the same weekday a year ago
	yearWeight = 0.5 // below 1: shrunk more than the other features
	firstYear  = yearBack + 40
)

// shared holds the features that the hours of a day have in common, loads as
// parts of the level.
type shared struct {
	yesterday float64    // mean residual
	blocks    [6]float64 // mean residual of yesterday's 0–6, 6–12, 12–18, 18–22, 22, 23 h
	changed   float64    // 1 where yesterday was of the other type
	year      float64    // change from its yesterday of the day a year ago
	usual     float64    // mean of the profile
	weekday   int
}

func (v *view) shared(day int) shared {
	unit := 1 / v.level[day]
	r := &v.residual[day-1]
	s := shared{
		yesterday: mean(r, 0, Hours) * unit,
		usual:     orZero(mean(&v.usual[day], 0, Hours)) * unit,
		weekday:   v.grid.dayOfWeek(day),
	}
	for i, b := range [6][2]int{{0, 6}, {6, 12}, {12, 18}, {18, 22}, {22, 23}, {23, 24}} {
		s.blocks[i] = mean(r, b[0], b[1]) * unit
	}
	if v.grid.weekend(day) != v.grid.weekend(day-1) {
		s.changed = 1
	}
	if day >= firstYear {
		k := day - yearBack
		s.year = yearWeight * orZero((mean(&v.residual[k], 0, Hours)-mean(&v.residual[k-1], 0, Hours))/v.level[k])
	}
	return s
}

// features appends what the ridge of hour h of a day sees. The first is the
// profile, on which a regression without evidence rests.
func (v *view) features(day, h int, s *shared, x []float64) []float64 {
	unit := 1 / v.level[day]
	lag := func(k int) float64 { return v.residual[day-k][h] * unit }
	x = append(x, v.usual[day][h]*unit, lag(1), lag(2), lag(7), s.yesterday, 1)
	for d := range 7 {
		x = append(x, indicator(d == s.weekday))
	}
	x = append(x, s.blocks[:]...)
	x = append(x, s.changed*s.yesterday, s.changed*lag(1))
	var year float64
	if day >= firstYear {
		year = yearWeight * orZero(v.residual[day-yearBack][h]/v.level[day-yearBack])
	}
	return append(x, year, s.year, orZero(v.other[day][h])*unit, s.usual)
}

// blockFeatures appends what one regression for all hours sees: the same departures,
// each with a coefficient for every block of four hours.
func (v *view) blockFeatures(day, h int, s *shared, x []float64) []float64 {
	unit := 1 / v.level[day]
	lag := func(k int) float64 { return v.residual[day-k][h] * unit }
	usual := v.usual[day][h] * unit
	x = append(x, usual)
	evening := (2*s.blocks[2] + 4*s.blocks[3]) / 6
	last := (s.blocks[4] + s.blocks[5]) / 2
	for b := range 6 {
		in := indicator(b == h/4)
		x = append(x, in*lag(1), in*s.yesterday, in*evening, in*last, in*lag(7), in)
	}
	x = append(x, orZero(v.other[day][h])*unit, lag(2), mean(&v.residual[day-2], 0, Hours)*unit)
	for d := range 7 {
		x = append(x, indicator(d == s.weekday)*usual)
	}
	return x
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Temperatures from which buildings are cooled and below which they are heated,
// °C: rough on purpose, for the regression weighs them by hour and day.
const (
	coolFrom   = 16
	coolMore   = 24
	heatBelow  = 13
	usualRange = 10 // days of which the mean is the usual weather
)

// degrees are those above or below the limits, in units of 10 °C.
type degrees struct{ cool, more, heat float64 }

// at takes a temperature; where it is missing, the degrees of the day stand for it.
func (d degrees) at(t float64) degrees {
	if math.IsNaN(t) {
		return d
	}
	return degrees{max(0, t-coolFrom) / 10, max(0, t-coolMore) / 10, max(0, heatBelow-t) / 10}
}

// degrees are the means of a day; NaN where more than half of it is missing.
func (g *grid) degrees(day int) degrees {
	nan := degrees{math.NaN(), math.NaN(), math.NaN()}
	if day < 0 || day >= len(g.temp) {
		return nan
	}
	var sum degrees
	var n float64
	for _, t := range g.temp[day] {
		if !math.IsNaN(t) {
			d := nan.at(t)
			sum.cool += d.cool
			sum.more += d.more
			sum.heat += d.heat
			n++
		}
	}
	if n < Hours/2 {
		return nan
	}
	return degrees{sum.cool / n, sum.more / n, sum.heat / n}
}

// weather holds the temperature features of a day.
type weather struct {
	today, yesterday degrees
	usual            degrees
}

// weather says false where a temperature it needs is missing.
func (g *grid) weather(day int) (weather, bool) {
	w := weather{today: g.degrees(day), yesterday: g.degrees(day - 1)}
	var n float64
	for k := 1; k <= usualRange; k++ {
		if d := g.degrees(day - k); !math.IsNaN(d.cool) {
			w.usual.cool += d.cool
			w.usual.heat += d.heat
			n++
		}
	}
	w.usual.cool /= n
	w.usual.heat /= n
	return w, !math.IsNaN(w.today.cool + w.yesterday.cool)
}

// appendWeather appends the day's weather against yesterday's and the usual one,
// of the day as a whole and of the hour.
func (g *grid) appendWeather(day, h int, w *weather, x []float64) []float64 {
	now, before := w.today.at(g.temp[day][h]), w.yesterday.at(g.temp[day-1][h])
	return append(x,
		w.today.cool-w.yesterday.cool, w.today.more-w.yesterday.more, w.today.heat-w.yesterday.heat,
		w.today.cool-w.usual.cool, w.today.heat-w.usual.heat,
		w.today.cool, w.today.more, w.today.heat,
		now.cool-before.cool, now.more-before.more, now.heat-before.heat, now.more)
}
