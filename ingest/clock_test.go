package ingest_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio/ingest"
)

// The clock changes, with and without the rows that should not or should be there.
func TestClockChanges(t *testing.T) {
	rows := func(date string, cells ...string) string {
		var b strings.Builder
		b.WriteString("timestamp,value\n")
		for _, c := range cells {
			fmt.Fprintf(&b, "%s %s\n", date, c)
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		file     string
		zone     string
		interval time.Duration
		want     []string // instants with values
		report   ingest.Report
	}{
		"spring, hour left out": {
			rows("2017-03-26", "00:00,1", "02:00,2", "03:00,3"), "Europe/London", time.Hour,
			[]string{"03-26T00:00 1", "03-26T01:00 2", "03-26T02:00 3"},
			ingest.Report{},
		},
		"spring, hour there but empty": {
			rows("2017-03-26", "00:00,1", "01:00,", "02:00,2"), "Europe/London", time.Hour,
			[]string{"03-26T00:00 1", "03-26T01:00 2"},
			ingest.Report{Missing: 1, MissingHour: 1},
		},
		"autumn, both hours": {
			rows("2017-10-29", "00:00,1", "01:00,2", "01:00,3", "02:00,4"), "Europe/London", time.Hour,
			[]string{"10-28T23:00 1", "10-29T00:00 2", "10-29T01:00 3", "10-29T02:00 4"},
			ingest.Report{RepeatedHour: 1},
		},
		"autumn, both hours, equal values": {
			rows("2017-10-29", "01:00,2", "01:00,2"), "Europe/London", time.Hour,
			[]string{"10-29T00:00 2", "10-29T01:00 2"},
			ingest.Report{RepeatedHour: 1},
		},
		"autumn, first hour empty": {
			rows("2017-10-29", "00:00,1", "01:00,", "01:00,3"), "Europe/London", time.Hour,
			[]string{"10-28T23:00 1", "10-29T01:00 3"},
			ingest.Report{RepeatedHour: 1, Missing: 1},
		},
		"autumn, one row": {
			rows("2017-10-29", "00:00,1", "01:00,2", "02:00,4"), "Europe/London", time.Hour,
			[]string{"10-28T23:00 1", "10-29T00:00 2", "10-29T02:00 4"},
			ingest.Report{RepeatedHourOnce: 1},
		},
		"autumn, half hours": {
			rows("2017-10-29", "00:30,1", "01:00,2", "01:30,3", "01:00,4", "01:30,5", "02:00,6"), "Europe/London", 30 * time.Minute,
			[]string{"10-28T23:30 1", "10-29T00:00 2", "10-29T00:30 3", "10-29T01:00 4", "10-29T01:30 5", "10-29T02:00 6"},
			ingest.Report{RepeatedHour: 2},
		},
		"autumn, latest first": {
			rows("2017-10-29", "02:00,4", "01:00,3", "01:00,2", "00:00,1"), "Europe/London", time.Hour,
			[]string{"10-28T23:00 1", "10-29T00:00 2", "10-29T01:00 3", "10-29T02:00 4"},
			ingest.Report{RepeatedHour: 1},
		},
		"autumn, every row twice": {
			rows("2017-10-29", "01:00,2", "01:00,3", "01:00,2", "01:00,3"), "Europe/London", time.Hour,
			[]string{"10-29T00:00 2", "10-29T01:00 3"},
			ingest.Report{RepeatedHour: 1, Duplicates: 2},
		},
		"change of half an hour": {
			rows("2017-04-02", "01:00,1", "01:30,2", "01:30,3", "02:00,4"), "Australia/Lord_Howe", 30 * time.Minute,
			[]string{"04-01T14:00 1", "04-01T14:30 2", "04-01T15:00 3", "04-01T15:30 4"},
			ingest.Report{RepeatedHour: 1},
		},
		"no change in Arizona": {
			rows("2017-03-12", "01:00,1", "02:00,2", "03:00,3"), "America/Phoenix", time.Hour,
			[]string{"03-12T08:00 1", "03-12T09:00 2", "03-12T10:00 3"},
			ingest.Report{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, rep := read(t, c.file, ingest.Options{Timezone: c.zone, Interval: c.interval})
			var have []string
			for _, r := range got {
				have = append(have, fmt.Sprintf("%s %v", r.At.Format("01-02T15:04"), r.Value))
			}
			if !reflect.DeepEqual(have, c.want) {
				t.Errorf("got %v", have)
			}
			if rep.RepeatedHour != c.report.RepeatedHour || rep.RepeatedHourOnce != c.report.RepeatedHourOnce ||
				rep.MissingHour != c.report.MissingHour || rep.Missing != c.report.Missing || rep.Duplicates != c.report.Duplicates || rep.Refused != 0 {
				t.Errorf("report %+v", rep)
			}
		})
	}
}

func TestSkippedHourIsRefused(t *testing.T) {
	file := "timestamp,value\n" + hours("2017-03-25 00:00", 48, ",")
	got, rep := read(t, file, ingest.Options{Timezone: "Europe/London"})
	if len(got) != 47 || rep.MissingHour != 1 || rep.Reasons[ingest.NonexistentHour] != 1 {
		t.Fatalf("%d readings, report %+v", len(got), rep)
	}
	if r := rep.Refusals[0]; r.Line != 27 || r.Detail != "2017-03-26 01:00: Europe/London has no such time, its clock skips that hour" {
		t.Errorf("refusal %+v", r)
	}
}

// A day of a wall clock lasts 23, 24 or 25 hours.
func TestDays(t *testing.T) {
	file := "date,value\n2017-10-28,1\n2017-10-29,2\n"
	got, rep := read(t, file, ingest.Options{Timezone: "Europe/London"})
	if got[1].At != time.Date(2017, 10, 28, 23, 0, 0, 0, time.UTC) || rep.End != time.Date(2017, 10, 30, 0, 0, 0, 0, time.UTC) || rep.Interval != 24*time.Hour {
		t.Errorf("%v, %+v", got, rep)
	}
	file = "timestamp,value\n2017-10-28T00:00:00+01:00,1\n2017-10-29T00:00:00+01:00,2\n2017-10-30T00:00:00Z,3\n2017-10-31T00:00:00Z,3\n"
	for _, zone := range []string{"", "Europe/London"} {
		if got, rep := read(t, file, ingest.Options{Timezone: zone}); len(got) != 4 || rep.Interval != 24*time.Hour {
			t.Errorf("zone %q: %v, %+v", zone, got, rep)
		}
	}
}

// The grid is that of the stamp's own clock: a whole hour in India is half past in UTC.
func TestGridIsLocal(t *testing.T) {
	got, _ := read(t, "timestamp,value\n2017-01-01T00:00:00+05:30,1\n2017-01-01T01:00:00+05:30,2\n", ingest.Options{})
	if len(got) != 2 || got[0].At.Minute() != 30 {
		t.Errorf("got %v", got)
	}
	if _, _, err := ingest.Readings(strings.NewReader("timestamp,value\n2017-01-01T00:30:00Z,1\n2017-01-01T01:30:00Z,2\n"), ingest.Options{}); err == nil {
		t.Error("half hours were taken as an hourly grid")
	}
}
