// Package forecast says at local midnight what a meter will read in each hour of
// the day that begins: by simple rules, by small ridge regressions, by their
// ensemble, each named, each measured by a backtest that cannot see the future.
//
// It works on plain slices: no clock, no I/O. Every day has 24 hours of the
// building's own clock. Where the clock changes the caller maps: the skipped hour
// of a 23-hour day is NaN, the repeated hour of a 25-hour day is the mean of the
// two readings, and a forecast's hour stands for each of the two.
package forecast
