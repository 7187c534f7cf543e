// Package anomaly finds the events of one meter that deserve a look: left on,
// weekend on, missed start, outage, spike, step, stuck. It is pure arithmetic on
// slices; times, prices and words belong to its callers.
//
// What is usual for an hour is the median of the same hour of the week in the
// four weeks on either side, or a model's expectation that the caller gives. The
// differences of neighbouring hours and days from it resemble each other, so that
// their plain sum over a window says little. An autoregression of the differences
// on the hour, the day and the day and hour before leaves innovations that do not
// resemble each other; a window's score is the output of the filter matched to a
// constant shift in it (Turin 1960), in robust standard deviations of them. A
// shift shows at both of its edges, and the usual swing of an unusual day does not
// count twice. Windows of one hour to one week compete, and the highest scores win
// as many places as the alarm budget has.
package anomaly
