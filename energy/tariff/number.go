package tariff

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"
)

// number is a JSON number taken as a decimal, of a size that keeps arithmetic on
// it cheap. An absent one or null is zero and not set.
type number struct {
	decimal.Decimal
	set bool
}

const (
	maxNumberLength = 40
	minExponent     = -20
	maxExponent     = 40
)

var errNumber = errors.New("is not a number of at most 20 decimals and 40 digits")

// UnmarshalJSON reads a JSON number; a quoted one is refused.
func (n *number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if len(b) > maxNumberLength || b[0] == '"' {
		return fmt.Errorf("%.60s %w", b, errNumber)
	}
	d, err := decimal.NewFromString(string(b))
	if err != nil || d.Exponent() < minExponent || d.Exponent() > maxExponent {
		return fmt.Errorf("%.60s %w", b, errNumber)
	}
	n.Decimal, n.set = d, true
	return nil
}

// maxMoney bounds rates and charges.
var maxMoney = decimal.New(1, 9)

// money checks a rate or charge, which may be negative: a credit.
func (n number) money() (decimal.Decimal, error) {
	if n.Abs().GreaterThan(maxMoney) {
		return decimal.Zero, fmt.Errorf("%s is beyond ±%s", n, maxMoney)
	}
	return n.Decimal, nil
}

// flag is true or false, or the 1 or 0 that some records have for it.
type flag bool

// UnmarshalJSON reads a flag.
func (f *flag) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "true", "1":
		*f = true
	case "false", "0", "null":
		*f = false
	default:
		return fmt.Errorf("%.60s is not true or false", b)
	}
	return nil
}
