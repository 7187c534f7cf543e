package energy_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// year makes a restless office in 2017 and the window of that year.
func year(t *testing.T, name string, step time.Duration) (energy.Series, eaio.Window) {
	t.Helper()
	loc := zone(t, name)
	s := electricity(date(loc, 2017, 1, 1), date(loc, 2018, 1, 1), step, restless)
	return s, eaio.Window{From: date(loc, 2017, 1, 1), To: date(loc, 2018, 1, 1)}
}

func TestQualityOfGoodData(t *testing.T) {
	for name, step := range map[string]time.Duration{"Europe/London": time.Hour, "America/Phoenix": 15 * time.Minute, "Asia/Ho_Chi_Minh": 30 * time.Minute} {
		s, w := year(t, name, step)
		r := energy.Quality(s, w, energy.Temperature{})
		wantWhole(t, r)
		wantStatus(t, r, eaio.ResultOK)
		wantFacts(t, r, map[string]string{
			"completeness": "100 %", "readings_missing": "0", "days_expected": "365 days", "days_present": "365 days",
			"daily_baseline": "sufficient", "hourly_baseline": "sufficient",
			"longest_stuck_run": "", "longest_zero_run": "", "longest_missing_run": "", "zero_readings": "",
			"negative_readings": "", "sentinel_readings": "", "outliers": "", "unit_step_ratio": "",
		})
		if got := number(t, r, "readings_expected"); got != float64(8760*time.Hour/step) {
			t.Errorf("%s: %v readings expected", name, got)
		}
	}
}

func TestQualityFindsTrouble(t *testing.T) {
	day := func(s energy.Series, m time.Month, d int) time.Time { return date(s.Location, 2017, m, d) }
	for _, c := range []struct {
		name    string
		spoil   func(energy.Series)
		reasons []string
		facts   map[string]string
	}{
		{
			"a missing day", func(s energy.Series) { set(s, day(s, 5, 1), day(s, 5, 2), nan) },
			[]string{energy.ReasonMissingRun},
			map[string]string{
				"completeness": "99.73 %", "readings_missing": "24", "days_present": "364 days",
				"longest_missing_run": "24 h", "missing_run_hours": "24 h", "daily_baseline": "sufficient", "hourly_baseline": "sufficient",
			},
		},
		{
			"23 missing hours are no run", func(s energy.Series) { set(s, day(s, 5, 1), day(s, 5, 1).Add(23*time.Hour), nan) },
			nil,
			map[string]string{"readings_missing": "23", "days_present": "364 days", "longest_missing_run": ""},
		},
		{
			"half a day is a day", func(s energy.Series) { set(s, day(s, 5, 1), day(s, 5, 1).Add(12*time.Hour), nan) },
			nil,
			map[string]string{"readings_missing": "12", "days_present": "365 days"},
		},
		{
			"37 days, within a tenth of the year", func(s energy.Series) { set(s, day(s, 5, 1), day(s, 6, 7), nan) },
			[]string{energy.ReasonMissingReadings, energy.ReasonMissingRun},
			map[string]string{"days_present": "328 days", "daily_baseline": "sufficient", "hourly_baseline": "insufficient", "completeness": "89.86 %"},
		},
		{
			"38 days", func(s energy.Series) { set(s, day(s, 5, 1), day(s, 6, 8), nan) },
			[]string{energy.ReasonMissingReadings, energy.ReasonMissingRun},
			map[string]string{"days_present": "327 days", "daily_baseline": "insufficient"},
		},
		{
			"a tenth of a month", func(s energy.Series) { set(s, day(s, 6, 1), day(s, 6, 4), nan) },
			[]string{energy.ReasonMissingRun},
			map[string]string{"daily_baseline": "sufficient", "hourly_baseline": "insufficient", "longest_missing_run": "72 h"},
		},
		{
			"stuck for 30 hours", func(s energy.Series) { set(s, day(s, 5, 1), day(s, 5, 2).Add(6*time.Hour), 12.5) },
			[]string{energy.ReasonStuckReadings},
			map[string]string{"longest_stuck_run": "30 h", "stuck_run_hours": "30 h", "stuck_value": "12.5 kWh", "completeness": "100 %"},
		},
		{
			"the same value for 23 hours", func(s energy.Series) { set(s, day(s, 5, 1), day(s, 5, 1).Add(23*time.Hour), 12.6) },
			nil,
			map[string]string{"longest_stuck_run": ""},
		},
		{
			"two stuck runs", func(s energy.Series) {
				set(s, day(s, 5, 1), day(s, 5, 2), 12.5)
				set(s, day(s, 5, 2), day(s, 5, 4), 13)
			},
			[]string{energy.ReasonStuckReadings},
			map[string]string{"longest_stuck_run": "48 h", "stuck_run_hours": "72 h", "stuck_value": "13 kWh"},
		},
		{
			"an electricity meter at zero for 24 hours", func(s energy.Series) { set(s, day(s, 5, 1), day(s, 5, 2), 0) },
			[]string{energy.ReasonZeroRun},
			map[string]string{"longest_zero_run": "24 h", "zero_readings": "24", "readings_missing": "24", "longest_stuck_run": "", "longest_missing_run": ""},
		},
		{
			"sentinels", func(s energy.Series) {
				set(s, day(s, 5, 1), day(s, 5, 1).Add(time.Hour), -99999)
				set(s, day(s, 5, 1).Add(time.Hour), day(s, 5, 1).Add(3*time.Hour), -99)
			},
			[]string{energy.ReasonSentinels},
			map[string]string{"sentinel_readings": "3", "readings_missing": "3", "negative_readings": ""},
		},
		{
			"negatives", func(s energy.Series) { set(s, day(s, 5, 1), day(s, 5, 1).Add(2*time.Hour), -4) },
			[]string{energy.ReasonNegative},
			map[string]string{"negative_readings": "2", "readings_missing": "0"},
		},
		{
			// 10, 10.125 … 20.875: quartiles 10.375 and 20.25 on this grid.
			"an outlier", func(s energy.Series) { set(s, day(s, 5, 1), day(s, 5, 1).Add(time.Hour), 500) },
			[]string{energy.ReasonOutliers},
			map[string]string{"outliers": "1", "highest_reading": "500 kWh"},
		},
	} {
		s, w := year(t, "Europe/London", time.Hour)
		c.spoil(s)
		r := energy.Quality(s, w, energy.Temperature{})
		t.Run(c.name, func(t *testing.T) {
			wantWhole(t, r)
			status := eaio.ResultOK
			if len(c.reasons) > 0 {
				status = eaio.ResultWarn
			}
			wantStatus(t, r, status, c.reasons...)
			wantFacts(t, r, c.facts)
		})
	}
}

func TestQualityTellsWhereARunLies(t *testing.T) {
	s, w := year(t, "Europe/London", time.Hour)
	from, to := time.Date(2017, 3, 25, 12, 0, 0, 0, s.Location), time.Date(2017, 3, 26, 18, 0, 0, 0, s.Location)
	set(s, from, to, 12.5)
	f, ok := energy.Quality(s, w, energy.Temperature{}).Fact("longest_stuck_run")
	if x, _ := f.Value.Float(); !ok || x != 29 || f.N != 29 { // the clock skips an hour
		t.Errorf("stuck for %v hours, %d readings, want 29", f.Value, f.N)
	}
	if !f.Window.From.Equal(from) || !f.Window.To.Equal(to) {
		t.Errorf("stuck from %s to %s, want %s to %s", f.Window.From, f.Window.To, from, to)
	}
}

// A meter that reads another unit from a day on.
func TestQualityFindsUnitSteps(t *testing.T) {
	for _, c := range []struct {
		ratio float64
		lasts int // days
		found bool
	}{
		{1000, 100, true},
		{1.0 / 1000, 100, true},
		{3.412, 100, true},
		{1 / 3.412, 100, true},
		{2, 100, false},    // a building may double its use
		{100, 100, false},  // no two units
		{1000, 10, false},  // does not last
		{3.412, 12, false}, // nor this; one day of the fourteen may differ
	} {
		s, w := year(t, "America/Phoenix", time.Hour)
		change := date(s.Location, 2017, 7, 4)
		for i := range s.Values {
			if at := s.Start.Add(time.Duration(i) * s.Step); !at.Before(change) && at.Before(change.AddDate(0, 0, c.lasts)) {
				s.Values[i] *= c.ratio
			}
		}
		r := energy.Quality(s, w, energy.Temperature{})
		f, found := r.Fact("unit_step_ratio")
		if found != c.found {
			t.Errorf("ratio %v for %d days: found %v, want %v", c.ratio, c.lasts, found, c.found)
			continue
		}
		if !found {
			continue
		}
		if x, _ := f.Value.Float(); x < c.ratio*0.99-0.001 || x > c.ratio*1.01+0.001 {
			t.Errorf("ratio %v is reported as %v", c.ratio, x)
		}
		wantFacts(t, r, map[string]string{"unit_step_date": "2017-07-04"})
	}
}

func TestQualityStartsAtTheFirstReading(t *testing.T) {
	s, w := year(t, "Europe/London", time.Hour)
	set(s, w.From, time.Date(2017, 10, 3, 9, 0, 0, 0, s.Location), nan)
	r := energy.Quality(s, w, energy.Temperature{})
	wantFacts(t, r, map[string]string{
		"days_expected": "90 days", "readings_expected": "2161", // from 3 October to the end, an hour more on 29 October
		"readings_missing": "9", "daily_baseline": "insufficient",
	})
	wantStatus(t, r, eaio.ResultOK)
	f, _ := r.Fact("completeness")
	if !f.Window.From.Equal(date(s.Location, 2017, 10, 3)) {
		t.Errorf("judged from %s", f.Window.From)
	}
}

func TestZeroOnAGasMeter(t *testing.T) {
	s, w := year(t, "Europe/London", time.Hour)
	s.Commodity = "gas"
	set(s, date(s.Location, 2017, 6, 1), date(s.Location, 2017, 9, 1), 0)
	r := energy.Quality(s, w, energy.Temperature{})
	wantStatus(t, r, eaio.ResultOK) // boilers rest in summer
	wantFacts(t, r, map[string]string{"completeness": "100 %", "longest_zero_run": "2208 h", "zero_readings": "2208", "longest_stuck_run": ""})
}

// The month that lacks most has its own window; months as the clock cuts them.
func TestQualityNamesTheWorstMonth(t *testing.T) {
	s, w := year(t, "Europe/London", time.Hour)
	set(s, date(s.Location, 2017, 3, 26), date(s.Location, 2017, 3, 27), nan) // 23 hours of 743
	set(s, date(s.Location, 2017, 6, 30).Add(12*time.Hour), date(s.Location, 2017, 7, 1).Add(36*time.Hour), nan)
	r := energy.Quality(s, w, energy.Temperature{})
	wantFacts(t, r, map[string]string{"lowest_month_completeness": "95.16 %"}) // 708 of 744
	f, _ := r.Fact("lowest_month_completeness")
	if !f.Window.From.Equal(date(s.Location, 2017, 7, 1)) || !f.Window.To.Equal(date(s.Location, 2017, 8, 1)) || f.N != 708 {
		t.Errorf("%+v", f)
	}
	s, w = year(t, "Europe/London", time.Hour)
	wantFacts(t, energy.Quality(s, w, energy.Temperature{}), map[string]string{"lowest_month_completeness": ""})
}

func TestQualityOfTemperatures(t *testing.T) {
	s, w := year(t, "America/Phoenix", time.Hour)
	at := func(h int) time.Time { return date(s.Location, 2017, 5, 1).Add(time.Duration(h) * time.Hour) }
	for name, c := range map[string]struct {
		spoil   func(energy.Series)
		reasons []string
		facts   map[string]string
	}{
		"whole":    {func(energy.Series) {}, nil, map[string]string{"temperature_completeness": "100 %", "longest_temperature_gap": ""}},
		"six":      {func(d energy.Series) { set(d, at(0), at(6), nan) }, nil, map[string]string{"temperature_completeness": "99.93 %", "longest_temperature_gap": ""}},
		"seven":    {func(d energy.Series) { set(d, at(0), at(7), -99) }, []string{energy.ReasonTemperatureGap}, map[string]string{"longest_temperature_gap": "7 h", "temperature_gap_hours": "7 h"}},
		"two gaps": {func(d energy.Series) { set(d, at(0), at(7), nan); set(d, at(48), at(98), nan) }, []string{energy.ReasonTemperatureGap}, map[string]string{"longest_temperature_gap": "50 h", "temperature_gap_hours": "57 h"}},
		"in °F": {func(d energy.Series) {
			for i, v := range d.Values {
				d.Values[i] = 1.8*v + 32
			}
		}, []string{energy.ReasonTemperatureFahrenheit}, nil},
		"none": {func(d energy.Series) { set(d, w.From, w.To, nan) }, nil, map[string]string{"temperature_completeness": ""}},
	} {
		air := weather(w.From, w.To)
		c.spoil(energy.Series{Start: air.Start, Step: air.Step, Values: air.DegC})
		r := energy.Quality(s, w, air)
		wantWhole(t, r)
		status := eaio.ResultOK
		if len(c.reasons) > 0 {
			status = eaio.ResultWarn
		}
		t.Run(name, func(t *testing.T) {
			wantStatus(t, r, status, c.reasons...)
			wantFacts(t, r, c.facts)
		})
		if f, ok := r.Fact("longest_temperature_gap"); name == "two gaps" && (!ok || !f.Window.From.Equal(at(48)) || !f.Window.To.Equal(at(98))) {
			t.Errorf("the gap lies %v", f.Window)
		}
	}
}

// The earliest month of the year is held to nine tenths too: 72 of June's 720 hours are a
// tenth.
func TestHourlyBaselineNeedsItsFirstMonth(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	w := eaio.Window{From: date(loc, 2016, 6, 1), To: date(loc, 2017, 6, 1)}
	for missing, want := range map[int]string{71: "sufficient", 72: "insufficient"} {
		s := electricity(w.From, w.To, time.Hour, restless)
		for i := range missing {
			s.Values[24+7*i] = nan
		}
		wantFacts(t, energy.Quality(s, w, energy.Temperature{}), map[string]string{"hourly_baseline": want, "daily_baseline": "sufficient"})
	}
}
