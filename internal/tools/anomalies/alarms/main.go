// Command alarms puts faults into the BDG2 meters, writes the alarms of package
// energy/anomaly in the form that score.py reads, and prints the score computed in
// Go, so that the two can be compared.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/eaio/eaio/internal/tools/anomalies"
)

func main() {
	data := flag.String("data", "energy/testdata/bdg2", "folder of the BDG2 excerpt")
	seed := flag.Uint64("seed", anomalies.DefaultSeed, "which faults")
	budget := flag.Float64("alarms-per-month", 2, "alarms a meter and month")
	out := flag.String("out", ".", "folder for labels.csv and alarms.csv")
	flag.Parse()
	if err := run(*data, *out, *seed, *budget); err != nil {
		fmt.Fprintln(os.Stderr, "alarms:", err)
		os.Exit(1)
	}
}

func run(data, out string, seed uint64, budget float64) error {
	meters, err := anomalies.Load(data)
	if err != nil {
		return err
	}
	injected, labels := anomalies.InjectAll(meters, seed)
	var alarms []anomalies.Alarm
	for _, m := range injected {
		alarms = append(alarms, anomalies.Detect(m, budget)...)
	}
	if err := os.WriteFile(filepath.Join(out, "labels.csv"), anomalies.LabelsCSV(labels), 0o644); err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintln(&b, "building,start,end,score")
	for _, a := range alarms {
		fmt.Fprintf(&b, "%s,%s,%s,%g\n", a.Building, anomalies.HourText(a.Start), anomalies.HourText(a.End), a.Score)
	}
	if err := os.WriteFile(filepath.Join(out, "alarms.csv"), b.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Println(anomalies.Score(labels, alarms, budget, len(meters)).Table(labels))
	return nil
}
