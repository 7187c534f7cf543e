package anomalies_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/eaio/eaio/internal/tools/anomalies"
)

const bdg2 = "../../../energy/testdata/bdg2"

// The sums are those of the files that inject.py writes.
func TestInjectIsThatOfThePythonProgram(t *testing.T) {
	meters, err := anomalies.Load(bdg2)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		seed             uint64
		injected, labels string
	}{
		{20171, "f38539668ab02bfe", "315123d6d2819f78"},
		{20172, "62d0d0e6cb255154", "1b3ae02bba9b47e7"},
		{20173, "1a69a5727366be15", "4628d332a22d580e"},
	} {
		injected, labels := anomalies.InjectAll(meters, c.seed)
		if got := checksum(metersCSV(injected)); got != c.injected {
			t.Errorf("seed %d: injected.csv has sum %s, inject.py writes %s", c.seed, got, c.injected)
		}
		if got := checksum(anomalies.LabelsCSV(labels)); got != c.labels {
			t.Errorf("seed %d: labels.csv has sum %s, inject.py writes %s", c.seed, got, c.labels)
		}
	}
}

func checksum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:8])
}

func metersCSV(meters []anomalies.Meter) []byte {
	var b bytes.Buffer
	b.WriteString("timestamp_local")
	for _, m := range meters {
		b.WriteString("," + m.Building)
	}
	for i := range meters[0].KWh {
		b.WriteString("\n" + anomalies.HourText(i))
		for _, m := range meters {
			b.WriteString("," + anomalies.Number(m.KWh[i]))
		}
	}
	b.WriteString("\n")
	return b.Bytes()
}
