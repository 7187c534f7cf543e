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
			Name: "nightly",
			Calls: []eaio.Call{
				{Analysis: analysisOvernight},
				{Analysis: analysisConsumption, Period: eaio.LatestDay, Compare: eaio.ComparePrevious},
				{Analysis: analysisAnomalies, Period: eaio.Last7Days},
				{Analysis: analysisForecast},
				{Analysis: analysisBaseload},
				{Analysis: analysisQuality},
			},
			questions: map[eaio.Language]string{
				eaio.English:    "What was left on last night, what was unusual in the last days, and what comes next?",
				eaio.Vietnamese: "Đêm qua thiết bị nào còn bật, những ngày qua có gì bất thường, và ngày tới tiêu thụ thế nào?",
			},
		},
		{
			Name: "weekly",
			Calls: []eaio.Call{
				{Analysis: analysisConsumption, Period: eaio.LastWeek, Compare: eaio.ComparePrevious},
				{Analysis: analysisChange, Period: eaio.LastWeek, Compare: eaio.ComparePrevious},
				{Analysis: analysisPeak, Period: eaio.LastWeek},
				{Analysis: analysisBaseload},
				{Analysis: analysisQuality},
			},
			questions: map[eaio.Language]string{
				eaio.English:    "How was last week, why did it change, and what runs outside working hours?",
				eaio.Vietnamese: "Tuần trước tiêu thụ thế nào, vì sao thay đổi, và những gì chạy ngoài giờ làm việc?",
			},
		},
		{
			Name: "monthly",
			Calls: []eaio.Call{
				{Analysis: analysisConsumption, Period: eaio.LastMonth, Compare: eaio.ComparePrevious},
				{Analysis: analysisCost, Period: eaio.LastMonth},
				{Analysis: analysisCarbon, Period: eaio.LastMonth, Compare: eaio.ComparePrevious},
				{Analysis: analysisSignature},
				{Analysis: analysisBenchmark},
			},
			questions: map[eaio.Language]string{
				eaio.English:    "How was last month in energy, money and CO2, and how does the building compare with similar ones?",
				eaio.Vietnamese: "Tháng trước tiêu thụ, chi phí và phát thải CO2 thế nào, và so với các tòa nhà tương tự ra sao?",
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
