package workflows

import (
	"time"

	"github.com/eaio/eaio"
)

// What workflow and activities exchange: ids and small decisions. Every field is
// part of the histories.

// Planned is what the workflow needs to know of a plan.
type Planned struct {
	Agent    string `json:"agent"`
	Building string `json:"building,omitempty"`
	Analyses int    `json:"analyses"` // 0: nothing to gather
	// Ended is the final status of a task that somebody else has answered or
	// ended before its workflow came to plan; empty: there is work to do.
	Ended eaio.TaskStatus `json:"ended,omitempty"`
	// Unclear: the rules cannot read the question and nothing is recorded yet. A model
	// may be asked; the task is then settled.
	Unclear bool `json:"unclear,omitempty"`
}

// SettlePlan asks for the plan of an unclear question to be recorded: the one that a
// model gave under CallKey, or that of the rules where it is empty.
type SettlePlan struct {
	Task    eaio.TaskRef `json:"task"`
	CallKey string       `json:"call_key,omitempty"`
}

// Gathered says how many facts or passages a step stored.
type Gathered struct {
	Count  int      `json:"count"`
	Failed []string `json:"failed,omitempty"` // analyses that could not be run
}

// Generate asks for one model call, for an answer's words or for a plan. Round 1 asks;
// round 2 repairs. A plan needs no route and no evidence.
type Generate struct {
	Task            eaio.TaskRef   `json:"task"`
	Candidate       eaio.Candidate `json:"candidate"`
	Round           int            `json:"round"`
	Until           time.Time      `json:"until"` // the call's own deadline
	Route           eaio.Route     `json:"route"` // the decision that the candidate is part of
	RetrievalFailed bool           `json:"retrieval_failed,omitempty"`
}

// Generated is the verdict on a reply; its words, or its plan, are stored under CallKey.
type Generated struct {
	CallKey string `json:"call_key"`
	Faults  int    `json:"faults"` // unsupported numbers and claims, or what is wrong with a plan; 0: verified
}

// Record asks for the answer to be written: the words of a verified call, or the
// narrator's where CallKey is empty.
type Record struct {
	Task            eaio.TaskRef `json:"task"`
	CallKey         string       `json:"call_key,omitempty"`
	Pool            string       `json:"pool,omitempty"`
	Reason          eaio.Reason  `json:"reason"`
	Route           eaio.Route   `json:"route"`
	RetrievalFailed bool         `json:"retrieval_failed,omitempty"`
	Timings         eaio.Timings `json:"timings"`
	Revision        int          `json:"revision,omitempty"` // 0: 1
	More            bool         `json:"more,omitempty"`     // the task goes on: another revision may follow
}

// End closes a task without an answer.
type End struct {
	Task    eaio.TaskRef    `json:"task"`
	Status  eaio.TaskStatus `json:"status"`
	Problem *eaio.Problem   `json:"problem,omitempty"`
}

// Schedule is what a schedule starts, every time with the same words.
type Schedule struct {
	Tenant   eaio.TenantID `json:"tenant"`
	Building string        `json:"building"`
	Set      string        `json:"set"` // name of the set of analyses, e.g. "nightly"
	Audience eaio.Audience `json:"audience,omitempty"`
	Language eaio.Language `json:"language,omitempty"`
}

// ClaimDay asks for the one task of a schedule's local day.
type ClaimDay struct {
	Schedule Schedule  `json:"schedule"`
	At       time.Time `json:"at"` // the nominal time of the firing
}

// Claimed names the task of that day.
type Claimed struct {
	Task    eaio.TaskRef `json:"task"`
	Day     string       `json:"day"`
	Created bool         `json:"created"` // false: the day had its task already
}
