package agents

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/eaio/eaio"
)

// Narrate words the evidence without a model, for the audience and in the
// language of the plan, and says how far the answer can be relied on. Every
// figure is followed by its fact's reference, so that the text passes Verify; the
// figures that answer are the same for every audience, only words and order
// change, and an analyst reads more of them. An analysis or a fact that it does
// not know is told in plain form.
func Narrate(e Evidence) (text string, status eaio.ResultStatus) {
	n := newNarration(e)
	if len(e.Plan.Calls) == 0 && len(e.Results) == 0 {
		n.decline()
		return n.text(), eaio.ResultDeclined
	}
	open := slices.IndexFunc(e.Results, openSaving) // its first sentence is the answer's
	if open >= 0 {
		n.result(e.Results[open])
	}
	n.topics(true)
	for i, r := range e.Results {
		if i != open {
			n.result(r)
		}
	}
	n.topics(false)
	if n.text() == "" {
		n.para(n.say("The analysis gave no figure.", "Phân tích không cho ra số liệu nào."))
	}
	n.failures()
	n.sources()
	n.privacy()
	return n.text(), n.status()
}

// narration is an answer in the making.
type narration struct {
	e     Evidence
	lang  eaio.Language
	vi    bool
	who   eaio.Audience
	loc   *time.Location
	paras []string
	told  map[string]bool // references of facts already in words
	noted map[string]bool // reasons already in words
	price bool            // the assumed price is already told
}

func newNarration(e Evidence) *narration {
	lang := e.language()
	return &narration{e: e, lang: lang, vi: lang == eaio.Vietnamese, who: e.audience(), loc: e.location(), told: map[string]bool{}, noted: map[string]bool{}}
}

// say picks the sentence of the language and fills it.
func (n *narration) say(en, vi string, args ...any) string {
	if len(args) == 0 {
		return pick(n.vi, vi, en)
	}
	return fmt.Sprintf(pick(n.vi, vi, en), args...)
}

// para adds a paragraph of the sentences that are not empty.
func (n *narration) para(sentences ...string) {
	sentences = slices.DeleteFunc(slices.Clone(sentences), func(s string) bool { return s == "" })
	if len(sentences) > 0 {
		n.paras = append(n.paras, strings.Join(sentences, " "))
	}
}

// text joins the paragraphs, as many as Clean would keep whole.
func (n *narration) text() string {
	var b strings.Builder
	for _, p := range n.paras {
		if utf8.RuneCountInString(b.String())+utf8.RuneCountInString(p)+2 <= maxText {
			b.WriteString(p + "\n\n")
		}
	}
	return Clean(b.String())
}

// building names the building in mid-sentence.
func (n *narration) building() string {
	if name := n.e.buildingName(); name != "" {
		return name
	}
	return n.say("the building", "tòa nhà")
}

// status is the answer's: the worst of its parts, except that one part with
// figures makes a warning of another without.
func (n *narration) status() eaio.ResultStatus {
	order := []eaio.ResultStatus{eaio.ResultOK, eaio.ResultWarn, eaio.ResultDeclined, eaio.ResultInconclusive, eaio.ResultInsufficientData}
	if len(n.e.Results) == 0 {
		return eaio.ResultInconclusive
	}
	worst, figures := 0, false
	for _, r := range n.e.Results {
		worst = max(worst, slices.Index(order, r.Status))
		figures = figures || hasFigures(r)
	}
	if figures && (worst > 0 || len(n.e.Failed) > 0) {
		return eaio.ResultWarn
	}
	return order[worst]
}

func hasFigures(r eaio.Result) bool { return r.Status == eaio.ResultOK || r.Status == eaio.ResultWarn }

// result words one analysis.
func (n *narration) result(r eaio.Result) {
	if r.Analysis == analysisPortfolio && !hasFigures(r) {
		n.noRanking(r)
		return
	}
	if !hasFigures(r) && !(r.Analysis == analysisSavings && r.Status == eaio.ResultInconclusive) {
		n.withoutFigures(r)
		return
	}
	switch r.Analysis {
	case analysisAnomalies:
		n.anomalies(r)
	case analysisForecast:
		n.forecast(r)
	case analysisSavings:
		n.savings(r)
	case analysisChange:
		n.change(r)
	case analysisSignature:
		n.signature(r)
	case analysisMeasures:
		n.measures(r)
	case analysisPeak:
		n.peaks(r)
	case analysisCost:
		n.cost(r)
	case analysisCarbon:
		n.carbon(r)
	case analysisBenchmark:
		n.benchmark(r)
	case analysisPortfolio:
		n.portfolio(r)
	case analysisConsumption:
		n.consumption(r)
	case analysisOvernight:
		n.overnight(r)
	case analysisBaseload:
		n.baseload(r)
	case analysisQuality:
		n.quality(r)
	default:
		n.plain(r, upper(n.analysisName(r.Analysis))+": ")
	}
	if n.who == eaio.AudienceAnalyst || !slices.ContainsFunc(r.Facts, func(f eaio.Fact) bool { return n.told[f.Ref] }) {
		n.plain(r, n.say("Further figures: ", "Số liệu khác: "))
	}
	if n.who == eaio.AudienceAnalyst {
		n.para(n.method(r.Analysis), n.footing(r))
	}
}

// plain lists the facts that no sentence has told, by name.
func (n *narration) plain(r eaio.Result, lead string) {
	var items []string
	for _, f := range r.Facts {
		if n.told[f.Ref] {
			continue
		}
		item := n.label(f.Name) + ": " + n.value(f)
		if !n.holds(item, f) {
			item = "value: " + n.value(f)
		}
		items = append(items, item)
	}
	for some := range slices.Chunk(items, 40) {
		n.para(lead + strings.Join(some, "; ") + ".")
	}
}

// method says in a sentence how an analysis computes.
func (n *narration) method(analysis string) string {
	switch analysis {
	case analysisConsumption:
		return n.say("Method: the sum of the readings that are there; a change is taken over readings that both periods have.",
			"Phương pháp: cộng các số đo có mặt; chênh lệch chỉ tính trên các số đo có ở cả hai kỳ.")
	case analysisOvernight:
		return n.say("Method: the night's mean load against the median of nights of its kind; the spread is a scaled median absolute deviation.",
			"Phương pháp: so phụ tải trung bình của đêm với trung vị các đêm cùng loại; độ phân tán là độ lệch tuyệt đối trung vị có hiệu chỉnh.")
	case analysisBaseload:
		return n.say("Method: base and peak are low and high percentiles of the load; hours of operation are read from the load itself; the reference is the building's own best nights.",
			"Phương pháp: phụ tải nền và đỉnh là các phân vị thấp và cao của phụ tải; giờ vận hành được đọc từ chính phụ tải; mốc so sánh là những đêm tốt nhất của tòa nhà.")
	case analysisQuality:
		return n.say("Method: the CalTRACK rules for sufficient data.", "Phương pháp: các quy tắc CalTRACK về dữ liệu đủ dùng.")
	case analysisAnomalies:
		return n.say("Method: the load against what is expected of each hour of the week, and of the temperature where it is known; spells are ranked by energy.",
			"Phương pháp: so phụ tải với mức dự kiến của từng giờ trong tuần, và theo nhiệt độ nếu có; các đợt được xếp theo điện năng.")
	case analysisForecast:
		return n.say("Method: the method with the least error on past days; the ranges come from its errors there.",
			"Phương pháp: chọn phương pháp có sai số nhỏ nhất trên các ngày đã qua; các khoảng lấy từ sai số đó.")
	case analysisSavings:
		return n.say("Method: IPMVP option C with CalTRACK's daily model.", "Phương pháp: IPMVP phương án C với mô hình ngày của CalTRACK.")
	case analysisChange:
		return n.say("Method: a daily model of the year before, with the weather and the days of either period; the rest is operation.",
			"Phương pháp: mô hình ngày của năm trước đó, với thời tiết và các ngày của từng kỳ; phần còn lại là vận hành.")
	case analysisSignature:
		return n.say("Method: CalTRACK's daily model of use and outdoor temperature.", "Phương pháp: mô hình ngày của CalTRACK theo mức dùng và nhiệt độ ngoài trời.")
	case analysisMeasures:
		return n.say("Method: the coefficients of the building's weather model against the medians of buildings of the same use, after BETTER.",
			"Phương pháp: so các hệ số mô hình thời tiết của tòa nhà với trung vị của các tòa nhà cùng loại, theo BETTER.")
	case analysisPeak:
		return n.say("Method: the highest mean load over the meter's interval.", "Phương pháp: phụ tải trung bình cao nhất trong một chu kỳ đo của công tơ.")
	case analysisCost:
		return n.say("Method: the tariff applied to the readings line by line, in decimal money.", "Phương pháp: áp biểu giá lên số đo theo từng dòng, tính tiền thập phân.")
	case analysisCarbon:
		return n.say("Method: energy times emission factor, by year and hour; scopes after the GHG Protocol.", "Phương pháp: điện năng nhân hệ số phát thải, theo năm và giờ; phạm vi theo GHG Protocol.")
	case analysisPortfolio:
		return n.say("Method: the money of a year, by the flat price of each building, times a weight by the quality of its data; use outside operation and use above similar buildings overlap, so the larger counts.",
			"Phương pháp: số tiền của một năm theo giá cố định của từng tòa nhà, nhân với trọng số theo chất lượng dữ liệu; phần dùng ngoài giờ và phần vượt mức các tòa nhà tương tự trùng nhau nên chỉ tính phần lớn hơn.")
	case analysisBenchmark:
		return n.say("Method: energy for each square metre against buildings of the same use; it is no ENERGY STAR score.",
			"Phương pháp: điện năng trên mỗi mét vuông so với các tòa nhà cùng loại; đây không phải điểm ENERGY STAR.")
	}
	return ""
}

// footing tells how many readings the best-founded fact rests on and the worst
// data quality among the facts.
func (n *narration) footing(r eaio.Result) string {
	var most eaio.Fact
	worst := eaio.QualityGood
	for _, f := range r.Facts {
		if f.N > most.N && n.told[f.Ref] && f.Ref != "" {
			most = f
		}
		if f.Quality == eaio.QualityPoor || f.Quality == eaio.QualityFair && worst == eaio.QualityGood {
			worst = f.Quality
		}
	}
	if most.N == 0 {
		return ""
	}
	return n.say("Up to %s readings [%s] went into a figure; data quality is %s.",
		"Mỗi số liệu dựa trên tối đa %s số đo [%s]; chất lượng dữ liệu: %s.", formatNumber(float64(most.N), n.lang), most.Ref, n.qualityWord(worst))
}

func (n *narration) qualityWord(q eaio.Quality) string {
	switch q {
	case eaio.QualityPoor:
		return n.say("poor in places", "có chỗ kém")
	case eaio.QualityFair:
		return n.say("fair in places", "có chỗ trung bình")
	}
	return n.say("good", "tốt")
}

// reasons joins a result's reasons, but for those that a sentence has told.
func (n *narration) reasons(r eaio.Result, except ...string) string {
	var why []string
	for _, reason := range r.Reasons {
		if !contains(except, reason) {
			n.noted[reason] = true
			why = append(why, n.reason(reason))
		}
	}
	return strings.Join(why, "; ")
}

// news are a result's reasons that the answer has not told yet.
func (n *narration) news(r eaio.Result, except ...string) string {
	for _, reason := range r.Reasons {
		if n.noted[reason] {
			except = append(except, reason)
		}
	}
	return n.reasons(r, except...)
}

// maxNotes is how many caveats of one analysis a manager and an owner read.
const maxNotes = 3

// note tells the reasons that no sentence has told yet.
func (n *narration) note(r eaio.Result, told ...string) {
	r.Reasons = slices.DeleteFunc(slices.Clone(r.Reasons), func(reason string) bool { return contains(told, reason) || n.noted[reason] })
	if n.who != eaio.AudienceAnalyst {
		r.Reasons = r.Reasons[:min(len(r.Reasons), maxNotes)]
	}
	if why := n.reasons(r); why != "" {
		n.para(n.say("Note: %s.", "Lưu ý: %s.", why))
	}
}

// callOf is the call that a result comes from: the plan's first of that analysis.
func (n *narration) callOf(r eaio.Result) eaio.Call {
	for _, c := range n.e.Plan.Calls {
		if c.Analysis == r.Analysis {
			return c
		}
	}
	return eaio.Call{Analysis: r.Analysis}
}

// withoutFigures says why an analysis claims nothing, and what it knows anyway.
func (n *narration) withoutFigures(r eaio.Result) {
	because := n.reasons(r)
	if because != "" {
		because = ": " + because
	}
	lead := n.say("There is not enough data to %s as of the end of %s%s.", "Chưa đủ dữ liệu để %s tính đến hết ngày %s%s.", n.task(r.Analysis), n.asOfDay(), because)
	if r.Status == eaio.ResultInconclusive {
		lead = n.say("Nothing firm can be said about %s as of the end of %s%s.", "Chưa thể kết luận chắc chắn về %s tính đến hết ngày %s%s.", n.analysisName(r.Analysis), n.asOfDay(), because)
	}
	n.para(lead)
	n.plain(r, n.say("What is known: ", "Những gì đã biết: "))
}

func (n *narration) asOfDay() string { return formatDate(n.e.lastDay(), n.lang) }

// failures names the analyses that failed; none is hidden.
func (n *narration) failures() {
	var names []string
	for _, f := range n.e.Failed {
		names = with(names, n.analysisName(f))
	}
	if len(names) > 0 {
		n.para(n.say("The following could not be computed just now and is left out: %s.", "Phần sau hiện không tính được nên không có trong câu trả lời: %s.", strings.Join(names, ", ")))
	}
}

// sources names the passages that belong to the question.
func (n *narration) sources() {
	var refs []string
	for _, c := range n.e.Citations {
		if !isReference(strings.ToLower(c.Ref)) {
			continue
		}
		refs = append(refs, strings.TrimSpace(title(c)+" ["+c.Ref+"]"))
	}
	if len(refs) > 0 {
		n.para(n.say("For background, see: %s.", "Tài liệu liên quan: %s.", strings.Join(refs, ", ")))
	}
	if n.e.RetrievalFailed {
		n.para(n.say("Notes and documents could not be searched this time; the figures do not depend on them.",
			"Lần này không tra cứu được tài liệu; các số liệu không phụ thuộc vào chúng."))
	}
}

// title is a passage's title where it cannot pass for a figure or an address.
func title(c eaio.Citation) string {
	t := oneLine(c.Title)
	if p := strings.ReplaceAll(prepare(t), ": ", " "); len([]rune(t)) > 80 || len(scan(p, nil)) > 0 || strings.ContainsAny(p, "[]()<>:/@") || strings.Contains(strings.ToLower(p), "www.") {
		return ""
	}
	return t
}

// privacy names the models that the building's label kept out.
func (n *narration) privacy() {
	var names []string
	for _, r := range n.e.Skipped {
		if name := modelName(r); r.Reason == eaio.ReasonPrivacy && name != "" {
			names = with(names, name)
		}
	}
	if len(names) > 0 && n.e.Plan.AllBuildings {
		n.para(n.say("An answer about all buildings stays with local models, so these configured ones were not asked: %s.",
			"Câu trả lời về mọi tòa nhà chỉ dùng mô hình tại chỗ nên các mô hình sau không được hỏi: %s.", strings.Join(names, ", ")))
		return
	}
	if len(names) > 0 {
		n.para(n.say("Because of this building's privacy label these configured models were not asked: %s.",
			"Do nhãn riêng tư của tòa nhà này, các mô hình sau không được hỏi: %s.", strings.Join(names, ", ")))
	}
}

// modelName is the name of a model that was not asked, else its pool's.
func modelName(r eaio.Refusal) string {
	for _, name := range []string{r.Model, r.Pool} {
		name = oneLine(name)
		if name != "" && len(name) <= 200 && plainName(name) {
			return name
		}
	}
	return ""
}
