package retrieval_test

import (
	"slices"
	"strings"
	"testing"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
	"golang.org/x/text/unicode/norm"
)

func TestTerms(t *testing.T) {
	tests := []struct {
		name     string
		language eaio.Language
		text     string
		want     string // space-separated
	}{
		{"empty", eaio.English, " \t…—!", ""},
		{"stop words and case", eaio.English, "What was LEFT on last night?", "left on last night"},
		{"decimals stay whole", eaio.English, "13.5 kWh, 1,000 and 0.6.", "13.5 kwh 1,000 0.6"},
		{"percent joins its number", eaio.English, "50 % of 15%, not %", "50% 15% not"},
		{"unit with denominator", eaio.English, "kWh/m² or kg/kWh and start/stop", "kwh/m2 kg/kwh start stop"},
		{"chemical subscript", eaio.English, "CO₂ and CO2", "co2 co2"},
		{"degrees", eaio.English, "65 °F, 65°F, 3°", "65 °f 65 °f 3"},
		{"hyphens split", eaio.English, "change-point LBNL-3713E", "change point lbnl 3713e"},
		{"apostrophes", eaio.English, "the building's and the meter’s don't", "building meter dont"},
		{"plurals", eaio.English, "buildings categories schedules bus gas class trees", "building category schedule bus gas class trees"},
		{"accents are folded beside", eaio.Vietnamese, "Dự báo điện", "dự du báo bao điện dien"},
		{"decomposed is composed", eaio.Vietnamese, norm.NFD.String("Dự báo"), "dự du báo bao"},
		{"stop words by language", eaio.Vietnamese, "Hiển thị báo cáo của tòa nhà", "hiển hien thị thi báo bao cáo cao tòa toa nhà nha"},
		{"so is a word in Vietnamese", eaio.Vietnamese, "so sánh", "so sánh sanh"},
		{"no list for an unknown language", "", "of của", "of của cua"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(retrieval.Terms(tt.text, tt.language), " "); got != tt.want {
				t.Errorf("Terms(%q)\n got %q\nwant %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestUnaccentedQuestionSharesTermsWithAccentedText(t *testing.T) {
	text := retrieval.Terms("Toà nhà tiêu thụ điện ở Đà Nẵng", eaio.Vietnamese)
	for _, term := range retrieval.Terms("tòa nha tieu thu dien da nang", eaio.Vietnamese) {
		// "tòa" and "toà" are two spellings of one word: their folded copies meet.
		if term != "tòa" && !slices.Contains(text, term) {
			t.Errorf("%q is not among %v", term, text)
		}
	}
}

func TestQueryTermsAreDistinct(t *testing.T) {
	q := retrieval.Query{Text: "peak peaks PEAK demand", Filter: retrieval.Filter{Language: eaio.English}}
	if got, want := q.Terms(), []string{"peak", "demand"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzTerms(f *testing.F) {
	for _, seed := range []string{"50 % of 13.5 kWh/m²", "Dự báo chi phí", "'s", "°f", "a'", "1,", "kwh/", "\xff\u0301", "İ'ſ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, language := range []eaio.Language{"", eaio.English, eaio.Vietnamese} {
			for _, term := range retrieval.Terms(text, language) {
				if term == "" || strings.ContainsAny(term, " \n'") || !norm.NFC.IsNormalString(term) {
					t.Fatalf("term %q from %q", term, text)
				}
			}
		}
	})
}
