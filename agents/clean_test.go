package agents

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"  plain \r\n\r\n\r\n\r\ntext\t1 ", "plain\n\ntext\t1"},
		{"zero\u200bwidth\u200d\u2060\ufeff", "zerowidth"},
		{"tag\U000E0041\U000E007F", "tag"},
		{"variation\ufe0f\U000E0100", "variation"},
		{"bidi\u202eabc\u202c\u2066", "bidiabc"},
		{"soft\u00adhyphen \u115f\u3164\u180e", "softhyphen"},
		{"bell\x07\x00\x1b[31mred", "bell[31mred"},
		{"bad\xff\xfeutf8", "badutf8"},
		{"e\u0302m qua", "êm qua"},
		{"line\u2028separator\u2029p", "line\nseparator\np"},
		{"private\ue000use", "privateuse"},
		{"\u200b", ""},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	if n := utf8.RuneCountInString(Clean(strings.Repeat("đêm ", 100_000))); n > maxText {
		t.Errorf("%d runes, want at most %d", n, maxText)
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\u200bb\r\n\xff")
	f.Add(strings.Repeat("\u0300", 50))
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if again := Clean(got); again != got {
			t.Errorf("not stable: %q, then %q", got, again)
		}
		for _, r := range got {
			if r != '\n' && r != '\t' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)) || r >= 0xE0000 && r <= 0xE0FFF || r >= 0xFE00 && r <= 0xFE0F {
				t.Errorf("%q keeps %U", got, r)
			}
		}
	})
}

func FuzzVerify(f *testing.F) {
	for _, s := range []string{
		"312 kWh [F1]", "−5,2 % [F8]", "1e309 kWh", "9^9^9", "24/11/2026T25:61", "[F1–F9999]", "(F1, F2) & F3 - F4", "một trăm linh năm phần trăm", "one hundred and and",
		"1.1.1.1.1", "½⅓⅔", "7h30 7 giờ 30 phút chiều", "0000000000000000000000000000000000000000000000001", "$-€5 US$", "ngày ngày tháng năm", "a\u0336b1\u03362", "\xff",
	} {
		f.Add(s)
	}
	e := verifyEvidence(f)
	f.Fuzz(func(t *testing.T, s string) {
		begin := time.Now()
		faults := Verify(s, e)
		if again := Verify(Clean(s), e); len(again) != len(faults) {
			t.Errorf("%q: %d faults, cleaned %d", s, len(faults), len(again))
		}
		if d := time.Since(begin); d > 2*time.Second {
			t.Errorf("%d bytes took %s", len(s), d)
		}
		RepairPrompt(e, s, faults)
	})
}

func TestVerifyIsFastOnHostileText(t *testing.T) {
	e := verifyEvidence(t)
	for _, piece := range []string{"1", "1 ", "1,", "F1,", "[F1–F21]", "- ", "một trăm ", "one hundred and ", "7:", "24/11/", "tháng ", "tower 5 ", "\u0301", "10^", "½", "5–"} {
		begin := time.Now()
		Verify(strings.Repeat(piece, 200_000), e)
		if d := time.Since(begin); d > 3*time.Second {
			t.Errorf("%q repeated took %s", piece, d)
		}
	}
}
