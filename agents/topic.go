package agents

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eaio/eaio"
)

// Topics that people ask about. They are stable words: what no analysis covers of
// them is recorded in a plan, and the answer says in a sentence what is not offered.
const (
	topicForecast  = "forecast"
	topicSavings   = "savings"
	topicMeasures  = "measures"
	topicPortfolio = "portfolio"
	topicBenchmark = "benchmark"
	topicAnomalies = "anomalies"
	topicCauses    = "causes"
	topicCarbon    = "carbon"
	topicWeather   = "weather"
	topicTariff    = "tariff"
	topicPeak      = "peak"
	topicCommodity = "commodity"
	topicEquipment = "equipment"
	topicBuildings = "buildings" // something else than a ranking, of several buildings
	topicHorizon   = "horizon"   // a forecast further ahead than there is
	topicPeriod    = "period"    // dates that no relative period names
	topicUnknown   = "unknown"   // nothing about energy, or in no offered language
)

// TopicBuilding is added to a plan's Unanswered by who knows that the request
// names no building and the question is about one.
const TopicBuilding = "building"

// topics are those that a question is searched for, in the order in which they are
// answered.
func topics() []string {
	return []string{
		topicSavings, topicForecast, topicAnomalies, topicBenchmark, topicCarbon, topicPeak, topicTariff, topicWeather,
		topicCauses, topicMeasures, topicPortfolio, topicCommodity, topicEquipment, topicHorizon,
	}
}

// leading reports whether an answer opens with that topic, before consumption.
func leading(topic string) bool {
	return contains([]string{topicSavings, topicForecast, topicAnomalies, topicBenchmark, topicCarbon, topicPeak, topicTariff, topicWeather}, topic)
}

// uncoveredTopics are those of which no analysis covers all, in the order in which the
// answer speaks of them.
func uncoveredTopics() []string {
	return []string{topicBuildings, topicCommodity, topicEquipment, topicHorizon, topicPeriod, topicUnknown}
}

func uncovered(topics []string) (out []string) {
	for _, t := range uncoveredTopics() {
		if contains(topics, t) {
			out = append(out, t)
		}
	}
	return out
}

// topicPhrases returns the phrases by which a question asks for a topic.
func topicPhrases(topic string) []string {
	switch topic {
	case topicForecast:
		return []string{
			"forecast", "forecasts", "forecasted", "predict", "predicted", "prediction", "projected", "projection", "will i", "will we", "will it", "will the",
			"will be", "will our", "end of the month", "end of this month", "month end", "next week", "next month", "next year", "tomorrow", "next 24 hours", "next 48 hours", "next days",
			"expected", "expect", "will my", "will this", "du kien", "uoc tinh", "du bao", "du doan", "cuoi thang", "cuối năm", "thang toi", "tháng sau", "tuan toi", "tuần sau", "ngay mai", "sap toi", "sẽ",
		}
	case topicSavings:
		return []string{
			"retrofit", "retrofits", "retrofitted", "renovation", "refurbishment", "upgrade", "upgraded", "saved", "savings", "saving", "avoided energy",
			"m v", "measurement and verification", "cai tao", "nang cap", "tiet kiem duoc", "da tiet kiem", "muc tiet kiem", "co tiet kiem",
		}
	case topicMeasures:
		return []string{
			"optimise", "optimize", "optimised", "optimized", "optimising", "optimizing", "optimisation", "optimization", "reduce", "reducing", "cut", "improve", "improving",
			"recommend", "recommendation", "recommendations", "advice", "measures", "actions", "how can we save", "how can i save", "how do we save", "how do i save", "how to save",
			"what should", "payback", "pay back", "hoan von", "what can i do", "what can we do", "more efficient",
			"toi uu", "cach giam", "giam tieu thu", "giam chi phi", "lam sao de", "lam the nao de", "cai thien", "khuyen nghi", "de xuat", "giai phap", "bien phap", "nen lam gi", "hieu qua hon",
		}
	case topicPortfolio:
		return []string{
			"buildings", "which building", "portfolio", "rank", "ranking", "sites",
			"toa nha nao", "nhung toa nha", "cac toa nha", "tat ca toa nha", "nam toa nha", "5 toa nha", "danh muc", "xep hang",
		}
	case topicBenchmark:
		return []string{
			"benchmark", "benchmarks", "benchmarking", "similar buildings", "other buildings", "peer", "peers", "eui", "energy star", "typical building", "typical for", "normal for", "cac toa tuong tu",
			"toa nha tuong tu", "toa nha khac", "doi sanh", "diem chuan",
		}
	case topicAnomalies:
		return []string{
			"gì lạ", "điều lạ", "unusual", "unusually", "anomaly", "anomalies", "anomalous", "abnormal", "abnormally", "strange", "odd", "weird", "spike", "spikes", "outlier", "outliers", "irregular", "suspicious",
			"bat thuong", "di thuong", "khac thuong", "la thuong", "dot bien", "tang vot",
		}
	case topicCauses:
		return []string{
			"why", "cause", "causes", "caused", "reason", "reasons", "factor", "factors", "driver", "drivers", "driving", "affecting", "affects", "explain", "explains", "drives", "influence", "influences", "because", "what changed", "due to",
			"tai sao", "vi sao", "nguyen nhan", "ly do", "dieu gi da thay doi", "dieu gi thay doi", "co gi thay doi", "nhung gi thay doi", "thay doi nhung gi", "yeu to", "anh huong", "giai thich", "do dau",
		}
	case topicCarbon:
		return []string{
			"co2", "co2e", "carbon", "emission", "emissions", "greenhouse", "ghg", "footprint",
			"phat thai", "khi nha kinh", "cac bon",
		}
	case topicWeather:
		return []string{
			"weather", "temperature", "temperatures", "degree days", "energy signature", "signature", "balance point", "normalised", "normalized", "heatwave", "cold snap",
			"thoi tiet", "nhiet do", "nang nong",
		}
	case topicTariff:
		return []string{
			"tariff", "tariffs", "bill correct", "bill right", "bill wrong", "overcharged", "demand charge", "demand charges", "time of use", "off peak rate",
			"bill", "bills", "billed", "invoice", "invoices", "bieu gia", "hoa don", "gio cao diem", "gio thap diem",
		}
	case topicPeak:
		return []string{
			"peak", "peaks", "peak demand", "maximum demand", "highest demand", "highest load", "maximum load", "load factor", "shave", "shaving",
			"phu tai dinh", "cong suat dinh", "dinh tai", "dinh phu tai", "phu tai cuc dai", "cong suat cuc dai", "phu tai cao nhat", "cong suat cao nhat", "he so phu tai",
		}
	case topicCommodity:
		return []string{
			"gas", "natural gas", "water", "steam", "chilled water", "hot water", "district heating",
			"khi dot", "khí gas", "tieu thu nuoc", "luong nuoc", "tien nuoc", "nước",
		}
	case topicHorizon:
		return []string{
			"next week", "next month", "next year", "next quarter", "end of the year", "year end", "coming year",
			"tháng tới", "tháng sau", "tuần tới", "tuần sau", "năm tới", "năm sau", "cuối năm", "quý tới",
		}
	case topicEquipment:
		return []string{
			"which equipment", "what equipment", "which device", "which devices", "which appliance", "which appliances", "which machine", "which machines", "which lights", "which circuit",
			"thiet bi nao", "may nao", "may moc nao", "den nao",
		}
	}
	return nil
}

// asked returns the topics that the question asks for.
func (q reading) asked() []string {
	var out []string
	for _, t := range topics() {
		if q.has(topicPhrases(t)...) {
			out = append(out, t)
		}
	}
	if q.has("did", "does", "has", "have") && q.has("save") || q.afterMeasure() {
		out = with(out, topicSavings)
	}
	if q.has("tiet kiem") && !contains(out, topicSavings) {
		out = with(out, topicMeasures)
	}
	if contains(out, topicBenchmark) {
		out = without(out, topicPortfolio) // "similar buildings" are peers, not a list to rank
	}
	if contains(out, topicPortfolio) {
		return q.ofBuildings(out)
	}
	if q.has("greenhouse gas", "greenhouse gases") {
		out = without(out, topicCommodity)
	}
	if contains(out, topicCauses) && contains(out, topicWeather) {
		if q.has("why", "cause", "caused", "because", "due to", "tai sao", "vi sao", "do dau", "nguyen nhan") {
			out = without(out, topicWeather)
		} else {
			out = without(out, topicCauses) // "how does the weather affect…" asks for no difference
		}
	}
	if contains(out, topicForecast) {
		out = without(without(out, topicTariff), topicCauses) // the bill that is to come
	}
	if contains(out, topicTariff) {
		out = without(out, topicPeak) // demand charges are part of the bill
	}
	if contains(out, topicSavings) && contains(out, topicMeasures) {
		if q.has("did", "has", "have", "retrofit", "saved", "sau khi", "cai tao", "nang cap", "da tiet kiem", "tiet kiem duoc") {
			out = without(out, topicMeasures) // "did it reduce…" asks what came of it
		} else {
			out = without(out, topicSavings) // "saving measures" are still to come
		}
	}
	return out
}

// ofBuildings are the topics of a question about several buildings: their ranking by
// what could be saved, and that there is no other where it asks for something else.
func (q reading) ofBuildings(topics []string) []string {
	bySaving := q.has(
		"fix", "first", "worst", "rank", "ranking", "portfolio", "prioritise", "prioritize", "priority", "priorities", "attention", "potential", "opportunity", "opportunities", "save", "invest", "waste", "wastes", "wasted", "wasting",
		"sua", "sua chua", "xep hang", "uu tien", "truoc tien", "truoc nhat", "danh muc", "tiềm năng", "tiet kiem", "lang phi", "kem nhat") || contains(topics, topicMeasures) || contains(topics, topicSavings)
	for _, t := range topics {
		bySaving = bySaving && contains([]string{topicPortfolio, topicMeasures, topicSavings}, t)
	}
	if bySaving {
		return []string{topicPortfolio}
	}
	return []string{topicPortfolio, topicBuildings}
}

// mostAsked is the largest number of buildings that a question can ask for.
const mostAsked = 20

// howMany is the number of buildings that the question asks for: "five buildings",
// "top 3", "năm tòa nhà"; 0 where it names none.
func (q reading) howMany() int {
	for i, w := range q.words {
		after := strings.Join(q.folded[i+1:min(i+3, len(q.words))], " ")
		before := ""
		if i > 0 {
			before = q.folded[i-1]
		}
		if n := small(w, q.folded[i]); n > 0 && (isOf(after, "building", "buildings", "site", "sites", "toa nha", "toa") || before == "top") {
			return min(n, mostAsked)
		}
	}
	return 0
}

// isOf reports whether one of the words opens a text.
func isOf(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return text == w || strings.HasPrefix(text, w+" ") || strings.HasSuffix(text, " "+w)
	})
}

// small reads a whole number in digits or in a word of either language, also without
// accents; 0 where there is none.
func small(word, folded string) int {
	if n, err := strconv.Atoi(word); err == nil {
		return max(n, 0)
	}
	for _, list := range []string{englishUnits, vietUnits, fold(vietUnits)} {
		if n, ok := lookUp(list, word); ok {
			return n
		}
	}
	if folded == "muoi" {
		return 10
	}
	return 0
}

// afterMeasure reports whether the question asks what became of the use after something
// was done on a day: "Did replacing the lights on 5 May reduce consumption?"
func (q reading) afterMeasure() bool {
	if !slices.ContainsFunc(q.words, func(w string) bool { return strings.ContainsAny(w, "0123456789") }) {
		return false
	}
	return q.has("did", "has", "have") && q.has("reduce", "reduced", "lower", "lowered", "cut") || q.has("sau khi") && q.has("giam")
}

// untilMonthEnd reports whether a forecast is asked for the month, not for the next
// days.
func (q reading) untilMonthEnd() bool {
	return !q.has("tomorrow", "next 24 hours", "next 48 hours", "next days", "ngay mai") &&
		(contains(q.periods(), eaio.ThisMonth) || q.has("month", "monthly", "pay", "bill", "thang", "phai tra", "hoa don"))
}

// wantsReport reports whether the question asks for a summary.
func (q reading) wantsReport() bool {
	return q.has("report", "reports", "summary", "summarise", "summarize", "overview", "bao cao", "tong ket", "tong quan", "tom tat") || q.has(topicPhrases(topicPortfolio)...)
}

// wantsConsumption looks for the phrases that ask for consumption figures outright.
func (q reading) wantsConsumption() bool {
	return q.has(
		"how much", "trend", "trends", "report", "summary", "compare", "compared", "comparison", "versus", "vs", "cost", "costs", "bill", "bills", "pay", "paid", "spend", "spent", "money",
		"peak", "highest", "lowest", "maximum", "demand", "total", "pattern", "patterns", "profile", "higher", "lower", "increase", "increased", "decrease", "decreased", "went up", "went down",
		"bao nhieu", "xu huong", "bao cao", "tong ket", "so sanh", "so voi", "chi phi", "tien dien", "hoa don", "phai tra", "cao nhat", "thap nhat", "cuc dai", "tổng", "mau hinh", "mo hinh",
		"cao hon", "thap hon", "tang", "giảm", "dien bien")
}

// asksAmounts reports whether what is used is asked for beside what could be done.
func (q reading) asksAmounts() bool {
	return q.has("how much", "trend", "trends", "report", "summary", "pattern", "patterns", "profile", "bao nhieu", "xu huong", "bao cao", "mau hinh", "mo hinh")
}

func (q reading) wantsOvernight() bool {
	return q.has(
		"last night", "overnight", "at night", "night", "nights", "nightly", "night time", "left on", "left running", "still on", "switched off", "turned off",
		"đêm", "dem qua", "dem hom qua", "ban dem", "qua dem", "toi qua", "moi dem", "dem truoc", "khong tat", "quen tat", "chua tat", "con bat", "de bat", "bat qua dem")
}

func (q reading) wantsBaseload() bool {
	return q.has(
		"base load", "baseload", "base loads", "standby", "stand by", "always on", "idle", "schedule", "schedules", "operating hours", "opening hours", "working hours", "after hours", "out of hours",
		"outside hours", "weekend", "weekends", "pattern", "patterns", "profile", "load shape", "start time", "stop time",
		"tai nen", "cong suat nen", "lich van hanh", "gio van hanh", "gio lam viec", "ngoai gio", "cuoi tuan", "mau hinh", "mo hinh", "quy luat", "thoi quen", "bieu do phu tai")
}

func (q reading) wantsQuality() bool {
	return q.has(
		"data quality", "quality of the data", "quality of data", "missing", "gap", "gaps", "complete", "completeness", "meter fault", "meter faults", "meter broken", "meter working", "reliable", "trust",
		"chat luong du lieu", "thieu du lieu", "du lieu thieu", "mat du lieu", "du lieu bi", "du lieu co", "do tin cay", "dong ho loi", "cong to loi", "day du")
}

// anchored reports whether the question names something of this field.
func (q reading) anchored() bool {
	return q.wantsBaseload() || q.has(
		"energy", "electricity", "electric", "electrical", "power", "consumption", "consume", "consumed", "consuming", "usage", "kwh", "mwh", "kw", "load", "loads", "bill", "bills",
		"portfolio", "my sites", "our sites", "meter", "meters", "left on", "left running", "overnight", "data quality", "building", "buildings", "retrofit", "co2", "carbon", "emissions", "tariff", "hvac", "lights", "lighting", "chiller",
		"dien", "nang luong", "tieu thu", "toa nha", "phu tai", "cong to", "hoa don", "phat thai", "cai tao", "tiet kiem", "bieu gia", "bao cao thang", "bao cao tuan", "bao cao ngay", "monthly report", "weekly report", "daily report",
		"upgrade", "led", "peak shaving", "peak demand", "peak load", "m v", "đêm qua", "con bat", "quen tat", "chua tat", "khong tat", "chat luong du lieu")
}

// weakest share of familiar words at which a question without an anchor ("Why is
// this month higher than last?") is still taken to be about energy.
const familiarShare = 0.75

// aboutEnergy reports whether the question is one for these agents at all.
func (q reading) aboutEnergy() bool {
	if q.anchored() {
		return true
	}
	if len(q.periods()) == 0 && !q.wantsOvernight() && len(without(q.asked(), topicCauses)) == 0 {
		return false
	}
	if lang, _ := detect(q.text); lang == eaio.Vietnamese {
		return q.familiar(commonVietnamese)
	}
	return q.familiar(commonEnglish)
}

func (q reading) familiar(list string) bool {
	n := 0
	for i, w := range q.words {
		if listed(list, w) || listed(list, q.folded[i]) {
			n++
		}
	}
	return float64(n) >= familiarShare*float64(q.counted)
}
