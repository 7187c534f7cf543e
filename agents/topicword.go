package agents

import (
	"strings"

	"github.com/eaio/eaio"
)

// opens reports whether the answer opens with what is not offered: the figures
// that follow are then not the answer, only what can be said.
func (n *narration) opens(topic string) bool {
	switch topic {
	case topicCauses: // "why is it higher" is answered by how much; "which factors" is not
		return normalise(n.e.Request.Question).has("factor", "factors", "driver", "drivers", "yeu to")
	case topicForecast, topicSavings, topicPortfolio, topicBenchmark, topicCarbon, topicCommodity, topicPeriod, topicTariff:
		return true
	}
	return false
}

// topics says what was asked for and is not offered yet: before the figures or
// after them.
func (n *narration) topics(before bool) {
	var s []string
	for _, t := range n.e.Plan.Unanswered {
		if n.opens(t) == before {
			s = append(s, n.topic(t))
		}
	}
	if before && len(s) > 0 && len(n.e.Results) > 0 {
		s = append(s, n.say("What can be said:", "Những gì có thể nói:"))
	}
	n.para(s...)
}

// topic is the sentence on one thing that is not offered.
func (n *narration) topic(topic string) string {
	switch topic {
	case TopicBuilding:
		return n.say("Please name the building that the question is about.", "Vui lòng cho biết câu hỏi nói về tòa nhà nào.")
	case topicForecast:
		return n.say("Forecasts, such as the bill at the end of the month, are not offered yet.",
			"Hiện chưa có chức năng dự báo, chẳng hạn chi phí đến cuối tháng.")
	case topicSavings:
		return n.say("Savings from a retrofit are not measured yet: that needs a baseline adjusted for the weather, which a plain comparison is not.",
			"Hiện chưa đo được mức tiết kiệm sau cải tạo: việc đó cần một đường cơ sở đã hiệu chỉnh theo thời tiết, còn so sánh đơn thuần thì không đủ.")
	case topicMeasures:
		return n.say("The effect of individual measures is not estimated yet; what stays on outside working hours is the place to look first.",
			"Hiện chưa ước tính được hiệu quả của từng biện pháp; trước hết nên xem những gì còn chạy ngoài giờ làm việc.")
	case topicPortfolio:
		return n.say("Ranking several buildings against each other is not offered yet; ask about each building in turn.",
			"Hiện chưa có chức năng xếp hạng nhiều tòa nhà; hãy hỏi lần lượt từng tòa nhà.")
	case topicBenchmark:
		return n.say("A comparison with similar buildings is not offered yet.", "Hiện chưa có chức năng so sánh với các tòa nhà tương tự.")
	case topicAnomalies:
		return n.say("A search for anomalies at every hour is not offered yet; the check above covers the latest night and the data itself.",
			"Hiện chưa có chức năng tìm bất thường theo từng giờ; phần kiểm tra trên chỉ gồm đêm gần nhất và chất lượng dữ liệu.")
	case topicCauses:
		return n.say("What lies behind the use, such as weather, calendar or operation, is not separated yet.",
			"Hiện chưa tách được các nguyên nhân của mức tiêu thụ, chẳng hạn thời tiết, lịch hay vận hành.")
	case topicCarbon:
		return n.say("Emissions are not computed yet; the energy behind them is.", "Hiện chưa tính phát thải; chỉ có lượng điện năng tương ứng.")
	case topicWeather:
		return n.say("The influence of the weather is not taken out of these figures yet.", "Các số liệu này chưa loại bỏ ảnh hưởng của thời tiết.")
	case topicTariff:
		return n.say("Tariffs and bills are not checked yet; money is at a flat price.", "Hiện chưa kiểm tra biểu giá và hóa đơn; số tiền được tính theo giá cố định.")
	case topicCommodity:
		return n.say("Gas, heat and water are not analysed separately yet; the figures are those of the building's main meter.",
			"Hiện chưa phân tích riêng khí đốt, nhiệt và nước; số liệu là của công tơ chính của tòa nhà.")
	case topicEquipment:
		return n.say("Which equipment it was cannot be told: the meter measures the whole building.",
			"Không thể biết đó là thiết bị nào: công tơ đo cho cả tòa nhà.")
	case topicPeriod:
		return n.say("A freely chosen span of dates is not offered yet; the dates below say what the figures cover.",
			"Hiện chưa chọn được khoảng ngày tùy ý; các ngày dưới đây cho biết số liệu bao gồm những gì.")
	}
	return ""
}

// decline says what cannot be answered and what can be asked.
func (n *narration) decline() {
	var s []string
	for _, t := range n.e.Plan.Unanswered {
		s = append(s, n.topic(t))
	}
	if contains(n.e.Plan.Unanswered, topicUnknown) || strings.Join(s, "") == "" {
		s = append(s, n.say("I can only answer questions about how a building uses energy, in English or Vietnamese.",
			"Tôi chỉ trả lời được câu hỏi về cách một tòa nhà sử dụng năng lượng, bằng tiếng Việt hoặc tiếng Anh."))
	}
	n.para(s...)
	n.para(n.say("You can ask, for example: “What was left on last night?” or “Compare this week with the same week last year.”",
		"Bạn có thể hỏi, ví dụ: “Đêm qua còn gì chưa tắt?” hoặc “So sánh tiêu thụ điện tuần này với cùng kỳ năm ngoái”."))
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
	}
	return factName(name)
}

func owner(who eaio.Audience) bool { return who == eaio.AudienceOwner }
