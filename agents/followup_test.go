package agents

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/eaio/eaio"
)

// said plans one question after the other, as the turns of a conversation about
// one building are.
func said(t *testing.T, questions ...string) (last eaio.Plan) {
	t.Helper()
	var earlier []eaio.Turn
	for i, question := range questions {
		var err error
		last, err = MakePlan(eaio.Request{Question: question, Building: "b", Earlier: earlier})
		if err != nil {
			t.Fatalf("%q: %v", question, err)
		}
		planned := last
		earlier = append(earlier, eaio.Turn{Number: i + 1, Question: question, Building: "b", Plan: &planned, Status: eaio.TaskCompleted})
	}
	return last
}

// outline writes a plan's analyses as "name:period:compare".
func outline(p eaio.Plan) string {
	var list []string
	for _, c := range p.Calls {
		list = append(list, strings.TrimRight(fmt.Sprintf("%s:%s:%s", c.Analysis, c.Period, c.Compare), ":"))
	}
	for _, u := range p.Unanswered {
		list = append(list, "-"+u)
	}
	return strings.Join(list, " ")
}

func TestFollowUps(t *testing.T) {
	for _, c := range []struct{ turns, want string }{
		// only a period
		{"How much electricity did we use last month? | And last week?", "consumption:last_week:previous"},
		{"How much electricity did we use last month? | What about this month?", "consumption:this_month:previous"},
		{"How much electricity did we use last month? | last week", "consumption:last_week:previous"},
		{"How much electricity did we use last month? | And last week? | And this month?", "consumption:this_month:previous"},
		{"What was our CO2 last month? | And last week?", "carbon:last_week:previous"},
		{"What was the peak demand last month? | how about last week", "peak:last_week"},
		{"What was left on last night? | And last week?", "anomalies:last_week consumption:last_week:previous"},
		{"What was left on last night? | And yesterday?", "overnight:latest_day"},
		{"Tháng trước dùng bao nhiêu điện? | Còn tuần trước?", "consumption:last_week:previous"},
		{"Tháng trước dùng bao nhiêu điện? | thế còn tháng này thì sao?", "consumption:this_month:previous"},
		{"Thang truoc dung bao nhieu dien? | con tuan truoc?", "consumption:last_week:previous"},
		// only a comparison
		{"How much electricity did we use last month? | And compared with last year?", "consumption:last_month:year_ago"},
		{"How much electricity did we use last week? | And year on year?", "consumption:last_week:year_ago"},
		{"Tuần trước dùng bao nhiêu điện? | So với cùng kỳ năm ngoái?", "consumption:last_week:year_ago"},
		// why
		{"How much electricity did we use last week? | Why?", "consumption:last_week:previous change:last_week:previous"},
		{"How much electricity did we use last week? | Why did it go up?", "consumption:last_week:previous change:last_week:previous"},
		{"How much electricity did we use last week? | and last month? | why is that", "consumption:last_month:previous change:last_month:previous"},
		{"Tuần trước dùng bao nhiêu điện? | Tại sao?", "consumption:last_week:previous change:last_week:previous"},
		{"Tuần trước dùng bao nhiêu điện? | Vì sao lại tăng?", "consumption:last_week:previous change:last_week:previous"},
		{"Tuan truoc dung bao nhieu dien? | vi sao vay?", "consumption:last_week:previous change:last_week:previous"},
		// only a topic
		{"How much electricity did we use last week? | And the CO2?", "carbon:last_week:previous"},
		{"How much electricity did we use last week? | What did that cost?", "consumption:last_week:previous"},
		{"How much electricity did we use last week? | And the peak demand?", "peak:last_week"},
		{"How much electricity did we use last week? | Was there anything unusual then?", "anomalies:last_week"},
		{"Tuần trước dùng bao nhiêu điện? | Còn phát thải CO2?", "carbon:last_week:previous"},
		{"Tuần trước dùng bao nhiêu điện? | Còn chi phí?", "consumption:last_week:previous"},
		// the period before
		{"How much electricity did we use this week? | And the week before?", "consumption:last_week:previous"},
		{"How much electricity did we use this month? | and the month before that?", "consumption:last_month:previous"},
		{"How much electricity did we use last week? | And the week before?", "consumption:last_week:previous -period"},
		{"Tuần này dùng bao nhiêu điện? | Còn tuần trước nữa?", "consumption:last_week:previous"},
		// what stands alone, and what is not for us
		{"How much electricity did we use last week? | What was the peak demand last month?", "peak:last_month"},
		{"How much electricity did we use last week? | What was left on last night?", "overnight:latest_day"},
		{"How much electricity did we use last week? | Why is the sky blue?", "-unknown"},
		{"How much electricity did we use last week? | And who won the football match?", "-unknown"},
		{"How much electricity did we use last week? | Thanks!", "-unknown"},
		{"How much electricity did we use last week? | Who are you? | Why?", "consumption:last_week:previous change:last_week:previous"},
		// nothing to lean on
		{"Why?", "-unknown"},
		{"And the one before?", "-unknown"},
		{"Who are you? | why?", "-unknown"},
	} {
		if got := outline(said(t, strings.Split(c.turns, " | ")...)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.turns, got, c.want)
		}
	}
}

// TestEveryFollowUpHasAPlan lays each follow-up on each first question, for each
// agent: the plan is valid, the same twice, and another building changes nothing
// of it but what "the same" means.
func TestEveryFollowUpHasAPlan(t *testing.T) {
	agents := []string{""}
	for _, a := range Agents() {
		agents = append(agents, a.Name)
	}
	follows := []string{
		"Why?", "And last week?", "What about this month?", "And compared with last year?", "And the week before?", "What did that cost?", "And the CO2?",
		"The same again", "And on 3 May?", "And the peak then?", "What about there?", "Tại sao?", "Còn tháng trước?", "Còn tuần trước nữa?", "Chi phí đó là bao nhiêu?", "Tương tự", "😀", "123", "and",
	}
	for _, first := range asked {
		for _, question := range []string{first.en, first.vi} {
			plan, err := MakePlan(eaio.Request{Question: question, Building: "b"})
			if err != nil {
				t.Fatalf("%q: %v", question, err)
			}
			for i, follow := range follows {
				for _, building := range []string{"b", "other"} {
					req := eaio.Request{
						Question: follow, Building: building, Agent: agents[i%len(agents)],
						Earlier: []eaio.Turn{{Number: 1, Question: question, Building: "b", Plan: &plan}},
					}
					got, err := MakePlan(req)
					again, _ := MakePlan(req)
					if err != nil || !reflect.DeepEqual(got, again) {
						t.Errorf("%q, then %q of agent %q: %v, %+v", question, follow, req.Agent, err, got)
					}
				}
			}
		}
	}
}

// TestAnotherBuilding asks the same of the building that a turn names.
func TestAnotherBuilding(t *testing.T) {
	plan := said(t, "How much electricity did we use last week?")
	earlier := []eaio.Turn{{Number: 1, Building: "a", Plan: &plan}}
	for question, want := range map[string]string{
		"And this one?":          "consumption:last_week:previous",
		"còn tòa nhà này?":       "consumption:last_week:previous",
		"Why?":                   "consumption:last_week:previous change:last_week:previous",
		"And this month?":        "consumption:this_month:previous",
		"What left on at night?": "overnight:latest_day",
	} {
		got, err := MakePlan(eaio.Request{Question: question, Building: "b", Earlier: earlier})
		if err != nil || outline(got) != want {
			t.Errorf("%q: %s, %v; want %s", question, outline(got), err, want)
		}
	}
}
