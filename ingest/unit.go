package ingest

import (
	"slices"
	"strings"
)

// unit is how a value of one unit becomes one of the base unit: times num, divided by den.
// Two exact numbers round once or twice where one quotient would round every value.
type unit struct {
	base     string
	num, den float64
}

// The British thermal unit is that of the International Table, 1055.05585262 J
// (ISO 31-4); a therm is 100,000 of them, 29.307 kWh.
const joulePerBtu = 1055.05585262

// knownUnits by lower-case name.
var knownUnits = map[string]unit{
	"wh":    {"kWh", 1, 1000},
	"kwh":   {"kWh", 1, 1},
	"mwh":   {"kWh", 1000, 1},
	"gwh":   {"kWh", 1e6, 1},
	"j":     {"kWh", 1, 3.6e6},
	"kj":    {"kWh", 1, 3600},
	"mj":    {"kWh", 10, 36},
	"gj":    {"kWh", 10000, 36},
	"btu":   {"kWh", joulePerBtu, 3.6e6},
	"kbtu":  {"kWh", joulePerBtu, 3600},
	"mmbtu": {"kWh", joulePerBtu, 3.6},
	"therm": {"kWh", joulePerBtu, 36},

	"m3":   {"m3", 1, 1},
	"m³":   {"m3", 1, 1},
	"l":    {"L", 1, 1},
	"ft3":  {"ft3", 1, 1},
	"ccf":  {"ccf", 1, 1},
	"gal":  {"gal", 1, 1},
	"kg":   {"kg", 1, 1},
	"lb":   {"lb", 1, 1},
	"tonh": {"tonh", 1, 1},
}

// meterUnit looks a unit up. Capitals do not matter, but for the one letter that
// tells a million from a thousandth.
func meterUnit(name string) (unit, error) {
	if name == "" {
		return unit{num: 1, den: 1}, nil
	}
	key := strings.ToLower(name)
	u, ok := knownUnits[key]
	switch {
	case ok && name[0] == 'm' && (key == "mwh" || key == "mj"):
		return unit{}, invalid("unit %q reads as a thousandth: write M%s for millions", name, name[1:])
	case key == "kw" || key == "w" || key == "mw":
		return unit{}, invalid("unit %q is power, not energy: send the energy of each interval, mean power times its hours", name)
	case !ok:
		return unit{}, invalid("unit %.20q is not known: use one of %s", name, unitNames())
	}
	return u, nil
}

// BaseUnit returns the unit that Readings turns values of a named unit into, and
// what one of them is worth in it.
func BaseUnit(name string) (base string, worth float64, err error) {
	u, err := meterUnit(name)
	return u.base, u.num / u.den, err
}

func unitNames() string {
	var names []string
	for n, u := range knownUnits {
		if n == strings.ToLower(u.base) {
			n = u.base
		}
		if n != "m³" {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func (u unit) convert(v float64) float64 { return v * u.num / u.den }

// celsius converts a temperature given in the named unit.
func celsius(name string) (convert func(float64) float64, err error) {
	switch strings.ToLower(strings.TrimPrefix(name, "°")) {
	case "", "c", "degc", "celsius":
		return func(v float64) float64 { return v }, nil
	case "f", "degf", "fahrenheit":
		return func(v float64) float64 { return (v - 32) * 5 / 9 }, nil
	}
	return nil, invalid("temperature unit %.20q is not known: use degC or degF", name)
}

// saysFahrenheit reports whether a column's name claims °F.
func saysFahrenheit(column string) bool {
	c := strings.ToLower(column)
	return strings.HasSuffix(c, "_f") || strings.HasSuffix(c, "tempf") || strings.Contains(c, "fahrenheit") || strings.Contains(c, "°f")
}
