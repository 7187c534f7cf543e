package forecast

import "math"

const (
	profileDays = 60 // days that a decayed profile looks back
	levelDays   = 28
)

// view is a meter seen against its decayed profiles: what a day of its kind
// usually reads, and by how much each past day departed from that.
type view struct {
	grid     *grid
	holidays *holidays
	decay    float64 // weight of a day against the next one of its type

	usual    []Day     // profile of the day's own type, weekday or weekend, mixed by the chance of a holiday
	other    []Day     // profile of the other type
	residual []Day     // readings less the usual; 0 where either is missing
	level    []float64 // mean reading of the days before
}

// open grows the view by a day that has no readings yet.
func (v *view) open(day int) {
	weekday, weekend := v.profiles(day)
	usual, other := weekday, weekend
	if v.grid.weekend(day) {
		usual, other = weekend, weekday
	}
	if chance := v.holidays.chance[day]; chance > 0 {
		for h := range usual {
			if !math.IsNaN(other[h]) {
				usual[h] += chance * (other[h] - usual[h])
			}
		}
	}
	var sum means
	for k := max(0, day-levelDays); k < day; k++ {
		sum.add(&v.grid.load[k], 1)
	}
	var total, weight float64
	for h, w := range sum.weight {
		total += sum.sum[h]
		weight += w
	}
	v.usual = append(v.usual, usual)
	v.other = append(v.other, other)
	v.level = append(v.level, total/weight)
}

// close takes the day's readings in.
func (v *view) close(day int) {
	var residual Day
	for h, usual := range v.usual[day] {
		residual[h] = orZero(v.grid.load[day][h] - usual)
	}
	v.residual = append(v.residual, residual)
}

// rewind forgets the days from one on.
func (v *view) rewind(day int) {
	v.usual, v.other, v.level, v.residual = v.usual[:day], v.other[:day], v.level[:day], v.residual[:day]
}

// profiles are the decayed means of weekdays and of weekend days before day,
// without the holidays among the weekdays.
func (v *view) profiles(day int) (weekday, weekend Day) {
	var sums [2]means
	weights := [2]float64{1, 1}
	for k := day - 1; k >= max(0, day-profileDays); k-- {
		if v.holidays.excluded(k) {
			continue
		}
		kind := 0
		if v.grid.weekend(k) {
			kind = 1
		}
		sums[kind].add(&v.grid.load[k], weights[kind])
		weights[kind] *= v.decay
	}
	return sums[0].mean(), sums[1].mean()
}

// orZero takes what is not a number, or has been divided by a level of zero, as zero.
func orZero(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}
