package energy

import (
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/baseline"
)

// NameSignature is the analysis of how use follows the weather.
const NameSignature = "signature"

// The texts of the fact weather_year.
const (
	OwnYear    = "own year"
	NormalYear = "normal year"
)

const (
	calTRACKMethod    = "CalTRACK 2.0 daily: use per day = intercept + heating slope·HDD + cooling slope·CDD, balance points on a grid of 1 °F, highest adjusted R² of models without a negative coefficient"
	changePointMethod = "ASHRAE change-point models 1P to 5P (RP-1050), highest adjusted R² of those whose slopes are significant"
	daysOfYear        = 365
)

// SignatureDays are the points and the line that a signature is drawn from, one of
// each per day, in °C and in the meter's unit per day; NaN where there is none.
type SignatureDays struct {
	Days           []eaio.Window
	DegC           []float64
	Use, Predicted []float64
}

// Signature fits a model of use per day and outdoor temperature to the 365 days before
// asOf: balance points, intercept, slopes, how well it fits, and the use of a year of
// 365 days with the weather of the normal year that in.Fit names, else of the days it
// was fitted to. The names of its facts are those of package baseline's terms; a term
// that the model has not is no fact. Slopes and balance points are in °C unless
// in.Fit asks for °F. A model that would not hold is not told.
func Signature(in Input, asOf time.Time) (eaio.Result, SignatureDays) {
	r := newReport(NameSignature, in.Series, in.Price)
	s := in.fitDays()
	if s.unsupported(maxStep) {
		return r.decline(eaio.ResultInsufficientData, ReasonUnsupportedInterval), SignatureDays{}
	}
	d := daily(s, in.Temperature, PeriodWindow(asOf, s.location(), eaio.LastYear))
	m, ok := r.model(in, d, d.all())
	if !ok {
		return r.Result, SignatureDays{}
	}
	on := d.on(d.all())
	r.signature(m, in.Fit, on)
	r.normalised(m, in, d, on)
	return r.Result, SignatureDays{Days: d.days, DegC: d.degC(), Use: d.use, Predicted: m.PredictAll(d.degF)}
}

// model fits a span of days, and says why where it cannot.
func (r *report) model(in Input, d dailyData, span baseline.Span) (baseline.Model, bool) {
	on := d.on(span)
	if on.n == 0 {
		r.decline(eaio.ResultInsufficientData, ReasonNoReadings)
		return baseline.Model{}, false
	}
	if d.unitChanges(r, d.days[span.First].From) {
		return baseline.Model{}, false
	}
	if d.stuck {
		r.warn(ReasonStuckReadings)
	}
	if reason := d.declines(span); reason != "" {
		r.decline(eaio.ResultInsufficientData, reason)
		return baseline.Model{}, false
	}
	fit := baseline.FitDaily
	if in.Fit.ChangePoint {
		fit = baseline.FitChangePoint
	}
	m := fit(d.use[span.First:span.End], d.degF[span.First:span.End], in.Series.meter())
	for _, reason := range m.Reasons {
		r.decline(eaio.ResultInsufficientData, reason)
	}
	if !m.OK() {
		r.sufficiency(d, span, on)
		return m, false
	}
	for _, w := range m.Warnings {
		r.warn(w)
	}
	return m, true
}

// sufficiency adds the counts that a model was refused for.
func (r *report) sufficiency(d dailyData, span baseline.Span, on basis) {
	both := 0
	for i := span.First; i < span.End; i++ {
		if !math.IsNaN(d.use[i] + d.degF[i]) {
			both++
		}
	}
	r.count("days_present", both, "days", "days with at least half of their readings and temperatures", on)
	r.count("days_required", baselineDays-maxMissingDays, "days", "least number of days for a daily model (CalTRACK 2.0)", on)
}

func (f Fit) method() string {
	days := "; days of the building's clock"
	if f.UTCDays {
		days = "; days of UTC"
	}
	if f.ChangePoint {
		return changePointMethod + days
	}
	return calTRACKMethod + days
}

func (f Fit) unit() string {
	if f.Fahrenheit {
		return "°F"
	}
	return "°C"
}

// temperature is a temperature of the model in the unit of the facts.
func (f Fit) temperature(degF float64) float64 {
	if f.Fahrenheit {
		return degF
	}
	return baseline.Celsius(degF)
}

func (f Fit) slope(perDegF float64) float64 {
	if f.Fahrenheit {
		return perDegF
	}
	return baseline.PerCelsius(perDegF)
}

// intercept is the model's constant: use per day without heating or cooling; of a
// straight line, the use at 0 degrees of the unit of the facts.
func (f Fit) intercept(m baseline.Model) float64 {
	if f.Fahrenheit {
		return m.Base
	}
	return m.Base + baseline.Fahrenheit(0)*m.Slope
}

// signature adds a model's coefficients and how well it fits.
func (r *report) signature(m baseline.Model, f Fit, on basis) {
	how := f.method()
	perDay, perDegree := r.unit+"/day", r.unit+"/day/"+f.unit()
	r.text("model", string(m.Kind), how, on)
	r.coefficient("intercept", f.intercept(m), perDay, how, on)
	if m.Slope != 0 {
		r.coefficient("slope", f.slope(m.Slope), perDegree, how, on)
	}
	if m.Heating != 0 {
		r.coefficient("heating_slope", f.slope(m.Heating), perDegree, how, on)
		r.coefficient("heating_balance_point", f.temperature(m.HeatingBalance), f.unit(), how, on)
	}
	if m.Cooling != 0 {
		r.coefficient("cooling_slope", f.slope(m.Cooling), perDegree, how, on)
		r.coefficient("cooling_balance_point", f.temperature(m.CoolingBalance), f.unit(), how, on)
	}
	r.goodness(m.Stats, "days", on)
}

// goodness adds how well a model fits.
func (r *report) goodness(m baseline.Stats, of string, on basis) {
	r.fraction("r_squared", m.R2, "1 − Σe²/Σ(y−ȳ)²", on)
	r.fraction("adjusted_r_squared", m.AdjR2, "1 − (1−R²)(n−1)/(n−c−1), c slopes", on)
	r.fraction("cvrmse", m.CVRMSE, "sqrt(Σe²/(n−c))/ȳ", on)
	r.fraction("nmbe", m.NMBE, "Σe/((n−c)·ȳ)", on)
	r.count(of+"_fitted", m.N, of, of+" with use and temperature", on)
}

// coefficient adds a value to a hundred-thousandth of its unit.
func (r *report) coefficient(name string, x float64, unit, method string, on basis) {
	r.add(name, eaio.Number(round(x, 5)), unit, method, on)
}

// fraction adds a plain ratio to a ten-thousandth; nothing where it is none.
func (r *report) fraction(name string, x float64, method string, on basis) {
	if !math.IsNaN(x) && !math.IsInf(x, 0) {
		r.add(name, eaio.Number(round(x, 4)), "", method, on)
	}
}

// normalised adds what a year of 365 days with given weather uses, and of what.
func (r *report) normalised(m baseline.Model, in Input, d dailyData, on basis) {
	degF, year := d.degF, OwnYear
	if in.Fit.NormalYear.known() {
		degF, year = in.normalYear(), NormalYear
	}
	annual, n := annualUse(m, degF)
	if n < daysOfYear-maxMissingDays {
		r.warn(ReasonTemperatureMissing)
		return
	}
	how := "mean of the model over the days of the " + year + " × 365 days"
	r.text("weather_year", year, "the year whose weather the annual use is told for", on)
	r.energy("normalised_annual_use", annual.total(), how, on)
	r.energy("normalised_annual_base", annual.base, how+"; without heating and cooling", on)
	if m.Heating != 0 {
		r.energy("normalised_annual_heating", annual.heating, how+"; heating alone", on)
	}
	if m.Cooling != 0 {
		r.energy("normalised_annual_cooling", annual.cooling, how+"; cooling alone", on)
	}
	r.cost("normalised_annual_cost", annual.total(), "normalised annual use", on)
	if in.AreaM2 >= minAreaM2 {
		r.number("normalised_annual_intensity", annual.total()/in.AreaM2, r.unit+"/m2", "normalised annual use / floor area", on)
	}
}

// dailyFahrenheit are the means of the UTC days of a window, in °F.
func (t Temperature) dailyFahrenheit(w eaio.Window) []float64 {
	var days []eaio.Window
	for from := w.From; from.Before(w.To); from = from.Add(24 * time.Hour) {
		days = append(days, eaio.Window{From: from, To: from.Add(24 * time.Hour)})
	}
	return baseline.FahrenheitAll(t.Means(days))
}

// split is the use of a year by what it depends on.
type split struct{ base, heating, cooling float64 }

func (u split) total() float64 { return u.base + u.heating + u.cooling }

// annualUse is the use of 365 days with the weather of the days that have one, of
// which there are n.
func annualUse(m baseline.Model, degF []float64) (u split, n int) {
	for _, t := range degF {
		if !math.IsNaN(t) {
			n++
		}
	}
	u.base, u.heating, u.cooling = m.Normal(degF)
	scale := daysOfYear / float64(max(n, 1))
	return split{u.base * scale, u.heating * scale, u.cooling * scale}, n
}
