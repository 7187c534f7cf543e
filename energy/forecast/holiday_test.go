package forecast

import (
	"testing"
	"time"
)

// closed runs the given dates of a meter as weekend days.
func closed(m Meter, dates ...string) Meter {
	for _, s := range dates {
		date, err := time.Parse(time.DateOnly, s)
		if err != nil {
			panic(err)
		}
		d := int(date.Sub(m.First).Hours() / 24)
		for h := range Hours {
			m.Load[d*Hours+h] = 40
		}
	}
	return m
}

func TestHolidaysAreLearned(t *testing.T) {
	for name, c := range map[string]struct {
		closed []string
		next   string
		want   float64 // of the hour, between 40 and 100
	}{
		// the third Wednesday, the day before, was expected in vain
		"same date":             {[]string{"2024-03-20"}, "2025-03-20", 100 - 60*oneSign*2/3},
		"same weekday of month": {[]string{"2024-09-02"}, "2025-09-01", 70},
		"last weekday of month": {[]string{"2024-05-27"}, "2025-05-26", 70},
		"an ordinary day":       {[]string{"2024-03-20"}, "2025-03-25", 100},
	} {
		next, _ := time.Parse(time.DateOnly, c.next)
		m := steady(int(next.Sub(steady(0, 0, 0).First).Hours()/24), 100, 40)
		model, err := Fit(closed(m, c.closed...))
		if err != nil {
			t.Fatal(err)
		}
		if f := model.views[0].usual[model.day][9]; f < c.want-1e-9 || f > c.want+1e-9 {
			t.Errorf("%s: the profile of %s is %.2f, want %.2f", name, c.next, f, c.want)
		}
	}
}

// A holiday that came leaves the profile of the weekdays after it alone.
func TestHolidaysStayOutOfTheProfile(t *testing.T) {
	model, err := Fit(closed(steady(500, 100, 40), "2024-03-20", "2025-03-20"))
	if err != nil {
		t.Fatal(err)
	}
	for d := range model.day {
		date := model.grid.date(d)
		if date.Year() < 2025 || model.grid.weekend(d) || model.holidays.chance[d] > 0 {
			continue
		}
		if v := model.views[0].usual[d][9]; v < 100-1e-9 {
			t.Fatalf("the profile of %s is %v, want 100", date.Format(time.DateOnly), v)
		}
	}
}
