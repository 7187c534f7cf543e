package energy_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// realMeter reads a column of the BDG2 excerpt. The file's clock does not change,
// so that the zone must be one without daylight saving.
func realMeter(t testing.TB, building string, loc *time.Location) energy.Series {
	t.Helper()
	f, err := os.Open("testdata/bdg2/electricity_hourly.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := csv.NewReader(z)
	lines.ReuseRecord = true
	header, err := lines.Read()
	if err != nil {
		t.Fatal(err)
	}
	column := slices.Index(header, building)
	s := energy.Series{
		Start: time.Date(2016, 1, 1, 0, 0, 0, 0, loc), Step: time.Hour,
		Location: loc, Unit: "kWh", Commodity: "electricity",
	}
	for {
		row, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		v, err := strconv.ParseFloat(row[column], 64)
		if err != nil {
			v = math.NaN()
		}
		s.Values = append(s.Values, v)
	}
	return s
}

// The figures were computed a second time from the same file in Python with
// pandas and NumPy, without this package.
func TestRealMeters(t *testing.T) {
	phoenix := zone(t, "America/Phoenix")
	laboratory := realMeter(t, "Robin_education_Lizbeth", time.UTC)
	fitness := realMeter(t, "Fox_assembly_Boyce", phoenix)
	for _, c := range []struct {
		s    energy.Series
		asOf time.Time
		call eaio.Call
		want map[string]string
	}{
		{laboratory, date(time.UTC, 2018, 1, 1), eaio.Call{Analysis: "consumption", Period: eaio.LastYear}, map[string]string{
			"energy": "1033212.201 kWh", "peak": "255 kW", "peak_time": "2017-06-21T16:00:00Z", "energy_cost": "154981.83 GBP",
		}},
		{laboratory, date(time.UTC, 2018, 1, 1), eaio.Call{Analysis: "consumption", Period: eaio.LastMonth, Compare: eaio.ComparePrevious}, map[string]string{
			"energy": "86218.4 kWh", "compare_energy": "84000.6 kWh", "change": "2217.8 kWh", "change_percent": "2.64 %", "peak": "151 kW",
		}},
		{laboratory, date(time.UTC, 2018, 1, 1), eaio.Call{Analysis: "consumption", Period: eaio.LastWeek, Compare: eaio.CompareYearAgo}, map[string]string{
			"energy": "19284.8 kWh", "compare_energy": "15391 kWh", "highest_day_energy": "2810 kWh", "lowest_day_energy": "2687.6 kWh",
		}},
		// 4 to 6 May are stuck at 0.7145 kWh: with them May would be 0.1 % below April.
		{laboratory, date(time.UTC, 2017, 6, 1), eaio.Call{Analysis: "consumption", Period: eaio.LastMonth, Compare: eaio.ComparePrevious}, map[string]string{
			"energy": "80088.801 kWh", "compared_energy": "76883.757 kWh", "compare_energy": "71480.4 kWh", "change": "5403.357 kWh", "change_percent": "7.56 %",
		}},
		{laboratory, date(time.UTC, 2018, 1, 1), eaio.Call{Analysis: "baseload"}, map[string]string{
			"base_load": "98.4 kW", "peak_load": "157.8 kW", "night_load": "109.629 kW", "weekday_start": "10:00", "weekday_stop": "21:00",
			"weekend_schedule": "no operating hours", "unoccupied_ratio": "0.85", "best_night_load": "100.04 kW",
			"waste_energy": "80665.08 kWh", "waste_percent": "7.81 %", "worst_night_1": "1352 kWh", "worst_night_2": "1240 kWh", "worst_night_3": "1236 kWh",
		}},
		{laboratory, date(time.UTC, 2018, 1, 1), eaio.Call{Analysis: "quality"}, map[string]string{
			"completeness": "100 %", "longest_stuck_run": "72 h", "stuck_run_hours": "120 h", "stuck_value": "0.715 kWh",
			"outliers": "73", "outlier_limit": "180.2 kWh", "daily_baseline": "sufficient",
		}},
		{laboratory, date(time.UTC, 2017, 6, 23), eaio.Call{Analysis: "overnight"}, map[string]string{
			"night_energy": "1352 kWh", "usual_night_energy": "937.3 kWh", "night_excess": "414.7 kWh", "night_excess_percent": "44.24 %",
			"usual_night_spread": "71.313 kWh", "best_night_energy": "791.2 kWh", "nights_compared": "20 nights", "night_verdict": "unusual",
		}},
		{laboratory, date(time.UTC, 2017, 5, 6), eaio.Call{Analysis: "overnight"}, map[string]string{"night_energy": "", "night_verdict": ""}},
		{fitness, date(phoenix, 2017, 5, 10), eaio.Call{Analysis: "overnight"}, map[string]string{
			"night_energy": "3867.1 kWh", "usual_night_energy": "2337.49 kWh", "night_excess": "1529.61 kWh", "night_excess_cost": "229.44 GBP",
			"usual_night_spread": "57.495 kWh", "best_night_energy": "2029.24 kWh", "night_verdict": "unusual",
		}},
		{fitness, date(phoenix, 2018, 1, 1), eaio.Call{Analysis: "baseload"}, map[string]string{
			"base_load": "228.216 kW", "peak_load": "455.466 kW", "weekday_start": "07:00", "weekday_stop": "21:00",
			"friday_start": "08:00", "friday_stop": "20:00", "monday_start": "", "saturday_start": "12:00", "saturday_stop": "17:00", "sunday_schedule": "no operating hours",
			"unoccupied_ratio": "0.777", "waste_energy": "368735.504 kWh", "waste_percent": "12.52 %", "worst_night_3": "3867.1 kWh",
		}},
		{fitness, date(phoenix, 2016, 6, 1), eaio.Call{Analysis: "consumption", Period: eaio.LastMonth, Compare: eaio.ComparePrevious}, map[string]string{
			"energy": "203016.38 kWh", "compared_energy": "195475.88 kWh", "compare_energy": "191147.87 kWh", "change": "4328.01 kWh",
		}},
		{fitness, date(phoenix, 2016, 7, 1), eaio.Call{Analysis: "consumption", Period: eaio.LastMonth, Compare: eaio.ComparePrevious}, map[string]string{
			"energy": "100854.94 kWh", "completeness": "29.72 %", "change": "", "change_percent": "",
		}},
		{fitness, date(phoenix, 2016, 6, 24), eaio.Call{Analysis: "overnight"}, map[string]string{"night_energy": "", "night_verdict": ""}},
		{fitness, date(phoenix, 2017, 1, 1), eaio.Call{Analysis: "quality"}, map[string]string{
			"zero_readings": "513", "longest_zero_run": "506 h", "daily_baseline": "sufficient", "hourly_baseline": "insufficient", "longest_stuck_run": "",
		}},
	} {
		wantFacts(t, run(t, c.call, c.s, c.asOf, pounds("0.15")), c.want)
	}
}
