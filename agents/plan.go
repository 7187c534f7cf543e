package agents

import (
	"cmp"
	"slices"

	"github.com/eaio/eaio"
)

// MakePlan reads a request by rules, in English and in Vietnamese with or without
// accents. Analyses named by the request are taken as they are (By "schedule").
// The agent is the request's, else the one whose analyses the question needs; what a
// named agent may not call is left out and its topic listed in Unanswered, with
// everything that no analysis covers. A question about something else, or in no
// offered language, gets a plan without calls and "unknown". A question that leans on
// the request's earlier turns is completed from them. The plan depends on the request alone, never on its audience; a date without a year stays so until Dated
// fills it in. An unknown agent, audience, language or analysis is an
// eaio.KindInvalid error.
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
	q := normalise(req.Question)
	calls, unanswered, follows := q.followUp(req)
	switch {
	case len(req.Analyses) > 0:
		p.By, p.Calls = "schedule", slices.Clone(req.Analyses)
	case follows:
		p.Calls, p.Unanswered = calls, unanswered
		if last := req.Earlier[len(req.Earlier)-1]; !readable && req.Language == "" && last.Plan != nil {
			p.Language = last.Plan.Language
		}
	case !readable || !q.aboutEnergy():
		p.Unanswered = []string{topicUnknown}
		return p, nil
	default:
		p.Calls, p.Unanswered = q.answer(req, q.spans())
	}
	p.AllBuildings = slices.ContainsFunc(p.Calls, ofAll)
	if req.Agent == "" {
		p.Agent = agentFor(p.Calls).Name
		if p.By == "rules" && q.wantsReport() {
			p.Agent = reporterName
		}
	}
	return p, Validate(p)
}

// answer returns the analyses for a question, the one that answers it first, and
// what stays without an answer: topics, and analyses that a named agent may not call.
func (q reading) answer(req eaio.Request, spans []span) (calls []eaio.Call, unanswered []string) {
	topics, dates := q.asked(), datesOf(req.Question)
	open := uncovered(topics)
	agent, _ := Lookup(req.Agent)
	if contains(topics, topicPortfolio) {
		if req.Agent == "" || agent.May(analysisPortfolio) {
			return []eaio.Call{{Analysis: analysisPortfolio, Top: cmp.Or(q.howMany(), topBuildings)}}, open
		}
		topics, unanswered = without(topics, topicPortfolio), []string{analysisPortfolio}
	}
	add := func(more ...eaio.Call) {
		for _, c := range more {
			switch {
			case req.Agent != "" && !agent.May(c.Analysis):
				unanswered = with(unanswered, c.Analysis)
			case !slices.ContainsFunc(calls, func(o eaio.Call) bool { return o.Analysis == c.Analysis && o.Period == c.Period }):
				calls = append(calls, c)
			}
		}
	}
	leads := false
	for _, t := range topics {
		if leading(t) {
			add(q.callsFor(t, spans, dates)...)
			leads = true
		}
	}
	if q.wantsOvernight() || contains(topics, topicEquipment) {
		add(overnightCall())
	}
	if q.wantsQuality() {
		add(eaio.Call{Analysis: analysisQuality, Period: longest(spans)})
	}
	if !leads && q.wantsConsumption() && (!contains(topics, topicMeasures) || q.asksAmounts()) && (!q.wantsOvernight() || len(spans) > 0) {
		add(consumptionCalls(spans)...)
	}
	if q.wantsBaseload() {
		add(baseloadCall())
	}
	for _, t := range topics {
		if !leading(t) {
			add(q.callsFor(t, spans, dates)...)
		}
	}
	if len(calls) == 0 {
		add(consumptionCalls(spans)...)
	}
	if !contains(topics, topicSavings) && q.otherDates(req.Question) {
		open = append(open, topicPeriod)
	}
	return calls[:min(len(calls), maxCalls)], append(unanswered, open...)
}

// topBuildings is how many buildings a ranking names where the question does not say.
const topBuildings = 5

// ofAll reports whether a call is about all buildings, not one.
func ofAll(c eaio.Call) bool { return c.Analysis == analysisPortfolio }

// callsFor returns the analyses that answer a topic; none where there are none.
func (q reading) callsFor(topic string, spans []span, dates []day) []eaio.Call {
	switch topic {
	case topicSavings:
		return []eaio.Call{savingsCall(spans, dates)}
	case topicForecast:
		if q.untilMonthEnd() {
			return []eaio.Call{{Analysis: analysisForecast, Period: eaio.ThisMonth}, consumptionCalls([]span{{eaio.ThisMonth, eaio.ComparePrevious}})[0]}
		}
		return []eaio.Call{{Analysis: analysisForecast}}
	case topicAnomalies:
		return []eaio.Call{{Analysis: analysisAnomalies, Period: firstOf(spans, eaio.Last30Days)}}
	case topicCauses:
		return q.causes(spans)
	case topicMeasures:
		return []eaio.Call{{Analysis: analysisMeasures}, baseloadCall()}
	case topicBenchmark:
		return []eaio.Call{{Analysis: analysisBenchmark}}
	case topicCarbon:
		s := firstSpan(spans, span{eaio.LastYear, eaio.ComparePrevious})
		return []eaio.Call{{Analysis: analysisCarbon, Period: s.period, Compare: s.compare}}
	case topicPeak:
		return []eaio.Call{{Analysis: analysisPeak, Period: firstOf(spans, eaio.LastYear)}}
	case topicTariff:
		s := firstSpan(spans, span{eaio.LastMonth, eaio.ComparePrevious})
		return []eaio.Call{{Analysis: analysisCost, Period: s.period}, consumptionCalls([]span{s})[0]}
	case topicWeather:
		return []eaio.Call{{Analysis: analysisSignature}}
	}
	return nil
}

// causes asks what a difference is made of, or, without one in the question, what the
// use depends on.
func (q reading) causes(spans []span) []eaio.Call {
	last := eaio.Call{Analysis: analysisChange, Period: eaio.LastMonth, Compare: eaio.ComparePrevious}
	if q.asksFactors() {
		return []eaio.Call{{Analysis: analysisSignature}, baseloadCall(), last}
	}
	s := firstSpan(spans, span{eaio.LastMonth, eaio.ComparePrevious})
	return []eaio.Call{consumptionCalls([]span{s})[0], {Analysis: analysisChange, Period: s.period, Compare: s.compare}}
}

func (q reading) asksFactors() bool {
	return q.has("factor", "factors", "driver", "drivers", "drives", "influence", "influences", "yeu to")
}

// savingsCall reports from the question's date on, or over its period.
func savingsCall(spans []span, dates []day) eaio.Call {
	c := eaio.Call{Analysis: analysisSavings}
	if len(dates) > 0 {
		c.Since = dates[0].since()
	}
	if len(spans) > 0 {
		c.Period = spans[0].period
	}
	return c
}

func firstSpan(spans []span, otherwise span) span {
	if len(spans) == 0 {
		return otherwise
	}
	return spans[0]
}

func firstOf(spans []span, otherwise eaio.Period) eaio.Period {
	return firstSpan(spans, span{period: otherwise}).period
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
// known, every analysis is one it may call, periods, comparisons, dates and language
// are known, no call is there twice, calls and topics are few. The error is
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
		case c.Since != "" && (c.Analysis != analysisSavings || !isSince(c.Since)):
			return eaio.Errorf(eaio.KindInvalid, op, "since %q: must be a day like 2017-03-01 or 03-01, of the analysis %s", excerpt(c.Since, 40), analysisSavings)
		case ofAll(c) != p.AllBuildings:
			return eaio.Errorf(eaio.KindInvalid, op, "analysis %s: what is about all buildings (%s) goes without what is about one", c.Analysis, analysisPortfolio)
		case c.Top != 0 && !ofAll(c) || c.Top < 0 || c.Top > mostAsked:
			return eaio.Errorf(eaio.KindInvalid, op, "top %d: must be 1 to %d, of the analysis %s", c.Top, mostAsked, analysisPortfolio)
		case contains(p.Calls[:i], c):
			return eaio.Errorf(eaio.KindInvalid, op, "analysis %s over %s is there twice", c.Analysis, c.Period)
		}
	}
	for _, t := range p.Unanswered {
		if !contains(uncoveredTopics(), t) && t != TopicBuilding && !isAnalysis(t) {
			return eaio.Errorf(eaio.KindInvalid, op, "topic %q: must be an analysis or one of %q", excerpt(t, 40), uncoveredTopics())
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
