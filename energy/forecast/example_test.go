package forecast_test

import (
	"fmt"
	"math"
	"time"

	"github.com/eaio/eaio/energy/forecast"
)

func ExampleFit() {
	// Ten weeks from Monday, 1 January 2024: 20 kWh an hour, 50 in working hours.
	m := forecast.Meter{First: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), ZeroMissing: true}
	for i := range 70 * forecast.Hours {
		v := 20.0
		if hour, day := i%24, i/24%7; day < 5 && hour >= 8 && hour < 18 {
			v = 50 + 2*math.Sin(float64(hour))
		}
		m.Load = append(m.Load, v)
	}
	model, err := forecast.Fit(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	next := model.Next()
	fmt.Printf("%s: %.1f kWh at 3, %.1f kWh at 14\n", next.Date.Format(time.DateOnly), next.Hours[3], next.Hours[14])
	// Output: 2024-03-11: 20.0 kWh at 3, 52.0 kWh at 14
}
