package forecast

import (
	"math"
	"slices"
	"testing"
)

// upTo is a meter at the midnight before a day: with its weather forecast.
func (m Meter) upTo(day int) Meter {
	m.Load = m.Load[:day*Hours]
	m.Temperature = m.Temperature[:min(len(m.Temperature), (day+2)*Hours)]
	return m
}

// carried are the forecasts of the days of [from,to) by a model that is fitted before
// the first and carried on by Continue.
func carried(t testing.TB, m Meter, from, to int) (issued []Forecast) {
	t.Helper()
	var model *Model
	for day := from; day < to; day++ {
		var err error
		if model, err = Continue(model, m.upTo(day)); err != nil {
			t.Fatal(err)
		}
		issued = append(issued, model.Next())
	}
	return issued
}

// Continue and Learn make the same of a meter, whatever history it begins with.
func TestContinueIsLearn(t *testing.T) {
	m := part(t, "Fox_office_Vicki", 420)
	model, err := Fit(m.upTo(390))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range carried(t, m, 390, 420) {
		if !sameForecast(f, model.Next()) {
			t.Fatalf("day %d: another forecast", 390+i)
		}
		day := 390 + i
		if err := model.Learn(Day(m.Load[day*Hours:]), m.Temperature[day*Hours:min(len(m.Temperature), (day+3)*Hours)]); err != nil {
			t.Fatal(err)
		}
	}
}

// A model is fitted anew where what it learned is not what the meter says now.
func TestContinueFitsAnew(t *testing.T) {
	m := part(t, "Fox_office_Vicki", 430)
	late := func(change func(*Meter)) Meter {
		c := m.upTo(410)
		c.Load = slices.Clone(c.Load)
		change(&c)
		return c
	}
	for name, today := range map[string]Meter{
		"a reading was corrected": late(func(m *Meter) { m.Load[300*Hours+5] *= 2 }),
		"a reading went missing":  late(func(m *Meter) { m.Load[300*Hours+5] = math.NaN() }),
		"no temperature":          late(func(m *Meter) { m.Temperature = nil }),
		"zeros are readings":      late(func(m *Meter) { m.ZeroMissing = false }),
		"an earlier night":        m.upTo(399),
		"another year":            late(func(m *Meter) { m.First = m.First.AddDate(1, 0, 0) }),
	} {
		model, err := Fit(m.upTo(400))
		if err != nil {
			t.Fatal(err)
		}
		again, err := Continue(model, today)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := Fit(today)
		if err != nil {
			t.Fatal(err)
		}
		if again == model || !sameForecast(again.Next(), fresh.Next()) {
			t.Errorf("%s: carried on", name)
		}
	}
	model, err := Fit(m.upTo(400))
	if err != nil {
		t.Fatal(err)
	}
	slid := m.upTo(401)
	slid.First, slid.Load, slid.Temperature = slid.First.AddDate(0, 0, 30), slid.Load[30*Hours:], slid.Temperature[30*Hours:]
	if again, err := Continue(model, slid); err != nil || again != model {
		t.Errorf("a window that slid by thirty days was fitted anew: %v", err)
	}
}

// A newer weather forecast counts without a new reading.
func TestContinueTakesTheLatestWeather(t *testing.T) {
	m := part(t, "Fox_office_Yong", 420).upTo(400)
	hot := m
	hot.Temperature = slices.Clone(m.Temperature)
	for i := 400 * Hours; i < len(hot.Temperature); i++ {
		hot.Temperature[i] += 10
	}
	model, err := Fit(m)
	if err != nil {
		t.Fatal(err)
	}
	before := model.Next()
	if model, err = Continue(model, hot); err != nil {
		t.Fatal(err)
	}
	want, err := Fit(hot)
	if err != nil {
		t.Fatal(err)
	}
	if got := model.Next(); sameForecast(got, before) || !sameForecast(got, want.Next()) {
		t.Error("the weather of the day changed, the forecast is not that of a fit")
	}
}

// After looks one day further and leaves the model as it was.
func TestAfter(t *testing.T) {
	for name, m := range map[string]Meter{
		"temperature": part(t, "Fox_office_Yong", 420).upTo(400),
		"gaps":        part(t, "Fox_food_Francesco", 90).upTo(60),
		"one day":     steady(1, 100, 40),
		"none":        steady(0, 0, 0),
	} {
		model, err := Fit(m)
		if err != nil {
			t.Fatal(err)
		}
		next, after := model.Next(), model.After()
		if !sameForecast(next, model.Next()) || !sameForecast(after, model.After()) {
			t.Errorf("%s: the model moved", name)
		}
		if want := next.Date.AddDate(0, 0, 1); !after.Date.Equal(want) {
			t.Errorf("%s: the day after is %s, want %s", name, after.Date, want)
		}
		before, err := Fit(m)
		if err != nil {
			t.Fatal(err)
		}
		load := next.Hours
		if err := model.Learn(load, nil); err != nil {
			t.Fatal(err)
		}
		if err := before.Learn(load, nil); err != nil {
			t.Fatal(err)
		}
		if !sameForecast(model.Next(), before.Next()) {
			t.Errorf("%s: a model that looked ahead learns otherwise", name)
		}
	}
}

// Where every week is as the one before, the day after is seen as well as the next.
func TestAfterKnowsTheWeek(t *testing.T) {
	m := steady(200, 100, 40)
	model, err := Fit(m.upTo(180))
	if err != nil {
		t.Fatal(err)
	}
	for day := 180; day < 198; day++ {
		f, want := model.After(), Day(m.Load[(day+1)*Hours:])
		for h, v := range f.Hours {
			if math.Abs(v-want[h]) > 0.5 {
				t.Fatalf("day %d hour %d: %v, want %v", day+1, h, v, want[h])
			}
		}
		if err := model.Learn(Day(m.Load[day*Hours:]), nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLearnRefusesPartOfADay(t *testing.T) {
	model, err := Fit(steady(30, 100, 40))
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Learn(noDay(), make([]float64, 30)); err == nil {
		t.Error("thirty temperatures were taken")
	}
	if _, err := Continue(model, Meter{}); err == nil {
		t.Error("a meter without a date was taken")
	}
}

// What is learned of a day is its measured weather, whatever was forecast.
func TestLearnTakesTheMeasuredWeather(t *testing.T) {
	m := part(t, "Fox_office_Yong", 420).upTo(400)
	wrong := m
	wrong.Temperature = slices.Clone(m.Temperature)
	for i := 400 * Hours; i < len(wrong.Temperature); i++ {
		wrong.Temperature[i] += 10
	}
	var learned []*Model
	for _, m := range []Meter{m, wrong} {
		model, err := Fit(m)
		if err != nil {
			t.Fatal(err)
		}
		learned = append(learned, model)
	}
	load, measured := learned[0].Next().Hours, m.Temperature[400*Hours:]
	for _, model := range learned {
		if err := model.Learn(load, measured); err != nil {
			t.Fatal(err)
		}
	}
	for i, member := range learned[0].warm {
		for h, hour := range member.normals {
			for c, n := range hour {
				if !slices.Equal(n.rows, learned[1].warm[i].normals[h][c].rows) {
					t.Fatalf("%+v, hour %d: learned from the forecast weather", member.spec, h)
				}
			}
		}
	}
}
