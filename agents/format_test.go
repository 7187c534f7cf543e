package agents

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// formatEvidence has one fact of every kind of figure that an answer can hold.
func formatEvidence(lang eaio.Language) Evidence {
	loc := time.FixedZone("", 0)
	window := eaio.Window{From: time.Date(2026, 2, 1, 0, 0, 0, 0, loc), To: time.Date(2026, 3, 1, 0, 0, 0, 0, loc)}
	e := Evidence{
		Plan: eaio.Plan{Agent: "reporter", Language: lang, Calls: []eaio.Call{{Analysis: "consumption"}}},
		AsOf: window.To, Building: eaio.Building{ID: "b", Name: "Block", Timezone: "UTC"},
	}
	facts := []eaio.Fact{
		{Ref: "F1", Name: "energy", Value: eaio.Number(1234.56), Unit: "kWh"},
		{Ref: "F2", Name: "year_energy", Value: eaio.Number(1234567.8), Unit: "kWh"},
		{Ref: "F3", Name: "change_percent", Value: eaio.Number(-7.25), Unit: "%"},
		{Ref: "F4", Name: "low", Value: eaio.Number(5), Unit: "kW"},
		{Ref: "F5", Name: "high", Value: eaio.Number(7), Unit: "kW"},
		{Ref: "F6", Name: "night_share", Value: eaio.Number(50), Unit: "%"},
		{Ref: "F7", Name: "nights_compared", Value: eaio.Number(12), Unit: "nights"},
		{Ref: "F8", Name: "highest_day", Value: eaio.Text("2026-02-21"), Unit: ""},
		{Ref: "F9", Name: "energy_cost", Value: eaio.Text("1234.50"), Unit: "USD"},
		{Ref: "F10", Name: "bill", Value: eaio.Text("2500000"), Unit: "VND"},
		{Ref: "F11", Name: "change_cost", Value: eaio.Text("-86.40"), Unit: "USD"},
		{Ref: "F12", Name: "heating_balance_point", Value: eaio.Number(-3.5), Unit: "degC"},
		{Ref: "F13", Name: "month_energy", Value: eaio.Number(1500), Unit: "kWh"},
		{Ref: "F14", Name: "peak_hour", Value: eaio.Text("14:30"), Unit: ""},
		{Ref: "F15", Name: "emissions", Value: eaio.Number(2340), Unit: "kg"},
	}
	for i := range facts {
		facts[i].Window, facts[i].Method = window, "sum"
	}
	e.Results = []eaio.Result{{Analysis: "consumption", Status: eaio.ResultOK, Facts: facts}}
	return e
}

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		lang        eaio.Language
		true, false []string
	}{
		{eaio.English, []string{
			"It used 1,234.56 kWh [F1].", "It used 1,234.6 kWh [F1].", "It used 1234.56 kWh [F1].", "It used 1 234.56 kWh [F1].", "It used 1\u202f235 kWh [F1].", "It used 1\u00a0234.6 kWh [F1].",
			"It used about 1,230 kWh [F1].", "It used roughly 1.23 MWh [F1].", "It used ~1,235 kWh [F1].", "It used ≈ 1,235 kWh [F1].", "It used 1.23 thousand kWh [F1].", "It used 1.23k kWh [F1].",
			"It used 1.235 MWh [F1].", "It used 1,235kWh [F1].", "It used 1,235 kW·h [F1].", "It used 1,235 kilowatt-hours [F1].", "It used 1.23 GWh in a year [F2].", "It used 1.23 million kWh [F2].",
			"It used 1,234,568 kWh [F2].", "It used 1'234'568 kWh [F2].", "Use fell by 7.25 % [F3].", "Use fell by 7.3% [F3].", "Use is 7.25 percent lower [F3].", "Use is 7.25 per cent lower [F3].", "Use changed by −7.25 % [F3].", "Use changed by -7.3% [F3].",
			"Use changed by \u20137.3 % [F3].", "Use changed by minus 7.25 percent [F3].", "Use changed by (−7.25 %) [F3].", "from 5 to 7 kW [F4, F5]", "between 5 and 7 kW [F4, F5]", "5–7 kW [F4, F5]", "5 - 7 kW [F4, F5]", "between five and seven kW [F4, F5]", "from five to seven kilowatts [F4, F5]",
			"5 kW [F4] to 7 kW [F5]", "Half [F6] of it is used at night.", "50 % [F6] of it is used at night.", "fifty percent [F6]", "one half [F6]", "a half [F6]", "½ [F6]", "1/2 [F6] of it", "Twelve nights [F7] were compared.", "12 nights [F7]", "twelve [F7] nights",
			"a dozen nights [F7]", "on 21 February 2026 [F8]", "on February 21, 2026 [F8]", "on 2026-02-21 [F8]", "on 21/02/2026 [F8]", "on 02/21/2026 [F8]", "on the 21st of February [F8]", "on February the twenty-first [F8]", "on February twenty-first, 2026 [F8]", "on Feb 21st [F8]", "on Saturday, 21 February [F8]", "on the twenty-first of February [F8]", "on 21.02.2026 [F8]",
			"It cost $1,234.50 [F9].", "It cost 1,234.50 USD [F9].", "It cost USD 1,234.50 [F9].", "It cost US$1,235 [F9].", "It cost 1234.5 dollars [F9].", "It cost $1.23k [F9].", "It cost 2,500,000 VND [F10].", "It cost ₫2,500,000 [F10].", "It cost 2.5 million VND [F10].", "It cost 2.5m VND [F10].", "It cost 2,500k VND [F10].",
			"It cost $86.40 less [F11].", "−$86.40 [F11]", "-$86.40 [F11]", "$−86.40 [F11]", "86.40 USD lower [F11]", "The balance point is −3.5 °C [F12].", "The balance point is -3.5°C [F12].", "The balance point is minus 3.5 degrees Celsius [F12].", "3.5 degrees below zero [F12]",
			"1.5 MWh [F13]", "1.5k kWh [F13]", "1,500 kWh [F13]", "one and a half MWh [F13]", "fifteen hundred kWh [F13]", "one thousand five hundred kWh [F13]", "at 14:30 [F14]", "at 2:30 pm [F14]", "at 2.30 p.m. [F14]", "at half past two [F14]", "at 14h30 [F14]", "at half past 2 pm [F14]",
			"2.34 t [F15]", "2,340 kg CO2e [F15]", "2.34 tonnes of CO2 [F15]", "2.34 tCO2e [F15]", "1 to 28 February 2026 used 1,235 kWh [F1]", "from 1 February to 28 February it used 1,235 kWh [F1]", "1,235 kWh [F1] over 28 days", "28 days: 1,235 kWh [F1]", "in February 2026, 1,235 kWh [F1]",
		}, []string{
			"It used 1,234.57 kWh [F1].", "It used 1.234,56 MWh [F1].", "It used 1,334.56 kWh [F1].", "It used 1 334 kWh [F1].", "It used 1\u202f335 kWh [F1].", "It used about 1,300 kWh [F1].", "It used roughly 1.3 MWh [F1].", "It used 1.24k kWh [F1].", "It used 1.25 thousand kWh [F1].", "It used 1,235 MWh [F1].",
			"It used 1,235 kW [F1].", "It used 1,235 Wh [F1].", "It used −1,235 kWh [F1].", "It used minus 1,235 kWh [F1].", "It used 1.24 million kWh [F2].", "It used 1.23 billion kWh [F2].", "Use rose by 7.25 % [F3].", "Use changed by 7.25 % [F3].", "Use changed by +7.25 % [F3].", "Use fell by 7.35 % [F3].", "Use fell by 8 per cent [F3].",
			"Use fell by 7.25 kWh [F3].", "from 5 to 8 kW [F4, F5]", "from 4 to 7 kW [F4, F5]", "between 5 and 6 kW [F4, F5]", "6–7 kW [F4, F5]", "between five and eight kW [F4, F5]", "between four and seven kW [F4, F5]", "between 5 and 7 kWh [F4, F5]", "A third [F6] of it", "two thirds [F6]", "a quarter [F6]", "51 % [F6]", "sixty percent [F6]", "¼ [F6]", "1/3 [F6] of it",
			"Eleven nights [F7]", "eleven [F7] nights", "13 nights [F7]", "two dozen nights [F7]", "half a dozen nights [F7]", "twelve weeks [F7]", "on 22 February 2026 [F8]", "on February 20, 2026 [F8]", "on 2026-02-22 [F8]", "on 21/03/2026 [F8]", "on 21 February 2025 [F8]", "on the 22nd of February [F8]", "on Sunday, 21 February [F8]", "on the twenty-second of February [F8]", "on 21.03.2026 [F8]",
			"It cost $1,235.50 [F9].", "It cost €1,234.50 [F9].", "It cost 1,234.50 EUR [F9].", "It cost $1.3k [F9].", "It cost £1,235 [F9].", "It cost 1,234.50 cents [F9].", "It cost 2,600,000 VND [F10].", "It cost $2,500,000 [F10].", "It cost 2.6 million VND [F10].", "It cost 2.5 billion VND [F10].", "It cost $86.40 more [F11].", "+$86.40 [F11]", "$86.40 [F11]",
			"The balance point is 3.5 °C [F12].", "The balance point is −3.5 °F [F12].", "The balance point is −3.6 °C [F12].", "1.6 MWh [F13]", "1.5 GWh [F13]", "one and a half GWh [F13]", "two and a half MWh [F13]", "sixteen hundred kWh [F13]", "at 15:30 [F14]", "at 2:30 am [F14]", "at 14:31 [F14]", "at half past three [F14]", "at a quarter past two [F14]", "on the first of February [F8]", "on February the twentieth [F8]",
			"23.4 t [F15]", "2,340 t [F15]", "2.35 tonnes [F15]", "2,340 g [F15]", "1 to 27 February 2026 used 1,235 kWh [F1]", "2 to 28 February 2026 used 1,235 kWh [F1]", "1,235 kWh [F1] over 29 days", "in March 2026, 1,235 kWh [F1]", "in January, 1,235 kWh [F1]",
		}},
		{eaio.Vietnamese, []string{
			"Đã dùng 1.234,56 kWh [F1].", "Đã dùng 1.234,6 kWh [F1].", "Đã dùng 1234,56 kWh [F1].", "Đã dùng 1 235 kWh [F1].", "Đã dùng khoảng 1.230 kWh [F1].", "Đã dùng xấp xỉ 1,23 MWh [F1].", "Đã dùng gần 1.235 kWh [F1].", "Đã dùng chừng 1,23 nghìn kWh [F1].", "Đã dùng 1,235 MWh [F1].", "Đã dùng 1.235 số điện [F1].",
			"Cả năm đã dùng 1,23 triệu kWh [F2].", "Cả năm đã dùng 1.234.568 kWh [F2].", "Cả năm đã dùng 1,23 GWh [F2].", "Mức dùng giảm 7,25 % [F3].", "Mức dùng giảm 7,3% [F3].", "Mức dùng giảm 7,25 phần trăm [F3].", "Mức dùng thấp hơn 7,25 phần trăm [F3].", "Mức dùng thay đổi −7,25 % [F3].", "Mức dùng thay đổi -7,3% [F3].", "Mức dùng thay đổi âm 7,25 % [F3].",
			"từ 5 đến 7 kW [F4, F5]", "trong khoảng 5 đến 7 kW [F4, F5]", "5–7 kW [F4, F5]", "từ năm đến bảy kW [F4, F5]", "từ 5 tới 7 kW [F4, F5]", "giữa 5 và 7 kW [F4, F5]", "Một nửa [F6] mức dùng là ban đêm.", "nửa [F6]", "50 % [F6]", "năm mươi phần trăm [F6]", "năm chục phần trăm [F6]", "1/2 [F6]", "So với mười hai đêm [F7].", "12 đêm [F7]", "mười hai [F7] đêm", "một tá đêm [F7]",
			"ngày 21/02/2026 [F8]", "ngày 21 tháng 2 năm 2026 [F8]", "ngày 21-2-2026 [F8]", "ngày 21.2.2026 [F8]", "ngày hai mươi mốt tháng hai [F8]", "ngày 21 tháng hai [F8]", "thứ bảy, ngày 21/2 [F8]", "thứ Bảy 21/2/2026 [F8]",
			"Chi phí 1.234,50 USD [F9].", "Chi phí 1.234,5 đô la [F9].", "Chi phí 1.235 đô-la Mỹ [F9].", "Chi phí $1.234,50 [F9].", "Chi phí 2.500.000 đồng [F10].", "Chi phí 2.500.000 ₫ [F10].", "Chi phí 2,5 triệu đồng [F10].", "Chi phí 2.500.000đ [F10].", "Chi phí 2 triệu rưỡi đồng [F10].", "Chi phí hai triệu rưỡi đồng [F10].", "Chi phí hai triệu năm trăm nghìn đồng [F10].", "Chi phí 2,5tr đồng [F10].", "Chi phí 2.500 nghìn đồng [F10].",
			"Giảm 86,40 USD [F11].", "−86,40 USD [F11]", "Ít hơn 86,40 USD [F11].", "Điểm cân bằng là −3,5 °C [F12].", "Điểm cân bằng là âm 3,5 độ C [F12].", "Điểm cân bằng là -3,5 độ [F12].", "1,5 MWh [F13]", "một nghìn rưỡi kWh [F13]", "một nghìn năm trăm kWh [F13]", "1,5 nghìn kWh [F13]", "1 MWh rưỡi [F13]", "một phẩy năm MWh [F13]",
			"lúc 14:30 [F14]", "lúc 14h30 [F14]", "lúc 14 giờ 30 [F14]", "lúc 14 giờ rưỡi [F14]", "lúc 2 giờ 30 chiều [F14]", "lúc 2 rưỡi chiều [F14]", "lúc hai giờ rưỡi chiều [F14]", "lúc 2h30 chiều [F14]", "2,34 tấn [F15]", "2.340 kg CO2 [F15]", "từ ngày 1 đến ngày 28 tháng 2 năm 2026: 1.235 kWh [F1]", "từ 1/2 đến 28/2/2026: 1.235 kWh [F1]", "trong tháng 2/2026: 1.235 kWh [F1]", "trong 28 ngày: 1.235 kWh [F1]", "trong tháng hai: 1.235 kWh [F1]",
		}, []string{
			"Đã dùng 1.234,57 kWh [F1].", "Đã dùng 1.334,56 kWh [F1].", "Đã dùng khoảng 1.300 kWh [F1].", "Đã dùng xấp xỉ 1,3 MWh [F1].", "Đã dùng chừng 1,3 nghìn kWh [F1].", "Đã dùng 1.235 MWh [F1] cả năm.", "Đã dùng 1.235 kW [F1].", "Đã dùng âm 1.235 kWh [F1].", "Cả năm đã dùng 1,24 triệu kWh [F2].", "Cả năm đã dùng 1,23 tỷ kWh [F2].",
			"Mức dùng tăng 7,25 % [F3].", "Mức dùng thay đổi 7,25 % [F3].", "Mức dùng giảm 8 phần trăm [F3].", "Mức dùng giảm tám phần trăm [F3].", "Mức dùng cao hơn 7,25 phần trăm [F3].", "từ 5 đến 8 kW [F4, F5]", "từ 4 đến 7 kW [F4, F5]", "từ năm đến tám kW [F4, F5]", "từ bốn đến bảy kW [F4, F5]", "từ 5 tới 7 kWh [F4, F5]", "giữa 5 và 9 kW [F4, F5]",
			"Một phần ba [F6] mức dùng", "hai phần ba [F6]", "một phần tư [F6]", "sáu mươi phần trăm [F6]", "năm mươi mốt phần trăm [F6]", "1/3 [F6]", "mười một đêm [F7]", "mười ba đêm [F7]", "13 đêm [F7]", "mười hai tuần [F7]", "mười một [F7] đêm", "hai tá đêm [F7]", "nửa tá đêm [F7]",
			"ngày 22/02/2026 [F8]", "ngày 21 tháng 3 năm 2026 [F8]", "ngày 21 tháng 2 năm 2025 [F8]", "ngày hai mươi hai tháng hai [F8]", "ngày hai mươi mốt tháng ba [F8]", "chủ nhật, ngày 21/2 [F8]", "ngày 22.2.2026 [F8]",
			"Chi phí 1.235,50 USD [F9].", "Chi phí 1.234,50 EUR [F9].", "Chi phí 1.234,50 đồng [F9].", "Chi phí 2.600.000 đồng [F10].", "Chi phí 2,6 triệu đồng [F10].", "Chi phí 2,5 tỷ đồng [F10].", "Chi phí ba triệu rưỡi đồng [F10].", "Chi phí hai triệu sáu trăm nghìn đồng [F10].", "Chi phí 2.500.000 USD [F10].", "Tăng 86,40 USD [F11].", "86,40 USD [F11]",
			"Điểm cân bằng là 3,5 °C [F12].", "Điểm cân bằng là −3,6 °C [F12].", "Điểm cân bằng là âm 4,5 độ C [F12].", "1,6 MWh [F13]", "hai nghìn rưỡi kWh [F13]", "một nghìn sáu trăm kWh [F13]", "một phẩy sáu MWh [F13]", "lúc 15:30 [F14]", "lúc 14 giờ 31 [F14]", "lúc 2 giờ 30 sáng [F14]", "lúc ba giờ rưỡi chiều [F14]", "lúc hai giờ chiều [F14]", "lúc 2 rưỡi sáng [F14]", "ngày mùng một tháng hai [F8]", "2,34 kg [F15]", "2,35 tấn [F15]",
			"từ ngày 1 đến ngày 27 tháng 2 năm 2026: 1.235 kWh [F1]", "từ 2/2 đến 28/2/2026: 1.235 kWh [F1]", "trong tháng 3/2026: 1.235 kWh [F1]", "trong 29 ngày: 1.235 kWh [F1]", "trong tháng ba: 1.235 kWh [F1]",
		}},
	} {
		e := formatEvidence(c.lang)
		for _, s := range c.true {
			if f := Verify(s, e); len(f) > 0 {
				t.Errorf("%s: rejected %q: %+v", c.lang, s, f)
			}
		}
		for _, s := range c.false {
			if f := Verify(s, e); len(f) == 0 {
				t.Errorf("%s: accepted %q", c.lang, s)
			}
		}
	}
}
