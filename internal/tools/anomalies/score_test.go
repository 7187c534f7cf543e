package anomalies_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/eaio/eaio/internal/tools/anomalies"
)

// made returns the labels of the default seed and alarms that hit, graze and miss
// them, some longer than a week, more than the budget takes.
func made(t *testing.T) ([]anomalies.Label, []anomalies.Alarm) {
	t.Helper()
	meters, err := anomalies.Load(bdg2)
	if err != nil {
		t.Fatal(err)
	}
	_, labels := anomalies.InjectAll(meters, anomalies.DefaultSeed)
	var alarms []anomalies.Alarm
	for i, l := range labels {
		for k := range 3 {
			start := l.Start - 20 + i*(k+1)%40 + 700*k
			alarms = append(alarms, anomalies.Alarm{
				Building: l.Building, Start: start, End: start + 3 + i*37%200, Score: float64((i*3 + k) * 7919 % 997),
			})
		}
	}
	return labels, alarms
}

// The figures are those that score.py prints for the same labels and alarms.
func TestScoreIsThatOfThePythonProgram(t *testing.T) {
	labels, alarms := made(t)
	r := anomalies.Score(labels, alarms, 2, 38)
	var got []string
	for _, kind := range anomalies.Kinds() {
		got = append(got, fmt.Sprintf("%.2f(%.2f)", r.ByKind[kind], r.ChanceByKind[kind]))
	}
	got = append(got, fmt.Sprintf("| all %.2f chance %.2f prec %.2f", r.Recall, r.Chance, r.Precision))
	const want = "0.42(0.19) 0.41(0.22) 0.52(0.25) 0.70(0.21) 0.68(0.24) 0.72(0.40) | all 0.58 chance 0.25 prec 0.38"
	if got := strings.Join(got, " "); got != want {
		t.Errorf("%s\nscore.py: %s", got, want)
	}
	slices.Reverse(alarms)
	if again := anomalies.Score(labels, alarms, 2, 38); math.Abs(again.Recall-r.Recall) > 0 || len(again.Kept) != len(r.Kept) {
		t.Errorf("the order of the alarms changes the score from %v to %v", r.Recall, again.Recall)
	}
}
