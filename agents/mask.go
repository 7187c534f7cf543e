package agents

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/eaio/eaio"
)

// Identity is all by which somebody could tell which building a text speaks of.
type Identity struct {
	Tenant   string
	Building eaio.Building
	Meters   []eaio.Meter
	Others   []eaio.Building // the tenant's other buildings
}

// Mask hides the names of an Identity in what a model outside is shown and puts them
// back into what it answers. A building is one placeholder ("[SITE-1]") however it is
// written: by name or id, in any case, with or without accents and separators. A single
// telling word of a name, and an address, gets a placeholder of its own. Words that any
// building's name could hold ("office", "tower", "điện") and bare numbers stay. A nil
// Mask hides nothing. It is for one model call and not for concurrent use.
type Mask struct {
	byWord   map[string][]alias // by first word, the longest first
	words    map[string]bool    // telling single words, folded
	byKey    map[string]string  // what was hidden, by what it is → placeholder
	restored map[string]string  // placeholder → name
	count    map[string]int
}

// alias is one way of writing a name.
type alias struct {
	words []string // folded
	kind  string
	name  string // as it is put back; empty: as it was written
}

const (
	maskSite   = "SITE"
	maskMeter  = "METER"
	maskTenant = "TENANT"
	maskWord   = "NAME"
	maskPlace  = "PLACE"
)

// NewMask returns the mask of an identity.
func NewMask(id Identity) *Mask {
	m := &Mask{byWord: map[string][]alias{}, words: map[string]bool{}, byKey: map[string]string{}, restored: map[string]string{}, count: map[string]int{}}
	for _, b := range append([]eaio.Building{id.Building}, id.Others...) {
		name := b.Name
		if len(telling(name)) == 0 {
			name = b.ID
		}
		m.add(maskSite, b.Name, name)
		m.add(maskSite, b.ID, name)
	}
	m.addParts(id.Building.Name)
	for _, meter := range id.Meters {
		m.add(maskMeter, meter.ID, meter.ID)
	}
	for _, place := range []string{id.Building.WeatherStation, id.Building.Source, id.Building.PriceSource} {
		m.add(maskPlace, place, place)
	}
	if id.Tenant != string(eaio.DefaultTenant) {
		m.add(maskTenant, id.Tenant, id.Tenant)
	}
	for first := range m.byWord {
		slices.SortStableFunc(m.byWord[first], func(a, b alias) int { return len(b.words) - len(a.words) })
	}
	return m
}

func (m *Mask) add(kind, text, name string) {
	told := telling(text)
	if len(told) == 0 {
		return
	}
	var folded []string
	for _, w := range placedWords(text) {
		folded = append(folded, w.folded)
	}
	ways := [][]string{folded}
	if joined := strings.Join(folded, ""); len(folded) > 1 && len(joined) >= 6 {
		ways = append(ways, []string{joined})
	}
	for _, words := range ways {
		m.byWord[words[0]] = append(m.byWord[words[0]], alias{words, kind, name})
	}
	for _, w := range told {
		m.words[w] = true
	}
}

// addParts adds the runs of words of a name that hold a telling one: "Hoàn Kiếm" of a
// longer name.
func (m *Mask) addParts(name string) {
	words := placedWords(name)
	for i := range words {
		for j := i + 2; j <= len(words) && len(words) <= 12; j++ {
			if len(telling(name[words[i].from:words[j-1].to])) == 0 {
				continue
			}
			var part []string
			for _, w := range words[i:j] {
				part = append(part, w.folded)
			}
			m.byWord[part[0]] = append(m.byWord[part[0]], alias{part, maskWord, ""})
		}
	}
}

// Hide returns a text without names.
func (m *Mask) Hide(s string) string {
	if m == nil {
		return s
	}
	words := placedWords(s)
	var b strings.Builder
	last := 0
	for i := 0; i < len(words); {
		if isPlaceholder(s, words[i:]) {
			i += 2
			continue
		}
		n, placeholder := m.at(s, words[i:])
		if n == 0 {
			i++
			continue
		}
		b.WriteString(s[last:words[i].from])
		b.WriteString(placeholder)
		last = words[i+n-1].to
		i += n
	}
	return b.String() + s[last:]
}

// at returns how many words from the first on are a name, and what stands for it.
func (m *Mask) at(s string, words []placedWord) (n int, placeholder string) {
	for _, a := range m.byWord[words[0].folded] {
		if !matches(s, words, a.words) || len(a.words) == 1 && !words[0].isName() {
			continue
		}
		n = len(a.words)
		if a.name == "" {
			a.name = s[words[0].from:words[n-1].to]
		}
		return n, m.put(a.kind, a.name, a.name)
	}
	if w := words[0]; m.words[w.folded] && w.isName() {
		return 1, m.put(maskWord, s[w.from:w.to], s[w.from:w.to])
	}
	return 0, ""
}

func (m *Mask) put(kind, key, name string) string {
	key = kind + " " + key
	if p, ok := m.byKey[key]; ok {
		return p
	}
	m.count[kind]++
	p := fmt.Sprintf("[%s-%d]", kind, m.count[kind])
	m.byKey[key], m.restored[p] = p, name
	return p
}

// isPlaceholder reports whether words begin with a placeholder, which must not be hidden
// again.
func isPlaceholder(s string, words []placedWord) bool {
	return len(words) > 1 && listed(" site meter tenant name place ", words[0].folded) && s[words[0].to:words[1].from] == "-" && isDigits(words[1].folded)
}

// placeholderForm is a placeholder as models give it back: with or without brackets, in
// any case.
var placeholderForm = regexp.MustCompile(`(?i)\[?\b(SITE|METER|TENANT|NAME|PLACE)-([0-9]{1,4})\b\]?`)

// Restore puts the names back that were hidden; a placeholder that stands for nothing
// stays, and is no name.
func (m *Mask) Restore(s string) string {
	if m == nil {
		return s
	}
	return placeholderForm.ReplaceAllStringFunc(s, func(p string) string {
		if name, ok := m.restored["["+strings.ToUpper(strings.Trim(p, "[]"))+"]"]; ok {
			return name
		}
		return p
	})
}

// Question hides the names and, since people write them, the addresses of a text from
// outside.
func (m *Mask) Question(s string) string {
	if m == nil {
		return s
	}
	s = Clean(s)
	for _, form := range addressForms {
		s = form.ReplaceAllStringFunc(s, func(place string) string {
			if form == phoneForm && (dateForm.MatchString(place) || digitCount(place) < 9) {
				return place
			}
			return m.put(maskPlace, place, place)
		})
	}
	return m.Hide(s)
}

// Evidence returns evidence as a model outside may see it: question and passages
// without names and addresses. Results stay: Messages hides names in them.
func (m *Mask) Evidence(e Evidence) Evidence {
	if m == nil {
		return e
	}
	e.Request.Question = m.Question(e.Request.Question)
	e.Citations = slices.Clone(e.Citations)
	for i := range e.Citations {
		c := &e.Citations[i]
		c.Title, c.Passage = m.Question(c.Title), m.Question(c.Passage)
	}
	return e
}

// Messages hides names in all messages and tells the model what stands for them.
func (m *Mask) Messages(messages []eaio.Message) []eaio.Message {
	if m == nil {
		return messages
	}
	out := slices.Clone(messages)
	for i := range out {
		out[i].Content = m.Hide(out[i].Content)
	}
	if len(m.restored) > 0 && len(out) > 0 && out[0].Role == eaio.RoleSystem {
		out[0].Content += "\nNames are left out: words like [SITE-1] stand for them. Write such a word as it is wherever you speak of what it names."
	}
	return out
}

// placedWord is a run of letters and digits of a text.
type placedWord struct {
	folded   string // in lower case, without accents
	from, to int
	capital  bool
}

// isName reports whether a word that stands in a name means that name: short ones are
// words of every day unless they begin with a capital ("ngày mai", "Mai") or hold a digit.
func (w placedWord) isName() bool {
	return w.capital || len(w.folded) > 3 || strings.ContainsAny(w.folded, "0123456789")
}

func placedWords(s string) []placedWord {
	var out []placedWord
	start := -1
	end := func(at int) {
		if start >= 0 {
			first, _ := utf8.DecodeRuneInString(s[start:])
			out = append(out, placedWord{strings.ToLower(fold(norm.NFKD.String(s[start:at]))), start, at, unicode.IsUpper(first)})
			start = -1
		}
	}
	for i, r := range s {
		if isWordRune(r) || unicode.IsDigit(r) {
			if start < 0 {
				start = i
			}
		} else {
			end(i)
		}
	}
	end(len(s))
	return out
}

// matches reports whether a text's words begin with those of a name, with nothing but a
// separator of up to three bytes between them.
func matches(s string, words []placedWord, name []string) bool {
	if len(words) < len(name) {
		return false
	}
	for i, n := range name {
		if words[i].folded != n || i > 0 && (words[i].from-words[i-1].to > 3 || strings.Contains(s[words[i-1].to:words[i].from], "\n")) {
			return false
		}
	}
	return true
}

// telling returns the words of a name that could tell it, folded: not those that
// anybody's building or any answer of ours may hold, no single letters and no numbers.
func telling(name string) []string {
	var out []string
	for _, w := range placedWords(name) {
		switch {
		case utf8.RuneCountInString(w.folded) < 2, !strings.ContainsFunc(w.folded, unicode.IsLetter), isReference(w.folded):
		case listed(commonEnglish, w.folded), listed(commonVietnamese, w.folded), listed(genericWords, w.folded), isAnalysis(w.folded):
		default:
			out = with(out, w.folded)
		}
	}
	return out
}

// genericWords are words of many buildings' names and of our own texts, folded.
const genericWords = " office offices tower house hall block center centre campus school college university hospital hotel library lab laboratory labs factory plant warehouse store shop mall market " +
	"station park plaza house home apartment apartments flat flats dormitory dorm lodging residence residential public assembly education healthcare retail services service food industrial manufacturing " +
	"science technology parking religious worship utility other site sites meter meters electricity electric gas water steam heat chilledwater hotwater solar main north south east west central new old " +
	"floor room wing annex annexe department unit zone company city town country state street road avenue data source sample genome project dataset licence license open bill tariff average mean grid " +
	"m2 m3 co2 r2 kwh mwh kw mw usd vnd eur weather temperature degree degrees normal normalised usual unusual facts fact question passages passage rules reference value period quality analysis name status warn " +
	"good fair poor left night nights hour " +
	"toa nha cao oc thap khu chung cu van phong truong hoc dai benh vien khach san thu vien nha may kho sieu thi trung tam cong ty co phan tang phong thanh pho quan huyen phuong xa duong pho so bac nam dong tay " +
	"dien luc moi cu chinh "

// What an address, a way to reach somebody or a place looks like in a text. Streets are
// found by their form, so this hides what people usually write, not everything.
var (
	phoneForm = regexp.MustCompile(`(?:\+[0-9]{1,3}|\b0)[0-9 ().-]{7,16}[0-9]`)
	dateForm  = regexp.MustCompile(`[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}`)

	addressForms = []*regexp.Regexp{
		regexp.MustCompile(`[\p{L}0-9._%+-]+@[\p{L}0-9-]+(?:\.[\p{L}0-9-]+)+`),
		regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>]+`),
		regexp.MustCompile(`-?[0-9]{1,2}\.[0-9]{3,}\s*[,;]\s*-?[0-9]{1,3}\.[0-9]{3,}`),
		regexp.MustCompile(`(?i)\b[0-9]{1,5}[a-z]?,?\s+(?:[\p{L}\p{M}'.-]+\s+){1,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|square|court|highway|hwy|parkway|terrace|crescent)\b\.?`),
		regexp.MustCompile(`(?i:(?:số\s+(?:nhà\s+)?)?[0-9]{1,4}[a-z]?(?:/[0-9]+)*,?\s+(?:đường|duong|phố|pho|ngõ|ngo|hẻm|hem|đại lộ|dai lo)\s+)` + capitals),
		regexp.MustCompile(`(?i:\b(?:phường|phuong|quận|quan|huyện|huyen|thành phố|thanh pho|tp\.?|thị trấn|thi tran|đường|duong)\s+)` + capitals),
		phoneForm,
	}
)

// capitals is a name in capitals, or a district's number.
const capitals = `(?:\p{Lu}[\p{L}\p{M}]*(?:\s+\p{Lu}[\p{L}\p{M}]*){0,4}|[0-9]{1,2}\b)`

func digitCount(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// foreignName returns the name of another building of the tenant in a text; empty where
// there is none. Names that stand in the question or in the evidence may be used.
func (e Evidence) foreignName(text string) string {
	if len(e.Others) == 0 {
		return ""
	}
	allowed := e.Request.Question
	for _, r := range e.Results {
		for _, f := range r.Facts {
			allowed += "\n" + f.Value.String() + "\n" + f.Method
		}
	}
	for _, c := range e.Citations {
		allowed += "\n" + c.Title
	}
	own := NewMask(Identity{Building: e.Building})
	own.words = nil
	text, allowed = own.Hide(text), own.Hide(allowed)
	others := NewMask(Identity{Others: e.Others})
	others.words = nil
	others.Hide(allowed)
	known := len(others.restored)
	others.Hide(text)
	if len(others.restored) == known {
		return ""
	}
	return others.restored["["+maskSite+"-"+strconv.Itoa(known+1)+"]"]
}
