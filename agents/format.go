package agents

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/eaio/eaio"
)

// formatNumber writes x with three significant figures, or all digits before the
// decimal mark if those are more, in the manner of the language.
func formatNumber(x float64, lang eaio.Language) string {
	return localise(fixed(x, decimals(x)), lang)
}

// fixed writes x with so many places, fewer where x has no more.
func fixed(x float64, places int) string {
	if x == 0 {
		return "0" // never −0
	}
	s := strconv.FormatFloat(x, 'f', places, 64)
	if exact := strconv.FormatFloat(x, 'f', -1, 64); len(exact) < len(s) {
		return exact
	}
	return s
}

// decimals returns how many places keep three significant figures of x.
func decimals(x float64) int {
	x = math.Abs(x)
	switch {
	case x == math.Trunc(x) || x >= 100:
		return 0
	case x >= 10:
		return 1
	case x >= 1:
		return 2
	}
	return min(2-int(math.Floor(math.Log10(x))), 12)
}

// formatPercent writes a percentage with one place, small ones with two figures.
func formatPercent(x float64, lang eaio.Language) string {
	places := 1
	switch a := math.Abs(x); {
	case a == math.Trunc(a) || a >= 100:
		places = 0
	case a < 1:
		places = min(1-int(math.Floor(math.Log10(a))), 12)
	}
	return localise(fixed(x, places), lang) + "%"
}

// formatMoney writes an amount to the cent, from a thousand on without cents.
func formatMoney(x float64, currency string, lang eaio.Language) string {
	places := 2
	if x == math.Trunc(x) || math.Abs(x) >= 1000 {
		places = 0
	}
	return localise(strconv.FormatFloat(x, 'f', places, 64), lang) + " " + currency
}

// localise sets thousands and the decimal mark: 1,234.5 or 1.234,5.
func localise(s string, lang eaio.Language) string {
	thousands, mark := ",", "."
	if lang == eaio.Vietnamese {
		thousands, mark = ".", ","
	}
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	whole, fraction, ok := strings.Cut(s, ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(thousands)
		}
		b.WriteRune(r)
	}
	if ok {
		b.WriteString(mark + fraction)
	}
	return sign + b.String()
}

// formatUnit writes a fact's unit for a reader.
func formatUnit(u string, lang eaio.Language) string {
	vi := lang == eaio.Vietnamese
	switch u {
	case "degC", "C":
		return "°C"
	case "degF", "F":
		return "°F"
	case "h", "hours":
		return pick(vi, "giờ", "hours")
	case "d", "days":
		return pick(vi, "ngày", "days")
	case "nights":
		return pick(vi, "đêm", "nights")
	}
	if strings.ContainsAny(u, "[]()") || len(scan(prepare(u), nil)) > 0 {
		return "" // it would pass for a number or a reference
	}
	u = strings.NewReplacer("kgCO2", "kg CO2", "/m2", "/m²").Replace(u)
	if vi {
		u = strings.ReplaceAll(u, "/day", "/ngày")
	}
	return u
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// formatDate writes a local day: 24 November 2026 or 24/11/2026.
func formatDate(t time.Time, lang eaio.Language) string {
	if lang == eaio.Vietnamese {
		return t.Format("02/01/2006")
	}
	return t.Format("2 January 2006")
}

// formatSpan writes the days of a window, whose end is exclusive, as a phrase:
// "on 23 November 2026", "from 1 October to 23 November 2026".
func formatSpan(w eaio.Window, loc *time.Location, lang eaio.Language) string {
	from, to := w.From.In(loc), w.To.Add(-time.Nanosecond).In(loc)
	vi := lang == eaio.Vietnamese
	switch {
	case dayOf(from) == dayOf(to):
		return pick(vi, "ngày ", "on ") + formatDate(to, lang)
	case vi:
		return "từ " + formatDate(from, lang) + " đến " + formatDate(to, lang)
	case from.Year() == to.Year():
		return "from " + from.Format("2 January") + " to " + formatDate(to, lang)
	}
	return "from " + formatDate(from, lang) + " to " + formatDate(to, lang)
}

// formatText writes a fact's text: dates, times and stamps in the manner of the
// language, anything else as it is.
func formatText(s string, loc *time.Location, lang eaio.Language) string {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return formatDate(t, lang)
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		t = t.In(loc)
		if lang == eaio.Vietnamese {
			return fmt.Sprintf("%s ngày %s", t.Format("15:04"), formatDate(t, lang))
		}
		return fmt.Sprintf("%s on %s", t.Format("15:04"), formatDate(t, lang))
	}
	if t, err := time.Parse("2006-01", s); err == nil {
		return t.Format(pick(lang == eaio.Vietnamese, "01/2006", "January 2006"))
	}
	return strings.Join(strings.Fields(Clean(s)), " ")
}

// formatValue writes a fact's value with its unit, without its reference.
func formatValue(f eaio.Fact, loc *time.Location, lang eaio.Language) string {
	x, ok := f.Value.Float()
	switch {
	case !ok:
		return formatText(f.Value.String(), loc, lang)
	case math.IsNaN(x) || math.IsInf(x, 0):
		return pick(lang == eaio.Vietnamese, "không xác định", "undefined")
	case f.Unit == "%":
		return formatPercent(x, lang)
	case f.Value.IsText() && isCurrency(f.Unit):
		return formatMoney(x, f.Unit, lang)
	}
	return strings.TrimSpace(formatNumber(x, lang) + " " + formatUnit(f.Unit, lang))
}
