package anomaly_test

import (
	"math"
	"math/rand/v2"

	"github.com/eaio/eaio/energy/anomaly"
)

const day, week = 24, 168

func hourOfWeek(i int) int { return i % week }

// office is weeks of an office's load from a Monday: 100 kWh an hour from 07:00 to
// 19:00 on weekdays, else 40, with a slow swing over the year and noise of five per
// cent that lasts from hour to hour.
func office(weeks int, seed uint64) []float64 {
	random := rand.New(rand.NewPCG(seed, 1))
	out := make([]float64, weeks*week)
	noise := 0.0
	for i := range out {
		v := 40.0
		if running(i) {
			v = 100
		}
		noise = 0.8*noise + 0.03*random.NormFloat64()
		out[i] = v * (1 + 0.1*math.Sin(2*math.Pi*float64(i)/8766)) * (1 + noise)
	}
	return out
}

func running(i int) bool {
	hour := i % day
	return i%week < 5*day && hour >= 7 && hour < 19
}

// at is an hour of the 20th week: weekday 0 is Monday.
func at(weekday, hour int) int { return 20*week + weekday*day + hour }

func put(x []float64, from, to int, v func(was float64) float64) []float64 {
	for i := from; i < to; i++ {
		x[i] = v(x[i])
	}
	return x
}

func level(v float64) func(float64) float64 { return func(float64) float64 { return v } }

func times(by float64) func(float64) float64 { return func(was float64) float64 { return was * by } }

func input(kWh []float64) anomaly.Input { return anomaly.Input{KWh: kWh, HourOfWeek: hourOfWeek} }
