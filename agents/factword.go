package agents

import (
	"strings"
)

// labels names the facts of the known analyses, one a line: name, English,
// Vietnamese.
const labels = `
base_load|base load|phụ tải nền
base_peak_ratio|base load to peak load|tỷ lệ phụ tải nền trên phụ tải đỉnh
best_night_energy|energy of the best nights|điện năng của những đêm tốt nhất
best_night_load|load of the best nights|phụ tải của những đêm tốt nhất
change|change|chênh lệch
change_cost|change in cost|chênh lệch chi phí
change_percent|change in percent|chênh lệch tương đối
compare_completeness|readings present in the comparison|số đo có trong kỳ so sánh
compare_energy|energy of the comparison|điện năng kỳ so sánh
compared_energy|energy over the readings compared|điện năng trên các số đo được so sánh
completeness|readings present|số đo có mặt
daily_baseline|data for a daily baseline|dữ liệu cho đường cơ sở theo ngày
daily_mean|mean per day|trung bình mỗi ngày
daily_mean_change_percent|change of the mean per day|chênh lệch của trung bình mỗi ngày
days_expected|days expected|số ngày phải có
days_present|days with data|số ngày có dữ liệu
days_required|days required|số ngày cần có
energy|energy|điện năng
energy_cost|cost of the energy|chi phí điện năng
highest_day_energy|highest day|ngày cao nhất
highest_reading|highest reading|giá trị đo cao nhất
hourly_baseline|data for an hourly baseline|dữ liệu cho đường cơ sở theo giờ
longest_missing_run|longest gap|khoảng trống dài nhất
longest_stuck_run|longest stuck run|khoảng kẹt giá trị dài nhất
longest_zero_run|longest run at zero|khoảng bằng không dài nhất
lowest_day_energy|lowest day|ngày thấp nhất
missing_run_hours|hours in long gaps|số giờ trong các khoảng trống dài
negative_readings|negative readings|giá trị đo âm
night_completeness|readings present in the night|số đo có trong đêm
night_cost|cost of the night|chi phí trong đêm
night_energy|energy of the night|điện năng trong đêm
night_excess|difference from the usual night|chênh lệch so với đêm thường lệ
night_excess_cost|cost of the difference|chi phí phần chênh lệch
night_excess_percent|difference in percent|chênh lệch tương đối
night_load|mean load at night|phụ tải trung bình ban đêm
night_verdict|verdict on the night|đánh giá về đêm
nights_compared|nights compared|số đêm được so sánh
nights_required|nights required|số đêm cần có
outlier_limit|limit for outliers|ngưỡng giá trị ngoại lai
outliers|outliers|giá trị ngoại lai
peak|highest load|phụ tải cao nhất
peak_load|peak load|phụ tải đỉnh
peak_time|time of the highest load|thời điểm phụ tải cao nhất
possible_saving|possible saving|phần có thể tiết kiệm
possible_saving_cost|possible saving in money|số tiền có thể tiết kiệm
readings_expected|readings expected|số đo phải có
readings_missing|readings missing|số đo bị thiếu
saturday_start|start on Saturdays|bắt đầu vào thứ Bảy
saturday_stop|stop on Saturdays|kết thúc vào thứ Bảy
saturday_schedule|Saturdays|thứ Bảy
schedule|hours of operation|giờ vận hành
sentinel_readings|placeholder readings|giá trị đo giữ chỗ
stuck_run_hours|hours in stuck runs|số giờ kẹt giá trị
stuck_value|stuck value|giá trị bị kẹt
sunday_start|start on Sundays|bắt đầu vào Chủ nhật
sunday_stop|stop on Sundays|kết thúc vào Chủ nhật
sunday_schedule|Sundays|Chủ nhật
unit_step_date|day of the step in level|ngày mức đo nhảy bậc
unit_step_ratio|ratio of the step in level|tỷ lệ nhảy bậc
unoccupied_ratio|load outside the hours of operation to load in them|tỷ lệ phụ tải ngoài giờ trên trong giờ
usual_night_energy|energy of a usual night|điện năng của đêm thường lệ
usual_night_spread|spread of the nights compared|độ phân tán của các đêm được so sánh
waste_cost|cost of the energy above the best nights|chi phí phần vượt mức những đêm tốt nhất
waste_energy|energy above the best nights outside operation|điện năng ngoài giờ vượt mức những đêm tốt nhất
waste_percent|its part of all energy|tỷ trọng trong tổng điện năng
weekday_start|start on weekdays|bắt đầu vào ngày thường
weekday_stop|stop on weekdays|kết thúc vào ngày thường
weekday_schedule|weekdays|ngày thường
weekend_start|start at weekends|bắt đầu vào cuối tuần
weekend_stop|stop at weekends|kết thúc vào cuối tuần
weekend_schedule|weekends|cuối tuần
zero_readings|readings of zero|giá trị đo bằng không
zero_run_hours|hours in runs at zero|số giờ bằng không kéo dài
`

// label names a fact for a reader; one that the table lacks by its own name.
func (n *narration) label(name string) string {
	if name != "" && !strings.ContainsAny(name, "|\n") {
		if _, rest, ok := strings.Cut(labels, "\n"+name+"|"); ok {
			line, _, _ := strings.Cut(rest, "\n")
			en, vi, _ := strings.Cut(line, "|")
			return pick(n.vi, vi, en)
		}
	}
	return factName(name)
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
	return factName(r)
}

// word translates the text of a fact that is one of an analysis's own words.
func (n *narration) word(text string) (string, bool) {
	switch text {
	case "unusual":
		return n.say("unusually high", "cao bất thường"), true
	case "usual":
		return n.say("usual", "bình thường"), true
	case "unusually low":
		return n.say("unusually low", "thấp bất thường"), true
	case "runs around the clock":
		return n.say("around the clock", "suốt ngày đêm"), true
	case "no operating hours":
		return n.say("no operating hours", "không vận hành"), true
	case "sufficient":
		return n.say("sufficient", "đủ"), true
	case "insufficient":
		return n.say("insufficient", "không đủ"), true
	}
	return "", false
}
