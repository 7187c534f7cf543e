package agents

import (
	"strings"

	"github.com/eaio/eaio"
)

// label names a fact for a reader; one that the table lacks by its own name.
func (n *narration) label(name string) string {
	en, vi, ok := labelled(name)
	if !ok {
		return factName(name)
	}
	return pick(n.vi, vi, en)
}

// labelled looks a fact's name up in the table, else with its numbers as N.
func labelled(name string) (en, vi string, ok bool) {
	if name == "" || strings.ContainsAny(name, "|\n") {
		return "", "", false
	}
	for _, key := range []string{name, numbersAsN(name)} {
		if _, rest, there := strings.Cut(labels, "\n"+key+"|"); there {
			line, _, _ := strings.Cut(rest, "\n")
			en, vi, _ = strings.Cut(line, "|")
			return en, vi, true
		}
	}
	return "", "", false
}

// numbersAsN writes "event_3_excess" as "event_N_excess".
func numbersAsN(name string) string {
	parts := strings.Split(name, "_")
	for i, p := range parts {
		if isDigits(p) {
			parts[i] = "N"
		}
	}
	return strings.Join(parts, "_")
}

// factName shows a name of code as words without digits, numerals or marks.
func factName(name string) string {
	words := nameWords(name)
	if words == "" || len(scan(prepare(words), nil)) > 0 {
		return "value"
	}
	return words
}

func nameWords(name string) string {
	return strings.Join(strings.FieldsFunc(cutRunes(Clean(name), 60), func(r rune) bool { return !isWordRune(r) || r >= '0' && r <= '9' }), " ")
}

// reason words one of the stable reasons of a result.
func (n *narration) reason(r string) string {
	switch r {
	case "no_readings":
		return n.say("there are no readings in that time", "không có số đo nào trong thời gian đó")
	case "unsupported_interval":
		return n.say("the meter's interval does not allow this analysis", "chu kỳ đo của công tơ không cho phép phân tích này")
	case "stuck_readings":
		return n.say("the meter repeated the same value for a day or longer", "công tơ lặp lại cùng một giá trị từ một ngày trở lên")
	case "too_few_days":
		return n.say("there are too few days of data", "có quá ít ngày dữ liệu")
	case "night_incomplete":
		return n.say("too many readings of the night are missing", "đêm đó thiếu quá nhiều số đo")
	case "too_few_nights":
		return n.say("there are too few nights to compare with", "có quá ít đêm để so sánh")
	case "incomplete_period":
		return n.say("readings of the period are missing, so its true use is higher", "kỳ này thiếu số đo nên mức sử dụng thật còn cao hơn")
	case "incomplete_comparison":
		return n.say("readings of the comparison are missing", "kỳ so sánh thiếu số đo")
	case "no_comparison":
		return n.say("there are no readings to compare with", "không có số đo để so sánh")
	case "insufficient_data_for_change":
		return n.say("too many readings are missing to state a change", "thiếu quá nhiều số đo để nêu chênh lệch")
	case "comparison_not_positive":
		return n.say("the comparison is not above zero, so no percentage is given", "kỳ so sánh không lớn hơn không nên không nêu phần trăm")
	case "missing_readings":
		return n.say("many readings are missing", "thiếu nhiều số đo")
	case "missing_run":
		return n.say("there is a gap of a day or longer", "có khoảng trống từ một ngày trở lên")
	case "zero_run":
		return n.say("the meter stayed at zero for a day or longer", "công tơ đứng ở mức không từ một ngày trở lên")
	case "negative_readings":
		return n.say("some readings are negative", "có giá trị đo âm")
	case "sentinel_readings":
		return n.say("some readings are placeholders for missing values", "có giá trị giữ chỗ cho số đo bị thiếu")
	case "outliers":
		return n.say("some readings lie far above the rest", "có giá trị đo cao hơn hẳn phần còn lại")
	case "unit_step":
		return n.say("the level jumps as if the unit had changed", "mức đo nhảy bậc như thể đơn vị đã thay đổi")
	case "runs_around_the_clock":
		return n.say("the load shows no hours of operation", "phụ tải không cho thấy giờ vận hành")
	case "unoccupied_load_high":
		return n.say("the load outside the hours of operation is high", "phụ tải ngoài giờ vận hành cao")
	case "unoccupied_load_at_peak":
		return n.say("the load outside the hours of operation is close to that in them", "phụ tải ngoài giờ vận hành gần bằng trong giờ")
	case "night_above_usual":
		return n.say("the night is well above the usual", "đêm đó cao hơn hẳn thường lệ")
	case "night_below_usual":
		return n.say("the night is well below the usual", "đêm đó thấp hơn hẳn thường lệ")
	}
	if en, vi := laterReason(r); en != "" {
		return n.say(en, vi)
	}
	return factName(r)
}

// word translates the text of a fact that is one of an analysis's own words.
func (n *narration) word(f eaio.Fact) (string, bool) {
	if !f.Value.IsText() {
		return "", false
	}
	if en, vi, ok := textWord(numbersAsN(f.Name), f.Value.String()); ok {
		return n.say(en, vi), true
	}
	return "", false
}

// textWord returns the words for a text; the same text may mean different things in
// different facts.
func textWord(name, text string) (en, vi string, ok bool) {
	switch name {
	case "event_N":
		en, vi = kindWord(text)
	case "event_N_severity":
		en, vi = severityWord(text)
	case "forecast_method":
		en, vi = methodWord(text)
	case "verdict", "normal_year_verdict":
		en, vi = verdictWord(text)
	case "model":
		en, vi = modelWord(text)
	case "confidence":
		en, vi = confidenceWord(text)
	case "bill_verdict":
		en, vi = billWord(text)
	case "weather_year":
		en, vi = yearWord(text)
	case "tariff":
		if text == flatPrice {
			en, vi = "flat price", "giá cố định"
		}
	case "rank_N_source":
		en, vi = sourceWord(text)
	case "failed_N_reason":
		en, vi = unjudgedWord(text)
	case "forecast_method_day_N":
		en, vi = methodWord(text)
	}
	if strings.HasSuffix(name, "_candidates") {
		en, vi = candidateWord(text)
	}
	if en != "" {
		return en, vi, true
	}
	switch text {
	case "unusual":
		return "unusually high", "cao bất thường", true
	case "usual":
		return "usual", "bình thường", true
	case "unusually low":
		return "unusually low", "thấp bất thường", true
	case "runs around the clock":
		return "around the clock", "suốt ngày đêm", true
	case "no operating hours":
		return "no operating hours", "không vận hành", true
	case "sufficient":
		return "sufficient", "đủ", true
	case "insufficient":
		return "insufficient", "không đủ", true
	}
	return "", "", false
}

// kindWord names what an unusual spell looks like.
func kindWord(kind string) (en, vi string) {
	switch kind {
	case "left_on_overnight":
		return "left on outside the usual hours", "còn bật ngoài giờ thường lệ"
	case "weekend_on":
		return "running at the weekend", "chạy vào cuối tuần"
	case "missed_start":
		return "a late start or none", "khởi động trễ hoặc không khởi động"
	case "outage":
		return "almost no load", "gần như không có tải"
	case "spike":
		return "a short spike", "phụ tải vọt lên trong thời gian ngắn"
	case "step":
		return "a lasting change of level", "mức tải thay đổi kéo dài"
	case "stuck":
		return "the meter repeating a value", "công tơ lặp lại cùng giá trị"
	case "high":
		return "unusually high use", "mức dùng cao bất thường"
	case "low":
		return "unusually low use", "mức dùng thấp bất thường"
	}
	return "", ""
}

func severityWord(s string) (en, vi string) {
	switch s {
	case "major":
		return "major", "nghiêm trọng"
	case "moderate":
		return "moderate", "trung bình"
	case "minor":
		return "minor", "nhẹ"
	}
	return "", ""
}

func methodWord(s string) (en, vi string) {
	switch s {
	case "rule":
		return "the usual hours of recent days of the same kind", "các giờ thường lệ của những ngày cùng loại gần đây"
	case "persistence":
		return "a copy of the day before", "lặp lại ngày hôm trước"
	case "mean of seven days":
		return "the mean of the week before", "trung bình của tuần trước đó"
	case "ridge":
		return "a regression on recent days", "hồi quy theo các ngày gần đây"
	case "ridge with temperature":
		return "a regression on recent days and temperature", "hồi quy theo các ngày gần đây và nhiệt độ"
	case "ensemble":
		return "the mean of several regressions", "trung bình của nhiều hồi quy"
	case "ensemble with temperature":
		return "the mean of several regressions with temperature", "trung bình của nhiều hồi quy có nhiệt độ"
	}
	return "", ""
}

func verdictWord(s string) (en, vi string) {
	switch s {
	case "confirmed":
		return "confirmed", "được xác nhận"
	case verdictIndicative:
		return "likely but not certain", "có khả năng nhưng chưa chắc chắn"
	case verdictInconclusive:
		return "inconclusive", "chưa thể kết luận"
	}
	return "", ""
}

// modelWord names the shape of a weather model.
func modelWord(s string) (en, vi string) {
	switch s {
	case "intercept_only":
		return "a constant, without weather", "hằng số, không theo thời tiết"
	case "hdd_only":
		return "heating only", "chỉ có sưởi"
	case "cdd_only":
		return "cooling only", "chỉ có làm mát"
	case "cdd_hdd":
		return "heating and cooling", "có sưởi và làm mát"
	case "towt":
		return "time of week and temperature", "giờ trong tuần và nhiệt độ"
	case "1P":
		return "a constant", "hằng số"
	case "2P":
		return "a straight line in temperature", "đường thẳng theo nhiệt độ"
	case "3PH":
		return "flat above a balance point", "nằm ngang trên điểm cân bằng"
	case "3PC":
		return "flat below a balance point", "nằm ngang dưới điểm cân bằng"
	case "4P":
		return "slopes that meet in a balance point", "các đường dốc gặp nhau tại điểm cân bằng"
	case "5P":
		return "slopes with a flat part between the balance points", "các đường dốc với phần nằm ngang giữa các điểm cân bằng"
	}
	return "", ""
}

func yearWord(s string) (en, vi string) {
	switch s {
	case "own year":
		return "the year itself", "chính năm đó"
	case "normal year":
		return "a typical year", "năm điển hình"
	}
	return "", ""
}
