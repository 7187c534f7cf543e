package energy

import (
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/tariff"
)

// Analyses returns the names that Run knows, in the order of the data they build on.
func Analyses() []string {
	return []string{
		NameQuality, NameBaseLoad, NameOvernight, NameConsumption, NameAnomalies, NamePeak, NameCost, NameCarbon,
		NameSignature, NameChange, NameSavings, NameForecast, NameBenchmark, NameMeasures,
	}
}

// Run computes the analysis that a call names, as of an exclusive instant. A name,
// period or comparison that is not known is an eaio.KindInvalid error; data that does
// not suffice is not an error but a result that says so. What an analysis returns
// besides its result, for drawing, its own function has.
func Run(call eaio.Call, in Input, asOf time.Time) (eaio.Result, error) {
	if !knownPeriod(call.Period) {
		return eaio.Result{}, eaio.Errorf(eaio.KindInvalid, "analyse", "unknown period %q", call.Period)
	}
	if !knownCompare(call.Compare) {
		return eaio.Result{}, eaio.Errorf(eaio.KindInvalid, "analyse", "unknown comparison %q", call.Compare)
	}
	s, price := in.Series, in.Price
	switch call.Analysis {
	case NameQuality:
		return Quality(s, qualityWindow(call, asOf, s.location()), in.Temperature), nil
	case NameBaseLoad:
		return BaseLoad(s, asOf, price), nil
	case NameOvernight:
		return Overnight(s, asOf, price), nil
	case NameConsumption:
		return Consumption(s, asOf, call.Period, call.Compare, price), nil
	case NamePeak:
		return Peak(s, asOf, call.Period, PeakInputs{Tariff: in.Contract.peakTariff(), Temperature: in.Temperature.series()}), nil
	case NameCost:
		return Cost(s, asOf, call.Period, in.Contract), nil
	case NameCarbon:
		site := CarbonSite{Meters: in.all(), Region: in.Region, AreaM2: in.AreaM2, Factors: in.Emissions}
		return Carbon(site, asOf, call.Period, call.Compare), nil
	case NameChange:
		return Change(in, asOf, call.Period, call.Compare), nil
	case NameMeasures:
		return Measures(in, asOf), nil
	case NameBenchmark:
		return Benchmark(in.benchmarkSite(), in.Peers, asOf), nil
	case NameAnomalies:
		r, _ := Anomalies(in, asOf, call.Period)
		return r, nil
	case NameSignature:
		r, _ := Signature(in, asOf)
		return r, nil
	case NameSavings:
		base, reporting := in.savingsWindows(call, asOf)
		r, _ := Savings(in, base, reporting)
		return r, nil
	case NameForecast:
		r, _ := Forecast(in, asOf)
		return r, nil
	}
	return eaio.Result{}, eaio.Errorf(eaio.KindInvalid, "analyse", "unknown analysis %q; there is: %s", call.Analysis, strings.Join(Analyses(), ", "))
}

// benchmarkSite is the building for Benchmark.
func (in Input) benchmarkSite() BenchmarkSite {
	return BenchmarkSite{Meters: in.all(), AreaM2: in.AreaM2, Use: in.Use}
}

// peakTariff is the tariff that Peak tells the worth of shaving by; nil: none.
func (c Contract) peakTariff() *tariff.Tariff {
	if c.Tariff.Currency == "" {
		return nil
	}
	return &c.Tariff
}

// savingsWindows are the baseline and the reporting period of a call; nothing of the
// latter lies at or after asOf.
func (in Input) savingsWindows(call eaio.Call, asOf time.Time) (base, reporting eaio.Window) {
	loc := in.Series.location()
	base, reporting = in.Baseline, in.Reporting
	if reporting.From.IsZero() && call.Period != "" {
		reporting = PeriodWindow(asOf, loc, call.Period)
	}
	if reporting.To.After(asOf) {
		reporting.To = asOf
	}
	if base.From.IsZero() && !reporting.From.IsZero() {
		clock := in.fitDays().location()
		from := dayOf(reporting.From, clock)
		base = eaio.Window{From: addDays(from, -daysOfYear, clock), To: from}
	}
	return base, reporting
}

// WindowNeeded returns the span of readings and temperatures that Run looks at for a
// call; those outside it do not change the result. Of the input it looks at everything
// but readings and temperatures. An unknown analysis needs none.
func WindowNeeded(call eaio.Call, in Input, asOf time.Time) eaio.Window {
	loc := in.Series.location()
	switch call.Analysis {
	case NameQuality:
		return qualityWindow(call, asOf, loc)
	case NameBaseLoad, NameBenchmark:
		return PeriodWindow(asOf, loc, eaio.LastYear)
	case NameMeasures, NameSignature:
		return PeriodWindow(asOf, in.fitDays().location(), eaio.LastYear)
	case NameOvernight:
		return nightsWindow(asOf, loc)
	case NameConsumption:
		return comparedWindow(asOf, loc, call.Period, call.Compare)
	case NameCarbon:
		return CarbonWindow(asOf, loc, call.Period, call.Compare)
	case NamePeak:
		return PeakWindow(asOf, loc, call.Period, in.Contract.peakTariff())
	case NameCost:
		return in.Contract.WindowNeeded(asOf, loc, call.Period)
	case NameAnomalies:
		w := in.judged(asOf, call.Period)
		return eaio.Window{From: addDays(w.From, -daysOfYear, loc), To: w.To}
	case NameChange:
		period, compare := changeDefaults(call.Period, call.Compare)
		now := PeriodWindow(asOf, loc, period)
		return changeWindow(now, CompareWindow(now, loc, period, compare), loc)
	case NameSavings:
		base, reporting := in.savingsWindows(call, asOf)
		return in.fitDays().savingsWindow(base, reporting)
	case NameForecast:
		return around(in.Contract.WindowNeeded(asOf, loc, eaio.ThisMonth), forecastWindow(asOf, loc))
	}
	return eaio.Window{}
}

func comparedWindow(asOf time.Time, loc *time.Location, period eaio.Period, compare eaio.Compare) eaio.Window {
	w := PeriodWindow(asOf, loc, period)
	if c := CompareWindow(w, loc, period, compare); !c.From.IsZero() {
		w.From = c.From
	}
	return w
}

// qualityWindow is the period that a call names, else the year before asOf.
func qualityWindow(call eaio.Call, asOf time.Time, loc *time.Location) eaio.Window {
	if call.Period == "" {
		return PeriodWindow(asOf, loc, eaio.LastYear)
	}
	return PeriodWindow(asOf, loc, call.Period)
}
