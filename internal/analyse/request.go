package analyse

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// Request names an analysis and holds what it may need.
type Request struct {
	Analysis    string
	Meters      []*Meter       // carbon and benchmark take several, all others one
	Temperature *Temperature   // nil: none
	Boundary    *time.Location // as in MeterOptions
	AsOf        time.Time      // exclusive; zero: the end of the last whole day
	Period      eaio.Period
	Compare     eaio.Compare
	Fahrenheit  bool // balance points in °F, slopes per °F

	// Input holds what comes from no file of readings: price, contract, peers, area
	// and so on. Its Baseline, Reporting and Judged are instants; see windows.
	Input energy.Input
}

// analyses are what Run knows, with what each does besides energy.Run.
func analyses() map[string]func(*Request, energy.Input) (Document, error) {
	return map[string]func(*Request, energy.Input) (Document, error){
		energy.NameQuality:     (*Request).quality,
		energy.NameBaseLoad:    (*Request).baseLoad,
		energy.NameOvernight:   (*Request).overnight,
		energy.NameConsumption: (*Request).consumption,
		energy.NamePeak:        (*Request).peak,
		energy.NameCost:        (*Request).cost,
		energy.NameBenchmark:   (*Request).benchmark,
		energy.NameCarbon:      (*Request).carbon,
		energy.NameSignature:   (*Request).signature,
		energy.NameSavings:     (*Request).savings,
		energy.NameAnomalies:   (*Request).anomalies,
		energy.NameForecast:    (*Request).forecast,
		energy.NameChange:      (*Request).plain,
	}
}

// Run computes the analysis. An error is of kind invalid: something is missing or
// contradicts itself, and the text says what. Data that does not suffice is not an
// error but a Document that says so.
func Run(q Request) (Document, error) {
	run, ok := analyses()[q.Analysis]
	if !ok {
		return Document{}, invalid("unknown analysis %q", q.Analysis)
	}
	if len(q.Meters) == 0 {
		return Document{}, invalid("name a meter file")
	}
	if q.Boundary == nil {
		q.Boundary = time.UTC
	}
	in, err := q.input()
	if err != nil {
		return Document{}, err
	}
	q.AsOf = q.Meters[0].on(q.AsOf, q.Boundary)
	if q.AsOf.IsZero() {
		q.AsOf = q.lastDay()
	}
	d, err := q.guarded(run, in)
	if err != nil {
		return d, err
	}
	d.explain()
	if d.Status == eaio.ResultInsufficientData {
		d.Series, d.Months = nil, nil
	}
	d.Inputs = q.inputs()
	return d, nil
}

// guarded runs an analysis unless the temperatures cannot be those of the meter.
func (q *Request) guarded(run func(*Request, energy.Input) (Document, error), in energy.Input) (Document, error) {
	if reason := q.weatherFault(); reason != "" {
		return q.declined(reason), nil
	}
	return run(q, in)
}

// input puts the files into what energy takes.
func (q *Request) input() (energy.Input, error) {
	in := q.Input
	for i, m := range q.Meters {
		switch {
		case len(m.Series.Values) > 0:
		case q.Analysis == energy.NameSavings || q.Analysis == energy.NameSignature:
		default:
			return in, invalid("%s holds bills: %s needs readings of a day or shorter; savings and signature take bills", m.File.Name, q.Analysis)
		}
		if i == 0 {
			in.Series = m.Series
			continue
		}
		in.Meters = append(in.Meters, m.Series)
	}
	if q.Temperature != nil {
		in.Temperature = q.Temperature.For(q.Meters[0], q.Boundary)
	}
	in.Fit.Fahrenheit = q.Fahrenheit
	in.Fit.UTCDays = q.Boundary == time.UTC || q.Boundary.String() == "UTC"
	return in, nil
}

// lastDay is the end of the last day that every meter has whole, else of the readings.
func (q *Request) lastDay() (asOf time.Time) {
	for _, m := range q.Meters {
		end, ok := energy.LastCompleteDay(m.Series)
		if !ok {
			end = m.Series.Start.Add(time.Duration(len(m.Series.Values)) * m.Series.Step)
		}
		if len(m.Series.Values) > 0 && (asOf.IsZero() || end.Before(asOf)) {
			asOf = end
		}
	}
	return asOf
}

func (q *Request) inputs() Inputs {
	in := Inputs{DayBoundary: q.Boundary.String(), AsOf: q.AsOf, MethodVersion: energy.MethodVersion, clock: q.Boundary}
	for _, m := range q.Meters {
		f := m.File
		f.Commodity, f.Unit = m.Series.Commodity, m.Series.Unit
		in.Meters = append(in.Meters, f)
	}
	if q.Meters[0].Dated() {
		in.clock = time.UTC
	}
	if q.Temperature != nil {
		in.Temperature, in.TemperatureUnit = &q.Temperature.File, q.degrees()
	}
	return in
}

// degrees is the unit that temperatures are told in.
func (q *Request) degrees() string {
	if q.Fahrenheit {
		return "F"
	}
	return "C"
}

func (q *Request) plain(in energy.Input) (Document, error) {
	r, err := energy.Run(eaio.Call{Analysis: q.Analysis, Period: q.Period, Compare: q.Compare}, in, q.AsOf)
	return document(r), err
}

func (q *Request) quality(in energy.Input) (Document, error) {
	d, err := q.plain(in)
	d.Series = dailySums(in.Series, q.AsOf)
	return d, err
}

func (q *Request) baseLoad(in energy.Input) (Document, error) {
	d, err := q.plain(in)
	d.Series = loadShape(in.Series, q.AsOf)
	return d, err
}

func (q *Request) cost(in energy.Input) (Document, error) {
	if in.Contract.Tariff.Currency == "" {
		return Document{}, invalid("cost needs a tariff: --tariff FILE, in the JSON of the Utility Rate Database")
	}
	in.Series = inKWh(in.Series)
	d, err := q.plain(in)
	loc := location(in.Series)
	on := energy.PeakWindow(q.AsOf, loc, cmp.Or(q.Period, eaio.LastMonth), nil)
	alone := energy.Contract{Tariff: in.Contract.Tariff}
	d.Months = monthly(on, loc, func(asOf time.Time) eaio.Result {
		return energy.Cost(in.Series, asOf, eaio.LastMonth, alone)
	}, isCharge)
	return d, err
}

// isCharge reports whether a fact of cost is the sum of one kind of charge.
func isCharge(name string) bool {
	return strings.HasPrefix(name, "cost_") && name != "cost_total" && name != "cost_per_kwh"
}

func (q *Request) overnight(in energy.Input) (Document, error) {
	d, err := q.plain(in)
	if f, ok := d.fact("night_energy"); ok {
		d.Series = nights(in.Series, f.Window)
	}
	return d, err
}

func (q *Request) consumption(in energy.Input) (Document, error) {
	d, err := q.plain(in)
	d.Series = consumed(in.Series, q.AsOf, q.Period, q.Compare)
	return d, err
}

func (q *Request) peak(in energy.Input) (Document, error) {
	d, err := q.plain(in)
	d.Series = peaks(in.Series, energy.PeakWindow(q.AsOf, location(in.Series), q.Period, nil))
	return d, err
}

func (q *Request) carbon(in energy.Input) (Document, error) {
	d, err := q.plain(in)
	loc := location(in.Series)
	on := energy.PeriodWindow(q.AsOf, loc, cmp.Or(q.Period, eaio.LastYear))
	site := energy.CarbonSite{Meters: append([]energy.Series{in.Series}, in.Meters...), Region: in.Region, Factors: in.Emissions}
	d.Months = monthly(on, loc, func(asOf time.Time) eaio.Result {
		return energy.Carbon(site, asOf, eaio.LastMonth, eaio.CompareNone)
	}, func(name string) bool { return strings.HasPrefix(name, "emissions_scope_") })
	return d, err
}

func (q *Request) benchmark(in energy.Input) (Document, error) {
	switch {
	case len(in.Peers) == 0:
		return Document{}, invalid("benchmark needs peers: --peers FILE.csv with the columns use,site_eui (kWh/m² a year) and, if known, source_eui; none are built in")
	case in.Use == "":
		return Document{}, invalid("benchmark needs the use of the building: --use with one of %s", strings.Join(uses(in.Peers), ", "))
	case in.AreaM2 <= 0:
		return Document{}, invalid("benchmark needs the floor area: --area in m²")
	}
	d, err := q.plain(in)
	for _, p := range in.Peers {
		if strings.EqualFold(p.Use, in.Use) && p.SiteEUI > 0 {
			d.peers = append(d.peers, p.SiteEUI)
		}
	}
	slices.Sort(d.peers)
	return d, err
}

func uses(peers []energy.Peer) (out []string) {
	for _, p := range peers {
		out = append(out, p.Use)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (q *Request) signature(in energy.Input) (Document, error) {
	if q.Temperature == nil {
		return Document{}, noTemperature(q.Analysis)
	}
	if len(q.Meters[0].Bills) > 0 {
		return q.billedSignature(in)
	}
	if d, found := q.unitStep(in, energy.PeriodWindow(q.AsOf, location(in.Series), eaio.LastYear)); found {
		return d, nil
	}
	r, days := energy.Signature(in, q.AsOf)
	d := document(r)
	d.Coefficients = coefficients(d)
	use := perDay(in.Series.Unit)
	d.Series = appendKnown(d.Series, days.Days, use, q.temperatures(days.DegC), "energy", days.Use, "model", days.Predicted)
	return d, nil
}

func (q *Request) savings(in energy.Input) (Document, error) {
	if q.Temperature == nil {
		return Document{}, noTemperature(q.Analysis)
	}
	base, reporting, err := q.windows()
	if err != nil {
		return Document{}, err
	}
	if len(q.Meters[0].Bills) > 0 {
		return q.billedSavings(in, base, reporting)
	}
	q.AsOf = reporting.To
	if d, found := q.unitStep(in, eaio.Window{From: base.From, To: reporting.To}); found {
		return d, nil
	}
	r, days := energy.Savings(in, base, reporting)
	d := document(r)
	d.Coefficients = coefficients(d)
	d.Series = appendKnown(d.Series, days.Days, perDay(in.Series.Unit), nil, "metered", days.Metered, "baseline", days.Predicted)
	if len(days.Days) > 0 {
		d.Series = append(d.Series, Series{Name: "cumulative_saving", Unit: in.Series.Unit, Start: d.Series[0].Start, StepSeconds: d.Series[0].StepSeconds, Values: days.CUSUM})
	}
	return d, nil
}

func (q *Request) anomalies(in energy.Input) (Document, error) {
	in.Series = inKWh(in.Series)
	if q.Period == "" && in.Judged.From.IsZero() {
		in.Judged.From = in.Series.Start
	}
	if !in.Judged.From.IsZero() && in.Judged.To.IsZero() {
		in.Judged.To = q.AsOf
	}
	if !in.Judged.From.IsZero() {
		q.AsOf = in.Judged.To
	}
	r, found := energy.Anomalies(in, q.AsOf, q.Period)
	d := document(r)
	d.Events = []Event{}
	for _, e := range found {
		d.Events = append(d.Events, newEvent(e))
	}
	d.Series = judgedLoad(in.Series, r)
	return d, nil
}

func (q *Request) forecast(in energy.Input) (Document, error) {
	r, hours := energy.Forecast(in, q.AsOf)
	d := document(r)
	d.fractions()
	if len(hours) > 0 {
		d.Series = append(recentLoad(in.Series, hours[0].Start), forecastSeries(in.Series, hours)...)
	}
	return d, nil
}

func noTemperature(analysis string) error {
	return invalid("%s needs outdoor temperatures: --temperature FILE, with --temperature-unit F if they are in °F", analysis)
}

func invalid(format string, args ...any) error {
	return eaio.Errorf(eaio.KindInvalid, "", format, args...)
}
