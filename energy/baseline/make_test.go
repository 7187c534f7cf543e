package baseline_test

import (
	"math"
	"math/rand/v2"
)

// weather is a record of daily means: cold winters, warm summers, and what a day has
// of its own.
func weather(days int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]float64, days)
	for d := range out {
		out[d] = 55 - 25*math.Cos(2*math.Pi*float64(d)/365.25) + 6*r.NormFloat64()
	}
	return out
}

// building uses 40 a day, 1.5 for each °F below 55 and 2 for each above 68, and has
// noise with standard deviation sigma and lag-1 correlation rho.
func building(degF []float64, sigma, rho float64, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 2))
	out := make([]float64, len(degF))
	noise := sigma * r.NormFloat64()
	for d, t := range degF {
		out[d] = 40 + 1.5*max(0, 55-t) + 2*max(0, t-68) + noise
		noise = rho*noise + sigma*math.Sqrt(1-rho*rho)*r.NormFloat64()
	}
	return out
}

func times(x []float64, factor float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v * factor
	}
	return out
}

func with(x []float64, change func(x []float64)) []float64 {
	out := append([]float64(nil), x...)
	change(out)
	return out
}
