package energy

// kWh of one unit of energy (1 therm = 100,000 Btu; 1 MMBtu = 10 therms).
var kWhOf = map[string]float64{
	"kWh": 1, "MWh": 1000, "Wh": 0.001, "therm": 29.307, "MMBtu": 293.071, "kBtu": 0.293071,
	"MJ": 1 / 3.6, "GJ": 1000 / 3.6,
}

// minAreaM2 is the smallest floor area that an intensity is told for.
const minAreaM2 = 1.0

// EmissionFactor is the greenhouse gas that a kWh of a commodity stands for, in a
// region and year.
type EmissionFactor struct {
	Commodity string       // as Series.Commodity
	Region    string       // any name, the caller's; empty: everywhere
	Year      int          // calendar year of use; 0: any
	KgPerKWh  float64      // kg CO2 (or CO2e, as Source says) per kWh of energy, of gas by its higher heating value
	ByHour    *[24]float64 // in place of KgPerKWh, by hour of the local clock; nil: the same at all hours
	Scope     int          // GHG Protocol: 1 for fuel burnt on site, 2 for bought energy; 0: 1 for fuels, 2 else
	Source    string
}

// DefaultEmissionFactors are what Carbon uses where the caller's table has nothing:
// the mean of the United States' grid in 2022 and natural gas burnt on site. They are
// fallbacks, and the result says so.
func DefaultEmissionFactors() []EmissionFactor {
	return []EmissionFactor{
		{Commodity: "electricity", KgPerKWh: 0.390, Scope: 2, Source: "EIA, United States grid mean 2022, 0.390 kg CO2/kWh"},
		{Commodity: "gas", KgPerKWh: 53.06 / 293.071, Scope: 1, Source: "EPA 2024, natural gas, 53.06 kg CO2/MMBtu"},
	}
}

func (f EmissionFactor) at(hour int) float64 {
	if f.ByHour != nil {
		return f.ByHour[hour]
	}
	return f.KgPerKWh
}

// usable reports whether the factor's numbers are ones: finite and not negative.
func (f EmissionFactor) usable() bool {
	for hour := range 24 {
		if x := f.at(hour); !(x >= 0 && x < 1e6) {
			return false
		}
	}
	return true
}

// scope is 1 or 2.
func (f EmissionFactor) scope() int {
	if f.Scope == 1 || f.Scope == 2 {
		return f.Scope
	}
	switch f.Commodity {
	case "gas", "oil", "propane", "coal", "diesel", "wood":
		return 1
	}
	return 2
}

// How a factor was found.
const (
	factorExact = iota
	factorOtherYear
	factorDefault
	factorNone
)

// factorFor returns the factor of a region and year: that year's, else one without
// a year, else the latest of an earlier year, else the earliest of a later one; the
// region's own before one of everywhere. The default comes last.
func factorFor(table []EmissionFactor, commodity, region string, year int) (f EmissionFactor, how int) {
	how = factorNone
	best := 0
	for _, x := range table {
		if x.Commodity != commodity || x.Region != "" && x.Region != region || !x.usable() {
			continue
		}
		if fit := x.fit(region, year); how == factorNone || fit > best {
			f, best, how = x, fit, factorOtherYear
			if x.Year == year || x.Year == 0 {
				how = factorExact
			}
		}
	}
	if how != factorNone {
		return f, how
	}
	for _, x := range DefaultEmissionFactors() {
		if x.Commodity == commodity {
			return x, factorDefault
		}
	}
	return EmissionFactor{}, factorNone
}

// fit orders factors: the higher the better. Years lie far below the steps.
func (f EmissionFactor) fit(region string, year int) int {
	const own, exact, anyYear, earlier = 1 << 24, 1 << 22, 1 << 21, 1 << 20
	fit := 0
	if f.Region != "" && f.Region == region {
		fit += own
	}
	switch {
	case f.Year == year:
		fit += exact
	case f.Year == 0:
		fit += anyYear
	case f.Year < year:
		fit += earlier + f.Year
	default:
		fit -= f.Year
	}
	return fit
}
