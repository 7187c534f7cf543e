package energy

// AllMeters reports whether an analysis adds up all meters of a building, not only
// the one that is asked about.
func AllMeters(analysis string) bool {
	return analysis == NameCarbon || analysis == NameBenchmark
}

// LooksAtWeather reports whether temperatures change what an analysis finds.
func LooksAtWeather(analysis string) bool {
	switch analysis {
	case NameQuality, NameAnomalies, NamePeak, NameSignature, NameChange, NameSavings, NameForecast, NameMeasures:
		return true
	}
	return false
}
