package anomaly

// Kind names what an event looks like. It is a description of the load, not of
// its cause.
type Kind string

// Kinds of event.
const (
	LeftOnOvernight Kind = "left_on_overnight" // high, mostly outside the hours in which the building usually runs
	WeekendOn       Kind = "weekend_on"        // high, mostly in the daytime of Saturday or Sunday
	MissedStart     Kind = "missed_start"      // low from the hour at which the building usually starts
	Outage          Kind = "outage"            // a tenth of the usual load or less
	Spike           Kind = "spike"             // high for four hours or less
	Step            Kind = "step"              // a change of level that lasts four weeks or longer, of which the event is the first four
	Stuck           Kind = "stuck"             // one value repeated for a day or longer
	High            Kind = "high"              // high, none of the above
	Low             Kind = "low"               // low, none of the above
)

// Severity grades an event by its energy.
type Severity string

// Severities: less than three hours of the meter's mean load, up to twelve, more.
const (
	Minor    Severity = "minor"
	Moderate Severity = "moderate"
	Major    Severity = "major"
)

// Event is a span of steps whose load is unusual. Energies are over its hours in
// which both the reading and the expectation are known.
type Event struct {
	Start, End  int // steps [Start, End) of Input.KWh
	Kind        Kind
	ActualKWh   float64
	ExpectedKWh float64
	ExcessKWh   float64 // ActualKWh − ExpectedKWh
	Score       float64 // the event's size in robust standard deviations
	Severity    Severity
}
