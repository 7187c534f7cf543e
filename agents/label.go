package agents

// labels names the facts of the known analyses, one a line: name, English,
// Vietnamese.
const labels = `
adjusted_r_squared|adjusted R²|R² hiệu chỉnh
alternative_N|another tariff|biểu giá khác
alternative_N_cost|cost by it|chi phí theo biểu giá đó
alternative_N_saving|saving by it|tiết kiệm theo biểu giá đó
avoided_energy_cost|money not spent|số tiền không phải chi
avoided_energy_use|energy not used|điện năng không phải dùng
avoided_energy_use_percent|its part of the expected use|tỷ trọng trong mức dùng dự kiến
backtest_cvrmse|CVRMSE on past days|CVRMSE trên các ngày đã qua
base_load|base load|phụ tải nền
base_load_candidates|where to look for the base load|chỗ cần xem cho phụ tải nền
base_load_median|base load of similar buildings|phụ tải nền của tòa nhà tương tự
base_load_saving|saving of the base load alone|tiết kiệm riêng phần phụ tải nền
base_peak_ratio|base load to peak load|tỷ lệ phụ tải nền trên phụ tải đỉnh
baseline_energy|use that the baseline predicts|mức dùng theo đường cơ sở
best_night_energy|energy of the best nights|điện năng của những đêm tốt nhất
best_night_load|load of the best nights|phụ tải của những đêm tốt nhất
bill_verdict|verdict on the bill|đánh giá hóa đơn
billed|bill that came|hóa đơn nhận được
billed_difference|difference of the bill|chênh lệch của hóa đơn
billed_difference_percent|difference of the bill in percent|chênh lệch tương đối của hóa đơn
buildings|buildings|số tòa nhà
buildings_beyond|buildings not looked at|số tòa nhà chưa được xem
buildings_failed|buildings that could not be judged|số tòa nhà chưa đánh giá được
buildings_ranked|buildings ranked|số tòa nhà được xếp hạng
change|change|chênh lệch
change_actual_factors|change at each time's own factors|chênh lệch theo hệ số của từng thời kỳ
change_actual_factors_percent|the same in percent|như trên, tương đối
change_band|uncertainty of the part for operation|biên sai số của phần vận hành
change_calendar|part of the calendar|phần do lịch
change_calendar_cost|part of the calendar in money|phần do lịch, bằng tiền
change_constant_factors|change at the same factors|chênh lệch với cùng hệ số
change_constant_factors_percent|change at the same factors in percent|chênh lệch tương đối với cùng hệ số
change_cost|change in cost|chênh lệch chi phí
change_operations|part of operation|phần do vận hành
change_operations_cost|part of operation in money|phần do vận hành, bằng tiền
change_percent|change in percent|chênh lệch tương đối
change_weather|part of the weather|phần do thời tiết
change_weather_and_operations|part of weather and operation|phần do thời tiết và vận hành
change_weather_and_operations_cost|part of weather and operation in money|phần do thời tiết và vận hành, bằng tiền
change_weather_cost|part of the weather in money|phần do thời tiết, bằng tiền
compare_completeness|readings present in the comparison|số đo có trong kỳ so sánh
compare_days|days of the comparison|số ngày của kỳ so sánh
compare_emissions|emissions of the comparison|phát thải kỳ so sánh
compare_energy|energy of the comparison|điện năng kỳ so sánh
compared_energy|energy over the readings compared|điện năng trên các số đo được so sánh
completeness|readings present|số đo có mặt
confidence|confidence|độ tin cậy
cooling_balance_point|balance point of cooling|điểm cân bằng làm mát
cooling_balance_point_candidates|where to look for the balance point of cooling|chỗ cần xem cho điểm cân bằng làm mát
cooling_balance_point_median|balance point of cooling of similar buildings|điểm cân bằng làm mát của tòa nhà tương tự
cooling_balance_point_saving|saving of the balance point of cooling alone|tiết kiệm riêng điểm cân bằng làm mát
cooling_slope|use for each degree of cooling|mức dùng cho mỗi độ làm mát
cooling_slope_candidates|where to look for cooling|chỗ cần xem cho làm mát
cooling_slope_median|use for each degree of cooling in similar buildings|mức dùng cho mỗi độ làm mát của tòa nhà tương tự
cooling_slope_saving|saving of cooling alone|tiết kiệm riêng phần làm mát
cost_energy|charge for energy|tiền điện năng
cost_fixed|fixed charge|phí cố định
cost_flat_demand|charge for the highest load|phí theo phụ tải cao nhất
cost_minimum|minimum charge|phí tối thiểu
cost_per_kwh|mean price|giá bình quân
cost_period_demand|charge for the highest load by time of day|phí theo phụ tải cao nhất từng khung giờ
cost_tax|taxes|thuế
cost_total|bill by the tariff|tiền điện theo biểu giá
cvrmse|CVRMSE|CVRMSE
daily_baseline|data for a daily baseline|dữ liệu cho đường cơ sở theo ngày
daily_mean|mean per day|trung bình mỗi ngày
daily_mean_change_percent|change of the mean per day|chênh lệch của trung bình mỗi ngày
days_compared|days compared|số ngày được so sánh
days_expected|days expected|số ngày phải có
days_fitted|days in the model|số ngày trong mô hình
days_present|days with data|số ngày có dữ liệu
days_required|days required|số ngày cần có
days_tried|past days tried|số ngày đã thử
emission_factors|emission factors|hệ số phát thải
emission_intensity|emissions for each square metre|phát thải trên mỗi mét vuông
emissions|emissions|phát thải
emissions_scope_1|emissions of fuel burnt on site|phát thải từ nhiên liệu đốt tại chỗ
emissions_scope_2|emissions of bought energy|phát thải từ năng lượng mua
emissions_scope_N|emissions by scope|phát thải theo phạm vi
energy|energy|điện năng
energy_cost|cost of the energy|chi phí điện năng
event_N|unusual spell|đợt bất thường
event_N_cost|cost of the spell|chi phí của đợt
event_N_excess|difference in the spell|chênh lệch trong đợt
event_N_hours|length of the spell|độ dài của đợt
event_N_score|score of the spell|điểm của đợt
event_N_severity|severity of the spell|mức độ của đợt
event_N_start|start of the spell|lúc bắt đầu của đợt
events|unusual spells|số đợt bất thường
excess_cost|cost of the energy beyond what was expected|chi phí phần vượt dự kiến
excess_energy|energy beyond what was expected|điện năng vượt dự kiến
failed_N|building that could not be judged|tòa nhà chưa đánh giá được
failed_N_reason|why it could not be judged|lý do chưa đánh giá được
forecast_method|method of the forecast|phương pháp dự báo
forecast_method_day_N|method for the day after|phương pháp cho ngày kế tiếp
fractional_savings_uncertainty|uncertainty against the saving|biên sai số so với mức tiết kiệm
friday_schedule|Fridays|thứ Sáu
friday_start|start on Fridays|bắt đầu vào thứ Sáu
friday_stop|stop on Fridays|kết thúc vào thứ Sáu
heating_balance_point|balance point of heating|điểm cân bằng sưởi
heating_balance_point_candidates|where to look for the balance point of heating|chỗ cần xem cho điểm cân bằng sưởi
heating_balance_point_median|balance point of heating of similar buildings|điểm cân bằng sưởi của tòa nhà tương tự
heating_balance_point_saving|saving of the balance point of heating alone|tiết kiệm riêng điểm cân bằng sưởi
heating_slope|use for each degree of heating|mức dùng cho mỗi độ sưởi
heating_slope_candidates|where to look for heating|chỗ cần xem cho sưởi
heating_slope_median|use for each degree of heating in similar buildings|mức dùng cho mỗi độ sưởi của tòa nhà tương tự
heating_slope_saving|saving of heating alone|tiết kiệm riêng phần sưởi
highest_day_energy|highest day|ngày cao nhất
highest_reading|highest reading|giá trị đo cao nhất
hourly_baseline|data for an hourly baseline|dữ liệu cho đường cơ sở theo giờ
hours_fitted|hours in the model|số giờ trong mô hình
hours_near_peak|hours close to the highest load|số giờ gần phụ tải cao nhất
intercept|use without heating or cooling|mức dùng không sưởi, không làm mát
joint_candidates|where to look for all together|chỗ cần xem cho tất cả
joint_saving|saving of all together|tiết kiệm của tất cả
joint_saving_cost|saving of all together in money|tiết kiệm của tất cả, bằng tiền
joint_saving_emissions|emissions saved by all together|phát thải giảm được của tất cả
joint_saving_percent|saving of all together in percent|tiết kiệm tương đối của tất cả
line_N|line of the bill|dòng của hóa đơn
load_exceeded_10_percent|load exceeded seldom|phụ tải ít khi bị vượt
load_exceeded_1_percent|load exceeded almost never|phụ tải hầu như không bị vượt
load_exceeded_50_percent|load exceeded as often as not|phụ tải giữa
load_exceeded_90_percent|load exceeded nearly always|phụ tải gần như luôn bị vượt
load_factor|load factor|hệ số phụ tải
load_factor_N_N|load factor of a month|hệ số phụ tải của tháng
longest_missing_run|longest gap|khoảng trống dài nhất
longest_stuck_run|longest stuck run|khoảng kẹt giá trị dài nhất
longest_temperature_gap|longest gap in the outdoor temperatures|khoảng thiếu nhiệt độ ngoài trời dài nhất
longest_zero_run|longest run at zero|khoảng bằng không dài nhất
lowest_day_energy|lowest day|ngày thấp nhất
lowest_month_completeness|readings present in the month that lacks most|số đo có mặt trong tháng thiếu nhiều nhất
metered_energy|metered use|mức dùng đo được
missing_run_hours|hours in long gaps|số giờ trong các khoảng trống dài
model|model|mô hình
monday_schedule|Mondays|thứ Hai
monday_start|start on Mondays|bắt đầu vào thứ Hai
monday_stop|stop on Mondays|kết thúc vào thứ Hai
month_backtests|past months tried|số lần đã thử
month_bill_forecast|bill expected for the month|hóa đơn dự kiến của tháng
month_cost_forecast|cost expected for the month|chi phí dự kiến của tháng
month_cost_high|upper end of the month's cost|cận trên chi phí của tháng
month_cost_low|lower end of the month's cost|cận dưới chi phí của tháng
month_energy_forecast|energy expected for the month|điện năng dự kiến của tháng
month_energy_high|upper end of the month's energy|cận trên điện năng của tháng
month_energy_low|lower end of the month's energy|cận dưới điện năng của tháng
month_energy_so_far|energy of the month so far|điện năng từ đầu tháng
month_peak_so_far|highest load of the month so far|phụ tải cao nhất từ đầu tháng
negative_readings|negative readings|giá trị đo âm
new_peak_chance|chance of a new highest load of the month|khả năng có phụ tải cao nhất mới trong tháng
next_24_h_cost|cost expected for the next day|chi phí dự kiến ngày tới
next_24_h_energy|energy expected for the next day|điện năng dự kiến ngày tới
next_24_h_high|upper end for the next day|cận trên ngày tới
next_24_h_low|lower end for the next day|cận dưới ngày tới
next_48_h_cost|cost expected for the next days|chi phí dự kiến những ngày tới
next_48_h_energy|energy expected for the next days|điện năng dự kiến những ngày tới
next_48_h_high|upper end for the next days|cận trên những ngày tới
next_48_h_low|lower end for the next days|cận dưới những ngày tới
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
nmbe|NMBE|NMBE
normal_year_band|uncertainty of the saving of a typical year|biên sai số của mức tiết kiệm năm điển hình
normal_year_saving|saving of a typical year|mức tiết kiệm của năm điển hình
normal_year_verdict|verdict on the saving of a typical year|kết luận về mức tiết kiệm năm điển hình
normalised_annual_base|use of a year whatever the weather|mức dùng năm không phụ thuộc thời tiết
normalised_annual_cooling|use of a year for cooling|mức dùng năm cho làm mát
normalised_annual_cost|cost of a year|chi phí một năm
normalised_annual_heating|use of a year for heating|mức dùng năm cho sưởi
normalised_annual_intensity|use of a year for each square metre|mức dùng năm trên mỗi mét vuông
normalised_annual_use|use of a year with that weather|mức dùng năm với thời tiết đó
opportunity_total|what all ranked buildings could save|tổng số tiền các tòa nhà có thể tiết kiệm
outlier_limit|limit for outliers|ngưỡng giá trị ngoại lai
outliers|outliers|giá trị ngoại lai
peak|highest load|phụ tải cao nhất
peak_N_N|highest load of a month|phụ tải cao nhất của tháng
peak_expected|highest load expected|phụ tải cao nhất dự kiến
peak_expected_high|upper end of the highest load|cận trên của phụ tải cao nhất
peak_expected_low|lower end of the highest load|cận dưới của phụ tải cao nhất
peak_hour|hour of the highest load expected|giờ dự kiến có phụ tải cao nhất
peak_load|peak load|phụ tải đỉnh
peak_temperature|outdoor temperature at the highest load|nhiệt độ ngoài trời lúc phụ tải cao nhất
peak_temperature_N_N|outdoor temperature at a month's highest load|nhiệt độ ngoài trời lúc phụ tải cao nhất của tháng
peak_time|time of the highest load|thời điểm phụ tải cao nhất
peak_time_N_N|time of a month's highest load|thời điểm phụ tải cao nhất của tháng
peers|similar buildings known|số tòa nhà tương tự đã biết
peers_required|similar buildings required|số tòa nhà tương tự cần có
placebo_band|uncertainty by placebo dates|biên sai số theo các ngày giả định
placebo_coverage|placebo dates that the band holds|tỷ lệ ngày giả định nằm trong biên
placebo_periods|placebo dates tried|số ngày giả định đã thử
possible_saving|possible saving|phần có thể tiết kiệm
possible_saving_cost|possible saving in money|số tiền có thể tiết kiệm
potential_to_median|use above the middle of similar buildings|phần vượt mức giữa của tòa nhà tương tự
potential_to_p25|use above the best quarter of similar buildings|phần vượt mức tốt của tòa nhà tương tự
r_squared|R²|R²
rank_N|building in the ranking|tòa nhà trong bảng xếp hạng
rank_N_energy|energy that it could save|điện năng có thể tiết kiệm
rank_N_money|money that it could save|số tiền có thể tiết kiệm
rank_N_overbilled|what the bill asked too much|phần hóa đơn tính dư
rank_N_share|its share of what all could save|tỷ trọng trong tổng số có thể tiết kiệm
rank_N_source|where that energy goes|phần điện năng đó là gì
rank_N_tariff|saving by another tariff|tiết kiệm nhờ biểu giá khác
rank_N_weighted|money weighed by the quality of the data|số tiền theo trọng số chất lượng dữ liệu
readings_expected|readings expected|số đo phải có
readings_missing|readings missing|số đo bị thiếu
rule_cvrmse|CVRMSE of the simple rule|CVRMSE của quy tắc đơn giản
saturday_schedule|Saturdays|thứ Bảy
saturday_start|start on Saturdays|bắt đầu vào thứ Bảy
saturday_stop|stop on Saturdays|kết thúc vào thứ Bảy
schedule|hours of operation|giờ vận hành
sentinel_readings|placeholder readings|giá trị đo giữ chỗ
shave_1_h_demand|fall of the monthly peak with the highest hour cut|mức giảm đỉnh tháng khi cắt giờ cao nhất
shave_1_h_energy|energy above that level|điện năng trên mức đó
shave_1_h_value|worth of it|trị giá của việc đó
shave_20_h_demand|fall of the monthly peak with many high hours cut|mức giảm đỉnh tháng khi cắt nhiều giờ cao
shave_20_h_energy|energy above that level|điện năng trên mức đó
shave_20_h_value|worth of it|trị giá của việc đó
shave_5_h_demand|fall of the monthly peak with the few highest hours cut|mức giảm đỉnh tháng khi cắt vài giờ cao nhất
shave_5_h_energy|energy above that level|điện năng trên mức đó
shave_5_h_value|worth of it|trị giá của việc đó
shortfall_energy|energy short of what was expected|điện năng hụt so với dự kiến
site_eui|energy for each square metre|điện năng trên mỗi mét vuông
site_eui_median|the same in the middle of similar buildings|như trên, mức giữa của tòa nhà tương tự
site_eui_p25|the same in the best quarter|như trên, mức tốt
site_peers|similar buildings|số tòa nhà tương tự
site_percentile|share of similar buildings that use less|tỷ lệ tòa nhà tương tự dùng ít hơn
site_percentile_high|upper end of that share|cận trên của tỷ lệ đó
site_percentile_low|lower end of that share|cận dưới của tỷ lệ đó
slope|use for each degree|mức dùng cho mỗi độ
source_eui|source energy for each square metre|năng lượng nguồn trên mỗi mét vuông
source_eui_median|source energy in the middle of similar buildings|năng lượng nguồn mức giữa của tòa nhà tương tự
source_eui_p25|source energy in the best quarter|năng lượng nguồn mức tốt
source_peers|similar buildings by source energy|số tòa nhà tương tự theo năng lượng nguồn
source_percentile|share by source energy that uses less|tỷ lệ theo năng lượng nguồn dùng ít hơn
source_percentile_high|upper end of the share by source energy|cận trên của tỷ lệ theo năng lượng nguồn
source_percentile_low|lower end of the share by source energy|cận dưới của tỷ lệ theo năng lượng nguồn
stuck_run_hours|hours in stuck runs|số giờ kẹt giá trị
stuck_value|stuck value|giá trị bị kẹt
sunday_schedule|Sundays|Chủ nhật
sunday_start|start on Sundays|bắt đầu vào Chủ nhật
sunday_stop|stop on Sundays|kết thúc vào Chủ nhật
tariff|tariff|biểu giá
temperature_completeness|outdoor temperatures present|nhiệt độ ngoài trời có mặt
temperature_gap_hours|hours without outdoor temperatures|số giờ thiếu nhiệt độ ngoài trời
thursday_schedule|Thursdays|thứ Năm
thursday_start|start on Thursdays|bắt đầu vào thứ Năm
thursday_stop|stop on Thursdays|kết thúc vào thứ Năm
tuesday_schedule|Tuesdays|thứ Ba
tuesday_start|start on Tuesdays|bắt đầu vào thứ Ba
tuesday_stop|stop on Tuesdays|kết thúc vào thứ Ba
uncertainty_band|uncertainty by ASHRAE's formula|biên sai số theo công thức ASHRAE
uncertainty_band_eemeter|uncertainty as eemeter has it|biên sai số theo eemeter
unit_step_date|day of the step in level|ngày mức đo nhảy bậc
unit_step_ratio|ratio of the step in level|tỷ lệ nhảy bậc
unoccupied_ratio|load outside the hours of operation to load in them|tỷ lệ phụ tải ngoài giờ trên trong giờ
usual_night_energy|energy of a usual night|điện năng của đêm thường lệ
usual_night_spread|spread of the nights compared|độ phân tán của các đêm được so sánh
verdict|verdict|kết luận
verdict_band|uncertainty|biên sai số
waste_cost|cost of the energy above the best nights|chi phí phần vượt mức những đêm tốt nhất
waste_energy|energy above the best nights outside operation|điện năng ngoài giờ vượt mức những đêm tốt nhất
waste_percent|its part of all energy|tỷ trọng trong tổng điện năng
weather_year|weather of the year|thời tiết của năm
wednesday_schedule|Wednesdays|thứ Tư
wednesday_start|start on Wednesdays|bắt đầu vào thứ Tư
wednesday_stop|stop on Wednesdays|kết thúc vào thứ Tư
weekday_schedule|weekdays|ngày thường
weekday_start|start on weekdays|bắt đầu vào ngày thường
weekday_stop|stop on weekdays|kết thúc vào ngày thường
weekend_schedule|weekends|cuối tuần
weekend_start|start at weekends|bắt đầu vào cuối tuần
weekend_stop|stop at weekends|kết thúc vào cuối tuần
worst_night_N|night that used most|đêm dùng nhiều nhất
z_base_load|place of the base load among similar buildings|vị trí phụ tải nền so với tòa nhà tương tự
z_cooling_balance_point|place of the balance point of cooling among similar buildings|vị trí điểm cân bằng làm mát so với tòa nhà tương tự
z_cooling_slope|place of cooling among similar buildings|vị trí làm mát so với tòa nhà tương tự
z_heating_balance_point|place of the balance point of heating among similar buildings|vị trí điểm cân bằng sưởi so với tòa nhà tương tự
z_heating_slope|place of heating among similar buildings|vị trí sưởi so với tòa nhà tương tự
zero_readings|readings of zero|giá trị đo bằng không
zero_run_hours|hours in runs at zero|số giờ bằng không kéo dài
`
