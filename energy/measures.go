package energy

import (
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/baseline"
)

// NameMeasures is the analysis of what could be done, by the building's signature
// against its peers'.
const NameMeasures = "measures"

// Reasons that Measures gives.
const (
	ReasonNoPeers      = "no_peers"       // none of the same use has a signature
	ReasonNotAboveMost = "at_peer_median" // no coefficient is worse than the peers' median
)

// Names of a signature's coefficients, as Peer.Coefficients holds them: energy in the
// meter's unit per m² and day, temperatures in °C, slopes per °C.
const (
	CoefficientBase           = "base_load"
	CoefficientHeating        = "heating_slope"
	CoefficientCooling        = "cooling_slope"
	CoefficientHeatingBalance = "heating_balance_point"
	CoefficientCoolingBalance = "cooling_balance_point"
)

// coefficient is one term of a signature, and what to look at where it is worse than
// the peers'. The candidates follow BETTER (Lawrence Berkeley National Laboratory).
type coefficient struct {
	name       string
	lowIsWorse bool

	candidates string
}

// coefficients are in the order in which they are told.
var coefficients = [...]coefficient{
	{name: CoefficientBase, candidates: "schedules of equipment; lighting; plug loads"},
	{name: CoefficientCoolingBalance, lowIsWorse: true, candidates: "cooling setpoint; economiser; heat gains by lighting and plugs"},
	{name: CoefficientCooling, candidates: "efficiency of the cooling plant; outdoor air; envelope"},
	{name: CoefficientHeatingBalance, candidates: "heating setpoint; night setback; envelope"},
	{name: CoefficientHeating, candidates: "efficiency of the heating plant; outdoor air; envelope"},
}

const envelopeCandidates = "envelope: insulation, windows, air tightness"

// Coefficients are a model's terms per m² in the units that peers have; terms that it
// has not are left out. Area is in m², at least 1.
func Coefficients(m baseline.Model, areaM2 float64) map[string]float64 {
	out := map[string]float64{}
	if !m.OK() || !(areaM2 >= minAreaM2) || m.Slope != 0 {
		return out
	}
	out[CoefficientBase] = m.Base / areaM2
	if m.Heating > 0 {
		out[CoefficientHeating] = baseline.PerCelsius(m.Heating) / areaM2
		out[CoefficientHeatingBalance] = baseline.Celsius(m.HeatingBalance)
	}
	if m.Cooling > 0 {
		out[CoefficientCooling] = baseline.PerCelsius(m.Cooling) / areaM2
		out[CoefficientCoolingBalance] = baseline.Celsius(m.CoolingBalance)
	}
	return out
}

// withCoefficients is a model whose terms are replaced by given ones.
func withCoefficients(m baseline.Model, to map[string]float64, areaM2 float64) baseline.Model {
	for name, x := range to {
		switch name {
		case CoefficientBase:
			m.Base = x * areaM2
		case CoefficientHeating:
			m.Heating = x * areaM2 / baseline.PerCelsius(1)
		case CoefficientCooling:
			m.Cooling = x * areaM2 / baseline.PerCelsius(1)
		case CoefficientHeatingBalance:
			m.HeatingBalance = baseline.Fahrenheit(x)
		case CoefficientCoolingBalance:
			m.CoolingBalance = baseline.Fahrenheit(x)
		}
	}
	return m
}

// Measures sets the coefficients of the last 365 days' signature against the medians
// of peers of the same use, names what to look at where one is worse, and tells what a
// year's use would be less with that coefficient at the median, and with all of them.
// Savings of single coefficients overlap: only the joint one is a total. At least 10
// peers must have a coefficient; with 30 it has a z among them, as in Benchmark. The names are candidates for a look, not findings.
func Measures(in Input, asOf time.Time) eaio.Result {
	r := newReport(NameMeasures, in.Series, in.Price)
	s := in.fitDays()
	switch {
	case s.unsupported(maxStep):
		return r.decline(eaio.ResultInsufficientData, ReasonUnsupportedInterval)
	case !(in.AreaM2 >= minAreaM2) || math.IsInf(in.AreaM2, 0):
		return r.decline(eaio.ResultInsufficientData, ReasonNoArea)
	}
	peers := sameUse(in.Peers, in.Use)
	if len(peers) == 0 {
		r.tooFew(0, "least number of peers with a coefficient", basis{window: PeriodWindow(asOf, s.location(), eaio.LastYear)})
		return r.decline(eaio.ResultInsufficientData, ReasonNoPeers)
	}
	d := daily(s, in.Temperature, PeriodWindow(asOf, s.location(), eaio.LastYear))
	in.Fit.ChangePoint = false
	m, ok := r.model(in, d, d.all())
	if !ok {
		return r.Result
	}
	return r.measures(in, m, d, peers)
}

// SignaturePeer is a building as Measures sets another against it: by the coefficients
// of its last 365 days' signature. ok is false where it has no model that holds.
func SignaturePeer(in Input, asOf time.Time) (p Peer, ok bool) {
	s := in.fitDays()
	if s.unsupported(maxStep) || !(in.AreaM2 >= minAreaM2) || math.IsInf(in.AreaM2, 0) {
		return Peer{}, false
	}
	d := daily(s, in.Temperature, PeriodWindow(asOf, s.location(), eaio.LastYear))
	in.Fit.ChangePoint = false
	m, ok := newReport(NameMeasures, in.Series, in.Price).model(in, d, d.all())
	if !ok {
		return Peer{}, false
	}
	c := Coefficients(m, in.AreaM2)
	return Peer{Use: in.Use, Coefficients: c}, len(c) > 0
}

func (r *report) measures(in Input, m baseline.Model, d dailyData, peers []Peer) eaio.Result {
	on := d.on(d.all())
	own := Coefficients(m, in.AreaM2)
	now, _ := annualUse(m, d.degF)
	joint := map[string]float64{}
	compared, least := 0, math.MaxInt
	for _, c := range coefficients {
		x, has := own[c.name]
		all := peerCoefficients(peers, c.name)
		if !has || len(all) < leastPeers {
			continue
		}
		compared++
		least = min(least, len(all))
		middle := median(all)
		r.coefficient(c.name, x, in.coefficientUnit(c.name), in.Fit.method(), on)
		r.coefficient(c.name+"_median", middle, in.coefficientUnit(c.name), "median of the peers of the same use", on)
		if x == middle || (x < middle) != c.lowIsWorse {
			continue
		}
		joint[c.name] = middle
		r.text(c.name+"_candidates", c.candidates, "what such a coefficient points at, after BETTER (LBNL); a place to look, not a finding", on)
		single := withCoefficients(m, map[string]float64{c.name: middle}, in.AreaM2)
		then, _ := annualUse(single, d.degF)
		r.energy(c.name+"_saving", now.total()-then.total(), "a year's use by the model now − with this coefficient at the median; overlaps with the others", on)
	}
	if compared == 0 {
		r.tooFew(len(peers), "least number of peers with a coefficient", on)
		return r.decline(eaio.ResultInsufficientData, ReasonTooFewPeers)
	}
	r.coefficients(own, peers, on)
	if len(joint) == 0 {
		r.warn(ReasonNotAboveMost)
		return r.Result
	}
	if len(joint) >= 3 {
		r.text("joint_candidates", envelopeCandidates, "three coefficients or more are worse than the median, after BETTER (LBNL)", on)
	}
	then, _ := annualUse(withCoefficients(m, joint, in.AreaM2), d.degF)
	saving := now.total() - then.total()
	r.energy("joint_saving", saving, "a year's use by the model now − with all worse coefficients at the median", on)
	if now.total() > 0 {
		r.percent("joint_saving_percent", saving/now.total(), "joint saving of a year's use", on)
	}
	r.cost("joint_saving_cost", saving, "joint saving", on)
	r.carbon("joint_saving_emissions", saving, in, on)
	r.text("confidence", confidence(m, least), "high: adjusted R² ≥ 0.75, CVRMSE ≤ 25 % and 30 peers; low: adjusted R² < 0.5 or CVRMSE > 50 %", on)
	return r.Result
}

func peerCoefficients(peers []Peer, name string) (all []float64) {
	for _, p := range peers {
		if v, ok := p.Coefficients[name]; ok && !math.IsNaN(v) && !math.IsInf(v, 0) {
			all = append(all, v)
		}
	}
	return all
}

func (in Input) coefficientUnit(name string) string {
	switch name {
	case CoefficientHeatingBalance, CoefficientCoolingBalance:
		return "°C"
	case CoefficientHeating, CoefficientCooling:
		return in.Series.Unit + "/m2/day/°C"
	}
	return in.Series.Unit + "/m2/day"
}

// carbon adds the greenhouse gas of energy at the mean factor of the day's hours.
func (r *report) carbon(name string, energy float64, in Input, on basis) {
	perUnit, known := kWhOf[in.Series.Unit]
	f, how := factorFor(in.Emissions, in.Series.Commodity, in.Region, on.window.To.Year())
	if !known || how == factorNone {
		return
	}
	mean := 0.0
	for hour := range 24 {
		mean += f.at(hour) / 24
	}
	r.number(name, energy*perUnit*mean, emissionUnit, "energy × mean factor; "+f.Source, on)
}

// The classes of how far a measure's saving can be relied on.
const (
	confidenceHigh   = "high"
	confidenceMedium = "medium"
	confidenceLow    = "low"

	maxBaselineCVRMSE = 0.25 // ASHRAE Guideline 14, whole building
)

func confidence(m baseline.Model, peers int) string {
	switch {
	case m.AdjR2 < 0.5 || m.CVRMSE > 0.5:
		return confidenceLow
	case m.AdjR2 >= 0.75 && m.CVRMSE <= maxBaselineCVRMSE && peers >= leastPeersForZ:
		return confidenceHigh
	}
	return confidenceMedium
}
