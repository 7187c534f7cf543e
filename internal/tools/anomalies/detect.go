package anomalies

import "github.com/eaio/eaio/energy/anomaly"

// Detect returns the alarms of package energy/anomaly for 2017, at most perMonth a
// month on average. A step, which
// lasts for weeks, raises its alarm on its first day.
func Detect(m Meter, perMonth float64) []Alarm {
	events := anomaly.Detect(
		anomaly.Input{KWh: m.KWh, HourOfWeek: HourOfWeek, From: Year2017},
		anomaly.Options{AlarmsPerMonth: perMonth},
	)
	alarms := make([]Alarm, len(events))
	for i, e := range events {
		if e.Kind == anomaly.Step {
			e.End = e.Start + 24
		}
		alarms[i] = Alarm{Building: m.Building, Start: e.Start, End: e.End, Score: e.Score, Kind: string(e.Kind)}
	}
	return alarms
}
