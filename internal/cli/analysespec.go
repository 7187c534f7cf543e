package cli

import "github.com/spf13/pflag"

// analysisSpec is one analysis as a command.
type analysisSpec struct {
	name, short, long, example string
	flags                      []func(*analyseFlags, *pflag.FlagSet)
	meters                     bool // takes several meters
}

func (a analysisSpec) several() string {
	if a.meters {
		return "; may be repeated, in the same order as --meter"
	}
	return ""
}

// flagGroups is short for the groups of flags of an analysis.
func flagGroups(groups ...func(*analyseFlags, *pflag.FlagSet)) []func(*analyseFlags, *pflag.FlagSet) {
	return groups
}

// analyses are the commands below `eaio analyse`.
func analyses() []analysisSpec {
	return []analysisSpec{
		{
			name: "savings", short: "What a measure saved, with its uncertainty (M&V)",
			long: `Fit use per day to outdoor temperature in a baseline (CalTRACK's daily model; for bills
its billing model) and set the reporting period against it: IPMVP option C. The bands
are half widths at 90 % in the meter's unit. The verdict is confirmed where the band
excludes zero and is at most half of the saving, indicative where it excludes zero, else
inconclusive.`,
			example: `  eaio analyse savings --meter m.csv --temperature t.csv --commodity electricity --unit kWh \
    --temperature-unit F --day-boundary UTC --baseline-end 2016-12-26T00:00:00Z \
    --reporting-start 2017-01-04T00:00:00Z --json
  eaio analyse savings --meter gas-bills.csv --commodity gas --unit therm --temperature t.csv \
    --baseline-end 2016-12-01 --reporting-start 2017-01-01 --plot savings.svg`,
			flags: flagGroups(temperatureFlags, savingsFlags, priceFlags),
		},
		{
			name: "signature", short: "How use follows the weather",
			long: `Fit use per day to outdoor temperature in the 365 days before --as-of: balance points,
base, slopes, how well it fits, and the use of a year of that weather.`,
			example: `  eaio analyse signature --meter meter.csv.gz --temperature weather.csv --timezone Europe/London
  eaio analyse signature --meter gas.csv --commodity gas --unit therm --temperature t.csv --temperature-unit F --plot signature.png`,
			flags: flagGroups(asOfFlags, temperatureFlags, signatureFlags, areaFlags, priceFlags),
		},
		{
			name: "anomalies", short: "Unusual loads, the largest first",
			long: `Find spans whose load is unusual for the hour of the week, or for the weather where there
are hourly temperatures and a year of readings before the span that is judged. The
number of alarms a month sets the threshold for this meter. Judged is the whole file,
unless --from, --to or --period say otherwise. Readings of an hour or shorter are needed.`,
			example: `  eaio analyse anomalies --meter meter.csv.gz --timezone Europe/London --alarms-per-month 2 --json
  eaio analyse anomalies --meter meter.csv.gz --timezone Europe/London --from 2017-03-01 --to 2017-05-01 \
    --price 0.15 --currency GBP --plot events.png`,
			flags: flagGroups(asOfFlags, periodFlags, anomalyFlags, temperatureFlags, priceFlags),
		},
		{
			name: "forecast", short: "The next two days, hour by hour, with a band",
			long: `Forecast the 48 hours from the midnight at or before --as-of, with the method that did
best on this meter so far, an 80 % band, and the end of the month. Readings of an hour
or shorter are needed.`,
			example: `  eaio analyse forecast --meter meter.csv.gz --timezone Europe/London --plot forecast.png
  eaio analyse forecast --meter meter.csv.gz --timezone Europe/London --as-of 2017-06-01 --json`,
			flags: flagGroups(asOfFlags, temperatureFlags, priceFlags),
		},
		{
			name: "change", short: "Why a period differs from another: weather, calendar, operations",
			long: `Split the difference between a period (default: the last month) and what it is compared
with (default: the period before it) into weather, calendar and operations, which add up
to it exactly.`,
			example: `  eaio analyse change --meter meter.csv.gz --temperature weather.csv --timezone Europe/London --period last_month --compare year_ago`,
			flags:   flagGroups(asOfFlags, periodFlags, compareFlags, temperatureFlags, priceFlags),
		},
		{
			name: "quality", short: "How good the data is",
			long: `Count what is there and what is missing in the year before --as-of (or in --period), find
stuck, zero and missing stretches, outliers and jumps by a ratio of units, and say
whether the readings suffice for a daily and an hourly baseline (CalTRACK 2.0).`,
			example: `  eaio analyse quality --meter meter.csv.gz --timezone Europe/London
  eaio analyse quality --meter gas.csv --commodity gas --unit therm --plot days.png`,
			flags: flagGroups(asOfFlags, periodFlags),
		},
		{
			name: "baseload", short: "Base load, hours of operation, and what runs outside them",
			long: `Describe the load of the 365 days before --as-of, 28 days at least: base and peak, the
hours of operation, and how much runs outside them above the building's own best
nights. Readings of an hour or shorter are needed.`,
			example: `  eaio analyse baseload --meter meter.csv.gz --timezone Europe/London --price 0.15 --currency GBP
  eaio analyse baseload --meter meter.csv.gz --timezone Europe/London --plot shape.svg --json`,
			flags: flagGroups(asOfFlags, priceFlags),
		},
		{
			name: "overnight", short: "What was left on last night",
			long: `Compare the latest night before --as-of with the nights of the same kind in the four
weeks before it. Readings of an hour or shorter are needed.`,
			example: `  eaio analyse overnight --meter meter.csv.gz --timezone Europe/London --as-of 2017-04-26`,
			flags:   flagGroups(asOfFlags, priceFlags),
		},
		{
			name: "consumption", short: "Energy of a period, and against another",
			long: `Add up a period (default: the latest whole day) and set it against the one before it or
the same a year ago.`,
			example: `  eaio analyse consumption --meter meter.csv.gz --timezone Europe/London --period last_month --compare year_ago`,
			flags:   flagGroups(asOfFlags, periodFlags, compareFlags, priceFlags),
		},
		{
			name: "peak", short: "Highest loads, load factor, and what cutting them is worth",
			long: `Tell the highest load of a period (default: the last twelve whole calendar months) and
of each month, the load factor, and what cutting the highest hours is worth by a tariff.`,
			example: `  eaio analyse peak --meter meter.csv.gz --timezone Europe/London
  eaio analyse peak --meter meter.csv.gz --timezone America/New_York --tariff tou.json`,
			flags: flagGroups(asOfFlags, periodFlags, tariffFlags),
		},
		{
			name: "cost", short: "The bill of a period by a tariff, line by line",
			long: `Bill a period (default: the last whole month) by --tariff, to the cent; set it against
other tariffs at the same use; and check a bill that came. A tariff is JSON in the
shape of the Utility Rate Database, with "currency" and "taxes" beside its fields.`,
			example: `  eaio analyse cost --meter meter.csv.gz --timezone America/New_York --tariff tou.json
  eaio analyse cost --meter meter.csv.gz --timezone America/New_York --tariff tou.json --alternative flat.json --billed 8123.40`,
			flags: flagGroups(asOfFlags, periodFlags, tariffFlags, billFlags),
		},
		{
			name: "benchmark", short: "Energy per floor area among peers of the same use", meters: true,
			long: `Place the last 365 days' energy per m² among peers of the same use, ten at least. Name
every meter of the building, each with its --commodity and --unit. The peers are
yours: none are built in.`,
			example: `  eaio analyse benchmark --meter meter.csv.gz --timezone Europe/London --area 1200 --use office --peers peers.csv
  eaio analyse benchmark --meter power.csv --commodity electricity --unit kWh \
    --meter gas.csv --commodity gas --unit therm --area 1200 --use office --peers peers.csv`,
			flags: flagGroups(asOfFlags, areaFlags, peerFlags),
		},
		{
			name: "carbon", short: "Greenhouse gas of a period, scope 1 and 2", meters: true,
			long: `Add up the emissions of a period (default: the last year): each reading times the factor
of its commodity, region, year and hour. Without --factors those of the United States
stand in, and the result says so.`,
			example: `  eaio analyse carbon --meter meter.csv.gz --timezone Europe/London --factors factors.csv --region GB --area 1200
  eaio analyse carbon --meter power.csv --commodity electricity --unit kWh \
    --meter gas.csv --commodity gas --unit therm --compare previous`,
			flags: flagGroups(asOfFlags, periodFlags, compareFlags, areaFlags, emissionFlags),
		},
	}
}
