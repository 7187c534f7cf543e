package eaio

import "encoding/json"

// Subject is what a task is about: the stored task, its building (nil when it
// names none, or its plan speaks of all) and the building's meters, electricity first.
type Subject struct {
	Task     Task
	Building *Building
	Meters   []Meter
}

// ResultFailed is the stored status of an analysis that could not be run.
const ResultFailed ResultStatus = "failed"

// Evidence is all that an answer may be made of.
type Evidence struct {
	Subject
	Results   []Result // with facts, in the plan's order; one that failed has the status ResultFailed
	Citations []Citation
}

// ModelCall is one claim on a model: paid at most once per stored reply.
type ModelCall struct {
	Key     string // the same for every attempt
	Task    string
	Pool    string
	Model   string
	Attempt int
	Replied bool // Reply holds a stored reply: use it, do not call again
	Reply   string
	Faults  json.RawMessage // what the verifier rejected in it; null: nothing
	// TaskToken is how Temporal knows the attempt: who finds its holder dead ends it.
	TaskToken []byte
	// ReserveUSD (decimal; empty: 0) and ReserveTokens are the most that the call
	// can cost; its claim reserves them in every budget that it falls under.
	ReserveUSD    string
	ReserveTokens int64
}

// ImportSource describes a file whose accepted rows are to be stored.
type ImportSource struct {
	File    string
	SHA256  string
	Rows    int64 // in the file
	Refused int64
}

// TaskFilter narrows a list of tasks; empty fields do not.
type TaskFilter struct {
	Building string
	Status   TaskStatus
	Before   string // task id: only tasks accepted before that one
	Limit    int
}
