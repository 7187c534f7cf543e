package agents

import (
	"strings"
	"time"

	"github.com/eaio/eaio"
)

// cite writes a value and its fact's reference.
func (n *narration) cite(value string, f eaio.Fact) string {
	n.told[f.Ref] = true
	if f.Ref == "" {
		return value
	}
	return value + " [" + f.Ref + "]"
}

// value writes a fact's value with unit and reference; a negative number keeps its
// sign. A unit or a text that would not read back as this very fact is left out.
func (n *narration) value(f eaio.Fact) string {
	if s, ok := n.word(f); ok {
		return n.cite(s, f)
	}
	full := n.cite(formatValue(f, n.loc, n.lang), f)
	if n.holds(full, f) {
		return full
	}
	if x, ok := f.Value.Float(); ok {
		if bare := n.cite(formatNumber(x, n.lang), f); n.holds(bare, f) {
			return bare
		}
	}
	return n.cite(n.say("as recorded", "như đã ghi"), f)
}

// counted writes a count with what it counts before the reference.
func (n *narration) counted(f eaio.Fact, noun string) string {
	x, _ := f.Value.Float()
	if s := n.cite(formatNumber(x, n.lang)+" "+noun, f); n.holds(s, f) {
		return s
	}
	return n.value(f)
}

// holds reports whether the verifier reads a piece of text as this one fact.
func (n *narration) holds(text string, f eaio.Fact) bool {
	e := Evidence{Plan: eaio.Plan{Language: n.lang}, Building: n.e.Building, Results: []eaio.Result{{Facts: []eaio.Fact{f}}}}
	if f.Ref == "" || strings.ContainsAny(strings.TrimSuffix(text, "["+f.Ref+"]"), "[]<>\n") {
		return false
	}
	v := newVerifier(prepare(text), e, n.loc)
	v.check()
	v.checkLinks(v.src)
	return len(v.faults) == 0
}

// size writes a fact's value without its sign, for sentences that tell the
// direction in words.
func (n *narration) size(f eaio.Fact) string {
	return strings.TrimPrefix(n.value(f), "−")
}

// asPercent writes a ratio as a percentage.
func (n *narration) asPercent(f eaio.Fact) string {
	x, _ := f.Value.Float()
	if s := n.cite(formatPercent(x*100, n.lang), f); n.holds(s, f) {
		return s
	}
	return n.value(f)
}

// signOf returns the sign of a numeric fact.
func signOf(f eaio.Fact) int {
	switch x, _ := f.Value.Float(); {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// money writes an amount and, the first time, the price it assumes.
func (n *narration) money(f eaio.Fact) string { return n.assuming(n.value(f)) }

// moneySize is money without its sign.
func (n *narration) moneySize(f eaio.Fact) string { return n.assuming(n.size(f)) }

func (n *narration) assuming(s string) string {
	if p := n.e.priceNote(); p != "" && !n.price {
		n.price = true
		s += n.say(" (at %s)", " (theo %s)", p)
	}
	return s
}

// days writes the days of a fact's window: "on 23 November 2026".
func (n *narration) days(f eaio.Fact) string {
	if !windowed(f) {
		return n.say("up to %s", "đến hết ngày %s", n.asOfDay())
	}
	return formatSpan(f.Window, n.loc, n.lang)
}

// behind is days right behind a fact's value: where its unit is not shown, "ngày" would
// pass for it.
func (n *narration) behind(f eaio.Fact) string {
	if n.vi && f.Unit != "" && formatUnit(f.Unit, n.lang) == "" {
		return "(" + n.days(f) + ")"
	}
	return n.days(f)
}

func windowed(f eaio.Fact) bool {
	return !f.Window.From.IsZero() && f.Window.To.After(f.Window.From)
}

// latest reports whether a fact's window is the last whole day before AsOf.
func (n *narration) latest(f eaio.Fact) bool {
	return windowed(f) && f.Window.To.Equal(n.e.AsOf) && dayOf(f.Window.From.In(n.loc)) == dayOf(n.e.lastDay())
}

// night writes a night by its two dates and its hours.
func (n *narration) night(f eaio.Fact) string {
	if !windowed(f) {
		return n.say("in the latest night", "trong đêm gần nhất")
	}
	from, to := f.Window.From.In(n.loc), f.Window.To.Add(-time.Nanosecond).In(n.loc)
	hours := from.Format("15:04") + "–" + f.Window.To.In(n.loc).Format("15:04")
	switch {
	case dayOf(from) == dayOf(to):
		return n.say("in the night of %s (%s)", "trong đêm ngày %s (%s)", formatDate(to, n.lang), hours)
	case n.vi:
		return "trong đêm từ " + from.Format("02/01") + " đến " + formatDate(to, n.lang) + " (" + hours + ")"
	case from.Month() == to.Month():
		return "in the night from " + from.Format("2") + " to " + formatDate(to, n.lang) + " (" + hours + ")"
	}
	return "in the night from " + from.Format("2 January") + " to " + formatDate(to, n.lang) + " (" + hours + ")"
}

// dayNamed writes the first day of a fact's window.
func (n *narration) dayNamed(f eaio.Fact) string { return formatDate(f.Window.From.In(n.loc), n.lang) }

// morning writes the day on which a fact's window ends.
func (n *narration) morning(f eaio.Fact) string {
	return formatDate(f.Window.To.Add(-time.Nanosecond).In(n.loc), n.lang)
}

// upper starts a sentence with a capital.
func upper(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}
