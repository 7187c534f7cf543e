package agents

import (
	"math"
	"strconv"
	"strings"

	"github.com/eaio/eaio"
)

// numeral is one reading of a written number: its value and the size of one unit
// in its last written place.
type numeral struct {
	value float64
	step  float64
	whole bool // written without a decimal mark
}

// readNumeral returns every reading of digits with separators, in English and in
// Vietnamese and continental style: "1,234" is 1234 or 1.234. No reading means
// that the separators make no number.
func readNumeral(s string) []numeral {
	if len(s) > 60 {
		return nil
	}
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(s, "’", "'"), "٫", ","), "٬", "'")
	var seps []byte
	groups := strings.FieldsFunc(s, func(r rune) bool {
		if r >= '0' && r <= '9' {
			return false
		}
		seps = append(seps, byte(r))
		return true
	})
	if len(groups) != len(seps)+1 {
		return nil
	}
	var out []numeral
	if grouped(groups, seps) {
		out = append(out, decimal(strings.Join(groups, ""), ""))
	}
	last := len(seps) - 1
	if last < 0 || seps[last] != '.' && seps[last] != ',' || strings.Count(string(seps), string(seps[last])) > 1 {
		return out
	}
	if whole := groups[:last+1]; grouped(whole, seps[:last]) {
		out = append(out, decimal(strings.Join(whole, ""), groups[last+1]))
	}
	return out
}

// asRead keeps the reading of digits that readers of a language have where there are
// two: "1,234" is 1234 in English and 1.234 in Vietnamese.
func asRead(s string, nums []numeral, lang eaio.Language) []numeral {
	if len(nums) != 2 || lang == "" {
		return nums
	}
	if strings.Contains(s, ".") == (lang == eaio.Vietnamese) {
		return nums[:1] // thousands
	}
	return nums[1:]
}

// grouped reports whether digits are one group, or thousands set off alike.
func grouped(groups []string, seps []byte) bool {
	if len(groups) == 1 {
		return true
	}
	if len(groups[0]) > 3 || groups[0][0] == '0' {
		return false
	}
	for i, sep := range seps {
		if sep != seps[0] || len(groups[i+1]) != 3 {
			return false
		}
	}
	return true
}

func decimal(whole, fraction string) numeral {
	// Digits only: the error cannot occur, and ParseFloat rounds correctly.
	v, _ := strconv.ParseFloat(whole+"."+fraction, 64)
	return numeral{v, math.Pow10(-len(fraction)), fraction == ""}
}

// scale multiplies a reading, as "k" or "million" does.
func (n numeral) scale(by float64) numeral { return numeral{n.value * by, n.step * by, n.whole} }

// rounds reports whether the written number is f rounded to its last place or,
// without decimals, to three or more significant figures ("12,300"). Coarse numbers, those written in thousands
// or in another unit than the fact's, must keep three figures or be exact. Zero
// stands for less than 0.05 only.
func (n numeral) rounds(f float64, coarse bool) bool {
	if math.IsNaN(f) || math.IsInf(f, 0) || math.IsNaN(n.value) || math.IsInf(n.value, 0) {
		return false
	}
	f = math.Abs(f)
	diff := math.Abs(n.value - f)
	slack := 1e-9 * math.Max(f, n.value)
	if diff <= slack {
		return n.value != 0 || f < 0.05
	}
	if f == 0 || n.value == 0 {
		return f < 0.05 && diff <= n.step/2
	}
	if diff <= n.step/2+slack && (!coarse || n.step <= place(f, 3)) {
		return true
	}
	for figures := 3; n.whole && figures <= 15; figures++ {
		step := place(f, figures)
		if step < n.step*(1-1e-9) {
			return false
		}
		multiple := n.value / step
		if diff <= step/2+slack && math.Abs(multiple-math.Round(multiple)) < 1e-6 {
			return true
		}
	}
	return false
}

// place is the size of the last of so many significant figures of f.
func place(f float64, figures int) float64 {
	return math.Pow(10, math.Floor(math.Log10(f))-float64(figures-1))
}
