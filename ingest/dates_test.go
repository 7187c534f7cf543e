package ingest_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/ingest"
)

// A row of a day or longer is the date that its stamp shows, whatever the offset.
func TestDates(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"offsets of winter and summer", "start,value\n2016-03-12T00:00:00-06:00,1\n2016-03-13T00:00:00-06:00,2\n2016-03-14T00:00:00-05:00,3\n2016-03-15T00:00:00-05:00,4\n", "0312=1 0313=2 0314=3 0315=4"},
		{"far east", "start,value\n2016-03-12T00:00:00+09:00,1\n2016-03-13T00:00:00+09:00,2\n", "0312=1 0313=2"},
		{"six in the morning", "start,value\n2016-03-12T06:00:00Z,1\n2016-03-13T06:00:00Z,2\n", "0312=1 0313=2"},
		{"naive, no zone named", "day,kWh used\n2016-03-12,1\n2016-03-13,2\n2016-03-15,3\n", "0312=1 0313=2 0315=3"},
		{"descending", "day,x\n2016-03-13,2\n2016-03-12,1\n", "0312=1 0313=2"},
		{"a gap", "day,x\n2016-03-12,1\n2016-03-13,\n2016-03-14,3\n", "0312=1 0314=3"},
		{"bills with an end", "day,x\n2016-01-05,10\n2016-02-04,20\n2016-03-07,\n", "0105=10 0204=20 0307=NaN"},
		{"a bill that is not there", "day,x\n2016-01-05,10\n2016-02-04,\n2016-03-07,30\n", "0105=10 0204=NaN 0307=30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, rep := read(t, c.file, ingest.Options{Dates: true, FirstTwo: true})
			var words []string
			for _, r := range got {
				if h, m, s := r.At.Clock(); h+m+s != 0 || r.At.Location() != time.UTC {
					t.Errorf("%v is not midnight UTC", r.At)
				}
				words = append(words, fmt.Sprintf("%s=%v", r.At.Format("0102"), r.Value))
			}
			if text := strings.Join(words, " "); text != c.want {
				t.Errorf("got %s, want %s", text, c.want)
			}
			if bills := strings.Contains(c.name, "bill"); bills != (rep.Interval == 0) || !bills && rep.Interval != 24*time.Hour {
				t.Errorf("interval %v", rep.Interval)
			}
		})
	}
}

// Dates leaves shorter readings as they are, clock changes included, and asks for the
// zone that they need.
func TestDatesLeavesHoursAlone(t *testing.T) {
	file := "timestamp,value\n" + hours("2017-10-28 12:00", 30, ",")
	plain, _ := read(t, file, ingest.Options{Timezone: "Europe/London"})
	dated, _ := read(t, file, ingest.Options{Timezone: "Europe/London", Dates: true, FirstTwo: true})
	if len(plain) != len(dated) {
		t.Fatalf("%d and %d readings", len(plain), len(dated))
	}
	for i := range plain {
		if plain[i] != dated[i] {
			t.Errorf("%v became %v", plain[i], dated[i])
		}
	}
	_, _, err := ingest.Readings(strings.NewReader(file), ingest.Options{Dates: true})
	if eaio.KindOf(err) != eaio.KindInvalid || !strings.Contains(err.Error(), "name the time zone") {
		t.Errorf("hours without a zone: %v", err)
	}
}

func TestFirstTwo(t *testing.T) {
	file := "when it was,how much,other\n2017-01-01T00:00Z,1,9\n2017-01-01T01:00Z,2,9\n"
	got, rep := read(t, file, ingest.Options{FirstTwo: true})
	if len(got) != 2 || got[1].Value != 2 || rep.Column != "how much" {
		t.Errorf("%v of column %s", got, rep.Column)
	}
	got, rep = read(t, file, ingest.Options{FirstTwo: true, Column: "other"})
	if len(got) != 2 || got[0].Value != 9 || rep.Column != "other" {
		t.Errorf("%v of column %s", got, rep.Column)
	}
	if _, _, err := ingest.Readings(strings.NewReader("a\n1\n"), ingest.Options{FirstTwo: true}); err == nil || !strings.Contains(err.Error(), "must have two") {
		t.Errorf("one column: %v", err)
	}
}

func TestColumns(t *testing.T) {
	for _, file := range [][]byte{[]byte("at; a b ;c\n"), pack(t, "at\ta b\tc\n1\t2\t3\n")} {
		names, err := ingest.Columns(bytes.NewReader(file))
		if err != nil || strings.Join(names, "|") != "at|a b|c" {
			t.Errorf("%q, %v", names, err)
		}
	}
	if _, err := ingest.Columns(strings.NewReader("")); eaio.KindOf(err) != eaio.KindInvalid {
		t.Errorf("empty file: %v", err)
	}
}

func TestBaseUnit(t *testing.T) {
	for name, want := range map[string]struct {
		base  string
		worth float64
	}{"kWh": {"kWh", 1}, "therm": {"kWh", 29.3071}, "MWH": {"kWh", 1000}, "ccf": {"ccf", 1}} {
		base, worth, err := ingest.BaseUnit(name)
		if err != nil || base != want.base || math.Abs(worth-want.worth) > 1e-4 {
			t.Errorf("%s: %v %s, %v", name, worth, base, err)
		}
	}
	if _, _, err := ingest.BaseUnit("furlong"); eaio.KindOf(err) != eaio.KindInvalid {
		t.Errorf("furlong: %v", err)
	}
}

// FuzzDates checks what holds for every file that is read by dates: days and bills lie
// on midnights UTC in order, every row is accounted for, and only a bill may be NaN.
func FuzzDates(f *testing.F) {
	for _, s := range []string{
		"a,b\n2016-03-12T00:00:00-06:00,1\n2016-03-13T00:00:00-05:00,2\n",
		"a,b\n2016-01-05,10\n2016-02-04,20\n2016-03-07,\n",
		"a;b\n2016-01-05T23:59+14:00;1,5\n1970-01-01T00:00-14:00;2\n",
		"a,b\n2017-01-01T00:00Z,1\n2017-01-01T01:00Z,\n2017-01-01T02:00Z,-99\n",
		"a,b\n2199-12-31,1\n1970-01-01,\n1970-01-01,\n",
		"{\"timestamp\":\"2017-01-01\",\"value\":1.5}\n{\"timestamp\":\"2017-01-02\",\"value\":null}\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		o := ingest.Options{Dates: true, FirstTwo: true, MaxRows: 1000, MaxBytes: 1 << 16, MaxLine: 1 << 10}
		got, rep, err := ingest.Readings(bytes.NewReader(file), o)
		if err != nil {
			if k := eaio.KindOf(err); got != nil || k != eaio.KindInvalid && k != eaio.KindTooLarge {
				t.Fatalf("%d readings with %s error %v", len(got), k, err)
			}
			return
		}
		empty := int64(0)
		for i, r := range got {
			if math.IsNaN(r.Value) {
				empty++
			}
			if i > 0 && !r.At.After(got[i-1].At) || rep.Interval%(24*time.Hour) == 0 && r.At.Unix()%86400 != 0 {
				t.Fatalf("row %d at %v, interval %v", i, r.At, rep.Interval)
			}
		}
		if empty > 0 && rep.Interval != 0 || rep.Accepted+empty != int64(len(got)) || rep.Accepted < 1 || rep.Rows != rep.Accepted+rep.Refused+rep.Missing+rep.Duplicates {
			t.Fatalf("%d readings, %d without value, report %+v", len(got), empty, rep)
		}
	})
}
