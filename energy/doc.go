// Package energy computes facts about a building from its meters, its weather and
// what it pays: how good the data is, what runs when nobody is there, what is unusual,
// what was consumed and why it changed, what it cost and emitted, what a measure saved,
// what comes next and what could be done. Every analysis is a function of its
// arguments: no clock, no network, no randomness. None guesses a cause, or looks at a
// reading that lies at or after the instant it is asked about. None fills a gap, but
// that a day with half of its hours stands for all of them where a model is fitted to
// days (CalTRACK 2.0).
//
// Days, weeks and months are those of the building's own clock; a day has 23 or
// 25 hours where that clock changes. A reading belongs to the day, night or hour
// in which its interval starts.
//
// What does not count as a reading: NaN; the sentinels −99, −999, −9999 and
// −99999; anything beyond ±10¹²; and zero on an electricity meter (CalTRACK 2.0).
package energy

// MethodVersion changes whenever the same readings may give another number.
const MethodVersion = "energy/1"

// Names of the analyses, as plans call them.
const (
	NameQuality     = "quality"
	NameBaseLoad    = "baseload"
	NameOvernight   = "overnight"
	NameConsumption = "consumption"
)

// Reasons that several analyses give. They are stable words; the numbers that
// belong to them are facts.
const (
	ReasonNoReadings          = "no_readings"          // nothing in the window
	ReasonUnsupportedInterval = "unsupported_interval" // the meter's interval is too short or too long for the analysis
	ReasonStuckReadings       = "stuck_readings"       // one value repeated for 24 hours or longer
)
