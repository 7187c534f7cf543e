package energy

import (
	"strings"
	"time"

	"github.com/eaio/eaio"
)

// Analyses returns the names that Run knows, in the order of the data they build on.
func Analyses() []string {
	return []string{NameQuality, NameBaseLoad, NameOvernight, NameConsumption}
}

// Run computes the analysis that a call names, as of an exclusive instant. A name,
// period or comparison that is not known is an eaio.KindInvalid error; data that
// does not suffice is not an error but a result that says so.
func Run(call eaio.Call, s Series, asOf time.Time, price Price) (eaio.Result, error) {
	if !knownPeriod(call.Period) {
		return eaio.Result{}, eaio.Errorf(eaio.KindInvalid, "analyse", "unknown period %q", call.Period)
	}
	if !knownCompare(call.Compare) {
		return eaio.Result{}, eaio.Errorf(eaio.KindInvalid, "analyse", "unknown comparison %q", call.Compare)
	}
	switch call.Analysis {
	case NameQuality:
		return Quality(s, qualityWindow(call, asOf, s.location())), nil
	case NameBaseLoad:
		return BaseLoad(s, asOf, price), nil
	case NameOvernight:
		return Overnight(s, asOf, price), nil
	case NameConsumption:
		return Consumption(s, asOf, call.Period, call.Compare, price), nil
	}
	return eaio.Result{}, eaio.Errorf(eaio.KindInvalid, "analyse", "unknown analysis %q; there is: %s", call.Analysis, strings.Join(Analyses(), ", "))
}

// WindowNeeded returns the span of readings that Run reads for a call; readings
// outside it do not change the result. An unknown analysis needs none.
func WindowNeeded(call eaio.Call, asOf time.Time, loc *time.Location) eaio.Window {
	if loc == nil {
		loc = time.UTC
	}
	switch call.Analysis {
	case NameQuality:
		return qualityWindow(call, asOf, loc)
	case NameBaseLoad:
		return PeriodWindow(asOf, loc, eaio.LastYear)
	case NameOvernight:
		return nightsWindow(asOf, loc)
	case NameConsumption:
		w := PeriodWindow(asOf, loc, call.Period)
		if c := CompareWindow(w, loc, call.Period, call.Compare); !c.From.IsZero() {
			w.From = c.From
		}
		return w
	}
	return eaio.Window{}
}

// qualityWindow is the period that a call names, else the year before asOf.
func qualityWindow(call eaio.Call, asOf time.Time, loc *time.Location) eaio.Window {
	if call.Period == "" {
		return PeriodWindow(asOf, loc, eaio.LastYear)
	}
	return PeriodWindow(asOf, loc, call.Period)
}
