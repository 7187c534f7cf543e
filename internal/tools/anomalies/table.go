package anomalies

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Table writes recall by kind with its chance, the totals, and which kind of alarm
// each kind of fault was given.
func (r Result) Table(labels []Label) string {
	var b strings.Builder
	confusion := Confusion(labels, r.Kept)
	var kinds []string
	for _, row := range confusion {
		for kind := range row {
			if !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	slices.Sort(kinds)
	fmt.Fprintf(&b, "%-12s %6s %6s", "fault", "recall", "chance")
	for _, kind := range kinds {
		fmt.Fprintf(&b, " %s", kind)
	}
	for _, fault := range append(Kinds(), NoFault) {
		fmt.Fprintf(&b, "\n%-12s", fault)
		if fault == NoFault {
			fmt.Fprintf(&b, " %6s %6s", "", "")
		} else {
			fmt.Fprintf(&b, " %6.2f %6.2f", r.ByKind[fault], r.ChanceByKind[fault])
		}
		for _, kind := range kinds {
			fmt.Fprintf(&b, " %*d", len(kind), confusion[fault][kind])
		}
	}
	fmt.Fprintf(&b, "\nall: recall %.3f, chance %.3f, precision %.3f, %d alarms", r.Recall, r.Chance, r.Precision, len(r.Kept))
	return b.String()
}

// LabelsCSV writes labels as inject.py does.
func LabelsCSV(labels []Label) []byte {
	labels = slices.Clone(labels)
	slices.SortStableFunc(labels, func(a, b Label) int { return strings.Compare(a.Building, b.Building) })
	var b bytes.Buffer
	b.WriteString("building,kind,start,end,delta_kwh,delta_in_mean_hours\n")
	round := func(v float64) string { return Number(math.RoundToEven(v*1e4) / 1e4) }
	for _, l := range labels {
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s\n", l.Building, l.Kind, HourText(l.Start), HourText(l.End), round(l.DeltaKWh), round(l.MeanHours))
	}
	return b.Bytes()
}

// Number writes v as pandas does; nothing for NaN.
func Number(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
