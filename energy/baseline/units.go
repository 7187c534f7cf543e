package baseline

// Energy of one unit, in kWh. A therm is 100,000 Btu(IT).
const (
	KWhPerTherm = 29.307
	KWhPerMMBtu = 293.071
)

// Fahrenheit converts a temperature from °C to °F.
func Fahrenheit(degC float64) float64 { return degC*1.8 + 32 }

// Celsius converts a temperature from °F to °C.
func Celsius(degF float64) float64 { return (degF - 32) / 1.8 }

// FahrenheitAll converts temperatures from °C to °F into a new slice. NaN stays NaN.
func FahrenheitAll(degC []float64) []float64 { return scaled(degC, 1.8, 32) }

// PerCelsius converts a slope from energy per °F to energy per °C.
func PerCelsius(perDegF float64) float64 { return perDegF * 1.8 }

// ThermsAsKWh converts gas use from therms to kWh into a new slice. NaN stays NaN.
func ThermsAsKWh(therms []float64) []float64 { return scaled(therms, KWhPerTherm, 0) }

func scaled(x []float64, factor, offset float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v*factor + offset
	}
	return out
}
