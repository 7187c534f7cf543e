// Package tariff makes bills, to the smallest coin, from a meter's interval
// readings and a tariff in the shape of OpenEI's Utility Rate Database (URDB). It
// is pure arithmetic in decimals: no clock, no network, no state.
//
// A bill is worked out by calendar month of the clock that the caller names.
//
//   - A reading belongs to the month, day and hour in which its interval starts. An
//     hour that the clock shows twice counts twice; one it skips does not count.
//     Saturday and Sunday have the weekend schedule. URDB knows no holidays: they
//     are billed as the weekdays they fall on.
//   - Tier limits count the month's energy over all periods. Where a month has
//     several periods, each has its part of every tier in proportion to its energy;
//     URDB does not say. Limits per kW count the demand that was metered.
//   - Demand is the highest mean load over the tariff's demand window, 15 minutes
//     where it names none, or over the meter's interval where that is longer, which
//     the bill then says.
//   - A ratchet sets a floor: a share of the highest demand of the months before.
//     It acts on flat demand, or on each period's demand where there is no flat one.
//   - What is charged by month is charged in proportion to the days of the month
//     that are billed, and so are tier limits.
//   - The minimum is compared with a month's energy, demand and fixed charges.
//
// Readings are summed in steps of 10⁻⁹ kWh and come on the bill as 0.001 kWh, demands
// as 0.001 kW. Each line's amount is rounded half to even to the currency's smallest
// unit, and the total is the sum of the lines, so that a bill adds up as printed.
package tariff
