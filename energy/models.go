package energy

import "github.com/eaio/eaio/energy/forecast"

// Models are what the analyses of one meter learned, for the next night to carry on:
// an analysis that finds them in its Input uses what still agrees with the readings
// and leaves there what it has learned. The zero value has learned nothing. It is not
// for concurrent use, nor for two meters.
type Models struct {
	ahead *forecast.Model
}

// forecast is the model of a meter, yesterday's carried on where there is one.
func (m *Models) forecast(of forecast.Meter) (*forecast.Model, error) {
	if m == nil {
		return forecast.Fit(of)
	}
	model, err := forecast.Continue(m.ahead, of)
	m.ahead = model
	return model, err
}
