package agents

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/eaio/eaio"
)

// maskEvidence is the sample's evidence of a building whose name stands everywhere that
// it can.
func maskEvidence(t *testing.T) (Evidence, Identity) {
	t.Helper()
	e := newSample(t).evidence(t, eaio.Request{Question: "What was left on last night in Opera House 7 (opera_house-7)? Mail jo@opera.example or +84 912 345 678, 12 Trang Tien Street. Compare with FOX tower.", Building: "opera_house_7"})
	e.Building.Name, e.Building.ID, e.Building.Privacy, e.Building.WeatherStation = "Opera House 7", "opera_house_7", eaio.PrivacyDeidentified, "Gia Lam"
	e.Citations = []eaio.Citation{{Ref: "D1", Title: "OPERA HOUSE 7: notes", Passage: "The opera house 7 chiller at 12 Tràng Tiền street, see https://opera.example. Gia Lâm, meter opera_house_7/electricity."}}
	return e, Identity{
		Tenant: "hanoi-opera", Building: e.Building, Meters: []eaio.Meter{{ID: "opera_house_7/electricity"}, {ID: "TR-22-cellar"}},
		Others: []eaio.Building{{ID: "fox_office_vicki", Name: "Fox Tower"}},
	}
}

// TestNoNameLeaves: neither the first prompt nor the repair holds a word by which the
// building, its place or its neighbours can be known, and the facts are all there.
func TestNoNameLeaves(t *testing.T) {
	e, id := maskEvidence(t)
	m := NewMask(id)
	shown := m.Evidence(e)
	previous := "Opera House 7 of hanoi-opera used 1 kWh at meter TR-22-cellar."
	all := append(m.Messages(Prompt(shown)), m.Messages(RepairPrompt(shown, previous, []Fault{{Text: "ôpera HOUSE 7", Reason: FaultUnsupported}}))...)
	all = append(all, m.Messages(PlanPrompt(shown.Request))[1:]...) // its rules speak of operating hours
	for _, message := range all {
		low := strings.ToLower(fold(message.Content))
		for _, word := range []string{"opera", "fox", "vicki", "trang tien", "gia lam", "hanoi", "cellar", "@", "912", "example"} {
			if strings.Contains(low, word) {
				t.Errorf("%q is in %s", word, message.Content)
			}
		}
	}
	brief := all[1].Content
	for _, want := range []string{"[F1] | overnight: energy of the night | 612 kWh", "[SITE-1]", "QUESTION: <<<What was left on last night in [SITE-1]", "23 November 2026"} {
		if !strings.Contains(brief, want) {
			t.Errorf("%q is missing in\n%s", want, brief)
		}
	}
	if !strings.Contains(all[0].Content, "[SITE-1]") {
		t.Error("the model is not told what placeholders are")
	}
	reply := "Last night (22–23 November 2026, 22:00–06:00) [SITE-1] used 612 kWh [F1]. site-1 is worth a look; [SITE-99] is not."
	got := m.Restore(reply)
	if want := "Last night (22–23 November 2026, 22:00–06:00) Opera House 7 used 612 kWh [F1]. Opera House 7 is worth a look; [SITE-99] is not."; got != want {
		t.Errorf("restored %q", got)
	}
}

func TestNilMaskHidesNothing(t *testing.T) {
	e, _ := maskEvidence(t)
	var m *Mask
	if got := m.Messages(Prompt(m.Evidence(e))); got[1].Content != Prompt(e)[1].Content || m.Restore("[SITE-1]") != "[SITE-1]" || m.Hide("x") != "x" {
		t.Error("a nil mask changes what is shown")
	}
}

func TestHide(t *testing.T) {
	for _, c := range []struct {
		id         Identity
		text, want string
	}{
		{Identity{Building: eaio.Building{ID: "b1x", Name: "Tòa nhà Điện Lực Hoàn Kiếm"}}, "toa nha dien luc hoan kiem và TÒA NHÀ ĐIỆN LỰC HOÀN KIẾM, Hoàn Kiếm", "[SITE-1] và [SITE-1], [NAME-1]"},
		{Identity{Building: eaio.Building{ID: "robin_office_serena", Name: "Serena office, London"}}, "Robin-Office-Serena, RobinOfficeSerena and serena; the office in LONDON", "[SITE-1], [SITE-1] and [NAME-1]; the office in [NAME-2]"},
		{Identity{Building: eaio.Building{ID: "a", Name: "Building A"}}, "Building A used 612 kWh", "Building A used 612 kWh"},
		{Identity{Building: eaio.Building{ID: "x1", Name: "12"}}, "12 kWh in 12 hours of x1", "12 kWh in 12 hours of [SITE-1]"},
		{Identity{Building: eaio.Building{ID: "t", Name: "Lotus Tower"}, Others: []eaio.Building{{ID: "t2", Name: "Lotus Tower Annex"}}}, "Lotus Tower Annex and Lotus Tower", "[SITE-1] and [SITE-2]"},
		{Identity{Building: eaio.Building{ID: "t", Name: "Mai"}}, "Ngày mai Mai dùng bao nhiêu?", "Ngày mai [SITE-1] dùng bao nhiêu?"},
		{Identity{Building: eaio.Building{ID: "t", Name: "Ｌｏｔｕｓ"}}, "lotus lo\u0301tus Ｌotus", "[SITE-1] [SITE-1] [SITE-1]"},
	} {
		if got := NewMask(c.id).Hide(c.text); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestQuestionHidesAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"Mail ann.lee@site.example.org now":                          "Mail [PLACE-1] now",
		"Số 5 đường Nguyễn Huệ, phường Bến Nghé, Quận 1":             "[PLACE-1], [PLACE-2], [PLACE-3]",
		"at 221B Baker Street we use more":                           "at [PLACE-1] we use more",
		"21.02851, 105.85420 is where we are":                        "[PLACE-1] is where we are",
		"call 0912 345 678":                                          "call [PLACE-1]",
		"từ 01.02.2026 - 05.03.2026 dùng bao nhiêu":                  "từ 01.02.2026 - 05.03.2026 dùng bao nhiêu",
		"Why 1,234,567 kWh on 2026-02-01, 0.001 above 0.002?":        "Why 1,234,567 kWh on 2026-02-01, 0.001 above 0.002?",
		"see www.site.example/plan":                                  "see [PLACE-1]",
		"What was left on last night, and what is the best measure?": "What was left on last night, and what is the best measure?",
	} {
		if got := NewMask(Identity{}).Question(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// randomName makes a name of telling words, as people write names.
func randomName(r *rand.Rand) (name string, words []string) {
	letters := []rune("bcdfghklmnpqrstvxaeiouyàảãáạăâđêôơưếốớứ")
	for range 1 + r.IntN(3) {
		var w []rune
		for range 5 + r.IntN(5) {
			w = append(w, letters[r.IntN(len(letters))])
		}
		words = append(words, string(w))
	}
	parts := append([]string{}, words...)
	if r.IntN(2) == 0 {
		parts = append(parts, []string{"Tower", "Tòa nhà", "7", "Office"}[r.IntN(4)])
	}
	r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	for i, p := range parts {
		first, size := utf8.DecodeRuneInString(p)
		parts[i] = strings.ToUpper(string(first)) + p[size:]
	}
	return strings.Join(parts, " "), words
}

// rewritten writes a name in another way in which people may write it.
func rewritten(r *rand.Rand, name string) string {
	switch r.IntN(7) {
	case 0:
		return strings.ToUpper(name)
	case 1:
		return strings.ToLower(name)
	case 2:
		return fold(name)
	case 3:
		return strings.ReplaceAll(name, " ", []string{"_", "-", " - ", "\u00a0"}[r.IntN(4)])
	case 4:
		return norm.NFD.String(name)
	case 5:
		return strings.ReplaceAll(fold(strings.ToLower(name)), " ", "")
	}
	return name
}

// TestMaskProperty: whatever the names and however they are written, no telling word of
// them is in any message, hiding twice changes nothing, and what was hidden comes back.
func TestMaskProperty(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for range 150 {
		e := randomEvidence(r)
		id := Identity{Building: e.Building}
		var all []string
		name, words := randomName(r)
		id.Building.Name, all = name, append(all, words...)
		idName, words := randomName(r)
		id.Building.ID, all = strings.ToLower(strings.ReplaceAll(fold(idName), " ", "_")), append(all, words...)
		other, words := randomName(r)
		id.Others, all = []eaio.Building{{ID: fmt.Sprintf("other-%d", r.IntN(99)), Name: other}}, append(all, words...)
		meter, words := randomName(r)
		id.Meters, all = []eaio.Meter{{ID: meter}}, append(all, words...)
		tenant, words := randomName(r)
		id.Tenant, all = tenant, append(all, words...)
		names := []string{name, id.Building.ID, other, meter, tenant}
		say := func() string { return rewritten(r, names[r.IntN(len(names))]) }
		e.Building, e.Request.Question = id.Building, fmt.Sprintf("Why does %s use more than %s (%s)?", say(), say(), all[r.IntN(len(all))])
		for i := range e.Citations {
			e.Citations[i].Title, e.Citations[i].Passage = say(), "About "+say()+", "+say()+"."
		}
		m := NewMask(id)
		shown := m.Evidence(e)
		messages := append(m.Messages(Prompt(shown)), m.Messages(RepairPrompt(shown, say()+" used "+say(), []Fault{{Text: say(), Reason: FaultUnsupported}}))...)
		for _, message := range append(messages, m.Messages(PlanPrompt(shown.Request))...) {
			low := strings.ToLower(fold(norm.NFKD.String(message.Content)))
			for _, w := range all {
				if strings.Contains(low, strings.ToLower(fold(w))) {
					t.Fatalf("%q of %q is in\n%s", w, names, message.Content)
				}
			}
			if again := m.Hide(message.Content); again != message.Content {
				t.Fatalf("hidden twice:\n%s\n%s", message.Content, again)
			}
		}
		text := fmt.Sprintf("%s is not %s; look at %s.", name, other, meter)
		if back := m.Restore(m.Hide(text)); back != text {
			t.Fatalf("%q came back as %q", text, back)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add("Opera House 7", "What of opera-house 7?")
	f.Add("Tòa nhà Hoa Mai", "[SITE-1] toa nha hoa mai [SITE-2")
	f.Add("\xff", "\xff\u0301")
	f.Fuzz(func(t *testing.T, name, text string) {
		m := NewMask(Identity{Building: eaio.Building{ID: "x", Name: name}})
		hidden := m.Question(text)
		if again := m.Hide(hidden); again != hidden {
			t.Fatalf("%q, again %q", hidden, again)
		}
		m.Restore(hidden)
	})
}

func TestForeignName(t *testing.T) {
	e := verifyEvidence(t)
	e.Others = []eaio.Building{{ID: "fox_office_vicki", Name: "Vicki office, Arizona"}, {ID: "b70", Name: "Tower 5 Annex"}, {ID: "lib", Name: "The library"}}
	for text, want := range map[string]bool{
		"Tower 5 used 312 kWh [F1].":                            false,
		"Vicki office, Arizona used 312 kWh [F1].":              true,
		"VICKI OFFICE - ARIZONA used 312 kWh [F1].":             true,
		"fox office vicki used 312 kWh [F1].":                   true,
		"The library and the office of Tower 5: 312 kWh [F1].":  false,
		"Tower 5 used 312 kWh [F1], less than fox-office-vicki": true,
	} {
		got := false
		for _, f := range Verify(text, e) {
			got = got || f.Reason == FaultForeign
		}
		if got != want {
			t.Errorf("%q: foreign %v", text, got)
		}
	}
	e.Request.Question = "Is Vicki office, Arizona worse?"
	if name := e.foreignName("Vicki office, Arizona was not looked at."); name != "" {
		t.Errorf("%s stands in the question", name)
	}
}
