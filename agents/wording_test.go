package agents

import (
	"strings"
	"testing"

	"github.com/eaio/eaio"
)

// TestFixedWordsClaimNothing: no label, reason or word of the tables holds a number.
func TestFixedWordsClaimNothing(t *testing.T) {
	for _, lang := range []eaio.Language{eaio.English, eaio.Vietnamese} {
		n := newNarration(Evidence{Plan: eaio.Plan{Language: lang}})
		for _, reason := range everyReason() {
			if n.reason(reason) == factName(reason) {
				t.Errorf("reason %s is not worded in %s", reason, lang)
			}
			if m := scan(prepare(n.reason(reason)), nil); len(m) > 0 {
				t.Errorf("%q of reason %s claims %q", n.reason(reason), reason, m[0].text)
			}
		}
		for line := range strings.SplitSeq(strings.TrimSpace(labels), "\n") {
			name, _, _ := strings.Cut(line, "|")
			if m := scan(prepare(n.label(name)), nil); len(m) > 0 {
				t.Errorf("label %q of %s claims %q", n.label(name), name, m[0].text)
			}
		}
	}
}
