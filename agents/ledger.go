package agents

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/eaio/eaio"
)

// entry is one fact, ready to be compared with claims.
type entry struct {
	fact    eaio.Fact
	value   float64
	numeric bool
	unit    unit
	change  bool    // a difference: its direction must be told
	gain    bool    // energy or money not used: positive means less
	text    []claim // of a text value: "2026-10-14", "07:00"
	days    []day   // where its window begins and ends
	clocks  []int
	length  float64 // whole days of its window; 0: not whole
}

// ledger is everything that a text may claim.
type ledger struct {
	entries map[string]entry
	order   []string
	docs    map[string]bool
	inputs  []claim // numbers of the question, of the building and of the plan
	extra   []string
}

func newLedger(e Evidence, loc *time.Location) ledger {
	l := ledger{entries: map[string]entry{}, docs: map[string]bool{}}
	for _, r := range e.Results {
		for _, f := range r.Facts {
			if f.Ref == "" {
				continue
			}
			en := newEntry(f, loc)
			if words := prepare(f.Unit); en.unit.dim == unitWords(tokenize(words)) && len(scan(words, nil)) == 0 && en.unit.dim != "" &&
				!listed(functionWords+wordsUp+wordsDown, en.unit.dim) {
				l.extra = with(l.extra, en.unit.dim)
			}
			l.entries[f.Ref] = en
			l.order = append(l.order, f.Ref)
		}
	}
	for _, c := range e.Citations {
		l.docs[c.Ref] = true
	}
	l.inputs = inputs(e, loc)
	l.currency(e.Building.Currency)
	slices.SortFunc(l.extra, func(a, b string) int { return len(b) - len(a) })
	return l
}

// currency makes a building's money readable where no table knows it.
func (l *ledger) currency(code string) {
	if _, ok := simpleUnit(strings.ToLower(code)); isCurrency(code) && !ok {
		l.extra = with(with(l.extra, parseUnit(code+"/kWh").dim), parseUnit(code).dim)
	}
}

func newEntry(f eaio.Fact, loc *time.Location) entry {
	en := entry{fact: f, unit: parseUnit(f.Unit), change: isChange(f.Name), gain: isGain(f.Name)}
	en.value, en.numeric = f.Value.Float()
	if math.IsNaN(en.value) || math.IsInf(en.value, 0) {
		en.numeric = false
	}
	if !en.numeric && f.Value.IsText() {
		for _, m := range scan(prepare(f.Value.String()), nil) {
			en.text = append(en.text, m.claims...)
		}
	}
	if from, to := f.Window.From, f.Window.To; !from.IsZero() && to.After(from) {
		from, to = from.In(loc), to.In(loc)
		en.days = []day{dayOf(from), dayOf(to.Add(-time.Nanosecond))}
		en.clocks = []int{from.Hour()*60 + from.Minute(), to.Hour()*60 + to.Minute()}
		if from.Hour() == to.Hour() && from.Minute() == to.Minute() {
			en.length = math.Round(to.Sub(from).Hours() / 24)
		}
	}
	return en
}

// isChange reports whether a fact of that name is a signed difference, whose
// direction a text must tell.
func isChange(name string) bool {
	if strings.HasSuffix(name, "_band") { // the half width of a difference has no direction
		return false
	}
	for _, w := range []string{"change", "excess", "difference", "delta", "deviation", "drift"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// isGain reports whether a fact of that name says how much less is used or paid: a
// negative one is told as "more".
func isGain(name string) bool {
	return !isChange(name) && !strings.HasSuffix(name, "_uncertainty") && (strings.Contains(name, "avoided") || strings.Contains(name, "saving"))
}

// inputs are the numbers that a text may repeat without a fact.
func inputs(e Evidence, loc *time.Location) []claim {
	var out []claim
	for _, m := range scan(prepare(cutRunes(e.Request.Question, 4000)), nil) {
		for _, c := range m.claims {
			c.asked = true
			out = append(out, c)
		}
	}
	if !e.AsOf.IsZero() {
		at := e.AsOf.In(loc)
		out = append(out, claim{kind: dateClaim, day: dayOf(at), whole: true}, claim{kind: dateClaim, day: dayOf(e.lastDay())},
			claim{kind: clockClaim, minute: at.Hour()*60 + at.Minute()})
	}
	if e.Building.AreaM2 > 0 {
		out = append(out, claim{num: numeral{value: e.Building.AreaM2}, unit: unit{dim: "m2", scale: 1}})
	}
	if p, ok := eaio.Text(e.Building.PricePerKWh).Float(); ok && e.Building.PricePerKWh != "" {
		u := parseUnit(e.Building.Currency + "/kWh")
		out = append(out, claim{num: numeral{value: p}, unit: u})
	}
	length := func(days float64) {
		out = append(out, claim{num: numeral{value: days}, unit: unit{dim: "d", scale: 1}})
	}
	for _, c := range e.Plan.Calls {
		if at, err := time.Parse(sinceDay, c.Since); err == nil {
			out = append(out, claim{kind: dateClaim, day: dayOf(at)})
		}
		switch c.Period {
		case eaio.Last7Days:
			length(7)
		case eaio.Last30Days:
			length(30)
		case eaio.LastYear:
			length(365)
		}
		if c.Compare == eaio.CompareYearAgo {
			length(364)
		}
	}
	return out
}

// describe says what a fact holds, for a model that got it wrong.
func (en entry) describe() string {
	return fmt.Sprintf("%s is %s = %s %s", en.fact.Ref, en.fact.Name, en.fact.Value, en.fact.Unit)
}

// input reports whether a claim repeats an input. A measured figure of the question is
// no fact: it may be repeated where the text tells that it was asked.
func (l ledger) input(c claim, told bool) bool {
	for _, in := range l.inputs {
		switch {
		case in.kind != c.kind:
		case in.asked && !told && c.kind == quantityClaim && c.unit.dim != "" && !listed(" d night week month year reading m2 ", c.unit.dim):
		case c.kind == dateClaim:
			if c.day.within(in.day) && (c.day.day != 0 || !in.whole) || in.day == c.day {
				return true
			}
		case c.kind == clockClaim:
			if c.minute == in.minute {
				return true
			}
		case c.sign < 0 && in.sign >= 0:
		case in.unit.dim == "" && c.unit.dim == "":
			if c.num.value == in.num.value {
				return true
			}
		default:
			if by, ok := c.unit.factor(in.unit); ok && c.num.rounds(in.num.value*by, by != 1) {
				return true
			}
		}
	}
	return false
}

// misfit says why a claim does not fit a fact, from near to far.
type misfit int

const (
	fits misfit = iota
	wrongDirection
	wrongUnit
	wrongValue
)

// fit compares a claim with a fact. cited tells that the claim names the fact
// right behind it; direction is +1 or −1 where words around it say up or down.
func (en entry) fit(c claim, cited bool, direction int) misfit {
	if c.kind != quantityClaim {
		return en.fitTime(c)
	}
	if en.aside(c, cited) {
		return fits
	}
	if !en.numeric {
		for _, t := range en.text {
			if by, ok := c.unit.factor(t.unit); ok && t.kind == quantityClaim && c.num.rounds(t.num.value*by, by != 1) && c.sign == t.sign {
				return fits
			}
		}
		return wrongValue
	}
	by, ok := en.factor(c, cited)
	if !ok {
		if cited && c.num.rounds(en.value, false) {
			return wrongUnit
		}
		return wrongValue
	}
	if !c.num.rounds(en.value*by, c.coarse || by != 1 && en.unit.dim != "") {
		return wrongValue
	}
	if en.gain && c.sign == 0 {
		if en.value > 0 && direction > 0 || en.value < 0 && direction <= 0 {
			return wrongDirection
		}
		return fits
	}
	switch {
	case en.value < 0 && c.sign >= 0 && (c.sign > 0 || direction >= 0),
		en.value > 0 && c.sign < 0,
		en.value > 0 && en.change && c.sign == 0 && direction < 0:
		return wrongDirection
	}
	return fits
}

// aside accepts what a text may say about a fact besides its value: how many
// readings went in, and how many days its window has.
func (en entry) aside(c claim, cited bool) bool {
	if c.sign != 0 || c.coarse {
		return false
	}
	switch c.unit.dim {
	case dimCount:
		return en.fact.N > 0 && c.num.value == float64(en.fact.N)
	case "d":
		return c.unit.per == "" && en.length > 0 && c.num.value == en.length && !(cited && (en.unit.dim == "d" || en.unit.dim == ""))
	}
	return false
}

// factor brings the fact's value to the claim's unit; ok is false where the two
// cannot be compared.
func (en entry) factor(c claim, cited bool) (float64, bool) {
	name := en.fact.Name
	switch {
	case c.unit.dim == "":
		if en.unit.dim != "" && (c.noun != "" || en.unit.dim == dimPercent && !cited) {
			return 0, false
		}
		return 1, true
	case en.unit.dim == "":
		if c.unit.dim == dimPercent && (strings.Contains(name, "ratio") || strings.Contains(name, "share") || strings.Contains(name, "factor")) {
			return 100, true
		}
		return 1, c.unit.per == "" && listed(" d night week month year h reading times ", c.unit.dim)
	}
	if by, ok := c.unit.factor(en.unit); ok {
		return by, true
	}
	if c.unit.per != "" && en.unit.per == "" && listed(" d night week month year h ", c.unit.per) && perNamed(name, c.unit.per) {
		return unit{c.unit.dim, c.unit.scale, ""}.factor(en.unit)
	}
	return 0, false
}

// perNamed reports whether a fact's name says that it is for each such span, so
// that "kWh a night" may be written for a usual night's kWh.
func perNamed(name, per string) bool {
	words := map[string]string{"d": "day daily", "night": "night nights nightly", "week": "week weekly", "month": "month monthly", "year": "year yearly annual", "h": "hour hourly"}[per]
	for w := range strings.SplitSeq(name, "_") {
		if listed(" "+words+" ", w) {
			return true
		}
	}
	return false
}

func (en entry) fitTime(c claim) misfit {
	for _, t := range en.text {
		if t.kind != c.kind {
			continue
		}
		if c.kind == dateClaim && c.day.within(t.day) || c.kind == clockClaim && c.minute == t.minute {
			return fits
		}
	}
	if en.dated(c.kind) {
		return wrongValue
	}
	if c.kind == clockClaim {
		if contains(en.clocks, c.minute) {
			return fits
		}
		return wrongValue
	}
	for _, d := range en.days {
		if c.day.within(d) {
			return fits
		}
	}
	return wrongValue
}

// dated reports whether the fact's value itself is a date or a time.
func (en entry) dated(kind claimKind) bool {
	for _, t := range en.text {
		if t.kind == kind {
			return true
		}
	}
	return false
}
