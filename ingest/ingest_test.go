package ingest_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/ingest"
)

// hours makes n hourly rows from start, one value after another.
func hours(start string, n int, separator string) string {
	at, err := time.Parse("2006-01-02 15:04", start)
	if err != nil {
		panic(err)
	}
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s%s%d\n", at.Add(time.Duration(i)*time.Hour).Format("2006-01-02 15:04"), separator, i)
	}
	return b.String()
}

func read(t *testing.T, file string, o ingest.Options) ([]ingest.Reading, ingest.Report) {
	t.Helper()
	got, rep, err := ingest.Readings(strings.NewReader(file), o)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	if sum := rep.Accepted + rep.Refused + rep.Missing + rep.Duplicates; sum != rep.Rows {
		t.Errorf("%d rows, but %d accounted for: %+v", rep.Rows, sum, rep)
	}
	return got, rep
}

func pack(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every file here holds the hours 0, 1 and 2 of 2017-01-01 UTC with values 1.5, -2 and 3.
func TestFormsOfOneFile(t *testing.T) {
	utc := ingest.Options{Timezone: "UTC"}
	for name, c := range map[string]struct {
		file string
		o    ingest.Options
	}{
		"plain":             {"timestamp,value\n2017-01-01 00:00,1.5\n2017-01-01 01:00,-2\n2017-01-01 02:00,3\n", utc},
		"no last line end":  {"timestamp,value\n2017-01-01 00:00,1.5\n2017-01-01 01:00,-2\n2017-01-01 02:00,3", utc},
		"T and seconds":     {"Timestamp,kWh\n2017-01-01T00:00:00,1.5\n2017-01-01T01:00:00.000,-2\n2017-01-01T02:00:00,3\n", utc},
		"offsets":           {"time,value\n2017-01-01T00:00:00Z,1.5\n2017-01-01T01:00:00Z,-2e0\n2017-01-01T02:00:00+00:00,3.0\n", ingest.Options{}},
		"eastern offset":    {"time,value\n2017-01-01T07:00+07:00,1.5\n2017-01-01 08:00+0700,-2\n2017-01-01T09:00:00+07,3\n", ingest.Options{}},
		"eastern zone":      {"time,value\n2017-01-01 07:00,1.5\n2017-01-01 08:00,-2\n2017-01-01 09:00,3\n", ingest.Options{Timezone: "Asia/Ho_Chi_Minh"}},
		"fixed offset":      {"time,value\n2016-12-31 20:30,1.5\n2016-12-31 21:30,-2\n2016-12-31 22:30,3\n", ingest.Options{Timezone: "-03:30", Interval: 30 * time.Minute}},
		"mark and CRLF":     {"\xef\xbb\xbftimestamp,value\r\n2017-01-01 00:00,1.5\r\n2017-01-01 01:00,-2\r\n2017-01-01 02:00,3\r\n", utc},
		"semicolons":        {"timestamp;value\n2017-01-01 00:00;1,5\n2017-01-01 01:00;-2\n2017-01-01 02:00;3,0\n", utc},
		"semicolon, point":  {"timestamp;value\n2017-01-01 00:00;1.5\n2017-01-01 01:00;-2\n2017-01-01 02:00;3\n", utc},
		"tabs":              {"timestamp\tvalue\n2017-01-01 00:00\t1.5\n2017-01-01 01:00\t-2\n2017-01-01 02:00\t3\n", utc},
		"quotes":            {"\"timestamp\",\"the \"\"value\"\"\"\n\"2017-01-01 00:00\",\"1.5\"\n\"2017-01-01 01:00\",\"-2\"\n2017-01-01 02:00,3\n", utc},
		"spaces and blanks": {"\n timestamp , value \n\n 2017-01-01 00:00 , 1.5 \n,\n2017-01-01 01:00,\t-2\n2017-01-01 02:00,3\n\n", utc},
		"any order":         {"timestamp,value\n2017-01-01 02:00,3\n2017-01-01 00:00,1.5\n2017-01-01 01:00,-2\n", utc},
		"wide":              {"timestamp,a,b,c\n2017-01-01 00:00,x,1.5,\n2017-01-01 01:00,,-2,9\n2017-01-01 02:00,1,3,8\n", ingest.Options{Timezone: "UTC", Column: "B"}},
		"value goes first":  {"value,timestamp\n1.5,2017-01-01 00:00\n-2,2017-01-01 01:00\n3,2017-01-01 02:00\n", utc},
		"JSON lines":        {"{\"timestamp\":\"2017-01-01T00:00:00Z\",\"value\":1.5}\n\n {\"value\":-2,\"timestamp\":\"2017-01-01T01:00:00Z\"}\r\n{\"timestamp\":\"2017-01-01T02:00:00\\u005a\",\"value\":3e0,\"x\":[1]}", ingest.Options{}},
		"JSON, wide":        {"{\"at\":\"2017-01-01 00:00\",\"a\":0,\"b\":1.5}\n{\"at\":\"2017-01-01 01:00\",\"b\":-2}\n{\"at\":\"2017-01-01 02:00\",\"b\":3}", ingest.Options{Timezone: "UTC", Column: "b"}},
		"MWh":               {"timestamp,value\n2017-01-01 00:00,.0015\n2017-01-01 01:00,-0.002\n2017-01-01 02:00,3e-3\n", ingest.Options{Timezone: "UTC", Unit: "MWh"}},
		"MJ":                {"timestamp,value\n2017-01-01 00:00,5.4\n2017-01-01 01:00,-7.2\n2017-01-01 02:00,10.8\n", ingest.Options{Timezone: "UTC", Unit: "MJ"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, packed := range []bool{false, true} {
				raw := []byte(c.file)
				if packed {
					raw = pack(t, c.file)
				}
				got, rep, err := ingest.Readings(bytes.NewReader(raw), c.o)
				if err != nil {
					t.Fatalf("packed %v: %v", packed, err)
				}
				start := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
				want := []ingest.Reading{{At: start, Value: 1.5}, {At: start.Add(time.Hour), Value: -2}, {At: start.Add(2 * time.Hour), Value: 3}}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("packed %v: got %v", packed, got)
				}
				interval := cmpOr(c.o.Interval, time.Hour)
				sum := sha256.Sum256(raw)
				if rep.Rows != 3 || rep.Accepted != 3 || rep.Refused != 0 || rep.Negative != 1 || rep.Interval != interval ||
					!rep.First.Equal(start) || !rep.End.Equal(start.Add(2*time.Hour+interval)) || rep.SHA256 != hex.EncodeToString(sum[:]) {
					t.Errorf("packed %v: report %+v", packed, rep)
				}
			}
		})
	}
}

func cmpOr(a, b time.Duration) time.Duration {
	if a != 0 {
		return a
	}
	return b
}

// A refused row is counted under a stable word and named by its line; the rest of the file is taken.
func TestRefusedRows(t *testing.T) {
	good := hours("2017-01-01 00:00", 40, ",")
	for name, c := range map[string]struct{ row, reason string }{
		"text":            {"2017-02-01 00:00,abc", ingest.NotANumber},
		"thousands":       {"2017-02-01 00:00,\"1,234\"", ingest.NotANumber},
		"hexadecimal":     {"2017-02-01 00:00,0x10", ingest.NotANumber},
		"underscore":      {"2017-02-01 00:00,1_0", ingest.NotANumber},
		"two points":      {"2017-02-01 00:00,1.2.3", ingest.NotANumber},
		"just an e":       {"2017-02-01 00:00,e", ingest.NotANumber},
		"a signed NaN":    {"2017-02-01 00:00,-NaN", ingest.NotANumber},
		"two dashes":      {"2017-02-01 00:00,--", ingest.NotANumber},
		"none in words":   {"2017-02-01 00:00,missing", ingest.NotANumber},
		"-Inf":            {"2017-02-01 00:00,-inf", ingest.NotFinite},
		"too large":       {"2017-02-01 00:00,1e400", ingest.NotFinite},
		"day first":       {"31/12/2017 00:00,1", ingest.DayFirstDate},
		"day first, dots": {"1.2.17,1", ingest.DayFirstDate},
		"no such day":     {"2017-02-29 00:00,1", ingest.BadTimestamp},
		"no such hour":    {"2017-02-01 24:00,1", ingest.BadTimestamp},
		"number as date":  {"1483228800,1", ingest.BadTimestamp},
		"no date":         {",1", ingest.BadTimestamp},
		"long ago":        {"1969-12-31 23:00,1", ingest.OutOfRange},
		"far ahead":       {"2200-01-01 00:00,1", ingest.OutOfRange},
		"off the grid":    {"2017-02-01 00:15,1", ingest.OffGrid},
		"seconds":         {"2017-02-01 00:00:01,1", ingest.OffGrid},
		"short row":       {"2017-02-01 00:00", ingest.WrongFieldCount},
		"long row":        {"2017-02-01 00:00,1,2", ingest.WrongFieldCount},
		"bare quote":      {"2017-02-01 00:00,1\"", ingest.MalformedRow},
	} {
		t.Run(name, func(t *testing.T) {
			got, rep := read(t, "timestamp,value\n"+good+c.row+"\n"+hours("2017-02-02 00:00", 1, ","), ingest.Options{Timezone: "UTC"})
			if len(got) != 41 || rep.Rows != 42 || rep.Refused != 1 || rep.Reasons[c.reason] != 1 {
				t.Fatalf("%d readings, report %+v", len(got), rep)
			}
			if r := rep.Refusals[0]; r.Line != 42 || r.Reason != c.reason || r.Detail == "" {
				t.Errorf("refusal %+v, want line 42, %s", r, c.reason)
			}
		})
	}
}

// The usual marks for no reading are empty values.
func TestMissingMarks(t *testing.T) {
	good := hours("2017-01-01 00:00", 4, ",")
	for _, mark := range []string{"", " ", "NaN", "nan", "NAN", "null", "NULL", "NA", "na", "N/A", "n/a", "-", "\"\"", "\"NaN\""} {
		got, rep := read(t, "timestamp,value\n"+good+"2017-01-01 04:00,"+mark+"\n2017-01-01 05:00,1\n", ingest.Options{Timezone: "UTC"})
		if len(got) != 5 || rep.Missing != 1 || rep.Refused != 0 || rep.Rows != 6 {
			t.Errorf("%q: %d readings, report %+v", mark, len(got), rep)
		}
	}
}

func TestRefusedObjects(t *testing.T) {
	var good strings.Builder
	for i := range 24 {
		fmt.Fprintf(&good, "{\"timestamp\":\"2017-01-01T%02d:00:00Z\",\"value\":%d}\n", i, i)
	}
	for name, c := range map[string]struct{ row, reason string }{
		"not JSON":         {"{\"timestamp\":", ingest.MalformedRow},
		"an array":         {"[1]", ingest.MalformedRow},
		"two objects":      {"{} {}", ingest.MalformedRow},
		"a string":         {"{\"timestamp\":\"2017-01-03T00:00:00Z\",\"value\":\"1\"}", ingest.NotANumber},
		"an object":        {"{\"timestamp\":\"2017-01-03T00:00:00Z\",\"value\":{}}", ingest.NotANumber},
		"too large":        {"{\"timestamp\":\"2017-01-03T00:00:00Z\",\"value\":1e400}", ingest.NotFinite},
		"no value":         {"{\"timestamp\":\"2017-01-03T00:00:00Z\"}", ingest.NoValue},
		"no timestamp":     {"{\"value\":1}", ingest.BadTimestamp},
		"numeric instant":  {"{\"timestamp\":1483228800,\"value\":1}", ingest.BadTimestamp},
		"day first, 2017":  {"{\"timestamp\":\"31/12/2017\",\"value\":1}", ingest.DayFirstDate},
		"null as an stamp": {"{\"timestamp\":null,\"value\":1}", ingest.BadTimestamp},
	} {
		t.Run(name, func(t *testing.T) {
			got, rep := read(t, good.String()+c.row+"\n{\"timestamp\":\"2017-01-02T00:00:00Z\",\"value\":null}", ingest.Options{})
			if len(got) != 24 || rep.Missing != 1 || rep.Refused != 1 || rep.Reasons[c.reason] != 1 || rep.Refusals[0].Line != 25 {
				t.Fatalf("%d readings, report %+v", len(got), rep)
			}
		})
	}
}

// A file that cannot be trusted as a whole gives no readings and says what would be right.
func TestRefusedFiles(t *testing.T) {
	utc := ingest.Options{Timezone: "UTC"}
	header := "timestamp,value\n"
	good := header + hours("2017-01-01 00:00", 30, ",")
	zoned := "timestamp,value\n2017-01-01T00:00:00Z,1\n2017-01-01T01:00:00Z,1\n"
	for name, c := range map[string]struct {
		file string
		o    ingest.Options
		want string // part of the error
	}{
		"empty":              {"", utc, "the file is empty"},
		"blank":              {"\n\n  \n", utc, "the file is empty"},
		"header only":        {header, utc, "a header but no rows"},
		"all missing":        {header + "2017-01-01 00:00,\n2017-01-01 01:00,\n", utc, "no row of column"},
		"one row":            {header + "2017-01-01 00:00,1\n", utc, "does not tell the interval"},
		"months":             {header + "2017-01-01,1\n2017-02-01,1\n2017-03-01,2\n", utc, "more than a day apart"},
		"seven minutes":      {header + "2017-01-01 00:00,1\n2017-01-01 00:07,1\n", utc, "no whole number"},
		"no zone":            {good, ingest.Options{}, "line 2: the timestamps have no offset: name the time zone"},
		"mixed stamps":       {good + "2017-01-03T00:00:00Z,1\n", utc, "line 32: the file mixes timestamps with an offset (line 32) and without one (line 2)"},
		"mixed stamps, back": {zoned + "2017-01-03T00:00:00,1\n", utc, "line 4: the file mixes timestamps with an offset (line 2) and without one (line 4)"},
		"three offsets":      {zoned + "2017-01-01T02:00:00+01:00,1\n2017-01-01T02:00:00+02:00,1\n", ingest.Options{}, "offsets of the timestamps vary"},
		"far offsets":        {zoned + "2017-01-01T02:00:00+07:00,1\n", ingest.Options{}, "line 4: the offsets of the timestamps vary"},
		"not the zone's":     {zoned + "2017-01-01T04:00:00+01:00,1\n", ingest.Options{Timezone: "Europe/London"}, "line 4: offset +01:00 is not that of Europe/London"},
		"wrong columns":      {"when,what,why\n1,2,3\n", utc, `no timestamp column among the columns found ("when", "what", "why")`},
		"which column":       {"timestamp,a,b\n2017-01-01,2,3\n", utc, `Columns found: "timestamp", "a", "b"`},
		"no such column":     {good, ingest.Options{Timezone: "UTC", Column: "z"}, `no column "z"; columns found: "timestamp", "value"`},
		"column twice":       {"timestamp,a,a\n2017-01-01,2,3\n", ingest.Options{Timezone: "UTC", Column: "a"}, "there twice"},
		"no header":          {hours("2017-01-01 00:00", 3, ","), utc, "the first line holds a reading"},
		"too many refused":   {good + "x,1\ny,2\n", utc, "2 of 32 rows cannot be used, more than 1 in 20, so nothing was taken: 2 bad_timestamp. The first is line 32"},
		"day first":          {header + "31/12/2017 00:00,1\n", utc, "1 day_first_date"},
		"both marks":         {"timestamp;value\n2017-01-01 00:00;1,5\n2017-01-01 01:00;1.5\n", utc, "line 3: the file has decimal points (line 3) and decimal commas (line 2)"},
		"open quote":         {good + "2017-01-03 00:00,\"1\n2017-01-03 01:00,1\n", utc, "a quote opened on line 32 is not closed"},
		"swallowed rows":     {good + "2017-01-03 00:00,\"1\n2017-01-03 01:00,1\n2017-01-03 02:00,1\"\n", utc, "3 multiline_row"},
		"JSON array":         {"[{\"timestamp\":\"2017-01-01\",\"value\":1}]", utc, "one object a line"},
		"JSON columns":       {"{\"b\":1,\"a\":2}", utc, `columns found ("a", "b")`},
		"UTF-16":             {"\xff\xfet\x00i\x00", utc, "UTF-16"},
		"spreadsheet":        {"PK\x03\x04....", utc, "export the sheet as CSV"},
		"bare returns":       {"timestamp,value\r2017-01-01 00:00,1\r2017-01-01 01:00,1\r", utc, "bare carriage return"},
		"packed twice":       {string(pack(t, string(pack(t, good)))), utc, "packed twice"},
		"gzip cut short":     {string(pack(t, good)[:60]), utc, "cut short"},
		"gzip cut at start":  {"\x1f\x8b\x08", utc, "cut short"},
		"gzip damaged":       {string(pack(t, good)[:60]) + strings.Repeat("x", 60), utc, "damaged"},
		"gzip with a tail":   {string(pack(t, good)) + "tail of more than ten bytes", utc, "damaged"},
		"power":              {good, ingest.Options{Timezone: "UTC", Unit: "kW"}, "power, not energy"},
		"millijoule":         {good, ingest.Options{Timezone: "UTC", Unit: "mJ"}, "a thousandth"},
		"unknown unit":       {good, ingest.Options{Timezone: "UTC", Unit: "bananas"}, "use one of"},
		"unknown zone":       {good, ingest.Options{Timezone: "Europe/Nowhere"}, "IANA name"},
		"machine's zone":     {good, ingest.Options{Timezone: "Local"}, "another clock on every machine"},
		"odd offset":         {good, ingest.Options{Timezone: "+25:00"}, "looks like +07:00"},
		"odd interval":       {good, ingest.Options{Timezone: "UTC", Interval: 7 * time.Minute}, "divide a day"},
		"wrong interval":     {good, ingest.Options{Timezone: "UTC", Interval: 2 * time.Hour}, "15 off_grid"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := ingest.Readings(strings.NewReader(c.file), c.o)
			if err == nil || len(got) != 0 {
				t.Fatalf("taken: %v, %v", got, err)
			}
			if eaio.KindOf(err) != eaio.KindInvalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %s error %q, want invalid with %q", eaio.KindOf(err), err, c.want)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	utc := ingest.Options{Timezone: "UTC"}
	good := "timestamp,value\n" + hours("2017-01-01 00:00", 1000, ",")
	with := func(set func(*ingest.Options)) ingest.Options { o := utc; set(&o); return o }
	for name, c := range map[string]struct {
		file []byte
		o    ingest.Options
	}{
		"rows":        {[]byte(good), with(func(o *ingest.Options) { o.MaxRows = 999 })},
		"bytes":       {[]byte(good), with(func(o *ingest.Options) { o.MaxBytes = int64(len(good)) - 1 })},
		"bomb":        {pack(t, good+strings.Repeat("2017-01-01 00:00,0\n", 1e6)), with(func(o *ingest.Options) { o.MaxBytes = 1 << 20 })},
		"no line end": {[]byte(good + strings.Repeat("9", 2000)), with(func(o *ingest.Options) { o.MaxLine = 1000 })},
		"open quote":  {[]byte(good + "2017-03-01 00:00,\"" + good), with(func(o *ingest.Options) { o.MaxLine = 1000 })},
		"long object": {[]byte("{\"timestamp\":\"" + strings.Repeat("9", 2000) + "\"}"), with(func(o *ingest.Options) { o.MaxLine = 1000 })},
		"empty parts": {bytes.Repeat(pack(t, ""), 1e5), with(func(o *ingest.Options) { o.MaxBytes = 1 << 20 })},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := ingest.Readings(bytes.NewReader(c.file), c.o)
			if eaio.KindOf(err) != eaio.KindTooLarge || got != nil {
				t.Errorf("got %d readings, %v; want a too_large error", len(got), err)
			}
		})
	}
	if got, _ := read(t, good, with(func(o *ingest.Options) { o.MaxRows, o.MaxBytes, o.MaxLine = 1000, int64(len(good)), 40 })); len(got) != 1000 {
		t.Errorf("a file at its limits: %d readings", len(got))
	}
}

func TestReaderErrorIsKept(t *testing.T) {
	broken := errors.New("the cable is out")
	_, _, err := ingest.Readings(io.MultiReader(strings.NewReader("timestamp,value\n2017-01-01 00:00,1\n"), failing{broken}), ingest.Options{Timezone: "UTC"})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestDuplicates(t *testing.T) {
	file := "timestamp,value\n" + hours("2017-01-01 00:00", 100, ",") +
		"2017-01-01 05:00,5\n2017-01-01 06:00,\n2017-01-01 07:00,8\n2017-01-01T05:00,5.0\n"
	got, rep := read(t, file, ingest.Options{Timezone: "UTC"})
	if rep.Duplicates != 2 || rep.Missing != 1 || rep.Refused != 2 || rep.Reasons[ingest.ConflictingDuplicate] != 2 || len(got) != 99 {
		t.Fatalf("%d readings, report %+v", len(got), rep)
	}
	want := []ingest.Refusal{
		{Line: 9, Reason: ingest.ConflictingDuplicate, Detail: "2017-01-01 07:00: 7 here and 8 on line 104"},
		{Line: 104, Reason: ingest.ConflictingDuplicate, Detail: "2017-01-01 07:00: 8 here and 7 on line 9"},
	}
	if !reflect.DeepEqual(rep.Refusals, want) {
		t.Errorf("refusals %+v", rep.Refusals)
	}
	for _, r := range got {
		if r.At.Hour() == 7 && r.At.Day() == 1 {
			t.Errorf("one of two values was believed: %v", r)
		}
	}
}

func TestRefusalsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("timestamp,value\n")
	b.WriteString(hours("2017-01-01 00:00", 8000, ","))
	for range 300 {
		b.WriteString("2017-01-01 00:30,1\n")
	}
	_, rep := read(t, b.String(), ingest.Options{Timezone: "UTC"})
	if rep.Refused != 300 || rep.Reasons[ingest.OffGrid] != 300 || len(rep.Refusals) != 100 || rep.Refusals[0].Line != 8002 {
		t.Errorf("%d refused, %d named, first %+v", rep.Refused, len(rep.Refusals), rep.Refusals[0])
	}
}

func TestProgress(t *testing.T) {
	file := "timestamp,value\n" + hours("2017-01-01 00:00", 70_000, ",")
	var rows, size int64
	calls := 0
	read(t, file, ingest.Options{Timezone: "UTC", Progress: func(r, b int64) { calls, rows, size = calls+1, r, b }})
	if calls != 2 || rows != 70_000 || size != int64(len(file)) {
		t.Errorf("%d calls, last %d rows, %d bytes", calls, rows, size)
	}
}

func TestUnits(t *testing.T) {
	for _, c := range []struct {
		unit  string
		value string
		want  float64
		base  string
	}{
		{"", "2", 2, ""},
		{"kwh", "2", 2, "kWh"},
		{"Wh", "1", 0.001, "kWh"},
		{"MWH", "0.1", 100, "kWh"},
		{"GWh", "0.001", 1000, "kWh"},
		{"MJ", "3.6", 1, "kWh"},
		{"GJ", "0.36", 100, "kWh"},
		{"kJ", "3600", 1, "kWh"},
		{"therm", "1", 29.3071070172222, "kWh"},
		{"MMBtu", "1", 293.071070172222, "kWh"},
		{"m3", "2.5", 2.5, "m3"},
		{"M³", "2.5", 2.5, "m3"},
	} {
		got, rep := read(t, "timestamp,value\n2017-01-01 00:00,"+c.value+"\n", ingest.Options{Timezone: "UTC", Unit: c.unit, Interval: time.Hour})
		if math.Abs(got[0].Value-c.want) > 1e-13*c.want || rep.Unit != c.base {
			t.Errorf("%s %s: got %v %s, want %v %s", c.value, c.unit, got[0].Value, rep.Unit, c.want, c.base)
		}
	}
	_, rep, err := ingest.Readings(strings.NewReader("timestamp,value\n2017-01-01 00:00,1e308\n"), ingest.Options{Timezone: "UTC", Unit: "GWh", Interval: time.Hour})
	if err == nil || rep.Reasons[ingest.NotFinite] != 1 {
		t.Errorf("1e308 GWh is no number of kWh: %v", err)
	}
}

func TestWeather(t *testing.T) {
	got, rep, err := ingest.Weather(strings.NewReader("timestamp,temp_c\n2017-01-01 00:00,-3.5\n2017-01-01 01:00,\n2017-01-01 02:00,21\n"), ingest.Options{Timezone: "UTC"})
	start := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
	if want := []ingest.WeatherReading{{At: start, TempC: -3.5}, {At: start.Add(2 * time.Hour), TempC: 21}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%v, %v", got, err)
	}
	if rep.Unit != "degC" || rep.Missing != 1 || rep.Negative != 0 {
		t.Errorf("report %+v", rep)
	}
	fahrenheit := "timestamp,oat_f\n2017-01-01T00:00:00-06:00,212\n" + strings.ReplaceAll(hours("2017-01-01 01:00", 30, "-06:00,"), " ", "T")
	got, rep, err = ingest.Weather(strings.NewReader(fahrenheit), ingest.Options{Unit: "degF"})
	if err != nil || rep.Reasons[ingest.Implausible] != 1 || got[0].TempC != (0-32)*5./9 {
		t.Errorf("%v, %+v", err, rep)
	}
	_, rep, err = ingest.Weather(strings.NewReader(strings.Replace(fahrenheit, ",212", ",-99", 1)), ingest.Options{Unit: "degF"})
	if err != nil || rep.Reasons[ingest.Implausible] != 1 {
		t.Errorf("-99 °F for none: %v, %+v", err, rep)
	}
	for want, c := range map[string]ingest.Options{
		"say so with the unit degF": {},
		"use degC or degF":          {Unit: "K"},
	} {
		if _, _, err := ingest.Weather(strings.NewReader(fahrenheit), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if _, _, err := ingest.Weather(strings.NewReader("timestamp,humidity\n2017-01-01 00:00,50\n"), ingest.Options{Timezone: "UTC"}); err == nil || !strings.Contains(err.Error(), `"humidity"`) {
		t.Errorf("another column was taken for the temperature: %v", err)
	}
}

func ExampleReadings() {
	file := "timestamp,value\n" +
		"2017-10-29 00:00,10\n" +
		"2017-10-29 01:00,11\n" + // summer time
		"2017-10-29 01:00,12\n" + // winter time
		"2017-10-29 02:00,\n" +
		"2017-10-29 03:00,13\n"
	readings, report, err := ingest.Readings(strings.NewReader(file), ingest.Options{Timezone: "Europe/London", Unit: "kWh"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range readings {
		fmt.Println(r.At.Format(time.RFC3339), r.Value)
	}
	fmt.Println(report.Interval, report.Accepted, "accepted,", report.Missing, "missing,", report.RepeatedHour, "repeated hour")
	// Output:
	// 2017-10-28T23:00:00Z 10
	// 2017-10-29T00:00:00Z 11
	// 2017-10-29T01:00:00Z 12
	// 2017-10-29T03:00:00Z 13
	// 1h0m0s 4 accepted, 1 missing, 1 repeated hour
}
