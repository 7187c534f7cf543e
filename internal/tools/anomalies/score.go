package anomalies

import (
	"cmp"
	"math"
	"slices"
)

// Alarm is one span of a Meter that a detector reports; End is exclusive.
type Alarm struct {
	Building   string
	Start, End int
	Score      float64
	Kind       string // the detector's word, which scores nothing
}

// Kinds returns the kinds of fault in the order in which Inject puts them.
func Kinds() []string {
	var out []string
	for _, f := range faults() {
		out = append(out, f.kind)
	}
	return out
}

// Result is what a budget of alarms finds. Recalls are shares of the labels that
// a kept alarm touches for at least three hours; Chance is the recall of the same
// alarms against labels moved by 5, 10, … 40 weeks round the year. Precision is
// the share of kept alarms that touch a label: a floor, for real faults in the
// data carry none.
type Result struct {
	Recall, Chance, Precision float64
	ByKind, ChanceByKind      map[string]float64
	Kept                      []Alarm
}

// Score keeps the alarms of 2017 with the highest scores, as many as fill the
// budget (alarms a month, times meters and twelve months; an alarm counts once
// for each week begun), and compares them with the labels.
func Score(labels []Label, alarms []Alarm, perMonth float64, meters int) Result {
	kept := keep(alarms, perMonth*float64(meters)*12)
	r := Result{ChanceByKind: map[string]float64{}, Kept: kept}
	r.ByKind, r.Recall = recall(labels, kept, 0)
	for k := 1; k <= 8; k++ {
		byKind, all := recall(labels, kept, 840*k)
		r.Chance += all / 8
		for kind, v := range byKind {
			r.ChanceByKind[kind] += v / 8
		}
	}
	hits := 0.0
	for _, a := range kept {
		if slices.ContainsFunc(labels, func(l Label) bool { return touches(l, a, 0) }) {
			hits++
		}
	}
	r.Precision = hits / float64(len(kept))
	return r
}

func keep(alarms []Alarm, budget float64) []Alarm {
	var in []Alarm
	for _, a := range alarms {
		if a.End > Year2017 && a.Start < Year2017+hours2017 {
			in = append(in, a)
		}
	}
	slices.SortFunc(in, func(a, b Alarm) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Building, b.Building), a.Start-b.Start)
	})
	for i, a := range in {
		budget -= math.Ceil(float64(max(a.End-a.Start, 1)) / 168)
		if budget < 0 {
			return in[:i]
		}
	}
	return in
}

// Confusion counts, for each kind of fault and each kind of alarm, the kept alarms
// that touch such a fault; NoFault collects those that touch none.
func Confusion(labels []Label, kept []Alarm) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, a := range kept {
		fault := NoFault
		if i := slices.IndexFunc(labels, func(l Label) bool { return touches(l, a, 0) }); i >= 0 {
			fault = labels[i].Kind
		}
		if out[fault] == nil {
			out[fault] = map[string]int{}
		}
		out[fault][a.Kind]++
	}
	return out
}

// NoFault stands for the kind of fault where an alarm touches none.
const NoFault = "none"

func touches(l Label, a Alarm, shift int) bool {
	if a.Building != l.Building {
		return false
	}
	hours := l.End - l.Start
	start := Year2017 + (l.Start-Year2017+shift)%hours2017
	return min(a.End, start+hours)-max(a.Start, start) >= min(3, hours)
}

func recall(labels []Label, kept []Alarm, shift int) (byKind map[string]float64, all float64) {
	count := map[string]float64{}
	byKind = map[string]float64{}
	for _, l := range labels {
		count[l.Kind]++
		if slices.ContainsFunc(kept, func(a Alarm) bool { return touches(l, a, shift) }) {
			byKind[l.Kind]++
			all++
		}
	}
	for kind := range count {
		byKind[kind] /= count[kind]
	}
	return byKind, all / float64(len(labels))
}
