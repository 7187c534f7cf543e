package baseline

import "math"

// A baseline covers a year, of which a tenth may be missing (CalTRACK 2.0, 2.2.1).
const (
	baselineDays = 365
	maxMissing   = 37
)

// sufficient returns why a year of days does not carry a model.
func sufficient(use, degF []float64) []string {
	var reasons []string
	if len(use) < baselineDays {
		reasons = append(reasons, ReasonTooShort)
	}
	missing := 0
	for i, v := range use {
		if math.IsNaN(v) || math.IsNaN(degF[i]) {
			missing++
		}
	}
	if missing > maxMissing*len(use)/baselineDays {
		reasons = append(reasons, ReasonMissing)
	}
	if stuckShare(use, stuckDays) > maxStuck {
		reasons = append(reasons, ReasonStuck)
	}
	if reason := CheckTemperature(degF, 1); reason != "" {
		reasons = append(reasons, reason)
	}
	return reasons
}

// A value that repeats for a week of days is no measurement; a tenth of such days
// is as much as may be missing. Zero may repeat: no gas is used in summer.
const (
	stuckDays = 7
	maxStuck  = 0.1
)

// stuckShare is the part of the readings in runs of one value, not zero, of at
// least so many readings.
func stuckShare(use []float64, run int) float64 {
	stuck, present, length := 0, 0, 0
	before := math.NaN()
	flush := func() {
		if length >= run && before != 0 {
			stuck += length
		}
		length = 0
	}
	for _, v := range use {
		if math.IsNaN(v) {
			continue
		}
		present++
		if v != before {
			flush()
		}
		before = v
		length++
	}
	flush()
	return float64(stuck) / float64(max(present, 1))
}

// Daily mean temperatures on Earth lie between −80 and 130 °F. A year in which no
// day is warmer than 45 °F (7 °C) has not been seen where people live, whereas
// every year in °C is such a year, down to the hottest desert.
const (
	coldest     = -80
	hottest     = 130
	coolestYear = 45
	kelvinLow   = 200
	kelvinHigh  = 340
	mostOfAYear = 300 // days that must be there to tell
)

// CheckTemperature returns why so many temperatures a day cannot be °F, or "". It
// tells °C from °F only with most of a year.
func CheckTemperature(degF []float64, perDay int) string {
	low, high, n := math.Inf(1), math.Inf(-1), 0
	for _, t := range degF {
		if !math.IsNaN(t) {
			low, high = min(low, t), max(high, t)
			n++
		}
	}
	switch {
	case n == 0:
		return ""
	case low > kelvinLow && high < kelvinHigh:
		return ReasonKelvin
	case low < coldest || high > hottest:
		return ReasonTemperature
	case n >= mostOfAYear*perDay && high < coolestYear:
		return ReasonCelsius
	}
	return ""
}
