package tariff_test

import (
	"fmt"
	"time"

	"github.com/eaio/eaio/energy/tariff"
)

// A month of 1 kW by a tariff with two tiers, a fixed charge and a tax.
func ExampleTariff_Month() {
	t, err := tariff.Parse([]byte(`{
		"name": "Small business", "currency": "EUR",
		"energyratestructure": [[{"max": 500, "rate": 0.21}, {"rate": 0.25}]],
		"fixedchargefirstmeter": 9.9, "fixedchargeunits": "$/month",
		"taxes": [{"name": "VAT", "percent": 19}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	june := tariff.Usage{Start: time.Date(2017, time.June, 1, 0, 0, 0, 0, time.UTC), Step: time.Hour, KWh: make([]float64, 720)}
	for i := range june.KWh {
		june.KWh[i] = 1
	}
	b, err := t.Month(june, 2017, time.June)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, i := range b.Items {
		fmt.Println(i.Charge, i.Quantity, i.Unit, "×", i.Rate, "=", i.Amount.StringFixed(2))
	}
	fmt.Println(b.Status, b.Total.StringFixed(2), b.Currency)
	// Output:
	// energy 500 kWh × 0.21 = 105.00
	// energy 220 kWh × 0.25 = 55.00
	// fixed 1 month × 9.9 = 9.90
	// tax 169.9 EUR × 0.19 = 32.28
	// ok 202.18 EUR
}
