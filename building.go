package eaio

import "time"

// TenantID names a tenant. Every store method takes one; nothing is shared
// between two of them.
type TenantID string

// DefaultTenant is the only tenant until credentials name others.
const DefaultTenant TenantID = "default"

// Privacy is the widest place that a building's data may be sent to.
type Privacy string

// Private stays on local models. Deidentified may leave without names and
// addresses. Public may go to any configured model.
const (
	PrivacyPrivate      Privacy = "private"
	PrivacyDeidentified Privacy = "deidentified"
	PrivacyPublic       Privacy = "public"
)

// rank orders labels from tight to wide; an unknown label is the tightest.
func (p Privacy) rank() int {
	switch p {
	case PrivacyPublic:
		return 2
	case PrivacyDeidentified:
		return 1
	}
	return 0
}

// Tighten returns the tighter of two labels; an empty request leaves p as it is.
func (p Privacy) Tighten(request Privacy) Privacy {
	if request == "" || request.rank() >= p.rank() {
		return p
	}
	return request
}

// Valid reports whether p is one of the three labels.
func (p Privacy) Valid() bool {
	return p == PrivacyPrivate || p == PrivacyDeidentified || p == PrivacyPublic
}

// Building is a site with meters. Price is a flat assumption, shown as one.
type Building struct {
	ID             string  `json:"id"`
	Name           string  `json:"name"`
	Use            string  `json:"use,omitempty"`           // e.g. "education"
	AreaM2         float64 `json:"area_m2,omitempty"`       // 0: unknown
	Timezone       string  `json:"timezone"`                // IANA name; its days are the building's days
	PricePerKWh    string  `json:"price_per_kwh,omitempty"` // decimal; empty: unknown, answers speak of kWh only
	Currency       string  `json:"currency,omitempty"`      // ISO 4217
	PriceSource    string  `json:"price_source,omitempty"`
	Privacy        Privacy `json:"privacy"`
	WeatherStation string  `json:"weather_station,omitempty"`
	Source         string  `json:"source,omitempty"` // where the data comes from, with its licence
}

// Meter measures one commodity of a building at a fixed interval.
type Meter struct {
	ID        string        `json:"id"` // <building>/<commodity> unless named otherwise
	Building  string        `json:"building"`
	Commodity string        `json:"commodity"` // "electricity", "gas", "heat", "water", …
	Unit      string        `json:"unit"`      // unit of one reading, e.g. "kWh"
	Interval  time.Duration `json:"-"`
	First     time.Time     `json:"first,omitzero"` // start of the first reading
	End       time.Time     `json:"end,omitzero"`   // end of the last reading
	Readings  int64         `json:"readings"`
	Version   int64         `json:"version"` // grows with every import that changed a reading
}

// Site is a building with its meters, electricity first.
type Site struct {
	Building Building
	Meters   []Meter
}

// MeterUse is what a meter of a building measured over a span.
type MeterUse struct {
	Building  string
	AreaM2    float64
	Commodity string
	Unit      string
	Interval  time.Duration
	Total     float64 // in Unit
	Readings  int
}

// Readings are one meter's values on a regular grid: Values[i] belongs to the
// interval that starts at Start + i·Step, NaN where there is none.
type Readings struct {
	Meter  Meter
	Start  time.Time
	Step   time.Duration
	Values []float64
}

// Reading is one interval's value; At is the start of the interval.
type Reading struct {
	At    time.Time
	Value float64
}

// ImportReport says what an import did with the accepted rows of a file.
type ImportReport struct {
	Target    string `json:"target"`
	Rows      int64  `json:"rows"` // in the file
	Added     int64  `json:"added"`
	Changed   int64  `json:"changed"`
	Unchanged int64  `json:"unchanged"`
	Refused   int64  `json:"refused"`
}
