package energy

// AllMeters reports whether an analysis adds up all meters of a building, not only
// the one that is asked about.
func AllMeters(analysis string) bool {
	return analysis == NameCarbon || analysis == NameBenchmark
}
