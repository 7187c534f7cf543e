package energy_test

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/shopspring/decimal"
)

// Did the retrofit of 1 March save energy? A building that is heated below 15 °C used
// 15 % less from then on.
func ExampleRun() {
	start := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
	retrofit := time.Date(2016, 3, 1, 0, 0, 0, 0, time.UTC)
	asOf := time.Date(2017, 3, 1, 0, 0, 0, 0, time.UTC)
	in := energy.Input{
		Series:      energy.Series{Start: start, Step: time.Hour, Unit: "kWh", Commodity: "electricity"},
		Temperature: energy.Temperature{Start: start, Step: time.Hour},
		Price:       energy.Price{PerKWh: decimal.RequireFromString("0.20"), Currency: "EUR"},
		Reporting:   eaio.Window{From: retrofit, To: asOf},
	}
	for at := start; at.Before(asOf); at = at.Add(time.Hour) {
		day := float64(at.YearDay())
		degC := 11 - 10*math.Cos(2*math.Pi*day/365) + 3*math.Sin(day)
		kWh := 10 + 0.5*max(0, 15-degC) + math.Sin(float64(at.Hour())/4) + math.Sin(day*day)
		if !at.Before(retrofit) {
			kWh *= 0.85
		}
		in.Series.Values = append(in.Series.Values, kWh)
		in.Temperature.DegC = append(in.Temperature.DegC, degC)
	}
	result, err := energy.Run(eaio.Call{Analysis: energy.NameSavings}, in, asOf)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"verdict", "avoided_energy_use_percent", "heating_balance_point"} {
		f, _ := result.Fact(name)
		fmt.Println(strings.TrimSpace(name + " " + f.Value.String() + " " + f.Unit))
	}
	// Output:
	// verdict confirmed
	// avoided_energy_use_percent 15.01 %
	// heating_balance_point 15 °C
}
