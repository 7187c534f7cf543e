package tariff

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// MaxBytes is the longest tariff that Parse takes.
const MaxBytes = 256 << 10

// Other bounds of what Parse takes.
const (
	maxPeriods = 288 // one per month and hour
	maxTiers   = 64
	maxTaxes   = 8
	maxText    = 200
)

// source is the part of URDB's JSON (version 8, with the names of version 3 that
// older records have) that bears on a bill.
type source struct {
	Label     string  `json:"label"`
	Name      string  `json:"name"`
	Utility   string  `json:"utility"`
	Country   string  `json:"country"`
	StartDate *int64  `json:"startdate"`
	EndDate   *int64  `json:"enddate"`
	Currency  *string `json:"currency"` // ours

	EnergyStructure [][]sourceTier `json:"energyratestructure"`
	EnergyWeekday   [][]int        `json:"energyweekdayschedule"`
	EnergyWeekend   [][]int        `json:"energyweekendschedule"`

	FlatStructure [][]sourceTier `json:"flatdemandstructure"`
	FlatMonths    []int          `json:"flatdemandmonths"`
	FlatUnit      string         `json:"flatdemandunit"`

	DemandStructure [][]sourceTier `json:"demandratestructure"`
	DemandWeekday   [][]int        `json:"demandweekdayschedule"`
	DemandWeekend   [][]int        `json:"demandweekendschedule"`
	DemandUnit      string         `json:"demandrateunit"`
	DemandWindow    number         `json:"demandwindow"` // minutes

	Ratchet         []number `json:"demandratchetpercentage"` // fractions, in spite of the name
	LookbackPercent number   `json:"lookbackPercent"`
	LookbackRange   number   `json:"lookbackRange"` // months
	LookbackMonths  []flag   `json:"lookbackMonths"`

	FixedFirst number `json:"fixedchargefirstmeter"`
	FixedUnits string `json:"fixedchargeunits"`
	FixedMonth number `json:"fixedmonthlycharge"`
	Min        number `json:"mincharge"`
	MinUnits   string `json:"minchargeunits"`
	MinMonth   number `json:"minmonthlycharge"`
	MinAnnual  number `json:"annualmincharge"`

	Taxes []struct { // ours
		Name    string `json:"name"`
		Percent number `json:"percent"`
	} `json:"taxes"`

	MoreMeters number          `json:"fixedchargeeaaddl"`
	Reactive   number          `json:"demandreactivepowercharge"`
	Coincident [][]sourceTier  `json:"coincidentratestructure"`
	FuelAdjust []number        `json:"fueladjustmentsmonthly"`
	Items      json.RawMessage `json:"items"`
}

type sourceTier struct {
	Max  number `json:"max"`
	Rate number `json:"rate"`
	Adj  number `json:"adj"`
	Unit string `json:"unit"`
	Sell number `json:"sell"`
}

// Parse reads one tariff of URDB's JSON, or the answer of its API where that holds
// exactly one. Beside URDB's fields it takes "currency" (ISO 4217; where it is
// missing, USD for a rate of the USA and a fault for any other) and "taxes", a list
// of {"name", "percent"} on the sum of all else. Fields that do not bear on the
// bill are passed over; those that do and are not billed are named in NotBilled.
// The error names the field at fault; bytes may come from anywhere.
func Parse(b []byte) (Tariff, error) {
	if len(b) > MaxBytes {
		return Tariff{}, fmt.Errorf("tariff: %d bytes, at most %d", len(b), MaxBytes)
	}
	s, err := decode(b)
	if err != nil {
		return Tariff{}, fmt.Errorf("tariff: %w", err)
	}
	t := Tariff{Label: s.Label, Name: s.Name, Utility: s.Utility}
	if err := errors.Join(
		s.about(&t),
		s.energy(&t),
		s.flat(&t),
		s.demand(&t),
		s.ratchet(&t),
		s.charges(&t),
		s.taxes(&t),
	); err != nil {
		return Tariff{}, fmt.Errorf("tariff: %w", err)
	}
	if len(t.energy)+len(t.flat)+len(t.demand) == 0 && t.fixed.amount.IsZero() && t.minimum.amount.IsZero() {
		return Tariff{}, errors.New("tariff: it charges nothing: no energyratestructure, flatdemandstructure, demandratestructure, fixed or minimum charge")
	}
	t.NotBilled = s.notBilled()
	return t, nil
}

func decode(b []byte) (s source, err error) {
	if err := json.Unmarshal(b, &s); err != nil {
		return s, err
	}
	if s.Items == nil {
		return s, nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(s.Items, &items); err != nil {
		return s, fmt.Errorf("items: %w", err)
	}
	if len(items) != 1 {
		return s, fmt.Errorf("items: holds %d tariffs, want 1", len(items))
	}
	s = source{}
	return s, json.Unmarshal(items[0], &s)
}

// about reads what the tariff is.
func (s *source) about(t *Tariff) error {
	var faults []error
	for _, x := range [][2]string{{"label", s.Label}, {"name", s.Name}, {"utility", s.Utility}} {
		if !printable(x[1]) {
			faults = append(faults, fmt.Errorf("%s: longer than %d bytes, or not printable", x[0], maxText))
		}
	}
	switch {
	case s.Currency != nil && !isCurrency(*s.Currency):
		faults = append(faults, fmt.Errorf("currency: %.10q is not three capital letters (ISO 4217)", *s.Currency))
	case s.Currency != nil:
		t.Currency = *s.Currency
	case s.Country == "" || s.Country == "USA":
		t.Currency = "USD"
	default:
		faults = append(faults, fmt.Errorf("currency: missing, and the country is %.10q, not USA", s.Country))
	}
	t.Start, faults = date("startdate", s.StartDate, faults)
	t.End, faults = date("enddate", s.EndDate, faults)
	return errors.Join(faults...)
}

func printable(s string) bool {
	return len(s) <= maxText && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

func isCurrency(code string) bool {
	for _, c := range []byte(code) {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(code) == 3
}

// lastSecond is the end of the year 9999.
const lastSecond = 253402300799

func date(field string, unix *int64, faults []error) (time.Time, []error) {
	switch {
	case unix == nil:
		return time.Time{}, faults
	case *unix < 0 || *unix > lastSecond:
		return time.Time{}, append(faults, fmt.Errorf("%s: %d is not a time in seconds since 1970", field, *unix))
	}
	return time.Unix(*unix, 0).UTC(), faults
}
