package baseline_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/eaio/eaio/energy/baseline"
)

// calendar tells hours on a clock without changes.
func calendar(start time.Time, hours int) (week, month []uint8) {
	week, month = make([]uint8, hours), make([]uint8, hours)
	for i := range hours {
		at := start.Add(time.Duration(i) * time.Hour)
		week[i] = uint8((int(at.Weekday())+6)%7*24 + at.Hour())
		month[i] = uint8(at.Month())
	}
	return week, month
}

// laboratory is the hourly meter of 2016 or, with year 1, 2017.
func laboratory(t testing.TB, year int) baseline.Hours {
	from, to := year*366*24, 366*24+year*365*24
	week, month := calendar(year2016, 731*24)
	return baseline.Hours{
		Use:  hourly(t, "electricity_hourly.csv.gz", "Robin_education_Lizbeth")[from:to],
		DegF: baseline.FahrenheitAll(hourly(t, "temperature_hourly.csv.gz", "Robin")[from:to]),
		Week: week[from:to], Month: month[from:to],
	}
}

// dense fits one month as it is written down: a column for each hour of the week, and
// one for each bin and kind of hour.
func dense(t *testing.T, h baseline.Hours, m *baseline.Month, centre uint8) func(week uint8, degF float64) float64 {
	t.Helper()
	widths := len(m.Knots) + 1
	row := func(week uint8, degF float64) []float64 {
		x := make([]float64, 168+2*widths)
		x[week] = 1
		at := 168
		if m.Occupied[week] {
			at += widths
		}
		low := math.Inf(-1)
		for k := range widths {
			high := math.Inf(1)
			if k < len(m.Knots) {
				high = m.Knots[k]
			}
			if k == 0 {
				x[at] = min(degF, high)
			} else {
				x[at+k] = max(0, min(degF, high)-low)
			}
			low = high
		}
		return x
	}
	var data, target []float64
	for i, y := range h.Use {
		apart := (int(h.Month[i]) - int(centre) + 12) % 12
		weight := map[int]float64{0: 1, 1: .5, 11: .5}[apart]
		if weight == 0 || math.IsNaN(y+h.DegF[i]) {
			continue
		}
		for _, v := range row(h.Week[i], h.DegF[i]) {
			data = append(data, v*math.Sqrt(weight))
		}
		target = append(target, y*math.Sqrt(weight))
	}
	var qr mat.QR
	qr.Factorize(mat.NewDense(len(target), 168+2*widths, data))
	var beta mat.VecDense
	if err := qr.SolveVecTo(&beta, false, mat.NewVecDense(len(target), target)); err != nil {
		t.Fatal(err)
	}
	return func(week uint8, degF float64) float64 {
		return mat.Dot(mat.NewVecDense(168+2*widths, row(week, degF)), &beta)
	}
}

func TestHourlyEqualsTheWholeRegression(t *testing.T) {
	t.Parallel()
	h := laboratory(t, 0)
	m := baseline.FitTOWT(h, baseline.Meter{})
	if !m.OK() {
		t.Fatal(m.Reasons)
	}
	fit := m.Predict(h)
	for _, month := range []uint8{1, 7} {
		predict := dense(t, h, &m.Months[month-1], month)
		for i, got := range fit {
			if h.Month[i] != month || math.IsNaN(got) {
				continue
			}
			if want := predict(h.Week[i], h.DegF[i]); math.Abs(got-want) > 1e-8*math.Abs(want) {
				t.Fatalf("month %d, hour %d: %.10f, want %.10f", month, i, got, want)
			}
		}
	}
	t.Logf("n %d, c %d, CVRMSE %.4f, NMBE %.5f, R² %.4f; days: CVRMSE %.4f, c %d, lag-1 %.3f",
		m.N, m.Params, m.CVRMSE, m.NMBE, m.R2, m.Daily.CVRMSE, m.Daily.Params, m.Daily.Lag1)
	if m.CVRMSE > .12 || math.Abs(m.NMBE) > .005 {
		t.Errorf("CVRMSE %.4f, NMBE %.4f", m.CVRMSE, m.NMBE)
	}
	s := m.Avoided(laboratory(t, 1))
	t.Logf("%+v", s)
}

// The figures are those of eemeter 2.10.11 itself, which does not use the last reading
// of a baseline, with zeros taken as missing.
func TestHourlyOfAPublishedSample(t *testing.T) {
	at, use := sample(t, "il-electricity-cdd-hdd-hourly")
	_, degF := sample(t, "il-tempF")
	chicago, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	year := func(from time.Time) (h baseline.Hours) {
		for i, when := range at {
			if when.Before(from) || !when.Before(from.AddDate(1, 0, 0)) {
				continue
			}
			local := when.In(chicago)
			h.Use, h.DegF = append(h.Use, use[i]), append(h.DegF, degF[i])
			h.Week = append(h.Week, uint8((int(local.Weekday())+6)%7*24+local.Hour()))
			h.Month = append(h.Month, uint8(local.Month()))
		}
		return h
	}
	before := year(time.Date(2015, 12, 26, 0, 0, 0, 0, chicago))
	before.Use[len(before.Use)-1] = math.NaN()
	after := year(time.Date(2017, 1, 4, 0, 0, 0, 0, chicago))
	m := baseline.FitTOWT(before, baseline.Meter{})
	if !m.OK() {
		t.Fatal(m.Reasons)
	}
	predicted := m.Predict(after)
	var sums [12]float64
	for i, v := range predicted {
		sums[after.Month[i]-1] += v
	}
	for i, want := range []struct {
		knots    []float64
		occupied int
		kWh      float64
	}{
		{[]float64{30, 45, 55}, 9, 1210.084487},
		{[]float64{30, 45, 55, 65}, 5, 696.557977},
		{[]float64{30, 45, 55, 65, 75}, 6, 729.265781},
		{[]float64{30, 45, 55, 65, 75}, 3, 542.615686},
		{[]float64{45, 55, 65, 75, 90}, 3, 640.314724},
		{[]float64{55, 65, 75, 90}, 6, 1055.936613},
		{[]float64{65, 75, 90}, 8, 1253.404295},
		{[]float64{65, 75, 90}, 7, 796.194103},
		{[]float64{45, 55, 65, 75, 90}, 5, 846.717869},
		{[]float64{30, 45, 55, 65, 75}, 1, 604.634291},
		{[]float64{30, 45, 55, 65, 75}, 2, 688.783749},
		{[]float64{30, 45, 55, 65}, 4, 1185.433860},
	} {
		month := m.Months[i]
		occupied := 0
		for _, yes := range month.Occupied {
			if yes {
				occupied++
			}
		}
		if !slices.Equal(month.Knots, want.knots) || occupied != want.occupied {
			t.Errorf("month %d: knots %v, %d occupied hours, want %v, %d", i+1, month.Knots, occupied, want.knots, want.occupied)
		}
		near(t, time.Month(i+1).String(), sums[i], want.kWh, 1e-5)
	}
	near(t, "year", sumOf(predicted), 10249.943435516607, 1e-6)
	s := m.Avoided(after)
	near(t, "saved in hours with a reading", s.Saved, 1167.4534, 1e-3) // zeros are a home at rest
	if s.N != 365 || s.Verdict != baseline.Confirmed {
		t.Errorf("%d days, %s", s.N, s.Verdict)
	}
}

func sumOf(x []float64) (total float64) {
	for _, v := range x {
		total += v
	}
	return total
}

// made is an hourly building: open on weekdays from 8 to 18, when it cools harder.
func made(days int) baseline.Hours {
	start := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	h := baseline.Hours{Use: make([]float64, 24*days), DegF: make([]float64, 24*days)}
	h.Week, h.Month = calendar(start, 24*days)
	r := rand.New(rand.NewPCG(1, 3))
	for i := range h.Use {
		day := float64(i) / 24
		h.DegF[i] = 55 - 25*math.Cos(2*math.Pi*day/365.25) - 8*math.Cos(2*math.Pi*day) + 5*r.NormFloat64()
		h.Use[i] = 12 + .05*h.DegF[i]
		if hour := h.Week[i] % 24; h.Week[i] < 120 && hour >= 8 && hour < 18 {
			h.Use[i] = 40 + .3*h.DegF[i]
		}
	}
	return h
}

func TestHourlyFindsAKnownBuilding(t *testing.T) {
	h := made(365)
	m := baseline.FitTOWT(h, baseline.Meter{})
	if !m.OK() || len(m.Warnings) > 0 {
		t.Fatal(m.Reasons, m.Warnings)
	}
	for i, fit := range m.Predict(h) {
		if math.Abs(fit-h.Use[i]) > 1e-8 {
			t.Fatalf("hour %d: %v, want %v", i, fit, h.Use[i])
		}
	}
	for week, occupied := range m.Months[4].Occupied {
		if open := week < 120 && week%24 >= 8 && week%24 < 18; occupied != open {
			t.Errorf("hour %d of the week: occupied %v", week, occupied)
		}
	}
	scaled := h
	scaled.Use = times(h.Use, 3412)
	big := baseline.FitTOWT(scaled, baseline.Meter{})
	near(t, "scaled", big.Predict(h)[5000], 3412*h.Use[5000], 1e-4)

	less := h
	less.Use = with(h.Use, func(x []float64) {
		for i := range x {
			x[i] -= 2
		}
	})
	s := m.Avoided(less)
	near(t, "saved", s.Saved, 2*365*24, 1e-3)
	if s.N != 365 || s.Verdict != baseline.Confirmed {
		t.Errorf("%d days, %s", s.N, s.Verdict)
	}
}

// The band of the days' sums holds a saving of nothing about as often as it says,
// where residuals fade within days.
func TestHourlyBand(t *testing.T) {
	t.Parallel()
	const buildings = 40
	covered := 0
	for seed := range uint64(buildings) {
		h := made(730)
		r := rand.New(rand.NewPCG(seed, 4))
		noise := 0.0
		h.Use = with(h.Use, func(x []float64) {
			for i := range x {
				if i%24 == 0 {
					noise = .5*noise + 2*r.NormFloat64()
				}
				x[i] += noise + 2*r.NormFloat64()
			}
		})
		m := baseline.FitTOWT(hours(h, 0, 365), baseline.Meter{})
		if s := m.Avoided(hours(h, 365, 730)); s.Verdict == baseline.Inconclusive && s.N == 365 {
			covered++
		}
	}
	near(t, "coverage", float64(covered)/buildings, .9, .07)
}

// hours are those of the days from first until end.
func hours(h baseline.Hours, first, end int) baseline.Hours {
	first, end = 24*first, 24*end
	return baseline.Hours{Use: h.Use[first:end], DegF: h.DegF[first:end], Week: h.Week[first:end], Month: h.Month[first:end]}
}

func TestHourlyBinsHaveTwentyHours(t *testing.T) {
	h := made(365)
	m := baseline.FitTOWT(h, baseline.Meter{})
	dropped := 0
	for i, month := range m.Months {
		count := make([]int, len(month.Knots)+1)
		for k, f := range h.DegF {
			if apart := (int(h.Month[k]) - 1 - i + 12) % 12; apart > 1 && apart < 11 {
				continue
			}
			bin := 0
			for bin < len(month.Knots) && f > month.Knots[bin] {
				bin++
			}
			count[bin]++
		}
		if slices.Min(count) < 20 {
			t.Errorf("month %d, knots %v: %v hours", i+1, month.Knots, count)
		}
		dropped += 6 - len(month.Knots)
	}
	if dropped == 0 || dropped == 72 {
		t.Errorf("%d knots dropped", dropped)
	}
}

func TestHourlyDeclines(t *testing.T) {
	h := made(365)
	celsius := h
	celsius.DegF = times(h.DegF, .4)
	short := h
	short.Week = h.Week[1:]
	wrong := h
	wrong.Month = slices.Repeat([]uint8{13}, len(h.Month))
	stuck := h
	stuck.Use = slices.Repeat([]float64{7}, len(h.Use))
	for want, h := range map[string]baseline.Hours{
		baseline.ReasonCelsius: celsius, baseline.ReasonLengths: short, baseline.ReasonStuck: stuck,
		baseline.ReasonMonths: made(59),
	} {
		m := baseline.FitTOWT(h, baseline.Meter{})
		if m.OK() || !slices.Contains(m.Reasons, want) {
			t.Errorf("%q, want %q", m.Reasons, want)
		}
		if s := m.Avoided(h); s.Verdict != baseline.Inconclusive || len(s.Reasons) == 0 {
			t.Errorf("%s: a saving without a model: %+v", want, s)
		}
	}
	if m := baseline.FitTOWT(wrong, baseline.Meter{}); m.OK() {
		t.Error("a thirteenth month")
	}
}

// A hole in May takes the model from May and its neighbours, and from no other month.
func TestHourlyHole(t *testing.T) {
	h := made(365)
	hole := h
	hole.Use = with(h.Use, func(x []float64) {
		for i := range x {
			if h.Month[i] == 5 && i%9 == 0 {
				x[i] = math.NaN()
			}
		}
	})
	m := baseline.FitTOWT(hole, baseline.Meter{})
	if !slices.Equal(m.Warnings, []string{baseline.ReasonMonths}) {
		t.Errorf("warnings %q", m.Warnings)
	}
	for i, month := range m.Months {
		if has, want := month.Hours > 0, i < 3 || i > 5; has != want {
			t.Errorf("month %d: a model %v", i+1, has)
		}
	}
	if s := m.Avoided(h); s.N != 365-30-31-30 {
		t.Errorf("%d days", s.N)
	}
}
