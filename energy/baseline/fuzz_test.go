package baseline_test

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/eaio/eaio/energy/baseline"
)

// FuzzFit feeds days of any kind: whatever a fit returns is finite and obeys its own
// rules, and whatever it declines has a reason.
func FuzzFit(f *testing.F) {
	degF := weather(365, 1)
	for seed := range uint64(4) {
		var raw []byte
		for i, v := range building(degF, 5, .4, seed) {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(v)))
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(degF[i])))
		}
		f.Add(raw, seed%2 == 0)
	}
	f.Add([]byte{}, false)
	f.Fuzz(func(t *testing.T, raw []byte, gas bool) {
		// A year in which what the fuzzer wrote repeats.
		if len(raw) < 8 {
			raw = append(raw, make([]byte, 8)...)
		}
		use, temperatures := make([]float64, 365), make([]float64, 365)
		for i := range use {
			at := i * 8 % (len(raw) - 7)
			use[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[at:])))
			temperatures[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[at+4:])))
		}
		o := baseline.Meter{Gas: gas}
		daily, changePoint := baseline.FitDaily(use, temperatures, o), baseline.FitChangePoint(use, temperatures, o)
		for name, m := range map[string]baseline.Model{"daily": daily, "change point": changePoint} {
			if m.OK() == (len(m.Reasons) > 0) {
				t.Fatalf("%s: %q and reasons %q", name, m.Kind, m.Reasons)
			}
			if !m.OK() {
				continue
			}
			for _, v := range []float64{m.Base, m.Slope, m.Heating, m.Cooling, m.SSE, m.RMSE, m.CVRMSE, m.Predict(50)} {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%s: %+v", name, m)
				}
			}
			if gas && m.Cooling != 0 && m.Kind != baseline.P4 {
				t.Fatalf("%s: gas cools: %+v", name, m)
			}
		}
		slack := -1e-6 * (1 + math.Abs(daily.Mean))
		if daily.OK() && min(daily.Base, daily.Heating, daily.Cooling) < slack {
			t.Fatalf("a negative coefficient: %+v", daily)
		}
	})
}
