package agents

// laterReason words the reasons of the analyses that need weather, history, tariffs or
// peers: what is wrong, and what would be right where somebody can mend it.
func laterReason(r string) (en, vi string) {
	for _, words := range []func(string) (en, vi string){weatherReason, historyReason, modelReason, savingReason, moneyReason, carbonReason, peerReason} {
		if en, vi = words(r); en != "" {
			return en, vi
		}
	}
	return "", ""
}

func weatherReason(r string) (en, vi string) {
	switch r {
	case "no_temperature":
		return "no outdoor temperatures are known for this building; import those of a weather station nearby", "chưa có nhiệt độ ngoài trời của tòa nhà; hãy nhập dữ liệu của một trạm thời tiết gần đó"
	case "temperature_missing":
		return "outdoor temperatures are missing on many days", "thiếu nhiệt độ ngoài trời ở nhiều ngày"
	case "temperature_gap":
		return "outdoor temperatures are missing for hours on end", "thiếu nhiệt độ ngoài trời liên tục nhiều giờ"
	case "temperature_in_fahrenheit":
		return "the outdoor temperatures look like °F; import them in °C", "nhiệt độ ngoài trời có vẻ là °F; hãy nhập theo °C"
	case "temperature_in_celsius":
		return "the outdoor temperatures look like °C where °F is expected", "nhiệt độ ngoài trời có vẻ là °C trong khi cần °F"
	case "temperature_in_kelvin":
		return "the outdoor temperatures look like kelvin; import them in °C", "nhiệt độ ngoài trời có vẻ tính bằng kelvin; hãy nhập theo °C"
	case "temperature_implausible":
		return "the outdoor temperatures are not plausible; check their unit", "nhiệt độ ngoài trời không hợp lý; hãy kiểm tra đơn vị"
	case "temperature_not_hourly":
		return "hourly outdoor temperatures are needed", "cần nhiệt độ ngoài trời theo giờ"
	case "temperature_beyond_model":
		return "it was hotter or colder than in any day of the baseline", "thời tiết nóng hoặc lạnh hơn mọi ngày của kỳ cơ sở"
	case "no_weather_signal":
		return "this building's use hardly follows the weather", "mức dùng của tòa nhà hầu như không theo thời tiết"
	}
	return "", ""
}

func historyReason(r string) (en, vi string) {
	switch r {
	case "too_little_history":
		return "there is too little history to know what is usual", "dữ liệu quá khứ quá ít để biết thế nào là bình thường"
	case "interval_not_in_hour":
		return "the meter's interval does not divide an hour evenly", "chu kỳ đo của công tơ không khớp với các giờ tròn"
	case "too_little_to_forecast":
		return "there are too few past days to try a forecast on; more weeks of readings are needed", "có quá ít ngày đã qua để thử dự báo; cần thêm vài tuần số đo"
	case "latest_day_missing":
		return "the latest day has too few readings, so older days had to serve", "ngày gần nhất có quá ít số đo nên phải dựa vào các ngày trước đó"
	case "new_monthly_peak_likely":
		return "a new highest load of the month is likely", "có khả năng xuất hiện phụ tải cao nhất mới trong tháng"
	case "month_incomplete":
		return "too many days of the month are missing to say what it will come to", "tháng này thiếu quá nhiều ngày nên chưa thể ước tính cả tháng"
	case "too_few_days_for_the_rest":
		return "there are too few recent days to project the rest of the month", "có quá ít ngày gần đây để ước tính phần còn lại của tháng"
	case "no_backtest":
		return "there is too little history to say how far off this may be", "dữ liệu quá khứ quá ít để biết con số này có thể lệch bao nhiêu"
	case "baseline_too_short":
		return "the year before is not covered; a whole year of readings and temperatures is needed", "thiếu dữ liệu của năm trước đó; cần số đo và nhiệt độ của cả năm"
	case "too_many_days_missing":
		return "too many days lack readings or temperatures; nearly all days of a year are needed", "quá nhiều ngày thiếu số đo hoặc nhiệt độ; cần gần như đủ các ngày của năm"
	case "months_without_model":
		return "some months have too few hours for a model", "có tháng quá ít giờ để lập mô hình"
	case "drift_between_years_unseen":
		return "the history is too short to show how this building changes by itself from year to year", "dữ liệu quá khứ quá ngắn để thấy tòa nhà tự thay đổi thế nào giữa các năm"
	}
	return "", ""
}

func modelReason(r string) (en, vi string) {
	switch r {
	case "lengths_differ":
		return "readings and temperatures do not cover the same days", "số đo và nhiệt độ không cùng các ngày"
	case "periods_overlap":
		return "the time before and the time after share days; they must not", "kỳ trước và kỳ sau có ngày trùng nhau; chúng phải tách rời"
	case "reporting_before_baseline":
		return "the time to judge lies before its baseline; it must come after", "kỳ cần đánh giá nằm trước kỳ cơ sở; nó phải ở sau"
	case "no_days":
		return "no day has both a reading and a temperature", "không có ngày nào có cả số đo và nhiệt độ"
	case "too_few_periods":
		return "there are too few bills for a model", "có quá ít kỳ hóa đơn để lập mô hình"
	case "no_candidate_qualified":
		return "no weather model fits this building's use", "không có mô hình thời tiết nào phù hợp với mức dùng của tòa nhà"
	case "no_model":
		return "the baseline has no model that holds", "kỳ cơ sở không có mô hình đáng tin"
	case "period_outside_data":
		return "the days asked for lie outside the data", "các ngày được hỏi nằm ngoài dữ liệu"
	case "no_energy_used":
		return "hardly any energy was used in the baseline", "kỳ cơ sở hầu như không dùng điện"
	case "cvrmse_above_limit":
		return "use varies more from day to day than the model can follow", "mức dùng thay đổi từng ngày nhiều hơn mô hình theo được"
	case "operations_within_model_error":
		return "what is left may be the model's error", "phần còn lại có thể là sai số của mô hình"
	case "operations_changed":
		return "the building was run differently", "tòa nhà được vận hành khác đi"
	case "unusual_load_found":
		return "unusual use was found", "có mức sử dụng bất thường"
	}
	return "", ""
}

func savingReason(r string) (en, vi string) {
	switch r {
	case "no_reporting_period":
		return "the day on which the measure was in place is not known; name it in the question", "chưa biết ngày biện pháp bắt đầu có hiệu lực; hãy nêu ngày đó trong câu hỏi"
	case "incomplete_baseline":
		return "days of the baseline are missing", "kỳ cơ sở thiếu một số ngày"
	case "saving_within_band":
		return "the uncertainty is larger than the difference", "biên sai số lớn hơn phần chênh lệch"
	case "band_misses_placebos":
		return "on dates without any change the same method also sees differences, so the band is widened by them", "với những ngày không có thay đổi, phương pháp này cũng thấy chênh lệch, nên biên sai số được nới rộng theo đó"
	case "use_increased":
		return "use went up", "mức dùng đã tăng"
	case "saving_below_ten_percent":
		return "the difference is small against the whole use, which makes it hard to show", "phần chênh lệch nhỏ so với tổng mức dùng nên khó chứng minh"
	}
	return "", ""
}

func moneyReason(r string) (en, vi string) {
	switch r {
	case "no_tariff":
		return "neither a tariff nor a price is known for this building; set its price for each kWh, or give its tariff as a file to “eaio analyse cost”", "chưa biết biểu giá hay giá điện của tòa nhà; hãy khai báo giá mỗi kWh, hoặc đưa biểu giá dạng tệp cho “eaio analyse cost”"
	case "unit_not_kwh":
		return "the meter does not read kWh, which a tariff is for", "công tơ không đo theo kWh nên không áp được biểu giá"
	case "other_currency":
		return "a tariff in another currency is left out", "bỏ qua biểu giá bằng loại tiền khác"
	case "bill_off":
		return "the bill does not agree with the readings", "hóa đơn không khớp với số đo"
	case "bill_not_checked":
		return "the bill cannot be judged from what there is", "chưa thể đánh giá hóa đơn với dữ liệu hiện có"
	case "bill_not_projected":
		return "the bill of the whole month cannot be projected by the tariff", "chưa thể ước tính hóa đơn cả tháng theo biểu giá"
	case "too_few_readings":
		return "too few readings are there for a bill", "có quá ít số đo để tính hóa đơn"
	case "demand_interval_coarser":
		return "the meter's interval is longer than the tariff's, so the true highest load, and its charge, are higher", "chu kỳ đo dài hơn của biểu giá nên phụ tải cao nhất thật và phí của nó còn cao hơn"
	case "demand_interval_mismatch":
		return "the meter's interval does not fit the tariff's and is taken instead", "chu kỳ đo không khớp với biểu giá nên được dùng thay thế"
	case "ratchet_history_missing":
		return "the months before are not all there, so the charge for the highest load may be too low", "thiếu một số tháng trước nên phí theo phụ tải cao nhất có thể thấp hơn thật"
	case "export_not_credited":
		return "energy fed into the grid is not paid for here", "điện phát lên lưới không được tính tiền ở đây"
	case "charges_not_billed":
		return "the tariff has charges that are not included", "biểu giá có những khoản chưa được tính vào"
	case "tariff_not_in_force":
		return "the tariff was not in force at that time", "biểu giá không có hiệu lực vào thời gian đó"
	case "part_of_a_month":
		return "monthly charges are taken by the days of the month", "các khoản theo tháng được tính theo số ngày"
	case "shorter_peaks_are_higher":
		return "shorter peaks than the meter's interval, as bills often count them, are higher", "những đỉnh ngắn hơn chu kỳ đo, như hóa đơn thường tính, còn cao hơn"
	}
	return "", ""
}

func carbonReason(r string) (en, vi string) {
	switch r {
	case "no_emission_factor":
		return "a meter has no emission factor and is left out; “eaio analyse carbon” takes factors as a file", "có công tơ chưa có hệ số phát thải nên không được tính; “eaio analyse carbon” nhận hệ số dạng tệp"
	case "unsupported_unit":
		return "a meter does not read energy and is left out", "có công tơ không đo năng lượng nên không được tính"
	case "default_emission_factor":
		return "a mean factor of the United States stands in, since the factor of this region is not known; “eaio analyse carbon” takes factors as a file", "dùng tạm hệ số trung bình của Hoa Kỳ vì chưa biết hệ số của vùng này; “eaio analyse carbon” nhận hệ số dạng tệp"
	case "emission_factor_other_year":
		return "the factor of another year stands in", "dùng tạm hệ số của năm khác"
	case "no_area":
		return "the building's floor area is not known; set it", "chưa biết diện tích sàn của tòa nhà; hãy khai báo"
	}
	return "", ""
}

func peerReason(r string) (en, vi string) {
	switch r {
	case "too_few_peers":
		return "too few similar buildings are known; add your buildings of the same use with their floor area and a year of readings", "chưa có đủ tòa nhà tương tự; hãy thêm các tòa nhà cùng loại của bạn kèm diện tích sàn và số đo một năm"
	case "too_few_peers_for_z":
		return "too few similar buildings have a weather model", "có quá ít tòa nhà tương tự có mô hình thời tiết"
	case "no_source_ratio":
		return "the energy at its source cannot be told for every meter", "không tính được năng lượng nguồn cho mọi công tơ"
	case "use_above_most_peers":
		return "it uses more than most similar buildings", "tòa nhà dùng nhiều hơn phần lớn tòa nhà tương tự"
	case "no_peers":
		return "no similar building with a weather model is known; add your buildings of the same use with their floor area, temperatures and a year of readings", "chưa có tòa nhà tương tự nào có mô hình thời tiết; hãy thêm các tòa nhà cùng loại của bạn kèm diện tích sàn, nhiệt độ và số đo một năm"
	case "at_peer_median":
		return "no part of its use is worse than in the middle of similar buildings", "không phần nào kém hơn mức trung vị của tòa nhà tương tự"
	case "some_buildings_failed":
		return "some buildings could not be ranked", "có tòa nhà không xếp hạng được"
	case "no_opportunity_found":
		return "no building has a figure to rank by", "không tòa nhà nào có số liệu để xếp hạng"
	}
	return "", ""
}
