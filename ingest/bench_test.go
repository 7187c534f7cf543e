package ingest_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/eaio/eaio/ingest"
)

// minutes makes a file of n rows, one a minute.
func minutes(n int, header, row string) []byte {
	b := []byte(header)
	at := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		b = fmt.Appendf(b, row, at.Format("2006-01-02 15:04"), strconv.Itoa(i%977)+"."+strconv.Itoa(i%10))
		at = at.Add(time.Minute)
	}
	return b
}

func BenchmarkReadings(b *testing.B) {
	const n = 200_000
	plain := minutes(n, "timestamp,value\n", "%s,%s\n")
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(plain); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		zone string
	}{
		"csv":        {plain, "Asia/Ho_Chi_Minh"},
		"csv gzip":   {packed.Bytes(), "Asia/Ho_Chi_Minh"},
		"csv offset": {minutes(n, "timestamp,value\n", "%s:00+07:00,%s\n"), ""},
		"csv quoted": {minutes(n, "timestamp,value\n", "\"%s\",\"%s\"\n"), "UTC"},
		"json lines": {minutes(n, "", "{\"timestamp\":\"%s\",\"value\":%s}\n"), "UTC"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.file)))
			for b.Loop() {
				got, _, err := ingest.Readings(bytes.NewReader(c.file), ingest.Options{Timezone: c.zone})
				if err != nil || len(got) != n {
					b.Fatalf("%d readings, %v", len(got), err)
				}
			}
			b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
