package agents

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/eaio/eaio"
)

// Fault is one thing in a text that the evidence does not support.
type Fault struct {
	Text   string `json:"text"`             // as written, bounded
	Reason string `json:"reason"`           // one of the Fault reasons
	Detail string `json:"detail,omitempty"` // what the evidence says instead
}

// The reasons of faults.
const (
	FaultEmpty       = "empty"             // nothing was said
	FaultUnsupported = "unsupported"       // no fact and no input has this number
	FaultUnreadable  = "unreadable"        // a number that cannot be read, so cannot be checked
	FaultCited       = "contradicts_fact"  // it cites a fact that says something else
	FaultUnit        = "wrong_unit"        // the value exists, in another unit
	FaultDirection   = "wrong_direction"   // up instead of down, or no word for either
	FaultReference   = "unknown_reference" // no such fact or passage
	FaultWeekday     = "wrong_weekday"     // the date is another day of the week
	FaultNoFact      = "no_fact"           // facts exist and the text uses none
	FaultLink        = "link"              // addresses come from citations only
	FaultLanguage    = "wrong_language"
	FaultForeign     = "other_building"        // a building that is neither the task's nor in its evidence
	FaultPlan        = "malformed_plan"        // a plan that is not one of the typed calls on offer
	FaultOverclaimed = "inconclusive_not_said" // a saving within its band, and the first sentence does not say so
)

// maxFaults bounds what is reported of one text.
const maxFaults = 20

// Verify checks a text, as Clean leaves it, against the evidence. Every number in
// it (digits or words, with unit, percent sign, currency, as a date or as a time
// of day) must be a fact's or the input's, within rounding: equal to the fact
// rounded to the places written, or to three or more significant figures. A
// number that stands right before its reference must fit that very fact; the
// direction of a difference must be told. No fault means that the text may be
// shown. A date must belong to a fact that its sentence cites. Whether words draw the right conclusion is beyond what Verify sees.
func Verify(text string, e Evidence) []Fault {
	prepared := prepare(text)
	if prepared == "" {
		return []Fault{{Reason: FaultEmpty}}
	}
	v := newVerifier(prepared, e, e.location())
	v.check()
	v.checkLinks(v.src)
	if name := e.foreignName(prepared); name != "" {
		v.fault(Fault{Text: name, Reason: FaultForeign})
	}
	if slices.ContainsFunc(e.Results, openSaving) && !saysInconclusive(v.src) {
		v.fault(Fault{Text: firstSentence(v.src), Reason: FaultOverclaimed, Detail: "the band of the saving crosses zero"})
	}
	if want := e.language(); otherLanguage(v.src, want) && otherLanguage(mask(v.src, e.words()), want) {
		v.fault(Fault{Reason: FaultLanguage, Detail: "answer in " + string(want)})
	}
	if len(v.faults) == 0 && len(v.order) > 0 && !v.used && len(e.Plan.Calls) > 0 {
		v.fault(Fault{Reason: FaultNoFact, Detail: "use the facts and cite them"})
	}
	return v.faults
}

// openSaving reports whether a result is a saving whose band crosses zero.
func openSaving(r eaio.Result) bool {
	_, ok := r.Fact("avoided_energy_use")
	return ok && r.Analysis == analysisSavings && r.Status == eaio.ResultInconclusive
}

// saysInconclusive reports whether the first sentence says that nothing is shown.
func saysInconclusive(prepared string) bool {
	first := strings.ToLower(firstSentence(prepared))
	for _, w := range []string{"inconclusive", "chưa thể kết luận", "không thể kết luận", "chưa kết luận được", "không kết luận được"} {
		if strings.Contains(first, w) {
			return true
		}
	}
	return false
}

// firstSentence ends at the first full stop, question mark or exclamation mark before
// a space, or at the end of the line.
func firstSentence(s string) string {
	for i, r := range s {
		if r == '\n' || strings.ContainsRune(".!?", r) && (i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\n') {
			return s[:i]
		}
	}
	return s
}

// mask replaces names on word borders by a placeholder, long ones first.
func mask(prepared string, names []string) string {
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	for _, n := range names {
		prepared = replaceFold(prepared, prepare(n), string(placeholder))
	}
	return prepared
}

func borderBefore(s string) bool {
	r := []rune(s[max(0, len(s)-4):])
	return len(r) == 0 || !isWordRune(r[len(r)-1]) && !unicode.IsDigit(r[len(r)-1])
}

func borderAfter(s string) bool {
	for _, r := range s {
		return !isWordRune(r) && !unicode.IsDigit(r)
	}
	return true
}

// verifier walks the mentions of one text.
type verifier struct {
	*scanner
	ledger
	sentence []int            // of each mention
	cited    map[int][]string // the facts that each sentence cites
	segment  []int            // the sentence of each token
	tells    []bool           // of each sentence: it speaks of what was asked
	faults   []Fault
	used     bool // a fact was used or cited
}

func newVerifier(prepared string, e Evidence, loc *time.Location) *verifier {
	l := newLedger(e, loc)
	return &verifier{scanner: newScanner(mask(prepared, e.names()), l.extra, e.language()), ledger: l}
}

func (v *verifier) fault(f Fault) {
	f.Text = excerpt(strings.ReplaceAll(f.Text, string(placeholder), "…"), 60)
	if len(v.faults) < maxFaults && !contains(v.faults, f) {
		v.faults = append(v.faults, f)
	}
}

func (v *verifier) check() {
	v.findTelling()
	v.sentence = make([]int, len(v.out))
	for i := 1; i < len(v.out); i++ {
		v.sentence[i] = v.sentence[i-1]
		if v.sentenceEnds(v.out[i-1].last, v.out[i]) {
			v.sentence[i]++
		}
	}
	v.cited = map[int][]string{}
	for i, m := range v.out {
		for _, r := range m.refs {
			if _, ok := v.entries[r]; ok {
				v.cited[v.sentence[i]] = append(v.cited[v.sentence[i]], r)
			}
		}
	}
	for i, m := range v.out {
		if m.isRef() {
			v.checkRefs(m)
		} else {
			v.checkMention(i, v.cites(i), v.citedLater(i))
		}
	}
}

// cites returns the entries that the mention's reference names, if one stands
// right behind it: nothing but marks and closing brackets between.
func (v *verifier) cites(i int) []entry {
	if i+1 >= len(v.out) || !v.out[i+1].isRef() {
		return nil
	}
	noun := 0
	if c := v.out[i].claims; len(c) > 0 && c[0].kind == quantityClaim && c[0].unit.dim == "" && c[0].noun != "" {
		noun = 2 // "3 worst nights [F4]"
	}
	for j := v.out[i].last; j < v.out[i+1].first; j++ {
		if v.t[j].kind == wordToken && noun > 0 {
			noun--
		} else if !strings.Contains("*_`\"”’')]([【,.;:", v.t[j].text) {
			return nil
		}
	}
	return v.named(v.out[i+1])
}

// citedLater returns the entries of the next reference in the same sentence if the
// mention is the last figure before it and the reference names a figure at all.
func (v *verifier) citedLater(i int) []entry {
	if i+1 >= len(v.out) || !v.out[i+1].isRef() || v.sentenceEnds(v.out[i].last, v.out[i+1]) {
		return nil
	}
	out := v.named(v.out[i+1])
	if !slices.ContainsFunc(out, func(en entry) bool { return en.numeric }) {
		return nil
	}
	return out
}

func (v *verifier) named(ref mention) []entry {
	var out []entry
	for _, r := range ref.refs {
		if en, ok := v.entries[r]; ok {
			out = append(out, en)
		}
	}
	return out
}

// sentenceEnds reports whether a sentence ends between token from and m. A
// reference right behind a full stop belongs to the sentence before it.
func (v *verifier) sentenceEnds(from int, m mention) bool {
	for j := from; j < m.first && j < len(v.t); j++ {
		if v.t[j].line && j > from {
			return true
		}
		if !strings.Contains(".!?", v.t[j].text) {
			continue
		}
		for k := j + 1; k < m.first; k++ {
			if v.t[k].kind != symbolToken {
				return true
			}
		}
		if !m.isRef() {
			return true
		}
	}
	return false
}

func (v *verifier) checkRefs(m mention) {
	for _, r := range m.refs {
		if _, ok := v.entries[r]; ok {
			v.used = true
		} else if !v.docs[r] {
			v.fault(Fault{Text: r, Reason: FaultReference, Detail: "there is no such fact or passage"})
		}
	}
}

// checkMention reports a mention of which no reading is supported.
func (v *verifier) checkMention(i int, right, later []entry) {
	m := v.out[i]
	if len(m.claims) == 0 {
		v.fault(Fault{Text: m.text, Reason: FaultUnreadable, Detail: "write numbers as the facts give them"})
		return
	}
	v.checkWeekday(m)
	direction := v.direction(i)
	best := wrongValue
	for _, c := range v.beyond(i, narrow(m.claims, right), right) {
		got := v.support(i, c, right, later, direction)
		if got == fits {
			return
		}
		best = min(best, got)
	}
	f := Fault{Text: m.text, Reason: FaultUnsupported}
	switch {
	case best == wrongDirection:
		f.Reason = FaultDirection
	case best == wrongUnit:
		f.Reason = FaultUnit
	case len(right) > 0:
		f.Reason = FaultCited
	}
	if len(right) > 0 {
		f.Detail = right[0].describe()
	}
	v.fault(f)
}

// narrow drops the readings as date or time of a number that cites a figure: "5
// giờ [F3]" is the five hours of F3, not five o'clock.
func narrow(claims []claim, right []entry) []claim {
	figure := slices.ContainsFunc(right, func(en entry) bool { return en.numeric })
	quantity := slices.ContainsFunc(claims, func(c claim) bool { return c.kind == quantityClaim })
	if !figure || !quantity {
		return claims
	}
	return slices.DeleteFunc(slices.Clone(claims), func(c claim) bool { return c.kind != quantityClaim })
}

// beyond reads what follows the reference of a figure and still belongs to it:
// "312 [F1] MWh", "12 kWh [F7] per day". A multiple there supports nothing.
func (v *verifier) beyond(i int, claims []claim, right []entry) []claim {
	if len(right) == 0 {
		return claims
	}
	j := v.out[i+1].last
	for j < len(v.t) && strings.Contains("*_`)]】", v.t[j].text) && !v.t[j].line {
		j++
	}
	if j >= len(v.t) || v.t[j].line {
		return claims
	}
	rest := v.t[j:]
	if _, ok := multiplier(rest[0].low); ok && rest[0].low != "k" {
		return nil
	}
	u, n := readUnit(rest, v.scanner.extra)
	per, k := "", 0
	if listed(" per each every / mỗi cho trên ", rest[0].low) {
		per, k = readPer(rest)
	}
	out := slices.Clone(claims)
	for c := range out {
		switch {
		case out[c].kind != quantityClaim:
		case n > 0 && out[c].unit.dim == "":
			out[c].unit, out[c].noun = u, ""
		case k > 0 && out[c].unit.dim != "":
			out[c].unit.per = strings.TrimPrefix(out[c].unit.per+"/"+per, "/")
		}
	}
	return out
}

// support looks for what a claim rests on: the facts it cites alone if it cites
// some, else the facts cited at the end of its clause or an input, else any fact.
func (v *verifier) support(i int, c claim, right, later []entry, direction int) misfit {
	best := wrongValue
	try := func(en entry, cited bool) {
		best = min(best, en.fit(c, cited, direction))
	}
	switch {
	case len(right) > 0:
		strict := c.kind == quantityClaim
		for _, en := range right {
			strict = strict || en.dated(c.kind)
		}
		for _, en := range right {
			if !strict || c.kind == quantityClaim || en.dated(c.kind) {
				try(en, true)
			}
		}
		if !strict && v.input(c, v.told(i)) {
			return fits
		}
	case len(later) > 0 && c.kind == quantityClaim:
		for _, en := range later {
			try(en, false)
		}
		if best != fits && v.input(c, v.told(i)) {
			return fits
		}
	default:
		if v.input(c, v.told(i)) {
			return fits
		}
		for _, ref := range v.order {
			if c.kind == quantityClaim || v.near(i, ref) {
				try(v.entries[ref], false)
			}
		}
	}
	if best == fits {
		v.used = v.used || c.kind == quantityClaim
	}
	return best
}

// told reports whether the sentence of a mention says that its figure was asked, not
// found.
func (v *verifier) told(i int) bool { return v.tells[v.segment[v.out[i].first]] }

// findTelling notes for each token which sentence it is in, and for each sentence
// whether it speaks of what was asked.
func (v *verifier) findTelling() {
	v.segment, v.tells = make([]int, len(v.t)), []bool{false}
	for j, t := range v.t {
		if j > 0 && (t.line || strings.Contains(".!?", v.t[j-1].text)) {
			v.tells = append(v.tells, false)
		}
		v.segment[j] = len(v.tells) - 1
		if listed(" asked asking ask question you your said mentioned hỏi câu bạn nêu nói ", t.low) {
			v.tells[v.segment[j]] = true
		}
	}
}

// near reports whether a date may speak of a fact: one that its sentence cites, or
// any if it cites none.
func (v *verifier) near(i int, ref string) bool {
	cited := v.cited[v.sentence[i]]
	return len(cited) == 0 || contains(cited, ref)
}

func (v *verifier) checkWeekday(m mention) {
	if m.weekday < 0 {
		return
	}
	for _, c := range m.claims {
		if c.kind != dateClaim || c.day.day == 0 || c.day.month == 0 {
			continue
		}
		for _, full := range v.fullDays(c.day) {
			if int(time.Date(full.year, time.Month(full.month), full.day, 0, 0, 0, 0, time.UTC).Weekday()) == m.weekday {
				return
			}
		}
	}
	v.fault(Fault{Text: m.text, Reason: FaultWeekday})
}

// fullDays completes a date without a year from the dates of the evidence.
func (v *verifier) fullDays(d day) []day {
	if d.year != 0 {
		return []day{d}
	}
	var out []day
	for _, c := range v.inputs {
		if c.kind == dateClaim && c.day.year != 0 && d.within(c.day) {
			out = append(out, c.day)
		}
	}
	for _, ref := range v.order {
		en := v.entries[ref]
		for _, full := range en.days {
			if d.within(full) {
				out = append(out, full)
			}
		}
		for _, c := range en.text {
			if c.kind == dateClaim && c.day.year != 0 && d.within(c.day) {
				out = append(out, c.day)
			}
		}
	}
	return out
}

// Words that tell the direction of a difference.
const (
	wordsUp = " up rose rise rises risen rising increase increased increases increasing higher more above exceed exceeds exceeded exceeding grew grow grows grown growth extra additional surplus " +
		"jump jumped climb climbed climbing plus greater tăng vượt thừa dôi "
	wordsDown = " down fell fall falls fallen falling decrease decreased decreases decreasing drop drops dropped dropping lower less fewer below reduce reduced reduces reduction reductions " +
		"decline declined declines declining dip dipped cut shrank minus saved saves saving savings smaller giảm bớt tiết hụt "
	wordsNot = " not no never without isn't didn't neither nor không chưa chẳng "
)

// direction reads up (+1) or down (−1) from the words around a mention: those
// right behind its reference first, else the nearest before it in its clause, else
// those between it and its reference.
func (v *verifier) direction(i int) int {
	m := v.out[i]
	end := m.last
	if i+1 < len(v.out) && v.out[i+1].isRef() {
		end = v.out[i+1].last
		if v.sentenceEnds(m.last, v.out[i+1]) {
			end = m.last
		}
	}
	for end < len(v.t) && strings.Contains("*_`\"”)]】", v.t[end].text) {
		end++
	}
	if d := v.wordDirection(end); d != 0 {
		return d
	}
	first := 0
	if i > 0 {
		first = v.out[i-1].last
	}
	for j := m.first - 1; j >= max(first, m.first-9); j-- {
		if strings.Contains(".!?;", v.t[j].text) || v.t[j+1].line || v.low(j) == ":" && j < m.first-1 {
			break
		}
		if d := v.wordDirection(j); d != 0 && !(v.low(j+1) == "than" && j+2 == m.first) {
			if j > 0 && listed(wordsNot, v.low(j-1)) {
				return 0
			}
			return d
		}
	}
	if d := v.wordDirection(m.last); d != 0 && end > m.last && !v.t[m.last].line && !v.isUnit(i+1, m.last) { // "7 % lower [F3]"
		return d
	}
	if i > 1 && v.out[i-1].isRef() && !v.out[i-2].isRef() && v.joined(v.out[i-1].last, m.first) {
		return v.direction(i - 2) // "down 5 % [F1] or 12 kWh [F2]"
	}
	return 0
}

// isUnit reports whether a token is how a fact that mention i cites writes its unit.
func (v *verifier) isUnit(i, token int) bool {
	return i < len(v.out) && slices.ContainsFunc(v.named(v.out[i]), func(en entry) bool { return en.unit.dim == v.low(token) })
}

// joined reports whether tokens only join two amounts of one difference.
func (v *verifier) joined(from, to int) bool {
	for j := from; j < to; j++ {
		if !listed(" ] ) ( , or and hay và tức i . e = ", v.low(j)) || v.t[j].line {
			return false
		}
	}
	return to-from <= 5
}

func (v *verifier) wordDirection(j int) int {
	w, next := v.low(j), v.low(j+1)
	switch {
	case w == "", w == "up" && next == "to":
	case next == "hơn" && listed(" cao nhiều lớn ", w):
		return 1
	case next == "hơn" && listed(" thấp ít nhỏ kém ", w):
		return -1
	case listed(wordsUp, w):
		return 1
	case listed(wordsDown, w) && (w != "tiết" || next == "kiệm"):
		return -1
	}
	return 0
}

// otherLanguage reports whether a text is not in the wanted language.
func otherLanguage(masked string, want eaio.Language) bool {
	var letters, vietnamese, foreign int
	for _, r := range strings.ToLower(masked) {
		switch {
		case !unicode.IsLetter(r):
			continue
		case r < 0x80:
		case strings.ContainsRune(vietnameseOnly, r):
			vietnamese++
		case !strings.ContainsRune(vietnameseLetters, r):
			foreign++
		}
		letters++
	}
	switch {
	case foreign*10 > letters:
		return true
	case want == eaio.Vietnamese: // every sixth letter, as people write it
		return letters >= 40 && vietnamese*20 < letters
	}
	return letters >= 20 && vietnamese*20 > letters
}
