package retrieval_test

import (
	"testing"

	"github.com/eaio/eaio/retrieval"
	"golang.org/x/text/unicode/norm"
)

func TestSanitize(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain text stays", "Peak at 14:00,\n\t50 % — điện", "Peak at 14:00,\n\t50 % — điện"},
		{"tag characters", "ok\U000E0041\U000E0042\U000E007F", "ok"},
		{"variation selectors", "a\uFE00b\uFE0Fc", "abc"},
		{"zero width", "i\u200Bg\u200Cn\u200Do\u2060re\uFEFF", "ignore"},
		{"bidirectional controls", "\u202Eabc\u2066\u202C", "abc"},
		{"soft hyphen and controls", "so\u00ADft\x00\x1b\x7f", "soft"},
		{"line ends", "a\r\nb\rc", "a\nbc"},
		{"composed", norm.NFD.String("điện"), "điện"},
		{"hidden between letter and accent", "a\u200B\u0301", "á"},
		{"not UTF-8", "a\xffb", "a\uFFFDb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := retrieval.Sanitize(tt.in); got != tt.want {
				t.Errorf("Sanitize(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func FuzzSanitize(f *testing.F) {
	for _, seed := range []string{"plain", "a\u200B\u0301", "\U000E0041x", "\xff\xfe", "\u1160\u11A8"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		once := retrieval.Sanitize(in)
		if twice := retrieval.Sanitize(once); twice != once {
			t.Fatalf("not stable: %q, then %q", once, twice)
		}
		for _, r := range once {
			hidden := r >= 0xE0000 && r <= 0xE007F || r >= 0xFE00 && r <= 0xFE0F || r >= 0x200B && r <= 0x200F || r == 0x2060 || r == 0xFEFF
			if hidden {
				t.Fatalf("%U is left in %q", r, once)
			}
		}
	})
}
