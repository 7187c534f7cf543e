package agents

import (
	"slices"
	"strings"

	"github.com/eaio/eaio"
)

// followUp completes a question that leans on an earlier turn: "why?", "and last
// week?", "what does that cost?", "còn tháng trước?". What it does not say, its
// topic or its period, is the latest turn's that had analyses; what it says is its
// own. ok is false of a question that stands alone, and of one with no turn to lean
// on: it is then read like a first question.
func (q reading) followUp(req eaio.Request) (calls []eaio.Call, unanswered []string, ok bool) {
	last, ok := lastPlanned(req.Earlier)
	if !ok || !q.plain() {
		return nil, nil, false
	}
	before := last.Plan.Calls
	over := spanOf(before)
	var spans []span
	if over.period != "" {
		spans = []span{over}
	}
	topic, when, why := q.ownTopic(), q.ownPeriod(req.Question), contains(q.asked(), topicCauses)
	switch {
	case q.furtherBack():
		calls, unanswered = q.back(before, over)
		return q.permitted(req, calls), unanswered, true
	case why && !topic && !when && !q.anchored():
		return q.permitted(req, q.causes(spans)), nil, true
	case when && !topic && !why && !q.wantsOvernight() && (q.opens() || !q.anchored()):
		return q.permitted(req, q.elsewhen(before, over)), nil, true
	case topic && !when && (q.opens() || q.pointsBack()):
		calls, unanswered = q.answer(req, spans)
		return calls, unanswered, true
	case !topic && !when && !why && (q.again() || last.Building != req.Building && (q.opens() || len(q.words) <= 6)):
		return q.permitted(req, before), nil, true
	}
	return nil, nil, false
}

// lastPlanned is the latest turn that had analyses.
func lastPlanned(earlier []eaio.Turn) (eaio.Turn, bool) {
	for _, t := range slices.Backward(earlier) {
		if t.Plan != nil && len(t.Plan.Calls) > 0 {
			return t, true
		}
	}
	return eaio.Turn{}, false
}

// plain reports whether the words are such as these questions are made of, so that
// "why is the sky blue?" leans on nothing.
func (q reading) plain() bool {
	return len(q.words) > 0 && (q.anchored() || q.familiar(commonEnglish+followingEnglish) || q.familiar(commonVietnamese+followingVietnamese))
}

// The words that only follow-up questions are known by.
const (
	followingEnglish    = " but also then same again so ok okay compared comparison versus before else more go went up down come caused cause reason explain increase decrease rise fall one money result ago "
	followingVietnamese = " thi nhung roi y lap lai ay no do vay ly nhe a kia nua tuong tu dat xuong len "
)

// opens reports whether the question begins as the continuation of another.
func (q reading) opens() bool {
	for _, opener := range []string{
		"and", "but", "also", "or", "then", "so", "what about", "how about", "same for", "the same for", "ok and", "okay and",
		"còn", "thế", "thế còn", "vậy", "vậy còn", "rồi", "nhưng", "hay", "tương tự", "cũng vậy", "the con", "vay con", "con",
	} {
		text := q.text
		if opener == fold(opener) {
			text = q.foldedText
		}
		if strings.HasPrefix(text, " "+opener+" ") {
			return true
		}
	}
	return false
}

// pointsBack reports whether a word of the question stands for something said
// before.
func (q reading) pointsBack() bool {
	return q.has("that", "it", "those", "these", "then", "same period", "same time", "nó", "đó", "khi ay", "luc ay", "ky ay", "cùng kỳ đó")
}

// again asks for the same once more.
func (q reading) again() bool {
	return q.has("again", "the same", "same question", "once more", "lap lai", "hoi lai", "lan nua", "tương tự", "cũng vậy", "tuong tu", "cung vay")
}

// furtherBack reports whether the question means the period before the one that was
// spoken of.
func (q reading) furtherBack() bool {
	return !q.anchored() && len(q.words) <= 8 && q.has("before that", "week before", "month before", "day before", "year before", "one before", "previous one", "tuan truoc nua", "thang truoc nua", "truoc nua", "truoc do", "trước đó")
}

// ownTopic reports whether the question says what it is about. That two periods are
// compared says nothing of it.
func (q reading) ownTopic() bool {
	return len(without(q.asked(), topicCauses)) > 0 || q.wantsBaseload() || q.wantsQuality() || q.wantsOvernight() || q.asksAmounts() ||
		q.has("cost", "costs", "pay", "paid", "spend", "spent", "money", "highest", "lowest", "total", "consumption", "usage",
			"chi phi", "tien dien", "phai tra", "ton bao nhieu", "cao nhat", "thap nhat", "tổng", "tieu thu", "tiền")
}

// ownPeriod reports whether the question says when.
func (q reading) ownPeriod(question string) bool {
	return len(q.periods()) > 0 || q.yearAgo(nil) || q.wantsOvernight() || q.otherDates(question) || len(datesOf(question)) > 0
}

// spanOf is the period that a turn's analyses speak of; that of a night is its day.
func spanOf(calls []eaio.Call) span {
	for _, c := range calls {
		if c.Period != "" && (takesPeriod(c.Analysis) || c.Analysis == analysisOvernight) {
			compare := c.Compare
			if compare == eaio.CompareNone {
				compare = eaio.ComparePrevious
			}
			return span{c.Period, compare}
		}
	}
	return span{}
}

// takesPeriod reports whether an analysis looks at the period that it is told; the
// others have one of their own.
func takesPeriod(analysis string) bool {
	return contains([]string{
		analysisConsumption, analysisChange, analysisCost, analysisCarbon, analysisPeak, analysisAnomalies, analysisQuality, analysisSavings,
	}, analysis)
}

// elsewhen asks the same over the question's own periods. What was asked of a night
// has no other period: over a longer one it is what was unusual, and how much.
func (q reading) elsewhen(before []eaio.Call, over span) (calls []eaio.Call) {
	spans := q.spans()
	if q.yearAgo(q.periods()) && len(without(q.periods(), eaio.LastYear)) == 0 && over.period != "" {
		spans = []span{{over.period, eaio.CompareYearAgo}}
	}
	if len(spans) == 0 {
		return before // a span that no Period can say: the answer names it as not offered
	}
	add := func(c eaio.Call) {
		if !contains(calls, c) {
			calls = append(calls, c)
		}
	}
	for _, s := range spans[:min(len(spans), 3)] {
		for _, c := range before {
			switch {
			case takesPeriod(c.Analysis):
				if c.Period = s.period; c.Compare != eaio.CompareNone || s.compare == eaio.CompareYearAgo && takesCompare(c.Analysis) {
					c.Compare = s.compare
				}
				add(c)
			case c.Analysis == analysisOvernight && s.period == eaio.LatestDay:
				add(c)
			case c.Analysis == analysisOvernight:
				add(eaio.Call{Analysis: analysisAnomalies, Period: s.period})
			}
		}
		if len(calls) == 0 || before[0].Analysis == analysisOvernight && s.period != eaio.LatestDay {
			add(consumptionCalls([]span{s})[0])
		}
	}
	return calls
}

// takesCompare reports whether an analysis can set its period against another.
func takesCompare(analysis string) bool {
	return contains([]string{analysisConsumption, analysisChange, analysisCarbon}, analysis)
}

// back asks for the period before: of this one it is the last; before the last there
// is none that a Period can say, and the comparison of the same analyses holds it.
func (q reading) back(before []eaio.Call, over span) (calls []eaio.Call, unanswered []string) {
	earlier := map[eaio.Period]eaio.Period{eaio.ThisWeek: eaio.LastWeek, eaio.ThisMonth: eaio.LastMonth}[over.period]
	if earlier == "" {
		return before, []string{topicPeriod}
	}
	for _, c := range before {
		if takesPeriod(c.Analysis) && c.Period == over.period {
			c.Period = earlier
		}
		if !contains(calls, c) {
			calls = append(calls, c)
		}
	}
	return calls, nil
}

// permitted leaves out what a named agent may not call.
func (q reading) permitted(req eaio.Request, calls []eaio.Call) (may []eaio.Call) {
	agent, err := Lookup(req.Agent)
	for _, c := range calls[:min(len(calls), maxCalls)] {
		if req.Agent == "" || err == nil && agent.May(c.Analysis) {
			may = append(may, c)
		}
	}
	return may
}
