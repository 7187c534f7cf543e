package agents

import (
	"slices"
	"strings"

	"github.com/eaio/eaio"
)

// Names of the analyses that plans may call. They are the names under which the
// energy package registers them; agents know them as words only.
const (
	analysisQuality     = "quality"
	analysisBaseload    = "baseload"
	analysisOvernight   = "overnight"
	analysisConsumption = "consumption"
)

// Agent is one of the specialists that answer questions: whom it serves, which
// analyses it may call and the version of its prompt. It is data; the functions
// of this package give it its behaviour.
type Agent struct {
	Name          string
	Description   string
	Audiences     []eaio.Audience
	Analyses      []string
	PromptVersion string // changes with every change of Prompt's words: part of a cache key
	MaxCalls      int    // analyses in one plan
}

// DefaultAgent answers when a request names no agent.
const DefaultAgent = "analyst"

func known() []Agent {
	return []Agent{{
		Name:          DefaultAgent,
		Description:   "what a building consumed, how it compares, what stays on at night, and how good its data is",
		Audiences:     []eaio.Audience{eaio.AudienceManager, eaio.AudienceAnalyst, eaio.AudienceOwner},
		Analyses:      []string{analysisQuality, analysisBaseload, analysisOvernight, analysisConsumption},
		PromptVersion: "analyst/1",
		MaxCalls:      6,
	}}
}

// Agents returns every agent, in the order in which they are offered.
func Agents() []Agent { return known() }

// Lookup returns the agent of that name; the empty name is the default agent's.
// An unknown name is an eaio.KindInvalid error that lists the known ones.
func Lookup(name string) (Agent, error) {
	if name == "" {
		name = DefaultAgent
	}
	var names []string
	for _, a := range known() {
		if a.Name == name {
			return a, nil
		}
		names = append(names, a.Name)
	}
	return Agent{}, eaio.Errorf(eaio.KindInvalid, "look up agent", "no agent %q; there is: %s", excerpt(name, 40), strings.Join(names, ", "))
}

// Serves reports whether the agent may answer that audience; the empty audience
// is the manager's.
func (a Agent) Serves(audience eaio.Audience) bool {
	return audience == "" || slices.Contains(a.Audiences, audience)
}

// May reports whether the agent may call that analysis.
func (a Agent) May(analysis string) bool { return slices.Contains(a.Analyses, analysis) }

// excerpt bounds a foreign string for an error text.
func excerpt(s string, runes int) string {
	r := []rune(s)
	if len(r) <= runes {
		return s
	}
	return string(r[:runes]) + "…"
}
