package agents

import (
	"slices"

	"github.com/eaio/eaio"
)

// MakePlan reads a request by rules, in English and in Vietnamese with or without
// accents. Analyses named by the request are taken as they are (By "schedule").
// What no analysis covers is listed in Unanswered; a question about something
// else, or in no offered language, gets a plan without calls and "unknown". The
// plan depends on the request alone, never on its audience. An unknown agent,
// audience, language or analysis is an eaio.KindInvalid error.
func MakePlan(req eaio.Request) (eaio.Plan, error) {
	agent, err := Lookup(req.Agent)
	if err != nil {
		return eaio.Plan{}, err
	}
	if !agent.Serves(req.Audience) {
		return eaio.Plan{}, eaio.Errorf(eaio.KindInvalid, "plan", "audience %q: must be one of manager, analyst, owner", excerpt(string(req.Audience), 40))
	}
	if req.Language != "" && !offered(req.Language) {
		return eaio.Plan{}, eaio.Errorf(eaio.KindInvalid, "plan", "language %q: must be en or vi", excerpt(string(req.Language), 40))
	}
	lang, readable := Detect(req.Question, req.Language)
	p := eaio.Plan{Agent: agent.Name, Language: lang, By: "rules"}
	switch q := normalise(req.Question); {
	case len(req.Analyses) > 0:
		p.By, p.Calls = "schedule", slices.Clone(req.Analyses)
	case !readable || !q.aboutEnergy():
		p.Unanswered = []string{topicUnknown}
	default:
		p.Unanswered = q.asked()
		p.Calls = q.calls(p.Unanswered, req.Building != "")
		if !contains(p.Unanswered, topicSavings) && len(p.Calls) > 0 && q.otherDates(req.Question) {
			p.Unanswered = append(p.Unanswered, topicPeriod)
		}
	}
	return p, Validate(p)
}

// calls returns the analyses for a question, the one that answers it first.
func (q reading) calls(topics []string, building bool) []eaio.Call {
	if contains(topics, topicPortfolio) && !building {
		return nil
	}
	spans := q.spans()
	var out []eaio.Call
	add := func(calls ...eaio.Call) {
		for _, c := range calls {
			if !slices.ContainsFunc(out, func(o eaio.Call) bool { return o.Analysis == c.Analysis && o.Period == c.Period }) {
				out = append(out, c)
			}
		}
	}
	if q.wantsOvernight() {
		add(overnightCall())
	}
	if q.wantsQuality() {
		add(eaio.Call{Analysis: analysisQuality, Period: longest(spans)})
	}
	if q.wantsConsumption() && (!q.wantsOvernight() || len(spans) > 0) {
		add(consumptionCalls(spans)...)
	}
	if q.wantsBaseload() {
		add(baseloadCall())
	}
	for _, t := range topics {
		add(instead(t, spans)...)
	}
	if len(out) == 0 {
		add(consumptionCalls(spans)...)
	}
	return out[:min(len(out), 6)]
}

// instead returns what can be said today to someone who asks for a topic.
func instead(topic string, spans []span) []eaio.Call {
	switch topic {
	case topicSavings:
		return []eaio.Call{{Analysis: analysisConsumption, Period: eaio.Last30Days, Compare: eaio.CompareYearAgo}}
	case topicMeasures:
		return append(consumptionCalls(spans), baseloadCall(), overnightCall())
	case topicPortfolio:
		return []eaio.Call{overnightCall(), baseloadCall()}
	case topicAnomalies:
		return []eaio.Call{overnightCall(), {Analysis: analysisQuality, Period: longest(spans)}}
	case topicCauses:
		return append(consumptionCalls(spans), baseloadCall())
	case topicEquipment:
		return []eaio.Call{overnightCall()}
	}
	return consumptionCalls(spans)
}

func overnightCall() eaio.Call {
	return eaio.Call{Analysis: analysisOvernight, Period: eaio.LatestDay}
}

// baseloadCall asks for the year: the shape of a load takes that long to show.
func baseloadCall() eaio.Call {
	return eaio.Call{Analysis: analysisBaseload, Period: eaio.LastYear}
}

// consumptionCalls compares each span; without one, the last 30 days.
func consumptionCalls(spans []span) []eaio.Call {
	if len(spans) == 0 {
		spans = []span{{eaio.Last30Days, eaio.ComparePrevious}}
	}
	var out []eaio.Call
	for _, s := range spans[:min(len(spans), 3)] {
		out = append(out, eaio.Call{Analysis: analysisConsumption, Period: s.period, Compare: s.compare})
	}
	return out
}

// longest returns the span to judge data quality over: at least 30 days.
func longest(spans []span) eaio.Period {
	for _, s := range spans {
		if s.period == eaio.LastYear {
			return eaio.LastYear
		}
	}
	return eaio.Last30Days
}

// Validate checks a plan that rules, a schedule or a model made: the agent is
// known, every analysis is one it may call, periods, comparisons and language are
// known, no call is there twice, calls and topics are few. The error is
// eaio.KindInvalid and says what would be right.
func Validate(p eaio.Plan) error {
	const op = "validate plan"
	agent, err := Lookup(p.Agent)
	if err != nil {
		return err
	}
	if !offered(p.Language) {
		return eaio.Errorf(eaio.KindInvalid, op, "language %q: must be en or vi", excerpt(string(p.Language), 40))
	}
	if len(p.Calls) > agent.MaxCalls {
		return eaio.Errorf(eaio.KindInvalid, op, "%d analyses: at most %d", len(p.Calls), agent.MaxCalls)
	}
	for i, c := range p.Calls {
		switch {
		case !agent.May(c.Analysis):
			return eaio.Errorf(eaio.KindInvalid, op, "analysis %q: agent %s may call %q", excerpt(c.Analysis, 40), agent.Name, agent.Analyses)
		case c.Period != "" && !contains(eachPeriod(), c.Period):
			return eaio.Errorf(eaio.KindInvalid, op, "period %q: must be one of %q", excerpt(string(c.Period), 40), eachPeriod())
		case c.Compare != eaio.CompareNone && c.Compare != eaio.ComparePrevious && c.Compare != eaio.CompareYearAgo:
			return eaio.Errorf(eaio.KindInvalid, op, "compare %q: must be empty, previous or year_ago", excerpt(string(c.Compare), 40))
		case contains(p.Calls[:i], c):
			return eaio.Errorf(eaio.KindInvalid, op, "analysis %s over %s is there twice", c.Analysis, c.Period)
		}
	}
	for _, t := range p.Unanswered {
		if !contains(topics(), t) && t != TopicBuilding {
			return eaio.Errorf(eaio.KindInvalid, op, "topic %q: must be one of %q", excerpt(t, 40), topics())
		}
	}
	return nil
}

func contains[T comparable](s []T, x T) bool { return slices.Contains(s, x) }

func with[T comparable](s []T, x T) []T {
	if contains(s, x) {
		return s
	}
	return append(s, x)
}

func without[T comparable](s []T, x T) []T {
	return slices.DeleteFunc(slices.Clone(s), func(y T) bool { return x == y })
}
