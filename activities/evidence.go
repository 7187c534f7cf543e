package activities

import (
	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
)

// gathered is the data of an evidence.gathered event.
type gathered struct {
	Facts           int      `json:"facts"`
	Passages        int      `json:"passages"`
	Failed          []string `json:"failed,omitempty"`
	RetrievalFailed bool     `json:"retrieval_failed,omitempty"`
}

func gatheredEvent(e agents.Evidence) eaio.Event {
	data := gathered{Passages: len(e.Citations), Failed: e.Failed, RetrievalFailed: e.RetrievalFailed}
	for _, r := range e.Results {
		data.Facts += len(r.Facts)
	}
	return eaio.NewEvent(eaio.EventGathered, "", data)
}

// wordable turns stored evidence into what agents word: results apart from the
// names of those that failed or are missing.
func wordable(e eaio.Evidence, route eaio.Route, retrievalFailed bool) agents.Evidence {
	out := agents.Evidence{
		Request: e.Task.Request, AsOf: e.Task.AsOf, Citations: e.Citations,
		RetrievalFailed: retrievalFailed, Skipped: route.Refused,
	}
	if e.Task.Plan != nil {
		out.Plan = *e.Task.Plan
	}
	if e.Building != nil {
		out.Building = *e.Building
	}
	for _, r := range e.Results {
		if r.Status == eaio.ResultFailed {
			out.Failed = append(out.Failed, r.Analysis)
		} else {
			out.Results = append(out.Results, r)
		}
	}
	out.Failed = append(out.Failed, missing(e)...)
	return out
}

// missing names the planned analyses of which nothing was stored.
func missing(e eaio.Evidence) (names []string) {
	if e.Task.Plan == nil {
		return nil
	}
	for _, call := range e.Task.Plan.Calls[min(len(e.Results), len(e.Task.Plan.Calls)):] {
		names = append(names, call.Analysis)
	}
	return names
}
