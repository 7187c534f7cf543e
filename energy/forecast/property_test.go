package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// walk forecasts every day of a meter and the one after it.
func walk(m Meter) []Forecast {
	model := newModel(m)
	model.open()
	issued := []Forecast{model.Next()}
	for _, load := range newGrid(m).load {
		model.learn(load)
		issued = append(issued, model.Next())
	}
	return issued
}

// part is the first days of a real meter with temperature.
func part(t *testing.T, name string, days int) Meter {
	t.Helper()
	meters := bdg2(t)
	i := slices.IndexFunc(meters, func(m namedMeter) bool { return m.name == name })
	m := meters[i].Meter
	m.Load = slices.Clone(m.Load[:days*Hours])
	m.Temperature = slices.Clone(m.Temperature)
	return m
}

// same takes two missing values as equal.
func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func sameDay(a, b Day) bool { return slices.EqualFunc(a[:], b[:], same) }

func sameForecast(a, b Forecast) bool {
	return a.Method == b.Method && a.PeakHour == b.PeakHour && same(a.NewPeak, b.NewPeak) &&
		sameDay(a.Hours, b.Hours) && sameDay(a.Low, b.Low) && sameDay(a.High, b.High)
}

// A forecast does not see the future: whatever is done to the readings from a day
// on, and to the weather after it, the forecasts up to that day stay as they were.
func TestNoFuture(t *testing.T) {
	const days = 430
	m := part(t, "Fox_office_Yong", days)
	before := walk(m)
	for _, from := range []int{35, 410} {
		corrupt := m
		corrupt.Load = slices.Clone(m.Load)
		corrupt.Temperature = slices.Clone(m.Temperature)
		r := rand.New(rand.NewPCG(1, uint64(from)))
		for i := from * Hours; i < len(corrupt.Load); i++ {
			corrupt.Load[i] = 5000 * r.Float64()
		}
		for i := (from + 1) * Hours; i < len(corrupt.Temperature); i++ {
			corrupt.Temperature[i] = 100 * r.Float64()
		}
		after := walk(corrupt)
		for d := range before {
			switch same := sameForecast(before[d], after[d]); {
			case d <= from && !same:
				t.Fatalf("readings from day %d on changed the forecast of day %d", from, d)
			case d > from+1 && d < days && same:
				t.Fatalf("readings from day %d on did not change the forecast of day %d", from, d)
			}
		}
	}
}

// The unit of the readings does not matter.
func TestScale(t *testing.T) {
	m := part(t, "Fox_food_Francesco", 430)
	before := walk(m)
	for _, factor := range []float64{1e-3} {
		scaled := m
		scaled.Load = slices.Clone(m.Load)
		for i := range scaled.Load {
			scaled.Load[i] *= factor
		}
		for d, f := range walk(scaled) {
			near := func(a, b float64) bool {
				return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a*factor-b) <= 1e-6*math.Abs(b)
			}
			if !slices.EqualFunc(before[d].Hours[:], f.Hours[:], near) || !slices.EqualFunc(before[d].High[:], f.High[:], near) {
				t.Fatalf("day %d times %g: %v, want the multiple of %v", d, factor, f.Hours, before[d].Hours)
			}
		}
	}
}

// Whatever is missing, a forecast is a number wherever the rule is one, never
// below zero, with its band in order.
func TestGaps(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	holes := map[string]func(m *Meter){
		"none":             func(*Meter) {},
		"hours":            func(m *Meter) { drop(m.Load, func(int) bool { return r.Float64() < 0.3 }) },
		"days":             func(m *Meter) { drop(m.Load, func(i int) bool { return i/Hours%5 == 0 }) },
		"two months":       func(m *Meter) { drop(m.Load, func(i int) bool { return i/Hours > 150 && i/Hours < 210 }) },
		"the first months": func(m *Meter) { drop(m.Load, func(i int) bool { return i/Hours < 90 }) },
		"one hour always":  func(m *Meter) { drop(m.Load, func(i int) bool { return i%Hours == 7 }) },
		"all weekends":     func(m *Meter) { drop(m.Load, func(i int) bool { return (i/Hours+5)%7 >= 5 }) },
		"everything":       func(m *Meter) { drop(m.Load, func(int) bool { return true }) },
		"temperatures":     func(m *Meter) { drop(m.Temperature, func(i int) bool { return i/Hours%3 == 0 || i%5 == 0 }) },
		"no temperatures":  func(m *Meter) { m.Temperature = nil },
		"zeros": func(m *Meter) {
			m.ZeroMissing = false
			clear(m.Load[100*Hours : 140*Hours])
		},
		"short weather": func(m *Meter) { m.Temperature = m.Temperature[:200*Hours] },
	}
	for name, hole := range holes {
		days := 230
		if name == "hours" { // a year back there are gaps too
			days = 430
		}
		m := part(t, "Fox_office_Vicki", days)
		hole(&m)
		for d, f := range walk(m) {
			for h := range Hours {
				if f.Hours[h] < 0 || math.IsInf(f.Hours[h], 0) || math.IsInf(f.High[h], 0) || f.Low[h] > f.High[h] {
					t.Fatalf("%s: day %d hour %d: %v in [%v, %v]", name, d, h, f.Hours[h], f.Low[h], f.High[h])
				}
			}
			g := newGrid(m)
			rule := g.rule(d)
			for h := range Hours {
				if math.IsNaN(f.Hours[h]) && !math.IsNaN(rule[h]) {
					t.Fatalf("%s: day %d hour %d: %s has nothing, the rule %v", name, d, h, f.Method, rule[h])
				}
			}
			if strings.Contains(string(f.Method), "temperature") && math.IsNaN(g.degrees(d).cool) {
				t.Fatalf("%s: day %d has no temperature for the %s", name, d, f.Method)
			}
		}
	}
}

func drop(values []float64, where func(i int) bool) {
	for i := range values {
		if where(i) {
			values[i] = math.NaN()
		}
	}
}

// Where one weather explains the day, the method that sees it is chosen and wins.
func TestTemperatureIsUsed(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	m := steady(400, 100, 60)
	m.Temperature = make([]float64, len(m.Load))
	for d := range m.Days() {
		day := 20 + 8*r.NormFloat64()
		for h := range Hours {
			i := d*Hours + h
			m.Temperature[i] = day
			m.Load[i] += 3*max(0, day-coolFrom) + r.NormFloat64()
		}
	}
	res, err := Backtest(m, 200, 400)
	if err != nil {
		t.Fatal(err)
	}
	blind, seeing := res.Methods[ensemble].CVRMSE, res.Methods[ensembleTemperature].CVRMSE
	if seeing > blind/4 || res.Chosen.CVRMSE > blind/3 {
		t.Errorf("CVRMSE without temperature %.2f, with it %.2f, chosen %.2f by %s", blind, seeing, res.Chosen.CVRMSE, res.Chosen.Method)
	}
}

// A month of zeros makes a level of zero, which a year later must not spoil what
// was learned.
func TestZeroLevelKeepsTheEquationsFinite(t *testing.T) {
	m := part(t, "Fox_office_Vicki", 430)
	m.ZeroMissing = false
	clear(m.Load[20*Hours : 60*Hours])
	model, err := Fit(m)
	if err != nil {
		t.Fatal(err)
	}
	for member := range model.everyMember() {
		for _, hour := range member.normals {
			for _, n := range hour {
				for _, v := range n.rows {
					if math.IsNaN(v) || math.IsInf(v, 0) {
						t.Fatalf("%+v: an entry is %v", member.spec, v)
					}
				}
			}
		}
	}
}
