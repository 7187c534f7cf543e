package tariff

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"
)

// charges reads the fixed and the minimum charge.
func (s *source) charges(t *Tariff) error {
	fixed, err1 := charge("fixedchargefirstmeter", s.FixedFirst, s.FixedUnits, "fixedmonthlycharge", s.FixedMonth)
	minimum, err2 := charge("mincharge", s.Min, s.MinUnits, "minmonthlycharge", s.MinMonth)
	if minimum.per == "year" {
		minimum = periodic{}
	}
	if minimum.amount.IsNegative() {
		err2 = fmt.Errorf("mincharge: %s is negative", minimum.amount)
	}
	t.fixed, t.minimum = fixed, minimum
	return errors.Join(err1, err2)
}

// charge reads the new name of a periodic charge, else the old one.
func charge(field string, n number, units, oldField string, old number) (periodic, error) {
	p := periodic{per: "month"}
	if !n.set {
		field, n, units = oldField, old, ""
	}
	amount, err := n.money()
	if err != nil {
		return p, fmt.Errorf("%s: %w", field, err)
	}
	p.amount = amount
	switch units {
	case "", "$/month":
	case "$/day":
		p.per = "day"
	case "$/year":
		p.per = "year"
	default:
		return p, fmt.Errorf("%s: its units are %.20q, want $/month, $/day or $/year", field, units)
	}
	return p, nil
}

func (s *source) taxes(t *Tariff) error {
	if len(s.Taxes) > maxTaxes {
		return fmt.Errorf("taxes: %d, at most %d", len(s.Taxes), maxTaxes)
	}
	for i, x := range s.Taxes {
		if x.Name == "" || !printable(x.Name) {
			return fmt.Errorf("taxes[%d]: the name is empty, longer than %d bytes, or not printable", i, maxText)
		}
		if x.Percent.IsNegative() || x.Percent.GreaterThan(decimal.New(100, 0)) {
			return fmt.Errorf("taxes[%d]: %s is not a percentage from 0 to 100", i, x.Percent)
		}
		t.taxes = append(t.taxes, tax{x.Name, x.Percent.Shift(-2)})
	}
	return nil
}

// notBilled names the charges that Bill leaves out.
func (s *source) notBilled() (names []string) {
	add := func(name string, there bool) {
		if there {
			names = append(names, name)
		}
	}
	add("annualmincharge", !s.MinAnnual.IsZero() || s.MinUnits == "$/year" && !s.Min.IsZero())
	add("coincidentratestructure", len(s.Coincident) > 0)
	add("demandreactivepowercharge", !s.Reactive.IsZero())
	add("fixedchargeeaaddl", !s.MoreMeters.IsZero())
	for _, x := range s.FuelAdjust {
		if !x.IsZero() {
			add("fueladjustmentsmonthly", true)
			break
		}
	}
	for _, p := range s.EnergyStructure {
		for _, x := range p {
			if !x.Sell.IsZero() {
				add("energyratestructure.sell", true)
				return names
			}
		}
	}
	return names
}
