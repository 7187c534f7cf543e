package analyse

import (
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/baseline"
	"github.com/eaio/eaio/energy/tariff"
)

// explanations say what a reason means at the shell, and what would be right. Reasons
// whose words say it all have none.
func explanations() map[string]string {
	return map[string]string{
		energy.ReasonNoReadings:          "the files hold no reading in the period; see their first and last day below, and --as-of, --period or the periods given",
		energy.ReasonUnsupportedInterval: "the meter's interval is too long for this analysis: it needs readings of an hour or shorter",
		energy.ReasonStuckReadings:       "one value is repeated for a day or longer, which no meter measures: those readings are not trusted",
		energy.ReasonUnitStep:            "from one day on the readings are about 1000 or 3.412 times what they were: two units are in one file; convert one part (Wh, kWh, MWh, kBtu) and run again",
		energy.ReasonSentinels:           "readings of -99, -9999 and the like stand for none and are taken as missing",
		energy.ReasonMissingReadings:     "less than nine tenths of the readings are there",
		energy.ReasonIncompletePeriod:    "less than nine tenths of the period's readings are there; sums are of those that are",
		energy.ReasonNoComparison:        "no reading of the period to compare with is there",
		energy.ReasonNoChange:            "too few readings of one of the periods are there to claim a change",
		energy.ReasonSavingWithinBand:    "the band crosses zero: neither a saving nor a loss is shown",
		energy.ReasonUseIncreased:        "more was used than the baseline model says: a loss, not a saving",
		energy.ReasonPlaceboUndercovers:  "on dates when nothing changed the band missed zero more often than it should: trust the wider one",

		energy.ReasonNoTemperature:         "the temperature file has nothing for the days of the meter; compare their first and last days below",
		energy.ReasonTemperatureFahrenheit: "for °C these temperatures were never seen, but for °F they were: say --temperature-unit F",
		baseline.ReasonCelsius:             "no day in most of a year is above 45 °F (7 °C): the temperatures look like °C; say --temperature-unit C",
		baseline.ReasonKelvin:              "the temperatures look like Kelvin: take 273.15 from each and say --temperature-unit C",
		baseline.ReasonTemperature:         "daily means lie beyond what is seen on Earth: another unit, converted twice, or marks for missing ones",

		baseline.ReasonTooShort:       "the baseline is shorter than a year: 365 days are needed, for a shorter one learns no season",
		baseline.ReasonMissing:        "more than a tenth of the baseline's days lack use or temperature; CalTRACK asks for 90 % of 365 days",
		baseline.ReasonOutside:        "a period reaches beyond the readings",
		baseline.ReasonNoDays:         "no day of the reporting period has both a reading and a temperature",
		baseline.ReasonPeriods:        "too few bills lie wholly in the baseline: a year of them is needed",
		baseline.ReasonNoCandidate:    "no model with sensible signs fits",
		baseline.ReasonZeroUse:        "the baseline's mean use is not above zero",
		baseline.WarnNoWeather:        "the weather explains less than a tenth of the use: the model is little more than a mean, and cannot correct for weather",
		baseline.WarnCVRMSE:           "the model's CVRMSE is above 25 %, ASHRAE Guideline 14's limit",
		baseline.WarnRange:            "the reporting period has temperatures that the baseline had not: the model is stretched there",
		baseline.WarnDrift:            "there is no history before the baseline, or it is too short, to show how use changes when nothing is done: the band may be too narrow",
		baseline.WarnSmall:            "IPMVP option C asks for a saving of a tenth of the use as a rule of thumb: other changes are as large",
		energy.ReasonTooLittlePast:    "less than 28 days with half of their readings come before the end",
		energy.ReasonTooFewDays:       "fewer than 28 days with half of their readings are there",
		energy.ReasonTooFewNights:     "fewer than 5 nights to compare with are there",
		energy.ReasonTooFewPeers:      "fewer than 10 peers of this use are in --peers",
		energy.ReasonUnevenInterval:   "the meter's interval does not divide an hour",
		energy.ReasonShorterPeaks:     "the interval is longer than 15 minutes: the peaks that are paid for are higher",
		energy.ReasonNoArea:           "without --area no figure per m² is told",
		energy.ReasonDefaultFactor:    "no factor was given: those of the United States stand in; name yours with --factors",
		energy.ReasonNoEmissionFactor: "a commodity has no factor and is left out",
		energy.ReasonUnsupportedUnit:  "a meter does not read energy and is left out",
		energy.ReasonUnitNotKWh:       "a tariff is for kWh, and the meter reads another quantity",
		energy.ReasonBillUnclear:      "the bill that came holds or lacks charges that could explain the difference",
		energy.ReasonWithinModelError: "what weather and calendar leave may be the model's error",

		tariff.ReasonTooFewReadings: "less than nine tenths of the readings are there: no bill",
		tariff.ReasonDemandInterval: "the meter's interval is longer than the tariff's demand window: true demand is higher",
	}
}

// explain finds what the document's reasons mean.
func (d *Document) explain() {
	all := explanations()
	d.Explanations = map[string]string{}
	for _, reason := range d.Reasons {
		if text, ok := all[reason]; ok {
			d.Explanations[reason] = text
		}
	}
}
