package cli

import (
	"io"
	"os"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/tariff"
	"github.com/eaio/eaio/internal/analyse"
	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// analyseFlags are what the analyses can be told.
type analyseFlags struct {
	meters, commodities, units []string
	column, timezone, boundary string
	plot, asOf                 string
	period, compare            string

	price, currency string
	tariff, billed  string
	alternatives    []string

	temperature, temperatureUnit                             string
	baselineStart, baselineEnd, reportingStart, reportingEnd string
	from, to                                                 string
	alarms                                                   float64
	changePoint                                              bool

	area           float64
	use, peers     string
	region, factor string
}

func (f *analyseFlags) register(c *cobra.Command, a analysisSpec) {
	x := c.Flags()
	x.StringArrayVar(&f.meters, "meter", nil, "CSV of readings, plain or gzip"+a.several())
	x.StringArrayVar(&f.commodities, "commodity", []string{"electricity"}, "electricity (a zero is a missing reading), gas, heat, …"+a.several())
	x.StringArrayVar(&f.units, "unit", []string{"kWh"}, "of the values: kWh, MWh, therm, MMBtu, GJ, m3, …"+a.several())
	x.StringVar(&f.column, "column", "", "column of the values; default: the second")
	x.StringVar(&f.timezone, "timezone", "", "clock of stamps without offset: an IANA name or an offset such as +07:00")
	x.StringVar(&f.boundary, "day-boundary", "", "clock whose midnights part the days; default: --timezone, else UTC")
	x.StringVar(&f.plot, "plot", "", "draw into this file, .svg or .png")
	for _, group := range a.flags {
		group(f, x)
	}
}

func asOfFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.StringVar(&f.asOf, "as-of", "", "instant or date; nothing at or after it is looked at; default: the end of the last whole day")
}

func periodFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.StringVar(&f.period, "period", "", "latest_day, this_week, last_week, this_month, last_month, last_7_days, last_30_days or last_year")
}

func compareFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.StringVar(&f.compare, "compare", "", "with the period before it (previous) or a year ago (year_ago)")
}

func priceFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.StringVar(&f.price, "price", "", "flat price of a kWh, a decimal such as 0.21; none: no money is told")
	x.StringVar(&f.currency, "currency", "", "of --price, such as EUR")
}

func tariffFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.StringVar(&f.tariff, "tariff", "", "tariff, JSON of the Utility Rate Database (URDB)")
}

func billFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.StringArrayVar(&f.alternatives, "alternative", nil, "another tariff to compare with; may be repeated")
	x.StringVar(&f.billed, "billed", "", "total of the bill that came for the period, to check it")
}

func temperatureFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.StringVar(&f.temperature, "temperature", "", "CSV of outdoor temperatures, hourly or daily, plain or gzip")
	x.StringVar(&f.temperatureUnit, "temperature-unit", "", "C (default) or F: of the file, and of balance points and slopes")
}

func savingsFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.StringVar(&f.baselineStart, "baseline-start", "", "instant or date; default: 365 days before --baseline-end")
	x.StringVar(&f.baselineEnd, "baseline-end", "", "instant or date, the first that is not of the baseline (required)")
	x.StringVar(&f.reportingStart, "reporting-start", "", "instant or date; default: --baseline-end")
	x.StringVar(&f.reportingEnd, "reporting-end", "", "instant or date, the first that is not reported on; default: 365 days after --reporting-start")
}

func signatureFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.BoolVar(&f.changePoint, "change-point", false, "ASHRAE's change-point models 1P to 5P in place of CalTRACK's daily model")
}

func anomalyFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.StringVar(&f.from, "from", "", "first instant or date that is judged; default: the start of the file")
	x.StringVar(&f.to, "to", "", "first instant or date that is not judged; default: --as-of")
	x.Float64Var(&f.alarms, "alarms-per-month", 2, "at most so many events a month on average")
}

func areaFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.Float64Var(&f.area, "area", 0, "floor area in m²")
}

func peerFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.StringVar(&f.use, "use", "", "use of the building, as the peers name it")
	x.StringVar(&f.peers, "peers", "", "CSV of peers: use,site_eui[,source_eui], kWh per m² and year")
}

func emissionFlags(f *analyseFlags, x *pflag.FlagSet) {
	x.StringVar(&f.factor, "factors", "", "CSV of emission factors: commodity,kg_per_kwh,source[,region,year,scope]; default: the United States'")
	x.StringVar(&f.region, "region", "", "region of the factors")
}

// request reads everything that the flags name.
func (f *analyseFlags) request(name string) (q analyse.Request, err error) {
	q = analyse.Request{Analysis: name, Period: eaio.Period(f.period), Compare: eaio.Compare(f.compare), Fahrenheit: strings.EqualFold(f.temperatureUnit, "F")}
	q.Input = energy.Input{AreaM2: f.area, Use: f.use, Region: f.region, AlarmsPerMonth: f.alarms, Fit: energy.Fit{ChangePoint: f.changePoint}}
	if name == energy.NameAnomalies && !(f.alarms > 0 && f.alarms <= 1e4) {
		return q, eaio.Errorf(eaio.KindInvalid, "", "--alarms-per-month %v: want more than 0, such as 2", f.alarms)
	}
	if q.Boundary, err = f.clock(); err != nil {
		return q, err
	}
	if err = f.instants(&q); err != nil {
		return q, err
	}
	if q.Input.Price, err = f.flatPrice(); err != nil {
		return q, err
	}
	if f.temperature != "" {
		read := func(file *os.File) (*analyse.Temperature, error) {
			return analyse.ReadTemperature(f.temperature, file, f.temperatureUnit, f.timezone)
		}
		if q.Temperature, err = readFile(f.temperature, read); err != nil {
			return q, err
		}
	}
	if q.Meters, err = f.readMeters(q.Boundary); err != nil {
		return q, err
	}
	if q.Input.Contract, err = f.contract(); err != nil {
		return q, err
	}
	if f.peers != "" {
		if q.Input.Peers, err = readList(f.peers, analyse.ReadPeers); err != nil {
			return q, err
		}
	}
	if f.factor != "" {
		q.Input.Emissions, err = readList(f.factor, analyse.ReadFactors)
	}
	return q, err
}

// instants reads every flag that is one.
func (f *analyseFlags) instants(q *analyse.Request) (err error) {
	for _, x := range []struct {
		flag, text string
		to         *time.Time
	}{
		{"--as-of", f.asOf, &q.AsOf},
		{"--baseline-start", f.baselineStart, &q.Input.Baseline.From},
		{"--baseline-end", f.baselineEnd, &q.Input.Baseline.To},
		{"--reporting-start", f.reportingStart, &q.Input.Reporting.From},
		{"--reporting-end", f.reportingEnd, &q.Input.Reporting.To},
		{"--from", f.from, &q.Input.Judged.From},
		{"--to", f.to, &q.Input.Judged.To},
	} {
		if *x.to, err = analyse.Instant(x.flag, x.text, q.Boundary); err != nil {
			return err
		}
	}
	return nil
}

// clock is the day boundary.
func (f *analyseFlags) clock() (*time.Location, error) {
	switch {
	case f.boundary != "":
		return analyse.Clock(f.boundary)
	case f.timezone != "":
		return analyse.Clock(f.timezone)
	}
	return time.UTC, nil
}

func (f *analyseFlags) flatPrice() (p energy.Price, err error) {
	if f.price == "" && f.currency == "" {
		return p, nil
	}
	p.Currency = f.currency
	p.PerKWh, err = decimal.NewFromString(f.price)
	if err != nil || len(p.Currency) != 3 {
		return p, eaio.Errorf(eaio.KindInvalid, "", "--price %q --currency %q: give both, a decimal such as 0.21 and a code such as EUR", f.price, f.currency)
	}
	return p, nil
}

// readMeters reads each file with the commodity and unit in the same place; one
// commodity or unit is that of all.
func (f *analyseFlags) readMeters(boundary *time.Location) (out []*analyse.Meter, err error) {
	if len(f.meters) == 0 {
		return nil, eaio.Errorf(eaio.KindInvalid, "", "--meter FILE is missing: a CSV of timestamp,value; `eaio analyse --help` says more")
	}
	for what, n := range map[string]int{"--commodity": len(f.commodities), "--unit": len(f.units)} {
		if n != 1 && n != len(f.meters) {
			return nil, eaio.Errorf(eaio.KindInvalid, "", "%d × --meter and %d × %s: give it once, or once for each meter, in the same order", len(f.meters), n, what)
		}
	}
	for i, name := range f.meters {
		o := analyse.MeterOptions{Commodity: of(f.commodities, i), Unit: of(f.units, i), Timezone: f.timezone, Column: f.column, Boundary: boundary}
		m, err := readFile(name, func(file *os.File) (*analyse.Meter, error) { return analyse.ReadMeter(name, file, o) })
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func of(all []string, i int) string { return all[min(i, len(all)-1)] }

func (f *analyseFlags) contract() (c energy.Contract, err error) {
	if f.tariff != "" {
		if c.Tariff, err = readTariff(f.tariff); err != nil {
			return c, err
		}
	}
	for _, name := range f.alternatives {
		t, err := readTariff(name)
		if err != nil {
			return c, err
		}
		c.Alternatives = append(c.Alternatives, t)
	}
	if f.billed != "" {
		amount, err := decimal.NewFromString(f.billed)
		if err != nil {
			return c, eaio.Errorf(eaio.KindInvalid, "", "--billed %q: want an amount such as 1234.50", f.billed)
		}
		c.Billed = &amount
	}
	return c, nil
}

func readTariff(name string) (t tariff.Tariff, err error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return t, eaio.Errorf(eaio.KindInvalid, "", "%w", err)
	}
	if t, err = tariff.Parse(b); err != nil {
		return t, eaio.Errorf(eaio.KindInvalid, name, "%w", err)
	}
	return t, nil
}

// readFile opens a file for read; one that cannot be opened was named wrongly.
func readFile[T any](name string, read func(*os.File) (T, error)) (out T, err error) {
	file, err := os.Open(name)
	if err != nil {
		return out, eaio.Errorf(eaio.KindInvalid, "", "%w", err)
	}
	defer file.Close()
	return read(file)
}

func readList[T any](name string, read func(string, io.Reader) ([]T, error)) ([]T, error) {
	return readFile(name, func(file *os.File) ([]T, error) { return read(name, file) })
}
