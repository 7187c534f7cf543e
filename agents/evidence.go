package agents

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/eaio/eaio"
)

// Evidence is all that an answer may rest on. Facts carry their Ref (F1, …),
// unique within the evidence; results come in the order of the plan's calls.
type Evidence struct {
	Request         eaio.Request
	Plan            eaio.Plan
	Building        eaio.Building
	Others          []eaio.Building // the tenant's other buildings: an answer must not speak of them
	AsOf            time.Time       // exclusive: what the answer speaks of ends here
	Results         []eaio.Result
	Failed          []string // analyses that failed, by name
	Citations       []eaio.Citation
	RetrievalFailed bool
	Skipped         []eaio.Refusal // configured models that were not asked, and why
	Reason          eaio.Reason    // why the narrator answers
}

// language of the answer: the plan's, else the request's, else English.
func (e Evidence) language() eaio.Language {
	for _, l := range []eaio.Language{e.Plan.Language, e.Request.Language} {
		if offered(l) {
			return l
		}
	}
	return eaio.English
}

func (e Evidence) audience() eaio.Audience {
	switch e.Request.Audience {
	case eaio.AudienceAnalyst, eaio.AudienceOwner:
		return e.Request.Audience
	}
	return eaio.AudienceManager
}

// location is where the building's days begin and end.
func (e Evidence) location() *time.Location {
	if e.Building.Timezone != "" && e.Building.Timezone != "Local" {
		if l, err := time.LoadLocation(e.Building.Timezone); err == nil {
			return l
		}
	}
	return time.UTC
}

// lastDay is the last whole local day before AsOf.
func (e Evidence) lastDay() time.Time { return e.AsOf.Add(-time.Nanosecond).In(e.location()) }

// buildingName is the name to show; empty where it could pass for a figure.
func (e Evidence) buildingName() string {
	name := strings.Join(strings.Fields(Clean(e.Building.Name)), " ")
	if len(name) > 80 || !plainName(name) {
		return ""
	}
	return name
}

// plainName reports whether the digits of a name are part of a name ("Tower 5"),
// not a figure with a unit, a date or a reference. Such a name may be masked
// before numbers are looked for.
func plainName(name string) bool {
	p := prepare(name)
	if !strings.ContainsFunc(p, isWordRune) {
		return false
	}
	for _, m := range scan(p, nil) {
		if m.isRef() {
			return false
		}
		for _, c := range m.claims {
			if c.kind != quantityClaim && c.day.month != 0 || c.kind == clockClaim || c.unit.dim != "" {
				return false
			}
		}
	}
	return true
}

// names are the words that may hold digits without claiming anything: the
// building's name and id, the models and pools that were not asked, and the
// methods of facts where they are quoted to the letter.
func (e Evidence) names() []string {
	var out []string
	add := func(s string) {
		if len(s) <= 200 && strings.ContainsFunc(prepare(s), unicode.IsNumber) && plainName(s) {
			out = append(out, s)
		}
	}
	add(e.Building.Name)
	add(e.Building.ID)
	for _, r := range e.Skipped {
		add(r.Model)
		add(r.Pool)
	}
	for _, r := range e.Results {
		for _, f := range r.Facts {
			if isBuildingName(f) {
				add(oneLine(f.Value.String()))
			}
			for _, m := range []string{f.Method, quotable(f)} {
				if len(m) > 8 && len(m) <= 300 && strings.ContainsFunc(m, unicode.IsNumber) {
					out = with(out, oneLine(m))
				}
			}
		}
	}
	return out
}

// isBuildingName reports whether a fact's text is the name of a building.
func isBuildingName(f eaio.Fact) bool {
	name := numbersAsN(f.Name)
	return f.Value.IsText() && (name == "rank_N" || name == "failed_N")
}

// quotable is a fact's text that is prose with numbers in it, such as a source; not a
// date, a time or an amount, and nothing that could pass for a reference or an address.
func quotable(f eaio.Fact) string {
	s := oneLine(f.Value.String())
	if !f.Value.IsText() || strings.ContainsAny(s, "[]<>") || strings.Contains(s, "://") || len(strings.Fields(s)) < 3 {
		return ""
	}
	return s
}

// words are names and terms that keep their language in an answer in another.
func (e Evidence) words() []string {
	out := []string{e.Building.Name, e.Building.ID}
	for _, c := range e.Citations {
		out = append(out, oneLine(c.Title))
	}
	for _, r := range e.Skipped {
		out = append(out, r.Model, r.Pool)
	}
	for _, r := range e.Results {
		out = append(out, nameWords(r.Analysis))
		for _, f := range r.Facts {
			out = append(out, nameWords(f.Name), oneLine(f.Method), f.Unit)
			if f.Value.IsText() {
				out = append(out, oneLine(f.Value.String()))
			}
		}
		for _, reason := range r.Reasons {
			out = append(out, nameWords(reason))
		}
	}
	for _, name := range e.Failed {
		out = append(out, nameWords(name))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
