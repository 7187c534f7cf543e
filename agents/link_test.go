package agents

import (
	"slices"
	"strings"
	"testing"
)

// TestLinksAreRefused: whatever could make a reader's program fetch, run or open.
func TestLinksAreRefused(t *testing.T) {
	e := verifyEvidence(t)
	for _, link := range []string{
		"https://evil.example/?q=312", "http://x", "ftp://x/y", "www.evil.example", "evil.com", "see evil.example for more", "evil.com/312", "ab.cd/q?x", "//evil.com/x",
		"[click](evil)", "![chart](x)", "![chart][1]", "[1]: evil", "[a][b]\n[b]: x", "<https://x>", "<img src=x>", "<script>alert()</script>", "<script src=x>", "<svg/onload=x>", "<!-- x -->", "<?php x ?>", "</p>", "<B>",
		"javascript:alert()", "JavaScript:x", "data:text/html,x", "data:image/svg+xml,x", "mailto:a@b.example", "write to a.b@evil.example", "&lt;script&gt;", "&#x3c;script", "еvil.com", // a Cyrillic е
	} {
		faults := Verify("Last night it used 312 kWh [F1], "+link, e)
		if !slices.ContainsFunc(faults, func(f Fault) bool { return f.Reason == FaultLink }) {
			t.Errorf("%q: %+v", link, faults)
		}
	}
	for _, plain := range []string{"312 kWh [F1].Then it fell.", "use < usual", "[F1][F2] agree: 312 kWh", "e.g. the pumps; i.e. 312 kWh [F1]", "312 kWh [F1] (see [D1])", "Note: 312 kWh [F1]", "R&D used 312 kWh [F1]"} {
		if slices.ContainsFunc(Verify(plain, e), func(f Fault) bool { return f.Reason == FaultLink }) {
			t.Errorf("%q is taken for a link", plain)
		}
	}
}

// TestInvisibleIsStripped: nothing that a reader cannot see stays in a text.
func TestInvisibleIsStripped(t *testing.T) {
	ranges := [][2]rune{{0xE0000, 0xE007F}, {0xFE00, 0xFE0F}, {0x200B, 0x200D}, {0x2060, 0x2060}, {0x202A, 0x202E}, {0x2066, 0x2069}, {0xE0100, 0xE01EF}, {0xFEFF, 0xFEFF}, {0x00AD, 0x00AD}, {0x180E, 0x180E}}
	for _, span := range ranges {
		for r := span[0]; r <= span[1]; r++ {
			if got := Clean("3" + strings.Repeat(string(r), 3) + "12 kWh"); got != "312 kWh" {
				t.Errorf("%U stays: %q", r, got)
			}
		}
	}
}
