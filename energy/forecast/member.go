package forecast

import "math"

// The ridges' constants.
const (
	lambda        = 0.2  // pulls an hour's coefficients towards its profile
	classLambda   = 0.3  // pulls a class's coefficients towards the hour's
	halfLife      = 365  // days after which a reading counts half
	huber         = 2    // typical errors beyond which a reading counts less (Huber 1964)
	typicalRate   = 0.03 // step of the typical error
	typicalMost   = 5    // typical errors, the most that one error moves them
	learnFrom     = 28   // first day that is learned
	fitFrom       = 49   // first day that a ridge forecasts
	ensemblePower = 3    // how much a smaller squared error weighs
	farthest      = 1.8  // times the rule, up or down
)

// classes of days that have coefficients of their own: Sunday, Monday, Saturday
// and the other four.
const classes = 4

func (g *grid) class(day int) int {
	switch g.dayOfWeek(day) {
	case 0:
		return 0
	case 1:
		return 1
	case 6:
		return 2
	}
	return 3
}

// spec says in what a member of the ensemble differs from the others.
type spec struct {
	temperature bool // sees the temperature
	classes     bool // has coefficients for each class of days
	together    bool // has one set of coefficients for all hours
}

// member is one of the ensemble: a ridge for every hour and class of days, or for
// several of them together, all reading the same view.
type member struct {
	view *view
	spec

	width   int
	normals [Hours][]normal // one, or one for each class
	beta    [Hours][classes][]float64
	pooled  normal // scratch
	single  normal // scratch
	prior   []float64
	start   []float64 // the prior of the hour: the profile as it is
	fitted  bool

	rows    [Hours][]float64 // features of the day that is open
	usable  bool             // the open day has features
	latest  Day              // forecast of the open day
	squares float64          // decayed sum of squared errors, parts of the level
	typical Day              // running mean error by hour, parts of the level
	unit    float64          // level when learning began: makes weights free of units
}

func newMember(v *view, s spec) *member {
	m := &member{view: v, spec: s, width: hourWidth}
	if s.together {
		m.width = dayWidth
	}
	if s.temperature {
		m.width += weatherWidth
	}
	m.pooled, m.single = newNormal(m.width), newNormal(m.width)
	m.prior, m.start = make([]float64, m.width), make([]float64, m.width)
	m.start[0] = 1
	for h := range Hours {
		m.rows[h] = make([]float64, 0, m.width+1)
	}
	for h := range m.slots() {
		for c := range m.kinds() {
			m.normals[h] = append(m.normals[h], newNormal(m.width))
			m.beta[h][c] = make([]float64, m.width)
		}
	}
	return m
}

// slots is the number of hours that have coefficients of their own.
func (m *member) slots() int {
	if m.together {
		return 1
	}
	return Hours
}

func (m *member) slot(h int) int { return min(h, m.slots()-1) }

// kinds is the number of classes that have coefficients of their own.
func (m *member) kinds() int {
	if m.classes {
		return classes
	}
	return 1
}

// class is that of a day as far as the member tells days apart.
func (m *member) class(day int) int {
	if m.classes {
		return m.view.grid.class(day)
	}
	return 0
}

// forecast is NaN in hours without a profile, and everywhere before the first fit.
// The rule bounds it.
func (m *member) forecast(day int, rule *Day) Day {
	f := noDay()
	m.usable = m.open(day)
	if !m.usable || !m.fitted {
		return f
	}
	level, class := m.view.level[day], m.class(day)
	for h, x := range m.rows {
		f[h] = max(0, level*dot(x, m.beta[m.slot(h)][class]))
		if rule[h] >= 0 {
			f[h] = min(max(f[h], rule[h]/farthest), rule[h]*farthest)
		}
	}
	return f
}

// open builds the features of a day.
func (m *member) open(day int) bool {
	v := m.view
	if day < learnFrom || !(v.level[day] > 0) {
		return false
	}
	var w weather
	if m.temperature {
		var ok bool
		if w, ok = v.grid.weather(day); !ok {
			return false
		}
	}
	s := v.shared(day)
	for h := range m.rows {
		if m.together {
			m.rows[h] = v.blockFeatures(day, h, &s, m.rows[h][:0])
		} else {
			m.rows[h] = v.features(day, h, &s, m.rows[h][:0])
		}
		if m.temperature {
			m.rows[h] = v.grid.appendWeather(day, h, &w, m.rows[h])
		}
	}
	return true
}

// learn takes in the readings of the day that was forecast last.
func (m *member) learn(day int) {
	if !m.usable {
		return
	}
	level, class, grown := m.view.level[day], m.class(day), growth(day)
	for h, y := range m.view.grid.load[day] {
		if e := (y - m.latest[h]) / level; !math.IsNaN(e) {
			m.squares += grown * e * e
		}
	}
	if m.unit == 0 {
		m.unit = level
	}
	weight := level / m.unit * grown
	for h, x := range m.rows {
		y := m.view.grid.load[day][h] / level
		if math.IsNaN(y) || math.IsNaN(x[0]) {
			continue
		}
		w := weight
		if m.fitted {
			w *= m.trust(h, math.Abs(y-dot(x, m.beta[m.slot(h)][class])))
		}
		m.normals[m.slot(h)][class].add(append(x, y), w)
	}
}

// weight of the member in the ensemble: its decayed sum of squared errors to the
// power −ensemblePower.
func (m *member) weight() float64 {
	if m.squares == 0 {
		return 1
	}
	return math.Pow(m.squares, -ensemblePower)
}

// growth weighs a day: the later the more, which is to forget without touching
// what was summed.
func growth(day int) float64 { return math.Exp2(float64(day) / halfLife) }

// trust is Huber's weight of an error, and moves the typical error of the hour.
func (m *member) trust(h int, e float64) float64 {
	typical := &m.typical[h]
	if *typical == 0 {
		*typical = e
		return 1
	}
	weight := 1.0
	if limit := huber * *typical; e > limit {
		weight = limit / e
	}
	*typical += typicalRate * (min(e, typicalMost**typical) - *typical)
	return weight
}

// refit solves every hour over all days, then every class around that.
func (m *member) refit(day int) {
	forget := growth(day)
	for h := range m.slots() {
		m.pooled.sum(m.normals[h])
		m.pooled.shrink(lambda*forget, m.start)
		if !m.pooled.solve(m.prior) {
			continue
		}
		if !m.classes {
			copy(m.beta[h][0], m.prior)
			continue
		}
		for c, n := range m.normals[h] {
			copy(m.single.rows, n.rows)
			m.single.shrink(classLambda*forget, m.prior)
			if !m.single.solve(m.beta[h][c]) {
				copy(m.beta[h][c], m.prior)
			}
		}
	}
	m.fitted = true
}
