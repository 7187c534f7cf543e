package eaio

import "time"

// Audience is who reads an answer: it changes wording and order, never numbers.
type Audience string

// The audiences.
const (
	AudienceManager Audience = "manager"
	AudienceAnalyst Audience = "analyst"
	AudienceOwner   Audience = "owner"
)

// Language of a question and its answer (ISO 639-1).
type Language string

// The languages offered.
const (
	English    Language = "en"
	Vietnamese Language = "vi"
)

// TaskStatus is the state of a task.
type TaskStatus string

// A task is accepted once it is stored, running once its workflow has planned,
// and ends in one of the last three.
const (
	TaskAccepted  TaskStatus = "accepted"
	TaskRunning   TaskStatus = "running"
	TaskCompleted TaskStatus = "completed"
	TaskFailed    TaskStatus = "failed"
	TaskCancelled TaskStatus = "cancelled"
)

// Ended reports whether the status is final.
func (s TaskStatus) Ended() bool {
	return s == TaskCompleted || s == TaskFailed || s == TaskCancelled
}

// TaskRef is all that a workflow is given of a task: ids and the clock. Content
// stays in the store.
type TaskRef struct {
	Tenant   TenantID  `json:"tenant"`
	ID       string    `json:"id"`
	Deadline time.Time `json:"deadline,omitzero"` // zero: a background task
	Refine   bool      `json:"refine,omitempty"`  // a model's answer may follow the narrator's
}

// Request is what a caller asks for; it is immutable once accepted.
type Request struct {
	Question       string        `json:"question"`
	Building       string        `json:"building,omitempty"`
	Agent          string        `json:"agent,omitempty"`
	Audience       Audience      `json:"audience"`
	Language       Language      `json:"language,omitempty"` // empty: detected from the question
	Privacy        Privacy       `json:"privacy,omitempty"`  // may only tighten the building's
	AsOf           time.Time     `json:"as_of,omitzero"`     // exclusive; zero: end of the last complete local day of data
	Deadline       time.Duration `json:"-"`                  // 0: background
	BudgetUSD      string        `json:"budget_usd,omitempty"`
	Refine         bool          `json:"refine,omitempty"`
	IdempotencyKey string        `json:"-"`
	// Analyses, when given, are run instead of what the question would plan: a
	// schedule names its set.
	Analyses []Call `json:"analyses,omitempty"`
	// Earlier are the turns before this one, oldest first, where the task is a turn
	// of a conversation: read with the task, no part of what is stored as asked.
	Earlier []Turn `json:"-"`
}

// Task is a request with what has become of it.
type Task struct {
	ID          string     `json:"id"`
	Tenant      TenantID   `json:"-"`
	Request     Request    `json:"-"`
	Status      TaskStatus `json:"status"`
	AsOf        time.Time  `json:"as_of,omitzero"`     // resolved by the plan
	Language    Language   `json:"language,omitempty"` // resolved by the plan
	Plan        *Plan      `json:"-"`
	CreatedAt   time.Time  `json:"created_at"`
	DeadlineAt  time.Time  `json:"-"` // zero: background
	CompletedAt time.Time  `json:"completed_at,omitzero"`
	RunID       string     `json:"-"` // Temporal run, for the link to Web UI
	Answer      *Answer    `json:"answer,omitempty"`
	Usage       Usage      `json:"usage"`
	Timings     Timings    `json:"timings_ms"`
	Problem     *Problem   `json:"problem,omitempty"`
	// Conversation and Turn place a task within a conversation; empty and 0: it stands alone.
	Conversation string `json:"conversation,omitempty"`
	Turn         int    `json:"turn,omitempty"`
}

// Ref returns the workflow's view of the task.
func (t Task) Ref() TaskRef { return TaskRef{t.Tenant, t.ID, t.DeadlineAt, t.Request.Refine} }

// Problem tells why a task failed.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

// Plan is the recorded, validated list of analyses for a question.
type Plan struct {
	Agent      string   `json:"agent"`
	Language   Language `json:"language"`
	Calls      []Call   `json:"calls"`
	Unanswered []string `json:"unanswered,omitempty"` // topics asked for that no analysis covers, e.g. "forecast"
	By         string   `json:"by"`                   // "rules", "schedule" or a model's name
	// AllBuildings says that the calls are about all of the tenant's buildings, whichever
	// the request names: no one building's name, price or privacy label stands for it.
	AllBuildings bool `json:"all_buildings,omitempty"`
}

// Call is one analysis with typed parameters.
type Call struct {
	Analysis string  `json:"analysis"`
	Period   Period  `json:"period,omitempty"`
	Compare  Compare `json:"compare,omitempty"`
	// Since is the local day from which a measure is in effect, as 2006-01-02, or as
	// 01-02 for the latest such day before the task's as-of. Savings end their baseline
	// before it and report from it on, or over Period where that is given.
	Since string `json:"since,omitempty"`
	// Top is how many buildings a ranking names; 0: as many as it does by itself.
	Top int `json:"top,omitempty"`
}

// Period is a span relative to a task's as-of instant; it always ends at or
// before it and holds whole local days.
type Period string

// LatestDay is the last whole local day. ThisWeek (from Monday) and ThisMonth run
// up to as_of; LastWeek and LastMonth are the whole ones before. Last7Days,
// Last30Days and LastYear (365 days) end at as_of.
const (
	LatestDay  Period = "latest_day"
	ThisWeek   Period = "this_week"
	LastWeek   Period = "last_week"
	ThisMonth  Period = "this_month"
	LastMonth  Period = "last_month"
	Last7Days  Period = "last_7_days"
	Last30Days Period = "last_30_days"
	LastYear   Period = "last_year"
)

// Compare says what a period is compared with.
type Compare string

// CompareNone compares with nothing; ComparePrevious with the period of the same
// length and weekdays before (the days of the month before, for months);
// CompareYearAgo with 364 days earlier (the same dates of the year before, for months).
const (
	CompareNone     Compare = ""
	ComparePrevious Compare = "previous"
	CompareYearAgo  Compare = "year_ago"
)

// Answer is one revision of the words that answer a task.
type Answer struct {
	Revision   int          `json:"revision"`
	Text       string       `json:"text"`
	Status     ResultStatus `json:"status"`
	AnsweredBy string       `json:"answered_by"` // "narrator" or a model's name
	Reason     Reason       `json:"reason"`
	Pool       string       `json:"pool,omitempty"`
	Skipped    []Refusal    `json:"skipped,omitempty"` // configured models that were not asked, and why
	Facts      []Fact       `json:"facts"`
	Citations  []Citation   `json:"citations"`
}

// Narrator is the name under which the deterministic narrator answers.
const Narrator = "narrator"

// Reason says why an answer came by its route.
type Reason string

// ReasonModel: a model's verified words. All others: the narrator's, and why.
const (
	ReasonModel       Reason = "model"
	ReasonNoModel     Reason = "no_model" // none configured
	ReasonDeadline    Reason = "deadline"
	ReasonUnavailable Reason = "unavailable"
	ReasonRateLimited Reason = "rate_limited"
	ReasonBudget      Reason = "budget"
	ReasonPrivacy     Reason = "privacy"
	ReasonUnverified  Reason = "unverified"
	ReasonRefused     Reason = "refused"
	ReasonMalformed   Reason = "malformed"
)

// Reasons for which a pool is not asked, besides some of those above.
const (
	ReasonCapability Reason = "capability" // its context, tools or schemas do not suffice
	ReasonFull       Reason = "full"       // as many calls in flight as it may have
)

// Answer returns the reason that a reader of the answer is told where a pool was
// refused for r: the nearest of an answer's reasons.
func (r Reason) Answer() Reason {
	switch r {
	case ReasonCapability, ReasonFull:
		return ReasonUnavailable
	case ReasonModel, ReasonNoModel, ReasonDeadline, ReasonUnavailable, ReasonRateLimited, ReasonBudget, ReasonPrivacy,
		ReasonUnverified, ReasonRefused, ReasonMalformed:
	}
	return r
}

// ReasonOf maps a model call's failure to the reason shown to the reader.
func ReasonOf(k Kind) Reason {
	switch k {
	case KindDeadline, KindCancelled:
		return ReasonDeadline
	case KindRateLimited:
		return ReasonRateLimited
	case KindBudget:
		return ReasonBudget
	case KindForbidden:
		return ReasonPrivacy
	case KindUnverified:
		return ReasonUnverified
	case KindRefused:
		return ReasonRefused
	case KindMalformed, KindTooLarge:
		return ReasonMalformed
	case KindUnavailable, KindInvalid, KindUnauthorized, KindNotFound, KindConflict, KindInternal:
	}
	return ReasonUnavailable
}

// Citation is a retrieved passage that an answer may rest on.
type Citation struct {
	Ref      string `json:"ref"` // D1
	Document string `json:"document"`
	Title    string `json:"title"`
	Source   string `json:"source"`
	Passage  string `json:"passage"`
}

// Usage sums the model calls of a task.
type Usage struct {
	ModelCalls   int    `json:"model_calls"`
	InputTokens  int    `json:"input_tokens"`
	OutputTokens int    `json:"output_tokens"`
	CostUSD      string `json:"cost_usd"` // decimal
}

// Timings are the milliseconds spent in each step of a task.
type Timings struct {
	Queue  float64 `json:"queue"`
	Plan   float64 `json:"plan"`
	Gather float64 `json:"gather"`
	Word   float64 `json:"word"`
	Verify float64 `json:"verify"`
	Record float64 `json:"record"`
	Total  float64 `json:"total"`
}

// Outcome is what a workflow returns: decisions, no content.
type Outcome struct {
	Status       TaskStatus   `json:"status"`
	AnswerStatus ResultStatus `json:"answer_status,omitempty"`
	AnsweredBy   string       `json:"answered_by,omitempty"`
	Reason       Reason       `json:"reason,omitempty"`
	Pool         string       `json:"pool,omitempty"`
}
