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
	analysisAnomalies   = "anomalies"
	analysisForecast    = "forecast"
	analysisSavings     = "savings"
	analysisChange      = "change"
	analysisSignature   = "signature"
	analysisMeasures    = "measures"
	analysisPeak        = "peak"
	analysisCost        = "cost"
	analysisCarbon      = "carbon"
	analysisBenchmark   = "benchmark"
	analysisPortfolio   = "portfolio"
)

// Agent is one of the specialists that answer questions: whom it serves, which
// analyses it may call and the version of its prompt. It is data; the functions
// of this package give it its behaviour.
type Agent struct {
	Name          string
	Description   string
	Audiences     []eaio.Audience
	Leads         []string // analyses that make a question its own when they come first
	Analyses      []string // all that it may call
	PromptVersion string   // changes with every change of Prompt's words: part of a cache key
	MaxCalls      int      // analyses in one plan
}

// DefaultAgent stands for all in texts about agents; a question that names none is
// answered by the agent whose analyses it needs.
const DefaultAgent = "analyst"

// reporterName is the agent that may call every analysis.
const reporterName = "reporter"

const maxCalls = 6

func known() []Agent {
	everyone := []eaio.Audience{eaio.AudienceManager, eaio.AudienceAnalyst, eaio.AudienceOwner}
	agents := []Agent{{
		Name:        DefaultAgent,
		Description: "what a building consumed, what stays on, what is unusual and what changed",
		Leads:       []string{analysisConsumption, analysisBaseload, analysisOvernight, analysisAnomalies, analysisChange},
		Analyses:    []string{analysisQuality, analysisSignature},
	}, {
		Name:        "forecaster",
		Description: "what will be used in the next days and what the month will come to",
		Leads:       []string{analysisForecast},
		Analyses:    []string{analysisConsumption},
	}, {
		Name:        "auditor",
		Description: "what a measure saved, how use follows the weather, and how good the data is",
		Leads:       []string{analysisSavings, analysisSignature, analysisQuality},
		Analyses:    []string{analysisConsumption, analysisBaseload, analysisChange},
	}, {
		Name:        "advisor",
		Description: "what could be saved, what is paid and emitted, and the highest loads",
		Leads:       []string{analysisMeasures, analysisCost, analysisCarbon, analysisPeak},
		Analyses:    []string{analysisConsumption, analysisBaseload, analysisOvernight, analysisBenchmark},
	}, {
		Name:        reporterName,
		Description: "summaries across all analyses, the building among similar ones, and which buildings to see to first",
		Leads:       []string{analysisBenchmark, analysisPortfolio},
		Analyses: []string{
			analysisQuality, analysisBaseload, analysisOvernight, analysisConsumption, analysisAnomalies,
			analysisForecast, analysisSavings, analysisChange, analysisSignature, analysisMeasures,
			analysisPeak, analysisCost, analysisCarbon, analysisBenchmark,
		},
	}}
	for i := range agents {
		a := &agents[i]
		for _, name := range a.Leads {
			a.Analyses = with(a.Analyses, name)
		}
		a.Audiences, a.PromptVersion, a.MaxCalls = everyone, a.Name+"/3", maxCalls
	}
	return agents
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

// agentFor returns the agent that answers with these calls: the one whose analysis
// comes first if it may call them all, else the first that may, else the last, which
// may call every analysis there is.
func agentFor(calls []eaio.Call) Agent {
	all := known()
	fit := func(a Agent) bool {
		return !slices.ContainsFunc(calls, func(c eaio.Call) bool { return !a.May(c.Analysis) })
	}
	lead := slices.IndexFunc(all, func(a Agent) bool {
		return len(calls) > 0 && contains(a.Leads, calls[0].Analysis) && fit(a)
	})
	if lead < 0 {
		lead = slices.IndexFunc(all, fit)
	}
	if lead < 0 {
		lead = len(all) - 1
	}
	return all[lead]
}

// Serves reports whether the agent may answer that audience; the empty audience
// is the manager's.
func (a Agent) Serves(audience eaio.Audience) bool {
	return audience == "" || contains(a.Audiences, audience)
}

// isAnalysis reports whether any agent may call an analysis of that name.
func isAnalysis(name string) bool {
	return slices.ContainsFunc(known(), func(a Agent) bool { return a.May(name) })
}

// May reports whether the agent may call that analysis.
func (a Agent) May(analysis string) bool { return contains(a.Analyses, analysis) }

// excerpt bounds a foreign string for an error text.
func excerpt(s string, runes int) string {
	r := []rune(s)
	if len(r) <= runes {
		return s
	}
	return string(r[:runes]) + "…"
}
