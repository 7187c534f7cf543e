package energy

import (
	"math"
	"time"

	"github.com/eaio/eaio"
)

// longTemperatureGap is the longest gap between temperatures that may be bridged
// (CalTRACK 2.0). Here none is; longer ones are told.
const longTemperatureGap = 6 * time.Hour

// temperatures judges the temperature over the days that readings are judged on;
// nothing where there is none.
func (r *report) temperatures(t Temperature, days []day) {
	if !t.known() || len(days) == 0 {
		return
	}
	p := t.part(eaio.Window{From: days[0].from, To: days[len(days)-1].to})
	p.Location = days[0].from.Location()
	_, n := p.sum(0, len(p.values))
	if n == 0 {
		return
	}
	windows := make([]eaio.Window, len(days))
	for i, d := range days {
		windows[i] = d.window()
	}
	if fault := temperatureFault(t.Means(windows)); fault != "" {
		r.warn(fault)
	}
	all := basis{p.window, n, len(p.values)}
	r.percent("temperature_completeness", all.share(), "outdoor temperatures present of those expected", all)
	gaps := p.runs(longTemperatureGap+1, func(i int) bool { return math.IsNaN(p.values[i]) }, always)
	if len(gaps) == 0 {
		return
	}
	top, total := longest(gaps)
	const what = "more than 6 h without an outdoor temperature (CalTRACK 2.0)"
	r.number("longest_temperature_gap", float64(top.len())*p.stepHours(), "h", "longest run of "+what, basis{p.streakWindow(top), top.len(), top.len()})
	r.number("temperature_gap_hours", float64(total)*p.stepHours(), "h", "hours in runs of "+what, basis{p.window, total, total})
	r.warn(ReasonTemperatureGap)
}
