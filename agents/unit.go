package agents

import "strings"

// unit is what a number counts: a dimension, the size in the dimension's own
// unit, and what it is per ("USD per kWh").
type unit struct {
	dim   string
	scale float64
	per   string
}

// The dimensions that need names of their own; a currency's is its ISO code.
const (
	dimEnergy  = "kWh"
	dimPower   = "kW"
	dimPercent = "%"
	dimHour    = "h"
	dimCount   = "reading" // readings that went into a fact
	dimTimes   = "times"   // a factor: "twice", "gấp ba"
	dimCent    = "cent"
)

// simpleUnit reads one lower-case word or symbol.
func simpleUnit(w string) (unit, bool) {
	u := func(dim string, scale float64) (unit, bool) { return unit{dim: dim, scale: scale}, true }
	switch w {
	case "kwh":
		return u(dimEnergy, 1)
	case "wh":
		return u(dimEnergy, 1e-3)
	case "mwh":
		return u(dimEnergy, 1e3)
	case "gwh":
		return u(dimEnergy, 1e6)
	case "kw", "kilowatt", "kilowatts":
		return u(dimPower, 1)
	case "w", "watt", "watts":
		return u(dimPower, 1e-3)
	case "mw", "megawatt", "megawatts":
		return u(dimPower, 1e3)
	case "gw":
		return u(dimPower, 1e6)
	case "%", "percent", "pct", "percentage":
		return u(dimPercent, 1)
	case "h", "hr", "hrs", "hour", "hours", "giờ", "tiếng":
		return u(dimHour, 1)
	case "min", "mins", "minute", "minutes", "phút":
		return u(dimHour, 1./60)
	case "sec", "secs", "seconds", "giây":
		return u(dimHour, 1./3600)
	case "d", "day", "days", "ngày":
		return u("d", 1)
	case "night", "nights", "đêm":
		return u("night", 1)
	case "week", "weeks", "wk", "tuần":
		return u("week", 1)
	case "month", "months", "tháng":
		return u("month", 1)
	case "year", "years", "yr", "năm":
		return u("year", 1)
	case "reading", "readings", "sample", "samples":
		return u(dimCount, 1)
	case "x", "×", "times", "lần":
		return u(dimTimes, 1)
	case "m2", "sqm", "ft2", "sqft", "m3", "gj", "mj", "kj", "btu", "mmbtu", "kbtu", "therm", "kva", "kvar", "kvarh", "kg", "ppm":
		return u(w, 1)
	case "therms":
		return u("therm", 1)
	case "t", "ton", "tons", "tonne", "tonnes", "tấn":
		return u("kg", 1e3)
	case "g", "gram", "grams":
		return u("kg", 1e-3)
	case "kgco2", "kgco2e":
		return u("kg", 1)
	case "tco2", "tco2e":
		return u("kg", 1e3)
	case "°c", "degc":
		return u("degC", 1)
	case "°f", "degf":
		return u("degF", 1)
	case "degrees", "độ", "°":
		return u("deg", 1)
	case "usd", "$", "dollar", "dollars", "đô":
		return u("USD", 1)
	case "eur", "€", "euro", "euros":
		return u("EUR", 1)
	case "gbp", "£":
		return u("GBP", 1)
	case "vnd", "₫", "đ", "đồng", "vnđ", "dong":
		return u("VND", 1)
	case "jpy", "¥", "yen":
		return u("JPY", 1)
	case "aud", "cad", "chf", "cny", "inr", "krw", "sgd", "thb", "nzd", "hkd", "myr", "idr", "php", "twd", "sek", "nok", "dkk", "pln", "czk", "brl", "mxn", "zar", "aed", "sar", "ils":
		return u(strings.ToUpper(w), 1)
	case "cent", "cents", "¢":
		return u(dimCent, 1)
	}
	return unit{}, false
}

// isCurrency reports whether a dimension is money.
func isCurrency(dim string) bool { return len(dim) == 3 && dim == strings.ToUpper(dim) }

// phraseUnit reads the units that are more than one word; it returns how many
// tokens they take.
func phraseUnit(t []token) (unit, int) {
	for _, p := range [...]struct {
		words string
		unit  unit
	}{
		{"kilowatt hours", unit{dim: dimEnergy, scale: 1}},
		{"kilowatt hour", unit{dim: dimEnergy, scale: 1}},
		{"kilowatt - hours", unit{dim: dimEnergy, scale: 1}},
		{"kilowatt - hour", unit{dim: dimEnergy, scale: 1}},
		{"megawatt hours", unit{dim: dimEnergy, scale: 1e3}},
		{"megawatt - hours", unit{dim: dimEnergy, scale: 1e3}},
		{"kw . h", unit{dim: dimEnergy, scale: 1}},
		{"kw · h", unit{dim: dimEnergy, scale: 1}},
		{"kw - h", unit{dim: dimEnergy, scale: 1}},
		{"kw h", unit{dim: dimEnergy, scale: 1}},
		{"số điện", unit{dim: dimEnergy, scale: 1}},
		{"percentage points", unit{dim: dimPercent, scale: 1}},
		{"percentage point", unit{dim: dimPercent, scale: 1}},
		{"per cent", unit{dim: dimPercent, scale: 1}},
		{"phần trăm", unit{dim: dimPercent, scale: 1}},
		{"điểm phần trăm", unit{dim: dimPercent, scale: 1}},
		{"điểm %", unit{dim: dimPercent, scale: 1}},
		{"% điểm", unit{dim: dimPercent, scale: 1}},
		{"us $", unit{dim: "USD", scale: 1}},
		{"us dollars", unit{dim: "USD", scale: 1}},
		{"đô la mỹ", unit{dim: "USD", scale: 1}},
		{"đô la", unit{dim: "USD", scale: 1}},
		{"đô - la", unit{dim: "USD", scale: 1}},
		{"hour readings", unit{dim: dimCount, scale: 1}},
		{"hourly readings", unit{dim: dimCount, scale: 1}},
		{"meter readings", unit{dim: dimCount, scale: 1}},
		{"data points", unit{dim: dimCount, scale: 1}},
		{"số đo", unit{dim: dimCount, scale: 1}},
		{"lần đo", unit{dim: dimCount, scale: 1}},
		{"chỉ số", unit{dim: dimCount, scale: 1}},
		{"° c", unit{dim: "degC", scale: 1}},
		{"° f", unit{dim: "degF", scale: 1}},
		{"độ c", unit{dim: "degC", scale: 1}},
		{"độ f", unit{dim: "degF", scale: 1}},
		{"degrees celsius", unit{dim: "degC", scale: 1}},
		{"degrees fahrenheit", unit{dim: "degF", scale: 1}},
		{"square metres", unit{dim: "m2", scale: 1}},
		{"square meters", unit{dim: "m2", scale: 1}},
		{"sq m", unit{dim: "m2", scale: 1}},
		{"mét vuông", unit{dim: "m2", scale: 1}},
		{"m ^ 2", unit{dim: "m2", scale: 1}},
		{"square feet", unit{dim: "ft2", scale: 1}},
		{"sq ft", unit{dim: "ft2", scale: 1}},
	} {
		if n := matchWords(t, p.words); n > 0 {
			return p.unit, n
		}
	}
	return unit{}, 0
}

// matchWords returns how many tokens the words take if t starts with them.
func matchWords(t []token, words string) int {
	n := 0
	for w := range strings.SplitSeq(words, " ") {
		if n >= len(t) || t[n].low != w {
			return 0
		}
		n++
	}
	return n
}

// perWord reads the thing after "per" or a slash.
func perWord(w string) (string, bool) {
	switch w {
	case "kwh", "mwh", "kw", "m2", "ft2", "m3", "sqm", "sqft":
		return w, true
	}
	if u, ok := simpleUnit(w); ok {
		switch u.dim {
		case "d", "night", "week", "month", "year":
			return u.dim, true
		case dimHour:
			if u.scale == 1 {
				return dimHour, true
			}
		}
	}
	switch w {
	case "weekday", "weekend", "building", "person", "tòa":
		return w, true
	}
	return "", false
}

// readUnit reads the unit that t starts with and how many tokens it takes; extra
// are the units of facts that no table knows, as their tokens in lower case.
func readUnit(t []token, extra []string) (unit, int) {
	for _, e := range extra {
		if n := matchWords(t, e); n > 0 {
			return unit{dim: e, scale: 1}, n
		}
	}
	u, n := phraseUnit(t)
	if n == 0 && len(t) > 0 {
		var ok bool
		if u, ok = simpleUnit(t[0].low); !ok {
			return unit{}, 0
		}
		n = 1
	}
	if n == 0 {
		return unit{}, 0
	}
	if u.dim == "kg" && n < len(t) && (t[n].low == "co2" || t[n].low == "co2e") {
		n++
	}
	per, m := readPer(t[n:])
	for n += m; m > 0; n += m { // "kWh/m2 per year"
		u.per = strings.TrimPrefix(u.per+"/"+per, "/")
		per, m = readPer(t[n:])
	}
	return u, n
}

// readPer reads "per kWh", "/kWh", "a night", "mỗi đêm".
func readPer(t []token) (string, int) {
	for _, lead := range [...]string{"/", "per", "a", "an", "each", "every", "for each", "for every", "cho mỗi", "cho một", "cho 1", "trên mỗi", "trên một", "mỗi", "một", "for one"} {
		n := matchWords(t, lead)
		if n == 0 || n >= len(t) {
			continue
		}
		if w, ok := perWord(t[n].low); ok {
			return w, n + 1
		}
		if p, ok := perPhrase(t[n:]); ok {
			return p.dim, n + p.tokens
		}
	}
	return "", 0
}

type perDim struct {
	dim    string
	tokens int
}

func perPhrase(t []token) (perDim, bool) {
	if u, n := phraseUnit(t); n > 0 && (listed(" m2 ft2 degC degF ", u.dim) || u.dim == dimEnergy && u.scale == 1) {
		return perDim{strings.ToLower(u.dim), n}, true
	}
	return perDim{}, false
}

// parseUnit reads a fact's unit; one that no table knows becomes a dimension of
// its own, under the tokens it is written with.
func parseUnit(s string) unit {
	t := tokenize(prepare(s))
	if len(t) == 0 {
		return unit{}
	}
	if u, n := readUnit(t, nil); n == len(t) {
		return u
	}
	return unit{dim: unitWords(t), scale: 1}
}

// unitWords joins tokens in the form matchWords takes.
func unitWords(t []token) string {
	w := make([]string, len(t))
	for i := range t {
		w[i] = t[i].low
	}
	return strings.Join(w, " ")
}

// factor returns by what a value in fact units must be multiplied to be in text
// units, and whether the two can be compared at all.
func (u unit) factor(fact unit) (float64, bool) {
	if u.dim == dimCent && isCurrency(fact.dim) && u.per == fact.per {
		return 100, true
	}
	if u.dim == "deg" && (fact.dim == "degC" || fact.dim == "degF") && u.per == fact.per {
		return 1, true
	}
	if u.dim != fact.dim || u.per != fact.per {
		return 0, false
	}
	if u.dim == "" {
		return 1, true
	}
	return fact.scale / u.scale, true
}
