package retrieval

import (
	"strings"

	eaio "github.com/eaio/eaio"
)

// units are those whose denominator stays with them.
var units = set("wh kwh mwh gwh w kw mw btu kbtu mmbtu therm kg g l m3 usd vnd j mj gj")

// The stop lists hold words of grammar only. A word that can carry a question
// ("on", "off", "how", "why", "so" in "so sánh") is not in the list of its language.
var (
	english = set(`a an and are as at be been being but by can could did do does for from had has have i if in into is it its
me my of or our should some such than that the their them then there these they this those to was we were what which who will with would you your`)
	vietnamese = set(`và là của cho các những một này đó thì mà được bị với từ trong trên dưới ở ra vào đã đang sẽ có không cũng như khi nếu
vì nên tôi chúng ta bạn hãy gì nào sao ạ nhé để theo bởi tại hay hoặc về rất đến tới`)
)

// stopWords returns the list of a language; no list for an unknown one.
func stopWords(language eaio.Language) map[string]bool {
	switch language {
	case eaio.English:
		return english
	case eaio.Vietnamese:
		return vietnamese
	}
	return nil
}

func set(words string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}
