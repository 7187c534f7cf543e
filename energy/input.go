package energy

import (
	"time"

	"github.com/eaio/eaio"
)

// Input is what an analysis may know about a building. A zero field is unknown: an
// analysis that cannot do without it declines with a reason that names it.
type Input struct {
	Series      Series      // the meter that is asked about; its Location is the building's clock
	Meters      []Series    // the building's other meters; Carbon and Benchmark add them
	Temperature Temperature // measured outdoors
	Price       Price
	Contract    Contract
	Peers       []Peer
	Emissions   []EmissionFactor // nil: DefaultEmissionFactors
	Region      string           // as in Emissions
	AreaM2      float64
	Use         string // as BenchmarkSite.Use

	WeatherForecast Temperature // of the two days from Forecast's midnight, as issued before it; zero: none

	Baseline  eaio.Window // of Savings; zero: the 365 days before Reporting
	Reporting eaio.Window // of Savings; zero: the period of the call

	Judged         eaio.Window // by Anomalies; zero: the period of the call
	AlarmsPerMonth float64     // of Anomalies, at most, on average; 0: 2

	Fit Fit

	Models *Models // what earlier nights learned of Series; nil: all is fitted anew
}

// Fit says how the energy signature is fitted and told. The zero value is CalTRACK's
// daily model on the building's own days, in °C, normalised to its own year.
type Fit struct {
	UTCDays     bool        // days of UTC, not of the building's clock
	ChangePoint bool        // ASHRAE's change-point models, not CalTRACK's; Signature only
	Hourly      bool        // the hourly model, not the daily one; Savings only
	Fahrenheit  bool        // balance points in °F and slopes per °F
	NormalYear  Temperature // a typical year to normalise to; zero: the baseline's own
}

// all returns the meter and the building's other ones.
func (in Input) all() []Series { return append([]Series{in.Series}, in.Meters...) }

// fitDays is the meter with the clock whose days a model is fitted to.
func (in Input) fitDays() Series {
	s := in.Series
	if in.Fit.UTCDays {
		s.Location = time.UTC
	}
	return s
}
