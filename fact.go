package eaio

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Quality grades the data behind a fact.
type Quality string

// Good: at least 95 % of the readings are there. Fair: at least 75 %. Poor: less.
const (
	QualityGood Quality = "good"
	QualityFair Quality = "fair"
	QualityPoor Quality = "poor"
)

// QualityOf grades a share of present readings (0–1).
func QualityOf(share float64) Quality {
	switch {
	case share >= 0.95:
		return QualityGood
	case share >= 0.75:
		return QualityFair
	}
	return QualityPoor
}

// Window is a half-open span of time: From is inside, To is not.
type Window struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Fact is one computed value with what is needed to recompute it. ID and
// InputsHash are filled when a task records the fact; an analysis leaves them empty.
type Fact struct {
	ID         string  `json:"id"`   // <task>/F1, unique for ever
	Ref        string  `json:"ref"`  // F1, unique within one answer
	Name       string  `json:"name"` // stable, snake_case, unique within one analysis
	Value      Value   `json:"value"`
	Unit       string  `json:"unit"` // "kWh", "kW", "%", "h", "USD", "kWh/m2", …; "" for text and plain counts
	Method     string  `json:"method"`
	Window     Window  `json:"window"`
	N          int     `json:"n"` // readings that went in
	Quality    Quality `json:"quality"`
	InputsHash string  `json:"inputs_hash"` // of data version, method version and parameters
}

// Value is a number or a text (a verdict, a clock time, a decimal amount of money).
type Value struct {
	number float64
	text   string
	isText bool
}

// Number makes a numeric value.
func Number(x float64) Value { return Value{number: x} }

// Text makes a text value. Money is a text: a decimal such as "12.34".
func Text(s string) Value { return Value{text: s, isText: true} }

// Float returns the number, or the parsed number of a decimal text; ok is false
// for any other text.
func (v Value) Float() (x float64, ok bool) {
	if !v.isText {
		return v.number, true
	}
	x, err := strconv.ParseFloat(v.text, 64)
	return x, err == nil
}

// IsText reports whether v was made by Text.
func (v Value) IsText() bool { return v.isText }

// String returns the text, or the shortest decimal form of the number.
func (v Value) String() string {
	if v.isText {
		return v.text
	}
	return strconv.FormatFloat(v.number, 'f', -1, 64)
}

// MarshalJSON writes a JSON number or string.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.isText {
		return json.Marshal(v.text)
	}
	return json.Marshal(v.number)
}

// UnmarshalJSON reads a JSON number or string.
func (v *Value) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		v.isText, v.number = true, 0
		return json.Unmarshal(b, &v.text)
	}
	v.isText, v.text = false, ""
	if err := json.Unmarshal(b, &v.number); err != nil {
		return fmt.Errorf("a fact's value is a number or a string: %w", err)
	}
	return nil
}

// ResultStatus says how far an analysis or an answer can be relied on.
type ResultStatus string

// OK: computed. Warn: computed, and something in it or in its data needs
// attention. InsufficientData and Inconclusive: no figure is claimed, Reasons
// say why. Declined: the question is outside what is offered.
const (
	ResultOK               ResultStatus = "ok"
	ResultWarn             ResultStatus = "warn"
	ResultInsufficientData ResultStatus = "insufficient_data"
	ResultInconclusive     ResultStatus = "inconclusive"
	ResultDeclined         ResultStatus = "declined"
)

// Result is what one analysis found. Reasons are stable words; the numbers that
// belong to them are facts.
type Result struct {
	Analysis string       `json:"analysis"`
	Status   ResultStatus `json:"status"`
	Reasons  []string     `json:"reasons,omitempty"`
	Facts    []Fact       `json:"facts"`
}

// Fact returns the fact with that name; ok is false if there is none.
func (r Result) Fact(name string) (f Fact, ok bool) {
	for _, f := range r.Facts {
		if f.Name == name {
			return f, true
		}
	}
	return Fact{}, false
}
