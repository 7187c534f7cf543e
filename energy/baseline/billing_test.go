package baseline_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/eaio/eaio/energy/baseline"
)

// bills adds up days to periods of so many days.
func bills(use []float64, first int, lengths ...int) []baseline.Bill {
	var out []baseline.Bill
	for _, n := range lengths {
		b := baseline.Bill{First: first, Days: n}
		for _, v := range use[first : first+n] {
			b.Use += v
		}
		out = append(out, b)
		first += n
	}
	return out
}

// The same year as in TestPublishedSamples, as twelve bills. The figures are those
// of eemeter 2.10.11 itself (billing presets, weights days kept, confidence 0.9).
func TestBillsOfPublishedSamples(t *testing.T) {
	degF := byDay(t, "il-tempF", 12, true)
	months := []int{30, 31, 29, 31, 30, 33, 28, 30, 31, 30, 30, 32}
	at := func(y int, m time.Month, d int) int {
		return dayNumber(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)) - firstDay
	}
	for _, c := range []struct {
		name                          string
		o                             baseline.Meter
		kind                          baseline.Kind
		balance                       string
		base, heating, cooling, adjR2 float64
		predicted, saved, band        float64
		periodMean, periodCVRMSE      float64
	}{
		{
			name: "il-electricity-cdd-hdd-daily", kind: baseline.CDDHDD, balance: "56/64",
			base: 11.380466197462274, heating: 1.0550447852438756, cooling: 1.8996558471202702, adjR2: 0.9890936120853174,
			predicted: 9959.648132769411, saved: 877.408133, band: 255.93796966472078, periodMean: 867.3375, periodCVRMSE: 28.84758663479963 / 867.3375,
		},
		{
			name: "il-gas-hdd-only-daily", o: baseline.Meter{Gas: true}, kind: baseline.HDD, balance: "61/NaN",
			base: 0.714819606176835, heating: 0.21316965804999904, adjR2: 0.9982982325580845,
			predicted: 1045.4861225145444, saved: 85.266123, band: 15.776106674482698, periodMean: 88.29, periodCVRMSE: 3.1199381978147804 / 88.29,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			use := byDay(t, c.name, 1, false)
			m := baseline.FitBilling(bills(use, at(2015, 12, 27), months...), degF, c.o)
			if !m.OK() || m.Kind != c.kind || fmtBalance(m.Model) != c.balance || m.N != 12 {
				t.Fatalf("%s %s n %d %q", m.Kind, fmtBalance(m.Model), m.N, m.Reasons)
			}
			near(t, "base", m.Base, c.base, 1e-9)
			near(t, "heating", m.Heating, c.heating, 1e-9)
			near(t, "cooling", m.Cooling, c.cooling, 1e-9)
			near(t, "adjusted R²", m.AdjR2, c.adjR2, 1e-12)
			near(t, "mean bill", m.Periods.Mean, c.periodMean, 1e-9)
			near(t, "CVRMSE of bills", m.Periods.CVRMSE, c.periodCVRMSE, 1e-9)
			s := m.Avoided(bills(use, at(2017, 1, 4), months...), degF)
			near(t, "predicted", s.Predicted, c.predicted, 1e-6)
			near(t, "saved", s.Saved, c.saved, 1e-5)
			near(t, "band", s.BandEEMeter, c.band, 1e-4)
			if s.N != 12 || s.Verdict != baseline.Confirmed {
				t.Errorf("%d bills, %s", s.N, s.Verdict)
			}
		})
	}
}

func TestBillsDecline(t *testing.T) {
	degF := weather(800, 1)
	use := building(degF, 3, .3, 1)
	monthly := bills(use, 0, slices.Repeat([]int{30}, 12)...)
	gap := with(degF, func(x []float64) { fill(x[0:120], math.NaN()) })
	for _, c := range []struct {
		name  string
		bills []baseline.Bill
		degF  []float64
		want  string
	}{
		{"a year", monthly, degF, ""},
		{"two months each", bills(use, 0, 60, 61, 60, 61, 60, 61), degF, ""},
		{"half a year", monthly[:6], degF, baseline.ReasonTooShort},
		{"quarters", bills(use, 0, 90, 90, 90, 90), degF, baseline.ReasonPeriods},
		{"two overlap", append(slices.Clone(monthly), baseline.Bill{First: 359, Days: 30, Use: 900}), degF, baseline.ReasonOverlap},
		{"one twice", append(slices.Clone(monthly), monthly[3]), degF, baseline.ReasonOverlap},
		{"no weather for it", append(slices.Clone(monthly), baseline.Bill{First: 790, Days: 30, Use: 900}), degF, baseline.ReasonOutside},
		{"no days", append(slices.Clone(monthly), baseline.Bill{First: 400, Use: 900}), degF, baseline.ReasonOutside},
		{"four months without weather", monthly, gap, baseline.ReasonTooShort},
		{"none", nil, degF, baseline.ReasonPeriods},
		{"°C", monthly, times(degF, .4), baseline.ReasonCelsius},
	} {
		m := baseline.FitBilling(c.bills, c.degF, baseline.Meter{})
		if c.want == "" && !m.OK() || c.want != "" && (m.OK() || !slices.Equal(m.Reasons, []string{c.want})) {
			t.Errorf("%s: %s %q, want %q", c.name, m.Kind, m.Reasons, c.want)
		}
		if s := m.Avoided(monthly, degF); (len(s.Reasons) == 0) != m.OK() {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
	m := baseline.FitBilling(monthly, degF, baseline.Meter{})
	for want, reporting := range map[string][]baseline.Bill{
		baseline.ReasonOverlap: {monthly[0], monthly[0]},
		baseline.ReasonNoDays:  {{First: 400, Days: 30, Use: math.NaN()}},
		baseline.ReasonOutside: {{First: 799, Days: 30, Use: 1}},
	} {
		if s := m.Avoided(reporting, degF); !slices.Equal(s.Reasons, []string{want}) {
			t.Errorf("%q, want %q", s.Reasons, want)
		}
	}
}
