package ingest

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// layouts are the forms that parseStamp takes, as time.Parse knows them.
var layouts = func() (all []string) {
	for _, sep := range []string{"T", " "} {
		for _, clock := range []string{"15:04", "15:04:05"} {
			for _, zone := range []string{"", "Z07:00", "Z0700", "Z07"} {
				all = append(all, "2006-01-02"+sep+clock+zone)
			}
		}
	}
	return append(all, "2006-01-02")
}()

// reference does with time.Parse what parseStamp does by hand.
func reference(s string) (want time.Time, zoned, ok bool) {
	// time.Parse also takes a fraction after a comma, and any number of digits of it.
	if i := strings.IndexByte(s, '.'); strings.IndexByte(s, ',') >= 0 || i >= 0 && strings.IndexFunc(s[i+1:]+"x", func(r rune) bool { return r < '0' || r > '9' }) > 9 {
		return time.Time{}, false, false
	}
	// It takes an hour of one digit, too, and more than one space.
	if len(s) > 10 && (len(s) < 14 || s[13] != ':' || s[11] == ' ') {
		return time.Time{}, false, false
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			_, offset := t.Zone()
			zoned = strings.Contains(layout, "Z")
			if zoned && strings.HasSuffix(s, "60") { // it lets an offset have 60 minutes
				return time.Time{}, false, false
			}
			inUse := offset%900 == 0 && offset >= -14*3600 && offset <= 14*3600
			return t, zoned, inUse
		}
	}
	return time.Time{}, false, false
}

func FuzzStamp(f *testing.F) {
	for _, s := range []string{
		"2017-12-31", "2017-12-31 22:15", "2017-12-31T22:15:59.123456789Z", "2016-02-29T00:00:00+14:00", "1900-02-29 00:00", "0000-01-01 00:00",
		"9999-12-31T23:59-0930", "2017-12-31T22:15+00", "2017-12-31T22:15:00.Z", "2017-12-31T22:15:00,5", "2017-13-01", "2017-12-31T24:00", "2017-12-31T22:15:60Z", "2017-12-31T22:15+07:07",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseStamp(s)
		want, zoned, wantOK := reference(s)
		if ok != wantOK {
			t.Fatalf("%q: taken %v, by time.Parse %v", s, ok, wantOK)
		}
		if !ok {
			return
		}
		utc := time.Unix((got.minutes-int64(got.offset))*60, 0).UTC()
		whole := want.Second() == 0 && want.Nanosecond() == 0
		if !utc.Equal(want.Truncate(0).Add(-time.Duration(want.Second())*time.Second-time.Duration(want.Nanosecond()))) || got.zoned != zoned || got.whole != whole {
			t.Fatalf("%q: got %v %+v, want %v, zoned %v", s, utc, got, want, zoned)
		}
	})
}

var seeds = []string{
	"timestamp,value\n2017-01-01 00:00,1.5\n2017-01-01 01:00,\n2017-01-01 02:00,3\n",
	"timestamp,value\n2017-01-01 00:00,1\n2017-01-01 01:00,NaN\n2017-01-01 02:00,-\n2017-01-01 03:00,N/A\n2017-01-01 04:00,-NaN\n2017-01-01 05:00,2\n",
	"timestamp;value\n2017-10-29 01:00;1,5\n2017-10-29 01:00;2,5\n2017-10-29 02:00;-1\n",
	"timestamp,value\n2017-03-26 01:00,1\n2017-03-26 02:00,1\n",
	"\xef\xbb\xbf\"timestamp\"\t\"a\"\"b\"\r\n2017-01-01T00:00:00+05:30\t1e400\r\n2017-01-01T01:00:00+05:30\t\"2\"\r\n",
	"timestamp,value\n2017-01-01T00:00:00Z,1\n2017-01-01T01:00:00Z,2\n2017-01-01T01:00:00Z,2\n2017-01-01T00:00:00Z,3\n",
	"date,value\n2017-10-28,1\n2017-10-29,2\n\"2017-10-30\n\",3\n",
	"{\"timestamp\":\"2017-01-01T00:00:00Z\",\"value\":1.5}\n{\"timestamp\":\"2017-01-01T01:00:00Z\",\"value\":null}\n",
	"{\"timestamp\":\"2017-10-29 01:00\",\"value\":-1}\n{\"timestamp\":\"2017-10-29 01:15\",\"value\":1e-9}\n{\"timestamp\":1}\n[",
	"\x1f\x8b\x08\x00",
}

// FuzzReadings checks what holds for every file: an error gives nothing, every
// row is accounted for, readings are finite, ordered, on the grid, and read back the same.
func FuzzReadings(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		o := Options{Timezone: "Europe/London", MaxRows: 1000, MaxBytes: 1 << 16, MaxLine: 1 << 10}
		got, rep, err := Readings(bytes.NewReader(file), o)
		if err != nil {
			if k := eaio.KindOf(err); got != nil || k != eaio.KindInvalid && k != eaio.KindTooLarge {
				t.Fatalf("%d readings with %s error %v", len(got), k, err)
			}
			return
		}
		if rep.Accepted != int64(len(got)) || len(got) == 0 || rep.Rows != rep.Accepted+rep.Refused+rep.Missing+rep.Duplicates || rep.Refused*20 > rep.Rows {
			t.Fatalf("%d readings, report %+v", len(got), rep)
		}
		if !validInterval(rep.Interval) || rep.First != got[0].At || rep.End.Before(got[len(got)-1].At.Add(rep.Interval-time.Hour)) {
			t.Fatalf("interval %v, first %v, end %v", rep.Interval, rep.First, rep.End)
		}
		var again strings.Builder
		again.WriteString("timestamp,value\n")
		for i, r := range got {
			if math.IsNaN(r.Value) || math.IsInf(r.Value, 0) || i > 0 && !r.At.After(got[i-1].At) || r.At.Second() != 0 {
				t.Fatalf("reading %d: %v", i, r)
			}
			fmt.Fprintf(&again, "%s,%v\n", r.At.Format(time.RFC3339), r.Value)
		}
		back, _, err := Readings(strings.NewReader(again.String()), Options{Interval: time.Minute})
		if err != nil || len(back) != len(got) {
			t.Fatalf("read back %d of %d: %v", len(back), len(got), err)
		}
		for i := range got {
			if got[i] != back[i] {
				t.Fatalf("reading %d: %v became %v", i, got[i], back[i])
			}
		}
	})
}

func FuzzWeather(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(strings.NewReplacer("value", "temp_c", "a\"\"b", "temp_f").Replace(s)), "")
	}
	f.Add([]byte("timestamp,oat_f\n2017-01-01 00:00,70\n2017-01-01 01:00,71\n"), "degF")
	f.Fuzz(func(t *testing.T, file []byte, unit string) {
		o := Options{Timezone: "+07:00", Unit: unit, MaxRows: 1000, MaxBytes: 1 << 16, MaxLine: 1 << 10}
		got, rep, err := Weather(bytes.NewReader(file), o)
		if err != nil {
			if got != nil {
				t.Fatalf("%d readings with error %v", len(got), err)
			}
			return
		}
		if rep.Rows != rep.Accepted+rep.Refused+rep.Missing+rep.Duplicates {
			t.Fatalf("report %+v", rep)
		}
		for i, r := range got {
			if !(r.TempC >= -90 && r.TempC <= 60) || i > 0 && !r.At.After(got[i-1].At) {
				t.Fatalf("reading %d: %v", i, r)
			}
		}
	})
}

// FuzzBounded checks that the row limit sees rows where encoding/csv sees them:
// no record that it returns may be longer than the limit, and no file of short lines may be stopped.
func FuzzBounded(f *testing.F) {
	for _, s := range []string{"a,b\n\"c\"\"\n\",d\n", "a\"b\n\"\"\"\n", "\"a\"b,\"c\n", "x,\"\n\n\n", "a,b\r\n\"\r\n\",\"\""} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, file []byte, chunk uint8) {
		const most = 16
		b := bound(&slow{file, int(chunk)%7 + 1}, ',', most)
		r := csv.NewReader(b)
		r.FieldsPerRecord = -1
		for {
			record, err := r.Read()
			if k := eaio.KindOf(err); k == eaio.KindTooLarge {
				if !bytes.ContainsRune(file, '"') && longest(file) <= most {
					t.Fatalf("stopped a file of short lines: %q", file)
				}
				return
			}
			if errors.Is(err, io.EOF) {
				return
			}
			if n := len(strings.Join(record, ",")); err == nil && n > most+1 {
				t.Fatalf("a record of %d bytes passed in %q", n, file)
			}
		}
	})
}

func longest(file []byte) (n int) {
	for line := range bytes.Lines(file) {
		n = max(n, len(line))
	}
	return n
}

type slow struct {
	rest  []byte
	chunk int
}

func (s *slow) Read(p []byte) (int, error) {
	n := copy(p, s.rest[:min(s.chunk, len(s.rest))])
	s.rest = s.rest[n:]
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func TestPackedRowsHoldTheirRange(t *testing.T) {
	if end := time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 60; end != maxMinutes || maxMinutes >= 1<<28 {
		t.Fatalf("2200 begins at minute %d", end)
	}
	for _, offset := range []int{0, -840, 840, -15, 330} {
		if r := pack(maxMinutes-1, maxLines, offset, 1); r.minutes() != maxMinutes-1 || r.line() != maxLines || r.offset() != int64(offset) {
			t.Errorf("offset %d: %d %d %d", offset, r.minutes(), r.line(), r.offset())
		}
	}
}

// Every minute around the clock changes of a year, against the zone itself.
func TestInstants(t *testing.T) {
	for _, name := range []string{"Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "Pacific/Apia", "UTC"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		z := zone{loc: loc}
		start := time.Date(2011, 12, 1, 0, 0, 0, 0, time.UTC).Unix()
		shows := map[int64][]int64{} // what the clock shows → when
		for u := start - 2*daySeconds; u < start+400*daySeconds; u += 900 {
			wall := u + z.offsetAt(u)
			shows[wall] = append(shows[wall], u)
		}
		for wall := start; wall < start+390*daySeconds; wall += 900 {
			at, n := z.instants(wall)
			if want := shows[wall]; n != len(want) || n > 0 && at[0] != want[0] || n > 1 && at[1] != want[1] {
				t.Fatalf("%s at %s: got %v of %d, want %v", name, clock(wall/60), at, n, want)
			}
		}
	}
}
