package agents

import (
	"strings"

	"github.com/eaio/eaio"
)

// opens reports whether the answer opens with what is not offered: the figures
// that follow are then not the answer, only what can be said.
func (n *narration) opens(topic string) bool {
	switch topic {
	case topicBuildings, topicCommodity, topicHorizon, topicPeriod, topicUnknown:
		return true
	}
	return isAnalysis(topic)
}

// topics says what was asked for and is not offered yet: before the figures or
// after them.
func (n *narration) topics(before bool) {
	var s, others []string
	for _, t := range n.e.Plan.Unanswered {
		switch {
		case n.opens(t) != before:
		case n.topic(t) == "" && isAnalysis(t):
			others = append(others, n.analysisName(t))
		default:
			s = append(s, n.topic(t))
		}
	}
	s = append(s, n.otherAgents(others)...)
	if before && len(s) > 0 && len(n.e.Results) > 0 {
		s = append(s, n.say("What can be said:", "Những gì có thể nói:"))
	}
	n.para(s...)
}

// otherAgents is the sentence on analyses that the named agent may not call.
func (n *narration) otherAgents(analyses []string) []string {
	if len(analyses) == 0 {
		return nil
	}
	return []string{n.say("The agent that was asked does not answer all of this; ask again without naming one for: %s.",
		"Tác tử được chọn không trả lời được hết câu hỏi; hãy hỏi lại mà không chọn tác tử để biết: %s.", strings.Join(analyses, ", "))}
}

// topic is the sentence on one thing that is not offered.
func (n *narration) topic(topic string) string {
	switch topic {
	case TopicBuilding:
		return n.say("Please name the building that the question is about.", "Vui lòng cho biết câu hỏi nói về tòa nhà nào.")
	case topicBuildings:
		return n.say("Several buildings are only ranked by the money that they could save; for anything else, ask about each building in turn.",
			"Nhiều tòa nhà chỉ được xếp hạng theo số tiền có thể tiết kiệm; với câu hỏi khác, hãy hỏi lần lượt từng tòa nhà.")
	case topicCommodity:
		return n.say("Gas, heat and water are not analysed separately yet; the figures are those of the building's main meter.",
			"Hiện chưa phân tích riêng khí đốt, nhiệt và nước; số liệu là của công tơ chính của tòa nhà.")
	case topicEquipment:
		return n.say("Which equipment it was cannot be told: the meter measures the whole building.",
			"Không thể biết đó là thiết bị nào: công tơ đo cho cả tòa nhà.")
	case topicHorizon:
		return n.say("Forecasts reach the next days and the end of this month, and no further.",
			"Dự báo chỉ đến những ngày tới và đến hết tháng này, không xa hơn.")
	case topicPeriod:
		return n.say("A freely chosen span of dates is not offered yet; the dates below say what the figures cover.",
			"Hiện chưa chọn được khoảng ngày tùy ý; các ngày dưới đây cho biết số liệu bao gồm những gì.")
	case topicUnknown:
		if len(n.e.Plan.Calls) > 0 {
			return n.say("What the question asks for was not understood, so this is what the building used.",
				"Chưa hiểu câu hỏi cần biết điều gì, nên đây là mức tiêu thụ của tòa nhà.")
		}
		return n.say("I did not understand what is asked for.", "Tôi chưa hiểu câu hỏi cần biết điều gì.")
	}
	return ""
}

// decline says what cannot be answered and what can be asked.
func (n *narration) decline() {
	var s, others []string
	for _, t := range n.e.Plan.Unanswered {
		if n.topic(t) == "" && isAnalysis(t) {
			others = append(others, n.analysisName(t))
		}
		s = append(s, n.topic(t))
	}
	s = append(s, n.otherAgents(others)...)
	if contains(n.e.Plan.Unanswered, topicUnknown) || strings.Join(s, "") == "" {
		s = append(s, n.say("I can only answer questions about how a building uses energy, in English or Vietnamese.",
			"Tôi chỉ trả lời được câu hỏi về cách một tòa nhà sử dụng năng lượng, bằng tiếng Việt hoặc tiếng Anh."))
	}
	n.para(s...)
	n.para(n.say("You can ask, for example: “What was left on last night?” or “Compare this week with the same week last year.”",
		"Bạn có thể hỏi, ví dụ: “Đêm qua còn gì chưa tắt?” hoặc “So sánh tiêu thụ điện tuần này với cùng kỳ năm ngoái”."))
}

// task is what an analysis does, to follow "to".
func (n *narration) task(analysis string) string {
	switch analysis {
	case analysisForecast:
		return n.say("forecast what comes next", "dự báo")
	case analysisSavings:
		return n.say("measure the saving", "đo mức tiết kiệm")
	case analysisChange:
		return n.say("say what changed", "biết nguyên nhân thay đổi")
	case analysisSignature:
		return n.say("tell how use follows the weather", "biết mức dùng theo thời tiết ra sao")
	case analysisMeasures:
		return n.say("estimate what could be saved", "ước tính khả năng tiết kiệm")
	case analysisPeak:
		return n.say("tell the highest loads", "biết phụ tải cao nhất")
	case analysisCost:
		return n.say("work out the bill", "tính hóa đơn")
	case analysisCarbon:
		return n.say("work out the emissions", "tính phát thải")
	case analysisPortfolio:
		return n.say("rank the buildings", "xếp hạng các tòa nhà")
	case analysisBenchmark:
		return n.say("compare with similar buildings", "so sánh với các tòa nhà tương tự")
	case analysisAnomalies:
		return n.say("tell what is unusual", "biết điều gì bất thường")
	}
	return n.say("judge ", "đánh giá ") + n.analysisName(analysis)
}

// analysisName names an analysis in mid-sentence.
func (n *narration) analysisName(name string) string {
	switch name {
	case analysisConsumption:
		return n.say("consumption", "mức tiêu thụ")
	case analysisOvernight:
		return n.say("the night's use", "mức sử dụng ban đêm")
	case analysisBaseload:
		return n.say("base load and schedule", "phụ tải nền và lịch vận hành")
	case analysisQuality:
		return n.say("data quality", "chất lượng dữ liệu")
	case analysisAnomalies:
		return n.say("unusual use", "mức sử dụng bất thường")
	case analysisForecast:
		return n.say("the forecast", "dự báo")
	case analysisSavings:
		return n.say("the savings", "mức tiết kiệm")
	case analysisChange:
		return n.say("what changed", "nguyên nhân thay đổi")
	case analysisSignature:
		return n.say("how use follows the weather", "mức dùng theo thời tiết")
	case analysisMeasures:
		return n.say("what could be saved", "khả năng tiết kiệm")
	case analysisPeak:
		return n.say("the highest loads", "phụ tải cao nhất")
	case analysisCost:
		return n.say("the bill", "hóa đơn")
	case analysisCarbon:
		return n.say("emissions", "phát thải")
	case analysisPortfolio:
		return n.say("the ranking of the buildings", "xếp hạng các tòa nhà")
	case analysisBenchmark:
		return n.say("similar buildings", "các tòa nhà tương tự")
	}
	return factName(name)
}

func owner(who eaio.Audience) bool { return who == eaio.AudienceOwner }
