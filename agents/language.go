package agents

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/eaio/eaio"
)

// Detect returns the language to answer in and whether the question reads as
// English or Vietnamese (the latter also without accents). A wanted language
// that is offered decides the answer's language; without one, a question in
// neither is answered in English.
func Detect(question string, wanted eaio.Language) (eaio.Language, bool) {
	lang, ok := detect(question)
	if offered(wanted) {
		return wanted, ok
	}
	return lang, ok
}

func offered(l eaio.Language) bool { return l == eaio.English || l == eaio.Vietnamese }

// minShare of a question's words must be common words of a language.
const minShare = 0.3

func detect(question string) (eaio.Language, bool) {
	q := normalise(question)
	if q.foreign*3 > q.letters || len(q.words) == 0 {
		return eaio.English, false
	}
	var en, vi float64
	for i, w := range q.words {
		folded := q.folded[i]
		if q.foreign == 0 && strings.ContainsAny(w, vietnameseOnly) {
			vi += 1.5
		} else if listed(commonVietnamese, folded) {
			vi++
		}
		if listed(commonEnglish, w) {
			en++
		}
	}
	n := float64(q.counted)
	switch {
	case vi > en && vi/n >= minShare:
		return eaio.Vietnamese, true
	case en > 0 && en >= vi && en/n >= minShare:
		return eaio.English, true
	}
	return eaio.English, false
}

// reading of a question, ready for word patterns.
type reading struct {
	words, folded    []string // lower case; folded without accents
	text, foldedText string   // the words between single spaces, one at each end
	letters, foreign int      // letters, and those that neither language writes
	counted          int      // words that hold a letter
}

// normalise reads a question: NFC, lower case, words of letters and digits, and
// a copy without Vietnamese accents.
func normalise(question string) reading {
	s := strings.ToLower(norm.NFKC.String(cutRunes(Clean(question), 4000)))
	var q reading
	words := strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '%'
	})
	for _, w := range words {
		f := fold(w)
		q.words, q.folded = append(q.words, w), append(q.folded, f)
		if strings.ContainsFunc(w, unicode.IsLetter) {
			q.counted++
		}
	}
	for _, r := range s {
		if unicode.IsLetter(r) {
			q.letters++
			if r >= 0x80 && !strings.ContainsRune(vietnameseLetters, r) {
				q.foreign++
			}
		}
	}
	q.text = " " + strings.Join(q.words, " ") + " "
	q.foldedText = " " + strings.Join(q.folded, " ") + " "
	return q
}

// vietnameseLetters are the lower-case letters of Vietnamese outside ASCII, in NFC.
const vietnameseLetters = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"

// vietnameseOnly are those that no big Latin-script neighbour writes: French or
// Spanish accents alone do not make a question Vietnamese.
const vietnameseOnly = "ảạăằắẳẵặầấẩẫậẻẽẹềếểễệỉĩịỏọồốổỗộơờớởỡợủũụưừứửữựỳỷỹỵđ"

// fold removes accents: "đêm qua" becomes "dem qua".
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		case r == 'Đ':
			return 'D'
		}
		return r
	}, norm.NFD.String(s))
}

// has reports whether any phrase occurs on word borders. A phrase with accents is
// looked for as written; one without, in the folded copy, so that it finds
// Vietnamese with and without accents alike.
func (q reading) has(phrases ...string) bool {
	for _, p := range phrases {
		text := q.foldedText
		if p != fold(p) {
			text = q.text
		}
		if strings.Contains(text, " "+p+" ") {
			return true
		}
	}
	return false
}

// listed reports whether word stands in list, whose words are set off by spaces.
func listed(list, word string) bool { return strings.Contains(list, " "+word+" ") }

// The words by which a question is known for English or, without accents, for
// Vietnamese; "nam", "me" and the like, common in third languages, are left out.
const (
	commonEnglish = " what which how why when where who was were is are be been did do does can could should would will much many " +
		"the of for at to from with than and or any our my your this that these those it its there we i you me show tell give compare report " +
		"last night today yesterday week month year day days same first top next end more less higher lower between since about " +
		"energy electricity consumption consume consumed use used using usage power kwh bill cost costs pay price money building buildings site data " +
		"quality missing trend trends pattern patterns unusual anomaly anomalies base load baseload peak demand overnight left on off save saved savings " +
		"forecast predict optimise optimize reduce improve factors affecting retrofit carbon co2 emissions fix happened meter meters readings average total summary " +
		"anything strange odd happen still running cut high low waste wasted hours weekend schedule running best worst please " + "a an in on by "
	commonVietnamese = " la gi nao bao nhieu tai sao vi the co khong cua cho va voi trong ngay tuan thang nam dem hom nay qua truoc sau cuoi dau " +
		"toa nha tieu thu dien nang luong su dung chi phi tien hoa don so sanh cung ky ngoai du bao doan hien thi cao hon thap bat thuong xu huong " +
		"phai tra dua tren yeu to anh huong den nhat can sua chua cai tao tiet kiem duoc do luong cai cac nhung mot hai ba bon cach lam toi uu hoa " +
		"giam tang phu tai nen gio ngoai lich van hanh chat thieu lieu moi hay vua roi dang con bat tat phat thai mau hinh nguyen nhan toi chung ta hang "
)
