package agents

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// digitsOf writes x with so many decimals as readers of a language do; group sets off
// the thousands ("" for none).
func digitsOf(x float64, decimals int, lang eaio.Language, group string) string {
	whole, fraction, _ := strings.Cut(fmt.Sprintf("%.*f", decimals, math.Abs(x)), ".")
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteRune(c)
	}
	if fraction != "" {
		b.WriteString(pick(lang == eaio.Vietnamese, ",", ".") + fraction)
	}
	return b.String()
}

// writtenAs returns a number with a unit in every format in which it may stand in an
// answer. All of them keep four figures or more.
func writtenAs(x float64, unit string, lang eaio.Language) []string {
	vi := lang == eaio.Vietnamese
	own := pick(vi, ".", ",")
	places := max(0, 4-len(fmt.Sprintf("%.0f", math.Abs(x))))
	n := digitsOf(x, max(places, 1), lang, own)
	out := []string{
		n + " " + unit, digitsOf(x, 2, lang, "") + " " + unit, digitsOf(x, 2, lang, "\u202f") + " " + unit, digitsOf(x, 2, lang, "\u00a0") + unit,
		pick(vi, "khoảng ", "about ") + n + " " + unit, pick(vi, "xấp xỉ ", "roughly ") + n + " " + unit, "~" + n + " " + unit, "≈ " + n + " " + unit, "**" + n + "** " + unit,
	}
	if x >= 100 {
		k := digitsOf(x/1000, 4, lang, own)
		out = append(out, k+" "+pick(vi, "nghìn ", "thousand ")+unit, k+"k "+unit)
	}
	switch unit {
	case "kWh":
		out = append(out, digitsOf(x/1000, 5, lang, own)+" MWh", digitsOf(x*1000, 0, lang, own)+" Wh", n+" "+pick(vi, "kW·h", "kilowatt-hours"))
	case "%":
		out = append(out, n+"%", n+" "+pick(vi, "phần trăm", "per cent"), n+" "+pick(vi, "%", "percent"))
	case "USD":
		out = append(out, "$"+n, "USD "+n, "US$"+n, n+" "+pick(vi, "đô la", "dollars"), n+" "+pick(vi, "đô-la Mỹ", "US dollars"))
	case "VND":
		out = append(out, n+" "+pick(vi, "đồng", "VND"), n+" ₫")
	}
	return out
}

// sentence puts words into a sentence of the language that cites F1.
func sentence(words string, lang eaio.Language) string {
	return pick(lang == eaio.Vietnamese, "Con số này là ", "The figure is ") + words + " [F1]."
}

func oneFact(f eaio.Fact, lang eaio.Language) Evidence {
	f.Ref, f.Method = "F1", "sum"
	return Evidence{
		Plan: eaio.Plan{Agent: "reporter", Language: lang, Calls: []eaio.Call{{Analysis: "consumption"}}},
		AsOf: time.Date(2031, 7, 20, 0, 0, 0, 0, time.UTC), Building: eaio.Building{ID: "b", Name: "Block", Timezone: "UTC"},
		Results: []eaio.Result{{Analysis: "consumption", Status: eaio.ResultOK, Facts: []eaio.Fact{f}}},
	}
}

var bothLanguages = []eaio.Language{eaio.English, eaio.Vietnamese}

// TestEveryFormatOfTheTruth: a fact may be written in every format, and the same
// format with another value, sign, unit or currency is a lie.
func TestEveryFormatOfTheTruth(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	wrong := map[string][]string{
		"kWh": {"kW", "MWh", "%", "USD"}, "kW": {"kWh", "MW", "%"}, "%": {"kWh", "USD"}, "USD": {"EUR", "VND", "kWh"}, "VND": {"USD", "EUR"}, "kg": {"t", "kWh"},
	}
	accepted, rejected := 0, 0
	for range 60 {
		for unit, others := range wrong {
			x := math.Round(math.Pow(10, 1+4*r.Float64())*100) / 100
			for _, lang := range bothLanguages {
				e := oneFact(eaio.Fact{Name: "mystery_figure", Value: eaio.Number(x), Unit: unit}, lang)
				for _, s := range writtenAs(x, unit, lang) {
					accepted++
					if f := Verify(sentence(s, lang), e); len(f) > 0 {
						t.Fatalf("%s: rejected %q of %v %s: %+v", lang, s, x, unit, f)
					}
				}
				lies := []string{}
				for _, by := range []float64{1.02, .97, 10, .1, 1000, .001} {
					lies = append(lies, writtenAs(x*by, unit, lang)...)
				}
				n := digitsOf(x, 2, lang, "")
				for _, u := range others {
					lies = append(lies, n+" "+u)
				}
				lies = append(lies, "−"+n+" "+unit, "-"+n+" "+unit, pick(lang == eaio.Vietnamese, "âm ", "minus ")+n+" "+unit)
				for _, s := range lies {
					rejected++
					if f := Verify(sentence(s, lang), e); len(f) == 0 {
						t.Fatalf("%s: accepted %q of %v %s", lang, s, x, unit)
					}
				}
			}
		}
	}
	t.Logf("%d truths, %d lies", accepted, rejected)
}

// TestEverySignOfTheTruth: a difference below zero is told by its sign or by a word,
// and never by the other one.
func TestEverySignOfTheTruth(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 100 {
		x := math.Round(math.Pow(10, 1+3*r.Float64())*10) / 10
		for _, negative := range []bool{true, false} {
			for _, lang := range bothLanguages {
				n := digitsOf(x, 1, lang, "") + " %"
				down := []string{"−" + n, "-" + n, "minus " + n, "down " + n, n + " less", "a fall of " + n, n + " lower"}
				up := []string{"+" + n, "up " + n, n + " more", "a rise of " + n, n + " higher"}
				if lang == eaio.Vietnamese {
					down = []string{"−" + n, "-" + n, "âm " + n, "giảm " + n, n + " thấp hơn", "thấp hơn " + n, "ít hơn " + n}
					up = []string{"+" + n, "tăng " + n, "cao hơn " + n, "nhiều hơn " + n}
				}
				truths, lies, value := up, down, x
				if negative {
					truths, lies, value = down, append(up, n), -x
				}
				e := oneFact(eaio.Fact{Name: "change_percent", Value: eaio.Number(value), Unit: "%"}, lang)
				for _, s := range truths {
					if f := Verify(sentence(s, lang), e); len(f) > 0 {
						t.Fatalf("%s: rejected %q of %v: %+v", lang, s, value, f)
					}
				}
				for _, s := range lies {
					if f := Verify(sentence(s, lang), e); len(f) == 0 {
						t.Fatalf("%s: accepted %q of %v", lang, s, value)
					}
				}
			}
		}
	}
}

// numberWords are the numbers up to twelve.
func numberWords(lang eaio.Language) []string {
	if lang == eaio.Vietnamese {
		return strings.Split("không một hai ba bốn năm sáu bảy tám chín mười mười_một mười_hai", " ")
	}
	return strings.Fields("zero one two three four five six seven eight nine ten eleven twelve")
}

func TestNumberWordsToTwelve(t *testing.T) {
	for _, lang := range bothLanguages {
		words := numberWords(lang)
		nouns := pick(lang == eaio.Vietnamese, "đêm,kWh,phần trăm,giờ", "nights,kWh,percent,hours")
		units := map[string]string{"đêm": "nights", "nights": "nights", "kWh": "kWh", "phần trăm": "%", "percent": "%", "giờ": "h", "hours": "h"}
		for noun := range strings.SplitSeq(nouns, ",") {
			for n := 2; n <= 12; n++ {
				e := oneFact(eaio.Fact{Name: "mystery_figure", Value: eaio.Number(float64(n)), Unit: units[noun]}, lang)
				for k := 2; k <= 12; k++ {
					s := strings.ReplaceAll(words[k], "_", " ") + " " + noun
					if f := Verify(sentence(s, lang), e); (len(f) == 0) != (k == n) {
						t.Errorf("%s: %q for %d %s: %+v", lang, s, n, noun, f)
					}
				}
			}
		}
	}
}

// datesAs writes a day in every format of a language.
func datesAs(d time.Time, lang eaio.Language) []string {
	if lang == eaio.Vietnamese {
		return []string{
			d.Format("ngày 2/1/2006"), d.Format("02/01/2006"), d.Format("2006-01-02"), d.Format("ngày 2 tháng 1 năm 2006"), d.Format("ngày 02.01.2006"), d.Format("2-1-2006"), d.Format("2 tháng 1, 2006"),
			"ngày " + vietnameseDay(d.Day()) + d.Format(" tháng 1 năm 2006"),
		}
	}
	suffix := "th"
	if n := d.Day() % 10; n >= 1 && n <= 3 && d.Day()/10 != 1 {
		suffix = []string{"st", "nd", "rd"}[n-1]
	}
	return []string{
		d.Format("2 January 2006"), d.Format("January 2, 2006"), d.Format("2006-01-02"), d.Format("Jan 2, 2006"), d.Format("2 Jan 2006"), d.Format("02.01.2006"),
		d.Format("2") + suffix + d.Format(" of January 2006"), d.Format("January 2") + suffix + d.Format(", 2006"), d.Format("Monday, 2 January 2006"),
		"the " + englishDay(d.Day()) + d.Format(" of January 2006"),
	}
}

func vietnameseDay(n int) string {
	words := numberWords(eaio.Vietnamese)
	switch {
	case n <= 12:
		return strings.ReplaceAll(words[n], "_", " ")
	case n < 20:
		return "mười " + strings.Replace(words[n%10], "năm", "lăm", 1)
	}
	tens := words[n/10] + " mươi"
	switch n % 10 {
	case 0:
		return tens
	case 1:
		return tens + " mốt"
	case 5:
		return tens + " lăm"
	}
	return tens + " " + words[n%10]
}

func englishDay(n int) string {
	for w := range strings.FieldsSeq(ordinalWords) {
		if name, v, _ := strings.Cut(w, "="); v == fmt.Sprint(n) {
			return name
		}
	}
	return pick(n < 30, "twenty-", "thirty-") + englishDay(n%10)
}

// TestEveryDateOfTheTruth: another day, month or year in the same format is a lie.
func TestEveryDateOfTheTruth(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 150 {
		d := time.Date(2020+r.IntN(9), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
		for _, lang := range bothLanguages {
			e := oneFact(eaio.Fact{Name: "highest_day", Value: eaio.Text(d.Format(time.DateOnly))}, lang)
			for _, s := range datesAs(d, lang) {
				if f := Verify(sentence(s, lang), e); len(f) > 0 {
					t.Fatalf("%s: rejected %q of %s: %+v", lang, s, d.Format(time.DateOnly), f)
				}
			}
			for _, other := range []time.Time{d.AddDate(0, 0, 1), d.AddDate(0, 0, -1), d.AddDate(0, 1, 0), d.AddDate(0, -1, 0), d.AddDate(1, 0, 0), d.AddDate(-1, 0, 0)} {
				if other.Day() == int(d.Month()) && other.Month() == time.Month(d.Day()) {
					continue // 3/4 is 4/3
				}
				for _, s := range datesAs(other, lang) {
					if f := Verify(sentence(s, lang), e); len(f) == 0 {
						t.Fatalf("%s: accepted %q of %s", lang, s, d.Format(time.DateOnly))
					}
				}
			}
		}
	}
}

// TestEveryRangeOfTheTruth: both ends of a range must be facts.
func TestEveryRangeOfTheTruth(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 200 {
		low := float64(2 + r.IntN(900))
		high := low + float64(1+r.IntN(900))
		for _, lang := range bothLanguages {
			e := oneFact(eaio.Fact{Name: "low_figure", Value: eaio.Number(low), Unit: "kW"}, lang)
			e.Results[0].Facts = append(e.Results[0].Facts, eaio.Fact{Ref: "F2", Name: "high_figure", Value: eaio.Number(high), Unit: "kW", Method: "sum"})
			formats := []string{"between %.0f and %.0f kW", "from %.0f to %.0f kW", "%.0f–%.0f kW", "%.0f-%.0f kW", "%.0f kW to %.0f kW", "%.0f to %.0f kilowatts"}
			if lang == eaio.Vietnamese {
				formats = []string{"từ %.0f đến %.0f kW", "trong khoảng %.0f–%.0f kW", "từ %.0f kW đến %.0f kW", "từ %.0f tới %.0f kW", "giữa %.0f và %.0f kW", "%.0f-%.0f kW"}
			}
			for _, format := range formats {
				say := func(a, b float64) string { return fmt.Sprintf(format, a, b) + " [F1, F2]." }
				if f := Verify(say(low, high), e); len(f) > 0 {
					t.Fatalf("%s: rejected %q: %+v", lang, say(low, high), f)
				}
				for _, lie := range []string{say(low+1, high+1), say(low, high+1+low), say(low/2+.5*math.Mod(low, 2)-1, high)} {
					if strings.Contains(lie, fmt.Sprintf("%.0f", low)) && strings.Contains(lie, fmt.Sprintf("%.0f", high)) {
						continue
					}
					if f := Verify(lie, e); len(f) == 0 && high != low+1 {
						t.Fatalf("%s: accepted %q of %v to %v", lang, lie, low, high)
					}
				}
			}
		}
	}
}
