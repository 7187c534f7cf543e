package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio/api"
	"github.com/eaio/eaio/ingest"
)

// small limits make large files quick to write.
func small(c *api.Config) {
	c.Uploads = api.UploadLimits{Bytes: 64 << 10, Rows: 500, Time: 500 * time.Millisecond}
}

// rows is a file of n hours, with some rows replaced by text.
func rows(n int, instead map[int]string) string {
	var b strings.Builder
	b.WriteString("timestamp,value\n")
	at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		row := fmt.Sprintf("%s,%d", at.Add(time.Duration(i)*time.Hour).Format(time.RFC3339), i)
		if text, ok := instead[i]; ok {
			row = text
		}
		b.WriteString(row + "\n")
	}
	return b.String()
}

// packed is the text in gzip.
func packed(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

// A file that cannot be taken says why, and nothing of it is stored.
func TestFilesThatAreRefused(t *testing.T) {
	w := start(t, small)
	const here, weather = "/v1/buildings/" + building + "/readings", "/v1/weather/london"
	send := func(path, file string) reply {
		return w.send(http.MethodPost, path, strings.NewReader(file), "Content-Type", "text/csv")
	}
	ok[ingest.Loaded](t, send(here+"?commodity=gas", rows(24, nil)), http.StatusOK)
	bomb := packed("timestamp,value\n" + strings.Repeat("\n", 20<<20))
	wideBomb := packed("timestamp,value\n" + strings.Repeat("0", 20<<20))
	rowBomb := packed("timestamp,value\n" + strings.Repeat("1,1\n", 10<<10))
	whole := packed(rows(400, nil))
	damaged := []byte(whole)
	damaged[len(damaged)-6] ^= 1 // in the checksum
	for _, c := range []struct {
		name, path, file string
		status           int
		word, says       string
	}{
		{"unknown building", "/v1/buildings/atlantis/readings", rows(24, nil), 404, "unknown_building", "building list"},
		{"no timestamp column", here, "when,what\n1,2\n", 400, "invalid", `"when", "what"`},
		{"no value column", here, "timestamp,a,b\n2020-01-01T00:00:00Z,1,2\n", 400, "invalid", `"timestamp", "a", "b"`},
		{"column not there", here + "?column=kWh", rows(24, nil), 400, "invalid", `columns found: "timestamp", "value"`},
		{"a field too many", here, rows(24, map[int]string{3: "2020-01-01T03:00:00Z,1,2", 4: "x"}), 400, "invalid", "line 5, wrong_field_count"},
		{"no zone", here, "timestamp,value\n2020-01-01 00:00,1\n2020-01-01 01:00,1\n", 400, "invalid", "time zone"},
		{"unknown zone", here + "?timezone=Mars/Olympus", rows(24, nil), 400, "invalid", "Europe/London"},
		{"mixed zones", here + "?timezone=UTC", rows(24, map[int]string{5: "2020-01-01 05:00,1"}), 400, "invalid", "write all of them the same way"},
		{"mixed offsets", here, rows(24, map[int]string{5: "2020-01-01T12:00:00+07:00,1"}), 400, "invalid", "offset"},
		{"day first", here + "?timezone=UTC", "timestamp,value\n31/12/2020 00:00,1\n31/12/2020 01:00,1\n", 400, "invalid", "day_first_date"},
		{"duplicates that differ", here, rows(24, map[int]string{5: "2020-01-01T04:00:00Z,99"}), 400, "invalid", "conflicting_duplicate"},
		{"text in numbers", here, rows(24, map[int]string{3: "2020-01-01T03:00:00Z,three", 4: "2020-01-01T04:00:00Z,none"}), 400, "invalid", "line 5, not_a_number"},
		{"not finite", here, rows(24, map[int]string{3: "2020-01-01T03:00:00Z,inf", 4: "2020-01-01T04:00:00Z,1e999"}), 400, "invalid", "not_finite"},
		{"off the grid", here, rows(10, map[int]string{3: "2020-01-01T03:17:00Z,1"}), 400, "invalid", "off_grid"},
		{"one row", here, rows(1, nil), 400, "invalid", "interval"},
		{"interval is a word", here + "?interval=hourly", rows(24, nil), 400, "invalid", "15m or 1h"},
		{"interval divides no day", here + "?interval=7h", rows(24, nil), 400, "invalid", "divide a day"},
		{"empty", here, "", 400, "invalid", "empty"},
		{"header alone", here, "timestamp,value\n", 400, "invalid", "no rows"},
		{"values all empty", here, "timestamp,value\n2020-01-01T00:00:00Z,\n2020-01-01T01:00:00Z,\n", 400, "invalid", "value"},
		{"UTF-16", here, "\xff\xfet\x00i\x00", 400, "invalid", "UTF-8"},
		{"spreadsheet", here, "PK\x03\x04xl/workbook.xml", 400, "invalid", "CSV"},
		{"not JSON lines", here, "{\"timestamp\": \"2020-01-01T00:00:00Z\", \"value\": 1}\nnot this\n", 400, "invalid", "malformed_row"},
		{"unknown unit", here + "?unit=kWatt", rows(24, nil), 400, "invalid", "kWh"},
		{"unit of power", here + "?unit=kW", rows(24, nil), 400, "invalid", "energy of each interval"},
		{"name with NUL", here + "?file=%00", rows(24, nil), 400, "invalid", "U+0000"},
		{"meter not UTF-8", here + "?meter=%ff", rows(24, nil), 400, "invalid", "UTF-8"},
		{"meter of another unit", here + "?commodity=gas&unit=m3", rows(24, nil), 409, "conflict", "name another meter"},
		{"meter of another interval", here + "?commodity=gas&interval=30m", rows(24, nil), 409, "conflict", "name another meter"},
		{"meter of another building", "/v1/buildings/fox_office_vicki/readings?commodity=gas&meter=" + building + "/gas", rows(24, nil), 409, "conflict", "name another meter"},

		{"too many rows", here, rows(501, nil), 413, "too_large", "more than 500 rows: split it"},
		{"too many bytes", here, rows(400, map[int]string{7: strings.Repeat(" ", 64<<10)}), 413, "too_large", "larger than 65536 bytes: split it"},
		{"gzip cut short", here, whole[:len(whole)/2], 400, "invalid", "send it again, whole"},
		{"gzip, header alone", here, whole[:5], 400, "invalid", "send it again, whole"},
		{"gzip damaged", here, string(damaged), 400, "invalid", "damaged"},
		{"gzip twice", here, packed(whole), 400, "invalid", "unpack it once"},
		{"gzip bomb of blank lines", here, bomb, 413, "too_large", "unpacked file is larger than 65536 bytes"},
		{"gzip bomb of one line", here, wideBomb, 413, "too_large", "65536 bytes"},
		{"gzip bomb of rows", here, rowBomb, 413, "too_large", "more than 500 rows"},

		{"weather, no column", weather, "timestamp,value\n2020-01-01T00:00:00Z,1\n", 400, "invalid", "temp_c"},
		{"weather, implausible", weather, "timestamp,temp_c\n2020-01-01T00:00:00Z,150\n2020-01-01T01:00:00Z,20\n", 400, "invalid", "implausible_temperature"},
		{"weather, unit", weather + "?unit=K", rows(24, nil), 400, "invalid", "C, F"},
		{"weather, interval", weather + "?interval=x", rows(24, nil), 400, "invalid", "15m or 1h"},
		{"weather, bomb", weather + "?column=value", bomb, 413, "too_large", "unpacked file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if len(c.file) > 1<<17 {
				t.Fatalf("a file of %d bytes proves little", len(c.file))
			}
			before := stored(t, w)
			p := problem(t, send(c.path, c.file), c.status, c.word)
			if !strings.Contains(p.Detail, c.says) {
				t.Errorf("the detail does not say %q: %s", c.says, p.Detail)
			}
			if after := stored(t, w); after != before {
				t.Errorf("%d rows stored, were %d", after, before)
			}
		})
	}
}

// A file with few faults is taken, and the report names them.
func TestFilesThatAreTaken(t *testing.T) {
	w := start(t, small)
	for _, c := range []struct {
		name, query, file string
		want              ingest.Report
	}{
		{"one text among numbers", "", rows(40, map[int]string{3: "2020-01-01T03:00:00Z,three"}), ingest.Report{Rows: 40, Accepted: 39, Refused: 1}},
		{"one empty", "", rows(40, map[int]string{3: "2020-01-01T03:00:00Z,"}), ingest.Report{Rows: 40, Accepted: 39, Missing: 1}},
		{"a row twice", "", rows(40, map[int]string{3: "2020-01-01T02:00:00Z,2"}), ingest.Report{Rows: 40, Accepted: 39, Duplicates: 1}},
		{"as many rows as may be", "", rows(500, nil), ingest.Report{Rows: 500, Accepted: 500}},
		{"gzip", "", packed(rows(100, nil)), ingest.Report{Rows: 100, Accepted: 100}},
		{"one row, its interval named", "&interval=1h", rows(1, nil), ingest.Report{Rows: 1, Accepted: 1}},
		{"a clock", "&timezone=Europe/London", "timestamp,value\n2020-10-25 00:00,1\n2020-10-25 01:00,1\n2020-10-25 01:00,2\n2020-10-25 02:00,1\n", ingest.Report{Rows: 4, Accepted: 4, RepeatedHour: 1}},
		{"JSON lines", "", `{"at": "2020-01-01T00:00:00Z", "value": 1}` + "\n" + `{"at": "2020-01-01T01:00:00Z", "value": null}` + "\n" + `{"at": "2020-01-01T02:00:00Z", "value": 1}`, ingest.Report{Rows: 3, Accepted: 2, Missing: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			meter := strings.ReplaceAll(c.name, " ", "-")
			path := "/v1/buildings/" + building + "/readings?meter=" + meter + c.query
			got := ok[ingest.Loaded](t, w.send(http.MethodPost, path, strings.NewReader(c.file)), http.StatusOK)
			f := got.File
			if f.Rows != c.want.Rows || f.Accepted != c.want.Accepted || f.Refused != c.want.Refused || f.Missing != c.want.Missing || f.Duplicates != c.want.Duplicates || f.RepeatedHour != c.want.RepeatedHour {
				t.Errorf("report %+v\nwant %+v", f, c.want)
			}
			if n := w.Number(t, "select count(*) from readings r join meters m on m.no = r.meter where m.id = $1", meter); int64(n) != c.want.Accepted || got.Stored.Added != c.want.Accepted {
				t.Errorf("%d stored, %d reported, want %d", n, got.Stored.Added, c.want.Accepted)
			}
			if f.Refused > 0 && (len(f.Refusals) != 1 || f.Refusals[0].Line != 5 || f.Refusals[0].Reason != ingest.NotANumber) {
				t.Errorf("refusals %+v", f.Refusals)
			}
		})
	}
}

// A sender who stops in the middle, or goes away, leaves nothing behind.
func TestUploadsThatStop(t *testing.T) {
	w := start(t, small)
	file := rows(24, nil)
	for _, c := range []struct {
		name    string
		closing bool
		status  string
		says    string
	}{
		{"goes away", true, "400", "send it again, whole"},
		{"stops", false, "413", "took longer than 500ms"},
	} {
		before := stored(t, w)
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST /v1/buildings/%s/readings HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", building, 2*len(file), file)
		if tcp, is := conn.(*net.TCPConn); is && c.closing {
			_ = tcp.CloseWrite()
		}
		answer, err := io.ReadAll(conn)
		if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 "+c.status) || !strings.Contains(string(answer), c.says) {
			t.Errorf("%s: %v, answer %s", c.name, err, answer)
		}
		conn.Close()
		if after := stored(t, w); after != before {
			t.Errorf("%s: %d rows stored, were %d", c.name, after, before)
		}
	}
	if w.log.has("internal error") {
		t.Error("the sender's fault was logged as ours")
	}
}

// A question that breaks off is the sender's fault too.
func TestAQuestionThatStops(t *testing.T) {
	w := start(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /v1/tasks HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n%s", question)
	_ = conn.(*net.TCPConn).CloseWrite()
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400") || w.log.has("level=ERROR") {
		t.Errorf("%v, answer %s", err, answer)
	}
}
