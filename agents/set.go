package agents

import (
	"slices"
	"strings"

	"github.com/eaio/eaio"
)

// Set is a named list of analyses that a schedule runs.
type Set struct {
	Name      string
	Calls     []eaio.Call
	questions map[eaio.Language]string
}

// Question is what the set would be asked as, in the language (English unless
// another is offered).
func (s Set) Question(l eaio.Language) string {
	if q, ok := s.questions[l]; ok {
		return q
	}
	return s.questions[eaio.English]
}

// Sets returns the sets there are, by name.
func Sets() []Set {
	return []Set{
		{
			Name:  "nightly",
			Calls: []eaio.Call{{Analysis: "overnight"}, {Analysis: "consumption", Period: eaio.LatestDay, Compare: eaio.ComparePrevious}, {Analysis: "quality"}},
			questions: map[eaio.Language]string{
				eaio.English:    "What was left on last night, and how was the day before?",
				eaio.Vietnamese: "Đêm qua thiết bị nào còn bật, và ngày hôm trước tiêu thụ thế nào?",
			},
		},
		{
			Name:  "weekly",
			Calls: []eaio.Call{{Analysis: "consumption", Period: eaio.LastWeek, Compare: eaio.ComparePrevious}, {Analysis: "baseload"}, {Analysis: "quality"}},
			questions: map[eaio.Language]string{
				eaio.English:    "How was last week, and what runs outside working hours?",
				eaio.Vietnamese: "Tuần trước tiêu thụ thế nào, và những gì chạy ngoài giờ làm việc?",
			},
		},
	}
}

// LookupSet returns the set with that name; an unknown one is KindInvalid.
func LookupSet(name string) (Set, error) {
	i := slices.IndexFunc(Sets(), func(s Set) bool { return s.Name == name })
	if i < 0 {
		var names []string
		for _, s := range Sets() {
			names = append(names, s.Name)
		}
		return Set{}, eaio.Errorf(eaio.KindInvalid, "", "no set of analyses is called %q; there are: %s", name, strings.Join(names, ", "))
	}
	return Sets()[i], nil
}
