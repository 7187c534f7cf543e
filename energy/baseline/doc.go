// Package baseline models how much energy a building uses for its weather and
// hour, and what it used less than that model says: the arithmetic of measurement
// and verification, over plain slices.
//
// Slices are indexed by day or hour, without holes: a missing reading or
// temperature is NaN. Temperatures inside are °F, as CalTRACK's grid and the
// published fits have them; see Fahrenheit. Energy is in whatever unit the meter
// has, and every result in the same. Nothing interpolates. A model that would not
// hold is not computed: its Reasons say why.
package baseline

// Reasons why there is no model, or no verdict. They are stable words.
const (
	ReasonLengths             = "lengths_differ"            // energy and temperature do not cover the same days or hours
	ReasonTooShort            = "baseline_too_short"        // less than 365 days, or a billing baseline under a year
	ReasonMissing             = "too_many_days_missing"     // more than a tenth of the baseline's days lack energy or temperature
	ReasonStuck               = "stuck_readings"            // one value repeated too often to be a measurement
	ReasonCelsius             = "temperature_in_celsius"    // a year that never leaves the range of °C
	ReasonKelvin              = "temperature_in_kelvin"     // a year between 200 and 340
	ReasonTemperature         = "temperature_implausible"   // daily means beyond −80 and 130 °F: another unit, converted twice, or sentinels
	ReasonOverlap             = "periods_overlap"           // baseline and reporting period share days, or two billing periods do
	ReasonReportingFirst      = "reporting_before_baseline" // the reporting period lies before the baseline
	ReasonNoDays              = "no_days"                   // no day has both a prediction and a reading
	ReasonPeriods             = "too_few_periods"           // not enough billing periods for a model
	ReasonNoCandidate         = "no_candidate_qualified"    // every model has a negative coefficient or too few degree days
	ReasonNoModel             = "no_model"                  // the baseline has no model, see its reasons
	ReasonTooLittleForPlacebo = "too_little_history"        // the history before the change holds no placebo period
	ReasonMonths              = "months_without_model"      // hourly: fewer than twelve months have enough hours
	ReasonOutside             = "period_outside_data"       // a period reaches beyond the days given
	ReasonZeroUse             = "no_energy_used"            // the baseline's mean is not above zero
)

// Warnings beside a model that was computed.
const (
	WarnNoWeather = "no_weather_signal"          // the weather explains less than a tenth of the variation
	WarnCVRMSE    = "cvrmse_above_limit"         // above 25 %, the limit of ASHRAE Guideline 14 for a whole building
	WarnRange     = "temperature_beyond_model"   // reporting temperatures lie outside the baseline's
	WarnDrift     = "drift_between_years_unseen" // the history is too short to show how the building changes by itself
	WarnSmall     = "saving_below_ten_percent"   // IPMVP option C asks for a tenth of the use, as a rule of thumb
)
