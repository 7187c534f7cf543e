package energy

import (
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/forecast"
	"github.com/eaio/eaio/energy/tariff"
)

// ReasonBillNotProjected says that no bill of the whole month could be made; its
// reasons are those of package tariff, which follow.
const ReasonBillNotProjected = "bill_not_projected"

// monthBill adds what the month that holds the end of the grid will be billed: its
// readings so far and, for the hours to come, the mean of the same hour of the latest
// days of the same type. Peaks of hours to come are flatter than real ones, so that a
// charge for demand may be too low, which the fact's method says.
func (r *report) monthBill(p part, g hourGrid, c Contract, on basis) {
	if c.Tariff.Currency == "" || p.Unit != "kWh" {
		return
	}
	loc := p.location()
	end := p.window.To
	y, m, _ := end.In(loc).Date()
	month := eaio.Window{From: dayStart(y, m, 1, loc), To: dayStart(y, m+1, 1, loc)}
	u := p.Series.usage(withMonthsBefore(month, loc, c.Tariff.Lookback()))
	if !g.projectOnto(u, end) {
		r.warn(ReasonTooFewToProject)
		return
	}
	b, err := c.Tariff.Bill(u, month.From, month.To)
	if err != nil || b.Status == tariff.StatusInsufficient {
		r.warn(ReasonBillNotProjected)
		for _, reason := range b.Reasons {
			r.warn(reason)
		}
		return
	}
	on.window = month
	r.money("month_bill_forecast", b.Total, b.Currency, "bill of the month's readings and projected hours by the tariff; each hour to come: mean of the last 10 working or 4 weekend days, whose peaks are flatter than real ones", on)
}

// projectOnto writes the hours from an instant on into a usage; false where a profile
// has not all of them.
func (g hourGrid) projectOnto(u tariff.Usage, from time.Time) bool {
	perHour := float64(time.Hour / u.Step)
	var profiles [dayTypes]forecast.Day
	for t := range profiles {
		profiles[t] = g.profile(len(g.load), dayType(t))
	}
	for i := range u.KWh {
		at := u.Start.Add(time.Duration(i) * u.Step)
		if at.Before(from) {
			continue
		}
		local := at.In(u.Location)
		v := profiles[dayTypeOf(local.Weekday())][local.Hour()]
		if math.IsNaN(v) {
			return false
		}
		u.KWh[i] = v / perHour
	}
	return true
}
