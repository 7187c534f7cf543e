package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
)

// questionBody is the body of POST /v1/tasks.
type questionBody struct {
	Question   string        `json:"question" minLength:"1" maxLength:"4000" doc:"in English or Vietnamese" example:"What was left on last night?"`
	Building   string        `json:"building,omitempty" maxLength:"100" doc:"id of the building; default: the one that the question names, if any" example:"robin_education_lizbeth"`
	Agent      string        `json:"agent,omitempty" maxLength:"100" doc:"default: chosen from the question"`
	Audience   eaio.Audience `json:"audience,omitempty" enum:"manager,analyst,owner" default:"manager"`
	Language   eaio.Language `json:"language,omitempty" enum:"en,vi" doc:"default: the question's"`
	Privacy    eaio.Privacy  `json:"privacy,omitempty" enum:"private,deidentified,public" doc:"may only tighten the building's label"`
	AsOf       *time.Time    `json:"as_of,omitempty" doc:"exclusive instant; default: end of the building's last complete local day"`
	DeadlineMS int64         `json:"deadline_ms,omitempty" minimum:"500" maximum:"300000" doc:"default 5000"`
	BudgetUSD  string        `json:"budget_usd,omitempty" pattern:"^[0-9]{1,9}([.][0-9]{1,6})?$" patternDescription:"dollars as a decimal, such as 0.05" doc:"the most that the task's model calls may cost, decimal; default: no such bound"`
	Refine     bool          `json:"refine,omitempty" doc:"the narrator's answer by the deadline may be followed by a model's: the task runs on until then"`
}

type askInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"the same key and body give the same task"`
	Wait           string `query:"wait" doc:"how long to wait for the answer, 0s to 60s; without it the reply comes at once" example:"5s"`
	Body           questionBody
}

type taskOutput struct {
	Status int
	Body   taskView
}

// taskView is a task as the API shows it.
type taskView struct {
	eaio.Task
	Question string            `json:"question"`
	Building string            `json:"building,omitempty"`
	Audience eaio.Audience     `json:"audience"`
	Links    map[string]string `json:"links"`
}

func (s *server) view(t eaio.Task) taskView {
	links := map[string]string{"self": "/v1/tasks/" + t.ID, "events": "/v1/tasks/" + t.ID + "/events"}
	if s.UIURL != "" {
		links["temporal_ui"] = s.UIURL + "/namespaces/" + url.PathEscape(s.Namespace) + "/workflows/" + url.PathEscape(string(t.Tenant)+"/"+t.ID)
		if t.RunID != "" {
			links["temporal_ui"] += "/" + t.RunID + "/history"
		}
	}
	if t.Conversation != "" {
		links["conversation"] = "/v1/conversations/" + t.Conversation
	}
	return taskView{Task: t, Question: t.Request.Question, Building: t.Request.Building, Audience: t.Request.Audience, Links: links}
}

// maxWait bounds how long one request is held open.
const maxWait = 60 * time.Second

func (s *server) registerTasks(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "ask", Method: http.MethodPost, Path: "/v1/tasks", Summary: "Ask a question", Tags: []string{"tasks"},
		Description: "200 with the finished task if it ends within `wait`, else 202 with the task as it stands; with `refine` as soon as it has a first answer. " +
			"503 of type `overloaded` where the tasks that are open leave no time for one more: come back after Retry-After, or allow a longer `deadline_ms`.",
		DefaultStatus: http.StatusAccepted, MaxBodyBytes: maxBody,
		Responses: map[string]*huma.Response{"200": jsonOf[taskView](a, "The finished task."), "202": {Description: "The task as it stands."}, "default": problems(a)},
	}, s.ask)
	huma.Register(a, huma.Operation{OperationID: "task", Method: http.MethodGet, Path: "/v1/tasks/{id}", Summary: "Read a task", Tags: []string{"tasks"}}, s.task)
	huma.Register(a, huma.Operation{OperationID: "tasks", Method: http.MethodGet, Path: "/v1/tasks", Summary: "List tasks, newest first", Tags: []string{"tasks"}}, s.tasks)
	huma.Register(a, huma.Operation{
		OperationID: "cancel", Method: http.MethodPost, Path: "/v1/tasks/{id}/cancel", Summary: "Cancel a task", Tags: []string{"tasks"},
		Description: "Asking twice is the same; a task that has ended stays as it is.", DefaultStatus: http.StatusAccepted,
	}, s.cancel)
	huma.Register(a, huma.Operation{
		OperationID: "raise-budget", Method: http.MethodPost, Path: "/v1/tasks/{id}/budget", Summary: "Raise the budget that a task waits for", Tags: []string{"tasks", "budgets"},
		Description: "For a background task that found no room in a budget with `on_exceeded: pause`. 409 if the task does not wait for one.", MaxBodyBytes: maxBody,
	}, s.raiseBudget)
	huma.Register(a, huma.Operation{OperationID: "feedback", Method: http.MethodPost, Path: "/v1/tasks/{id}/feedback", Summary: "Say whether an answer was useful", Tags: []string{"tasks"}, DefaultStatus: http.StatusNoContent, MaxBodyBytes: maxBody}, s.feedback)
}

// acceptLimit is how long a caller waits for a store that does not answer. A task
// that is stored all the same is found by its idempotency key.
const acceptLimit = 3 * time.Second

func (s *server) ask(ctx context.Context, in *askInput) (*taskOutput, error) {
	hash, err := hashOf(in.Body)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.accept(ctx, in, func(ctx context.Context, r eaio.Request) (eaio.Task, error) {
		t, _, err := s.Starter.Ask(ctx, s.tenant(ctx), r, hash)
		return t, err
	})
}

// accept has a question started, and waits for its answer as long as the caller
// wants.
func (s *server) accept(ctx context.Context, in *askInput, start func(context.Context, eaio.Request) (eaio.Task, error)) (*taskOutput, error) {
	wait, err := parseWait(in.Wait)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	accepting, cancel := context.WithTimeout(ctx, acceptLimit)
	defer cancel()
	r, err := s.request(accepting, in)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if err := s.admission.admit(accepting, r.Deadline); err != nil {
		return nil, s.fail(ctx, err)
	}
	t, err := start(accepting, r)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if wait > 0 {
		if t, err = s.wait(ctx, t, wait); err != nil {
			return nil, s.fail(ctx, err)
		}
	}
	out := &taskOutput{Status: http.StatusAccepted, Body: s.view(t)}
	if wait > 0 && t.Status.Ended() {
		out.Status = http.StatusOK
	}
	return out, nil
}

func parseWait(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > maxWait {
		return 0, eaio.Errorf(eaio.KindInvalid, "", "wait=%s is not a time from 0s to 60s, such as 5s", clip(text, 40))
	}
	return d, nil
}

// request checks what the schema cannot and fills in the defaults.
func (s *server) request(ctx context.Context, in *askInput) (eaio.Request, error) {
	b := in.Body
	r := eaio.Request{
		Question: strings.TrimSpace(b.Question), Building: b.Building, Agent: b.Agent, Audience: b.Audience, Language: b.Language,
		Privacy: b.Privacy, BudgetUSD: b.BudgetUSD, Refine: b.Refine, IdempotencyKey: in.IdempotencyKey, Deadline: s.Deadline,
	}
	if b.DeadlineMS > 0 {
		r.Deadline = time.Duration(b.DeadlineMS) * time.Millisecond
	}
	if b.AsOf != nil {
		r.AsOf = b.AsOf.UTC()
	}
	switch {
	case r.Question == "":
		return r, eaio.Errorf(eaio.KindInvalid, "", "question: 1 to 4,000 characters of text")
	case b.AsOf != nil && (b.AsOf.Year() < 1970 || b.AsOf.Year() > 2200):
		return r, eaio.Errorf(eaio.KindInvalid, "", "as_of: an instant such as 2017-11-21T00:00:00Z")
	}
	if r.Agent != "" {
		if _, err := agents.Lookup(r.Agent); err != nil {
			return r, err
		}
	}
	return s.about(ctx, r)
}

// named is how many buildings a question is read against.
const named = 1000

// about checks the building of a question; one that gives none may name it in
// its words.
func (s *server) about(ctx context.Context, r eaio.Request) (eaio.Request, error) {
	if r.Building != "" {
		_, err := s.Buildings.Building(ctx, s.tenant(ctx), r.Building)
		return r, err
	}
	all, err := s.Buildings.Buildings(ctx, s.tenant(ctx), "", named)
	if err != nil {
		return r, err
	}
	r.Building, _ = agents.Named(r.Question, all)
	return r, nil
}

// hashOf tells two requests apart under one idempotency key.
func hashOf(request any) (string, error) {
	encoded, err := json.Marshal(request)
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:]), err
}

// TaskOrBuilding is the id in a path.
type TaskOrBuilding struct {
	ID string `path:"id" maxLength:"100"`
}

type taskBody struct{ Body taskView }

func (s *server) task(ctx context.Context, in *TaskOrBuilding) (*taskBody, error) {
	t, err := s.Tasks.Task(ctx, s.tenant(ctx), in.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &taskBody{s.view(t)}, nil
}

type tasksInput struct {
	Building string          `query:"building" maxLength:"100"`
	Status   eaio.TaskStatus `query:"status" enum:"accepted,running,completed,failed,cancelled"`
	Cursor   string          `query:"cursor" maxLength:"100"`
	Limit    int             `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (s *server) tasks(ctx context.Context, in *tasksInput) (*listOf[taskView], error) {
	if in.Cursor != "" {
		if _, err := s.Tasks.Task(ctx, s.tenant(ctx), in.Cursor); err != nil {
			return nil, s.fail(ctx, badCursor(err))
		}
	}
	list, err := s.Tasks.Tasks(ctx, s.tenant(ctx), eaio.TaskFilter{Building: in.Building, Status: in.Status, Before: in.Cursor, Limit: in.Limit + 1})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return page(list, in.Limit, func(t eaio.Task) (taskView, string) { return s.view(t), t.ID }), nil
}

func badCursor(err error) error {
	if eaio.KindOf(err) != eaio.KindNotFound {
		return err
	}
	return eaio.Errorf(eaio.KindInvalid, "", "cursor: want the next_cursor of the page before")
}

func (s *server) cancel(ctx context.Context, in *TaskOrBuilding) (*taskBody, error) {
	if err := s.Starter.Cancel(ctx, s.tenant(ctx), in.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.task(ctx, in)
}

type feedbackInput struct {
	TaskOrBuilding
	Body struct {
		Useful  bool   `json:"useful"`
		Comment string `json:"comment,omitempty" maxLength:"4000"`
	}
}

func (s *server) feedback(ctx context.Context, in *feedbackInput) (*struct{}, error) {
	if err := s.Feedback.Feedback(ctx, s.tenant(ctx), in.ID, in.Body.Useful, in.Body.Comment); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}
