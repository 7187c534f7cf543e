package knowledge_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/inmem"
	"github.com/eaio/eaio/knowledge"
	"github.com/eaio/eaio/retrieval"
)

// question is labelled with the cards that a reader would find fitting.
type question struct{ text, cards string }

var english = []question{
	{"What are the energy consumption patterns for building A and how can we optimise them?", "consumption base-load measures"},
	{"What was the consumption trend last month?", "consumption change"},
	{"Any unusual usage?", "anomalies"},
	{"Why is this month higher than last?", "change"},
	{"What was left on last night?", "overnight base-load"},
	{"Compare this week with the same week last year.", "consumption change"},
	{"How much will I pay at the end of the month?", "cost forecast"},
	{"What are the top three factors affecting consumption in building A?", "signature change"},
	{"Did the retrofit of 1 March save energy?", "savings"},
	{"Which five buildings should I fix first?", "portfolio"},
	{"Show today's energy consumption report for building A", "consumption"},
	{"Forecast the energy cost at month end from the current trend", "forecast cost"},
	{"Can I trust the meter data of this building?", "data-quality metering-faults"},
	{"Are there gaps or stuck readings?", "data-quality metering-faults"},
	{"The readings are a thousand times too high, why?", "data-quality metering-faults"},
	{"Why is the base load so high?", "base-load"},
	{"During which hours is the building in use?", "base-load hvac-start-stop night-setback"},
	{"There was a spike on Tuesday afternoon", "anomalies"},
	{"When was our peak demand and how do we lower it?", "peak"},
	{"What is our load factor?", "peak"},
	{"Is my electricity bill correct?", "cost"},
	{"Which tariff would be cheaper for us?", "cost time-of-use"},
	{"How does outdoor temperature influence our use?", "signature"},
	{"How certain are the savings, what is the error band?", "savings savings-uncertainty"},
	{"How do we compare with similar offices?", "benchmark"},
	{"What will the load be tomorrow?", "forecast"},
	{"How much CO2 do we emit?", "carbon emission-factors"},
	{"Which measures pay back fastest?", "measures payback-npv"},
	{"The recommendation was implemented in June. Did it deliver?", "follow-up savings"},
	{"Should we switch off the air conditioning earlier in the evening?", "hvac-start-stop night-setback"},
	{"Can we raise the cooling setpoint in summer?", "setpoints-economiser"},
	{"Does free cooling make sense here?", "setpoints-economiser"},
	{"Lights are burning all weekend", "lighting-controls"},
	{"Computers and printers run through the night", "plug-loads"},
	{"Is our chiller efficient?", "plant-efficiency chiller-sequencing"},
	{"Would new windows and insulation help?", "envelope roof-insulation solar-shading"},
}

var vietnamese = []question{
	{"Hiển thị báo cáo tiêu thụ năng lượng hôm nay của tòa nhà A", "consumption"},
	{"So sánh tiêu thụ điện tuần này với cùng kỳ năm ngoái", "consumption change"},
	{"Dự báo chi phí năng lượng cuối tháng dựa trên xu hướng hiện tại", "forecast cost"},
	{"Mô hình tiêu thụ năng lượng của tòa nhà A ra sao và làm sao tối ưu?", "consumption base-load measures hvac-start-stop"},
	{"Xu hướng tiêu thụ tháng trước thế nào?", "consumption change"},
	{"Có mức sử dụng nào bất thường không?", "anomalies"},
	{"Tại sao tháng này cao hơn tháng trước?", "change"},
	{"Đêm qua thiết bị nào còn bật?", "overnight base-load"},
	{"Cuối tháng tôi phải trả bao nhiêu tiền?", "cost forecast"},
	{"Ba yếu tố nào ảnh hưởng nhiều nhất đến tiêu thụ của tòa nhà A?", "signature change"},
	{"Đợt cải tạo ngày 1 tháng 3 có tiết kiệm được năng lượng không?", "savings"},
	{"Nên sửa năm tòa nhà nào trước?", "portfolio"},
	{"Số liệu công tơ có đáng tin không?", "data-quality metering-faults"},
	{"Dữ liệu có bị thiếu hay đồng hồ bị kẹt không?", "data-quality metering-faults"},
	{"Sao số đo lớn gấp một nghìn lần?", "data-quality metering-faults"},
	{"Vì sao phụ tải nền cao như vậy?", "base-load"},
	{"Tòa nhà hoạt động trong những giờ nào?", "base-load hvac-start-stop night-setback"},
	{"Chiều thứ Ba điện tăng vọt", "anomalies"},
	{"Công suất đỉnh xảy ra lúc nào và làm sao giảm?", "peak"},
	{"Hệ số phụ tải của chúng tôi là bao nhiêu?", "peak"},
	{"Hóa đơn tiền điện có đúng không?", "cost"},
	{"Biểu giá nào rẻ hơn cho chúng tôi?", "cost time-of-use"},
	{"Nhiệt độ ngoài trời ảnh hưởng thế nào đến điện năng?", "signature"},
	{"Mức tiết kiệm chắc chắn đến đâu, sai số bao nhiêu?", "savings savings-uncertainty"},
	{"So với các văn phòng tương tự thì chúng tôi thế nào?", "benchmark"},
	{"Phụ tải ngày mai sẽ là bao nhiêu?", "forecast"},
	{"Chúng tôi phát thải bao nhiêu CO2?", "carbon"},
	{"Giải pháp nào hoàn vốn nhanh nhất?", "measures payback-npv"},
	{"Khuyến nghị thực hiện hồi tháng 6 có hiệu quả không?", "follow-up savings"},
	{"Có nên tắt điều hòa sớm hơn vào buổi chiều không?", "hvac-start-stop night-setback"},
	{"Có thể tăng nhiệt độ cài đặt máy lạnh vào mùa hè không?", "setpoints-economiser"},
	{"Đèn sáng suốt cuối tuần", "lighting-controls"},
	{"Máy tính và máy in chạy suốt đêm", "plug-loads"},
	{"Máy làm lạnh chiller có hiệu suất tốt không?", "plant-efficiency chiller-sequencing"},
	{"Thay cửa sổ và cách nhiệt có ích không?", "envelope roof-insulation solar-shading"},
	// As typed without a Vietnamese keyboard.
	{"du bao chi phi nang luong cuoi thang", "forecast cost"},
	{"hoa don tien dien co dung khong", "cost"},
	{"dem qua thiet bi nao con bat", "overnight base-load"},
	{"so sanh tieu thu dien tuan nay voi cung ky nam ngoai", "consumption change"},
	{"phat thai CO2 cua toa nha", "carbon"},
}

func shippedIndex(t testing.TB) *inmem.Index {
	t.Helper()
	passages, err := knowledge.Passages()
	if err != nil {
		t.Fatal(err)
	}
	x := inmem.New(0)
	if err := x.Upsert(t.Context(), retrieval.Shared, retrieval.Plain(passages)); err != nil {
		t.Fatal(err)
	}
	return x
}

// found returns the cards of the first passages, limit of them.
func found(t testing.TB, x *inmem.Index, text string, language eaio.Language, limit int) []string {
	t.Helper()
	passages, err := x.Search(t.Context(), eaio.DefaultTenant, retrieval.Query{Text: text, Filter: retrieval.Filter{Language: language}, Weights: retrieval.Weights{Words: 1}, Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range passages {
		ids = append(ids, strings.TrimPrefix(p.Document, "card/"))
	}
	return ids
}

// firstCards returns the first three cards of the first twelve passages, as
// many as an answer looks at.
func firstCards(t testing.TB, x *inmem.Index, text string, language eaio.Language) []string {
	t.Helper()
	var ids []string
	for _, id := range found(t, x, text, language, 12) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids[:min(len(ids), 3)]
}

// At least 90 % of the labelled questions find a fitting card among the first
// three passages, from their words alone; of those held out, 75 %.
func TestQuestionsFindTheirCard(t *testing.T) {
	tests := []struct {
		name      string
		language  eaio.Language
		questions []question
		least     int // questions
		percent   int // that find their card
	}{
		{"English", eaio.English, english, 30, 90},
		{"Vietnamese", eaio.Vietnamese, vietnamese, 30, 90},
		{"topics, English", eaio.English, englishTopics, 10, 90},
		{"topics, Vietnamese", eaio.Vietnamese, vietnameseTopics, 10, 90},
		{"held out, English", eaio.English, heldOutEnglish, 20, 75},
		{"held out, Vietnamese", eaio.Vietnamese, heldOutVietnamese, 20, 75},
	}
	x := shippedIndex(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var hits int
			for _, q := range tt.questions {
				fitting := strings.Fields(q.cards)
				got := found(t, x, q.text, tt.language, 3)
				if slices.ContainsFunc(got, func(id string) bool { return slices.Contains(fitting, id) }) {
					hits++
					continue
				}
				t.Logf("%q found %v, not one of %v", q.text, got, fitting)
			}
			t.Logf("%d of %d in the first three", hits, len(tt.questions))
			if len(tt.questions) < tt.least || hits*100 < len(tt.questions)*tt.percent {
				t.Errorf("%d of %d questions find their card, want %d %% of at least %d", hits, len(tt.questions), tt.percent, tt.least)
			}
		})
	}
}

// explains names the card that explains an analysis, where it has another name.
var explains = map[string]string{"quality": "data-quality", "baseload": "base-load"}

// A question goes to the store with the names of its planned analyses; they
// lead to the card even where the words say nothing: a card of the analysis
// first, and the one that explains it among the first three cards.
func TestAnalysisNamesFindTheirCard(t *testing.T) {
	x := shippedIndex(t)
	all, err := knowledge.Cards()
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []eaio.Language{eaio.English, eaio.Vietnamese} {
		for analysis := range strings.FieldsSeq("quality baseload overnight consumption anomalies peak cost signature savings benchmark change forecast carbon measures portfolio") {
			got := found(t, x, analysis, language, 3)
			belongs := func(id string) bool {
				return slices.ContainsFunc(all, func(c knowledge.Card) bool { return c.ID == id && slices.Contains(c.Analyses, analysis) })
			}
			if len(got) == 0 || !belongs(got[0]) {
				t.Errorf("%s: %s finds %v, want a card of it first", language, analysis, got)
			}
			if want := cmp.Or(explains[analysis], analysis); !slices.Contains(firstCards(t, x, analysis, language), want) {
				t.Errorf("%s: %s does not find %s among the first three cards", language, analysis, want)
			}
		}
	}
}

func BenchmarkSearchShippedCards(b *testing.B) {
	x := shippedIndex(b)
	for b.Loop() {
		found(b, x, vietnamese[0].text, eaio.Vietnamese, 3)
	}
}
