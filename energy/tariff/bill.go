package tariff

import (
	"errors"
	"time"

	"github.com/shopspring/decimal"
)

// Status says how far a bill can be relied on.
type Status string

// StatusOK: every reading is there and every charge is billed. StatusWarn: Reasons
// say what the bill leaves out. StatusInsufficient: no amount is claimed.
const (
	StatusOK           Status = "ok"
	StatusWarn         Status = "warn"
	StatusInsufficient Status = "insufficient_data"
)

// Reasons of a bill, stable words.
const (
	ReasonMissingReadings     = "missing_readings"         // the bill is for the readings there are
	ReasonTooFewReadings      = "too_few_readings"         // less than 90 % of them: no bill
	ReasonUnsupportedInterval = "unsupported_interval"     // longer than an hour, and the tariff has hours or demand: no bill
	ReasonDemandInterval      = "demand_interval_coarser"  // the meter's interval is longer than the tariff's demand window: true demand is higher
	ReasonDemandMismatch      = "demand_interval_mismatch" // the demand window is no multiple of the meter's interval, which is taken instead
	ReasonRatchetHistory      = "ratchet_history_missing"  // less than 90 % of the readings of the months before: the floor may be too low
	ReasonExports             = "export_not_credited"      // negative readings lower the energy of their month and period, to zero at most
	ReasonChargesNotBilled    = "charges_not_billed"       // the tariff's NotBilled is not empty
	ReasonNotInForce          = "tariff_not_in_force"      // the period lies outside the tariff's dates, in part or whole
	ReasonPartMonth           = "part_of_a_month"          // monthly charges and tier limits are taken in proportion to the days
)

// A bill needs nine tenths of the readings.
const minShareNum, minShareDen = 9, 10

// Charge is the kind of a line.
type Charge string

// The charges that a bill has lines for.
const (
	ChargeEnergy       Charge = "energy"
	ChargeFlatDemand   Charge = "flat_demand"
	ChargePeriodDemand Charge = "period_demand"
	ChargeFixed        Charge = "fixed"
	ChargeMinimum      Charge = "minimum"
	ChargeTax          Charge = "tax"
)

// Item is one line: Amount = Quantity × Rate × Share, rounded to the currency's
// smallest unit.
type Item struct {
	Charge   Charge          `json:"charge"`
	Month    string          `json:"month,omitempty"`  // "2017-03"; empty for a tax
	Name     string          `json:"name,omitempty"`   // of a tax
	Period   int             `json:"period,omitempty"` // of the tariff, from 1; 0: none
	Tier     int             `json:"tier,omitempty"`   // from 1; 0: none
	Ratchet  bool            `json:"ratchet,omitempty"`
	Quantity decimal.Decimal `json:"quantity"`
	Unit     string          `json:"unit"` // of Quantity: kWh, kW, month, day, year, or the currency
	Rate     decimal.Decimal `json:"rate"` // money per Unit
	Share    decimal.Decimal `json:"share"`
	Amount   decimal.Decimal `json:"amount"`
}

// Bill is what a tariff asks for a meter's use from From to To. Where Status is
// StatusInsufficient it has no lines and its amounts are zero.
type Bill struct {
	Label    string          `json:"label,omitempty"` // of the tariff
	Name     string          `json:"name,omitempty"`  // of the tariff
	Currency string          `json:"currency"`
	From     time.Time       `json:"from"`
	To       time.Time       `json:"to"`
	Items    []Item          `json:"items"`
	KWh      decimal.Decimal `json:"kwh"`   // sum of the readings there are
	Net      decimal.Decimal `json:"net"`   // before taxes
	Total    decimal.Decimal `json:"total"` // sum of the lines
	Readings int             `json:"readings"`
	Expected int             `json:"expected"`
	Status   Status          `json:"status"`
	Reasons  []string        `json:"reasons,omitempty"`
}

// Month bills a calendar month of the usage's clock.
func (t *Tariff) Month(u Usage, year int, m time.Month) (Bill, error) {
	loc := u.location()
	return t.Bill(u, firstOfDay(year, m, 1, loc), firstOfDay(year, m+1, 1, loc))
}

// firstOfDay is the first instant of a local date; where the clock skips midnight,
// the instant after.
func firstOfDay(y int, m time.Month, d int, loc *time.Location) time.Time {
	at := time.Date(y, m, d, 0, 0, 0, 0, loc)
	want := civil(time.Date(y, m, d, 12, 0, 0, 0, time.UTC), time.UTC)
	change, next := at.ZoneBounds()
	if civil(at, loc) < want {
		return next
	}
	if !startsDay(at, loc) && !change.IsZero() {
		if startsDay(change, loc) {
			return change
		}
		_, after := at.Zone()
		_, before := change.Add(-time.Second).Zone()
		return at.Add(time.Duration(after-before) * time.Second)
	}
	return at
}

// Bill charges the energy from from to to, which are starts of local days. Readings
// before from set a ratchet's floor; none at or after to is looked at. The error
// says what is wrong with the arguments; too little data is not an error but a
// status.
func (t *Tariff) Bill(u Usage, from, to time.Time) (Bill, error) {
	if t.Currency == "" {
		return Bill{}, errors.New("tariff: empty; Parse makes one")
	}
	if err := u.check(from, to); err != nil {
		return Bill{}, err
	}
	loc := u.location()
	b := Bill{Label: t.Label, Name: t.Name, Currency: t.Currency, From: from.In(loc), To: to.In(loc), Items: []Item{}, Status: StatusOK}
	if u.Step > hourStep && (t.needsDemand() || t.energyHours.hourly()) {
		return b.decline(ReasonUnsupportedInterval), nil
	}
	months := t.scan(u, from, to)
	for _, m := range months {
		b.Readings, b.Expected = b.Readings+m.n, b.Expected+m.of
	}
	if b.Expected == 0 || b.Readings*minShareDen < b.Expected*minShareNum {
		return b.decline(ReasonTooFewReadings), nil
	}
	t.remarks(&b, u)
	var before []*month
	if t.ratchet.on() {
		y, m, _ := from.In(loc).Date()
		before = t.scan(u, firstOfDay(y, m-time.Month(t.ratchet.back), 1, loc), from)
	}
	for _, m := range months {
		b.KWh = b.KWh.Add(kWh(&m.total))
		t.bill(&b, m, before)
		before = append(before, m)
	}
	t.close(&b)
	return b, nil
}

func (b *Bill) warn(reason string) {
	for _, have := range b.Reasons {
		if have == reason {
			return
		}
	}
	b.Status, b.Reasons = StatusWarn, append(b.Reasons, reason)
}

func (b *Bill) decline(reason string) Bill {
	b.warn(reason)
	b.Status = StatusInsufficient
	return *b
}

// remarks gives the reasons that do not depend on a month.
func (t *Tariff) remarks(b *Bill, u Usage) {
	if b.Readings < b.Expected {
		b.warn(ReasonMissingReadings)
	}
	if t.needsDemand() {
		switch {
		case u.Step > t.demandWindow:
			b.warn(ReasonDemandInterval)
		case t.demandWindow%u.Step != 0:
			b.warn(ReasonDemandMismatch)
		}
	}
	if len(t.NotBilled) > 0 {
		b.warn(ReasonChargesNotBilled)
	}
	if !t.Start.IsZero() && b.From.Before(t.Start) || !t.End.IsZero() && b.To.After(t.End) {
		b.warn(ReasonNotInForce)
	}
}

// bill adds the lines of one month.
func (t *Tariff) bill(b *Bill, m *month, before []*month) {
	first := len(b.Items)
	share := m.share()
	if !share.Equal(decimal.New(1, 0)) {
		b.warn(ReasonPartMonth)
	}
	if m.exports {
		b.warn(ReasonExports)
	}
	t.billEnergy(b, m, share)
	t.billDemand(b, m, share, before)
	b.add(t.fixed.item(ChargeFixed, m, share))
	if !t.minimum.amount.IsPositive() {
		return
	}
	sum := decimal.Zero
	for _, i := range b.Items[first:] {
		sum = sum.Add(i.Amount)
	}
	least := t.minimum.item(ChargeMinimum, m, share)
	if short := b.round(least.raw()).Sub(sum); short.IsPositive() {
		b.add(Item{Charge: ChargeMinimum, Month: m.name(), Quantity: short, Unit: b.Currency, Rate: one, Share: one})
	}
}

var one = decimal.New(1, 0)

// item is the line of a periodic charge for a month.
func (p periodic) item(c Charge, m *month, share decimal.Decimal) Item {
	i := Item{Charge: c, Month: m.name(), Quantity: one, Unit: p.per, Rate: p.amount, Share: share}
	switch p.per {
	case "day":
		i.Quantity, i.Share = decimal.New(int64(m.days), 0), one
	case "year":
		i.Share = share.DivRound(decimal.New(12, 0), 16)
	}
	return i
}

func (i Item) raw() decimal.Decimal { return i.Quantity.Mul(i.Rate).Mul(i.Share) }

func (b *Bill) round(x decimal.Decimal) decimal.Decimal { return x.RoundBank(MinorDigits(b.Currency)) }

// add works out a line's amount; a line without a rate or a quantity is left out.
func (b *Bill) add(i Item) {
	if i.Rate.IsZero() || i.Quantity.IsZero() {
		return
	}
	i.Amount = b.round(i.raw())
	b.Items = append(b.Items, i)
}

// close adds the taxes and sums up.
func (t *Tariff) close(b *Bill) {
	for _, i := range b.Items {
		b.Net = b.Net.Add(i.Amount)
	}
	for _, x := range t.taxes {
		b.add(Item{Charge: ChargeTax, Name: x.name, Quantity: b.Net, Unit: b.Currency, Rate: x.rate, Share: one})
	}
	for _, i := range b.Items {
		b.Total = b.Total.Add(i.Amount)
	}
}
