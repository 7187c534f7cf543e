package ingest

import (
	"slices"
	"strings"
	"time"
)

// The limits that hold where Options leave them 0.
const (
	DefaultMaxRows  = 20_000_000
	DefaultMaxBytes = 1 << 30
	DefaultMaxLine  = 1 << 20
)

// maxLines is what a packed row can number.
const maxLines = 1<<28 - 1

// Options say how to read a file. The zero value reads stamps with offsets and
// values as they are.
type Options struct {
	// Timezone is the clock of stamps without offset: an IANA name, "UTC", or a
	// fixed offset such as "+07:00". Not needed where stamps carry offsets.
	Timezone string
	// Column names the value column. Empty: "value", a common name, or the only
	// column beside the timestamp.
	Column string
	// Unit of the values. Energies become kWh, other quantities stay as they
	// are. Empty: the values are taken as they are and the report names no unit.
	Unit string
	// Interval between readings: whole minutes, a divisor of a day. 0: the most
	// common difference between stamps.
	Interval time.Duration

	// FirstTwo takes the first column of a CSV for the timestamps and the second
	// for the values, whatever they are called, unless Column names another.
	FirstTwo bool
	// Dates takes rows a day or more apart by the date that their stamp shows: At
	// is midnight UTC of that date, offset and time of day are dropped, and no time
	// zone is needed. Rows mostly more than a day apart are periods, such as bills:
	// Report.Interval is then 0, and a row without value comes as one of NaN, for
	// its date ends the period before it.
	Dates bool

	MaxRows  int64 // 0: DefaultMaxRows
	MaxBytes int64 // of the file as sent, and of what it unpacks to; 0: DefaultMaxBytes
	MaxLine  int   // bytes of one row; 0: DefaultMaxLine

	// Progress, if set, is told every 65,536 rows and at the end of the file how
	// many rows and how many bytes (as sent) have been read.
	Progress func(rows, bytes int64)
}

// withDefaults fills the limits in and reports what cannot be.
func (o Options) withDefaults() (Options, error) {
	if o.MaxRows == 0 {
		o.MaxRows = DefaultMaxRows
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxLine == 0 {
		o.MaxLine = DefaultMaxLine
	}
	if o.MaxRows < 0 || o.MaxBytes < 0 || o.MaxLine < 0 {
		return o, invalid("limits must be positive, 0 stands for the default")
	}
	o.MaxRows = min(o.MaxRows, maxLines)
	if o.Interval != 0 && !validInterval(o.Interval) {
		return o, invalid("interval %v: must be whole minutes, at most a day, and divide a day, e.g. 15m, 1h or 24h", o.Interval)
	}
	return o, nil
}

// validInterval reports whether a day is a whole number of d, and d of minutes.
func validInterval(d time.Duration) bool {
	return d >= time.Minute && d <= day && d%time.Minute == 0 && day%d == 0
}

// Clock returns the clock that a time zone of Options names. The name must not be empty.
func Clock(timezone string) (*time.Location, error) {
	if timezone == "" {
		return nil, invalid("a time zone is missing: name one such as UTC, Europe/London or +07:00")
	}
	return location(timezone)
}

// location reads Options.Timezone; nil if it is empty.
func location(name string) (*time.Location, error) {
	switch {
	case name == "":
		return nil, nil
	case name[0] == '+' || name[0] == '-':
		minutes, ok := parseOffset(name)
		if !ok {
			return nil, invalid("time zone %.40q: a fixed offset looks like +07:00, between -14:00 and +14:00", name)
		}
		return time.FixedZone(name, minutes*60), nil
	case name == "Local":
		return nil, invalid("time zone Local means another clock on every machine: name it, e.g. Europe/London")
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, invalid("time zone %.40q is not known: use an IANA name such as Europe/London, or a fixed offset such as +07:00", name)
	}
	return loc, nil
}

// columns is what a file must have: the names under which each column is known,
// in order of preference.
type columns struct {
	stamp, value []string
	wanted       string // one example header, for errors
	onlyOther    bool   // a single further column is the value, whatever its name
}

var stampNames = []string{"timestamp", "time", "datetime", "date_time", "date", "interval_start", "start", "at", "ts"}

func meterColumns() columns {
	return columns{stamp: stampNames, value: []string{"value", "kwh", "reading", "usage", "consumption"}, wanted: "timestamp,value", onlyOther: true}
}

func weatherColumns() columns {
	return columns{
		stamp: stampNames,
		value: []string{
			"temp_c", "temperature_c", "air_temperature_c", "temperature", "air_temperature", "airtemperature", "temp", "oat_c", "oat",
			"temp_f", "temperature_f", "air_temperature_f", "oat_f", "tempf",
		},
		wanted: "timestamp,temp_c",
	}
}

// find returns the places of the timestamp and value columns among names.
func (c columns) find(names []string, column string) (stamp, value int, err error) {
	stamp = c.findStamp(names)
	if stamp < 0 {
		return 0, 0, invalid("no timestamp column among the columns found (%s): the first line must name the columns, e.g. %s", list(names), c.wanted)
	}
	value, err = c.findValue(names, column, stamp)
	return stamp, value, err
}

func (c columns) findStamp(names []string) int {
	for _, want := range c.stamp {
		if i := index(names, want); i >= 0 {
			return i
		}
	}
	return slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(strings.ToLower(n), "timestamp") })
}

func (c columns) findValue(names []string, column string, stamp int) (int, error) {
	if column != "" {
		return named(names, column)
	}
	for _, want := range c.value {
		if i := index(names, want); i >= 0 && i != stamp {
			return named(names, names[i])
		}
	}
	if c.onlyOther && len(names) == 2 {
		return 1 - stamp, nil
	}
	return 0, invalid("which column holds the values? Columns found: %s. Name one, or send two columns such as %s", list(names), c.wanted)
}

// named finds the one column of that name: its exact spelling, else any case.
func named(names []string, column string) (int, error) {
	i := slices.Index(names, column)
	if i < 0 {
		i = index(names, column)
	}
	if i < 0 {
		return 0, invalid("no column %.60q; columns found: %s", column, list(names))
	}
	if slices.Contains(names[i+1:], names[i]) {
		return 0, invalid("column %.60q is there twice; columns found: %s", names[i], list(names))
	}
	return i, nil
}

func index(names []string, want string) int {
	return slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, want) })
}

// list names up to 20 columns, cut and quoted where they could upset a terminal.
func list(names []string) string {
	const most = 20
	var b strings.Builder
	for i, n := range names {
		if i == most {
			b.WriteString(", …")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(shown(n))
	}
	return b.String()
}
