package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/eaio/eaio"
)

// Talker opens conversations and takes their turns.
type Talker interface {
	Converse(ctx context.Context, tenant eaio.TenantID, c eaio.Conversation, bodyHash string) (stored eaio.Conversation, created bool, err error)
	Say(ctx context.Context, tenant eaio.TenantID, conversation string, r eaio.Request, bodyHash string) (t eaio.Task, created bool, err error)
}

// Conversations reads them with their turns.
type Conversations interface {
	Conversation(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Conversation, error)
	Conversations(ctx context.Context, tenant eaio.TenantID, before string, limit int) ([]eaio.Conversation, error)
	Turns(ctx context.Context, tenant eaio.TenantID, conversation string, after, limit int) ([]eaio.Task, error)
}

// conversationBody is the body of POST /v1/conversations.
type conversationBody struct {
	Building string        `json:"building,omitempty" maxLength:"100" doc:"what its turns are about unless they name another" example:"robin_education_lizbeth"`
	Audience eaio.Audience `json:"audience,omitempty" enum:"manager,analyst,owner" default:"manager"`
	Language eaio.Language `json:"language,omitempty" enum:"en,vi" doc:"default: each question's own"`
	Privacy  eaio.Privacy  `json:"privacy,omitempty" enum:"private,deidentified,public" doc:"may only tighten the buildings' labels"`
}

type converseInput struct {
	IdempotencyKey string           `header:"Idempotency-Key" maxLength:"200" doc:"the same key and body give the same conversation"`
	Body           conversationBody `required:"false"`
}

// turnBody is the body of POST /v1/conversations/{id}/turns.
type turnBody struct {
	Question   string        `json:"question" minLength:"1" maxLength:"4000" doc:"in English or Vietnamese; may leave out what earlier turns have said" example:"And last week?"`
	Building   string        `json:"building,omitempty" maxLength:"100" doc:"default: the one that the question names, else the conversation's, else the last turn's"`
	Agent      string        `json:"agent,omitempty" maxLength:"100" doc:"default: chosen from the question"`
	Audience   eaio.Audience `json:"audience,omitempty" enum:"manager,analyst,owner" doc:"default: the conversation's"`
	Language   eaio.Language `json:"language,omitempty" enum:"en,vi" doc:"default: the conversation's, else the question's"`
	Privacy    eaio.Privacy  `json:"privacy,omitempty" enum:"private,deidentified,public" doc:"may only tighten the conversation's and the building's label"`
	AsOf       *time.Time    `json:"as_of,omitempty" doc:"exclusive instant; default: the last turn's about the same building, else end of the building's last complete local day"`
	DeadlineMS int64         `json:"deadline_ms,omitempty" minimum:"500" maximum:"300000" doc:"default 5000"`
	BudgetUSD  string        `json:"budget_usd,omitempty" pattern:"^[0-9]{1,9}([.][0-9]{1,6})?$" patternDescription:"dollars as a decimal, such as 0.05" doc:"the most that the turn's model calls may cost, decimal; default: no such bound"`
	Refine     bool          `json:"refine,omitempty" doc:"the narrator's answer by the deadline may be followed by a model's: the turn runs on until then"`
}

type sayInput struct {
	TaskOrBuilding
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"the same key and body give the same turn"`
	Wait           string `query:"wait" doc:"how long to wait for the answer, 0s to 60s; without it the reply comes at once" example:"5s"`
	Body           turnBody
}

// conversationView is a conversation as the API shows it.
type conversationView struct {
	eaio.Conversation
	Links map[string]string `json:"links"`
}

// wholeConversation has some of its turns with it.
type wholeConversation struct {
	eaio.Conversation
	Links      map[string]string `json:"links"`
	Turns      []taskView        `json:"turns" doc:"in their order, without facts, citations and usage: each has its own link"`
	NextCursor string            `json:"next_cursor,omitempty"`
}

func (s *server) viewConversation(c eaio.Conversation) conversationView {
	self := "/v1/conversations/" + c.ID
	links := map[string]string{"self": self, "turns": self + "/turns"}
	if s.UIURL != "" {
		links["temporal_ui"] = s.UIURL + "/namespaces/" + url.PathEscape(s.Namespace) + "/workflows/" + url.PathEscape(string(c.Tenant)+"/c/"+c.ID)
	}
	return conversationView{c, links}
}

func (s *server) registerConversations(a huma.API) {
	tags := []string{"conversations"}
	huma.Register(a, huma.Operation{
		OperationID: "converse", Method: http.MethodPost, Path: "/v1/conversations", Summary: "Open a conversation", Tags: tags,
		Description: "Its turns are answered one after the other; each may refer to those before.", DefaultStatus: http.StatusCreated, MaxBodyBytes: maxBody,
	}, s.converse)
	huma.Register(a, huma.Operation{OperationID: "conversations", Method: http.MethodGet, Path: "/v1/conversations", Summary: "List conversations, newest first", Tags: tags}, s.conversations)
	huma.Register(a, huma.Operation{OperationID: "conversation", Method: http.MethodGet, Path: "/v1/conversations/{id}", Summary: "Read a conversation with its turns", Tags: tags}, s.conversation)
	huma.Register(a, huma.Operation{
		OperationID: "say", Method: http.MethodPost, Path: "/v1/conversations/{id}/turns", Summary: "Ask the next question of a conversation", Tags: tags,
		Description: "A turn is a task: 200 with the finished task if it ends within `wait`, else 202 with the task as it stands; with `refine` as soon as it has a first answer. " +
			"At most " + strconv.Itoa(eaio.MaxOpenTurns) + " turns of a conversation may be under way: one more is 429.",
		DefaultStatus: http.StatusAccepted, MaxBodyBytes: maxBody,
		Responses: map[string]*huma.Response{"200": jsonOf[taskView](a, "The finished task."), "202": {Description: "The task as it stands."}, "default": problems(a)},
	}, s.say)
}

type conversationOutput struct{ Body conversationView }

func (s *server) converse(ctx context.Context, in *converseInput) (*conversationOutput, error) {
	b := in.Body
	accepting, cancel := context.WithTimeout(ctx, acceptLimit)
	defer cancel()
	if b.Building != "" {
		if _, err := s.Buildings.Building(accepting, s.tenant(ctx), b.Building); err != nil {
			return nil, s.fail(ctx, err)
		}
	}
	if b.Audience == "" {
		b.Audience = eaio.AudienceManager
	}
	hash, err := hashOf(b)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	c := eaio.Conversation{Building: b.Building, Audience: b.Audience, Language: b.Language, Privacy: b.Privacy, IdempotencyKey: in.IdempotencyKey}
	c, _, err = s.Talker.Converse(accepting, s.tenant(ctx), c, hash)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return &conversationOutput{s.viewConversation(c)}, nil
}

// conversationsInput pages through conversations.
type conversationsInput struct {
	Cursor string `query:"cursor" maxLength:"100"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

func (s *server) conversations(ctx context.Context, in *conversationsInput) (*listOf[conversationView], error) {
	if in.Cursor != "" {
		if _, err := s.Conversations.Conversation(ctx, s.tenant(ctx), in.Cursor); err != nil {
			return nil, s.fail(ctx, badCursor(err))
		}
	}
	list, err := s.Conversations.Conversations(ctx, s.tenant(ctx), in.Cursor, in.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return page(list, in.Limit, func(c eaio.Conversation) (conversationView, string) { return s.viewConversation(c), c.ID }), nil
}

type conversationInput struct {
	TaskOrBuilding
	Cursor int `query:"cursor" minimum:"0" maximum:"1000000000" doc:"number of a turn: only turns after it"`
	Limit  int `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type wholeOutput struct{ Body wholeConversation }

func (s *server) conversation(ctx context.Context, in *conversationInput) (*wholeOutput, error) {
	c, err := s.Conversations.Conversation(ctx, s.tenant(ctx), in.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	list, err := s.Conversations.Turns(ctx, s.tenant(ctx), in.ID, in.Cursor, in.Limit+1)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	turns := page(list, in.Limit, func(t eaio.Task) (taskView, string) { return s.view(t), strconv.Itoa(t.Turn) })
	return &wholeOutput{wholeConversation{c, s.viewConversation(c).Links, turns.Body.Items, turns.Body.NextCursor}}, nil
}

func (s *server) say(ctx context.Context, in *sayInput) (*taskOutput, error) {
	hash, err := hashOf([]any{in.ID, in.Body})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	ask := &askInput{IdempotencyKey: in.IdempotencyKey, Wait: in.Wait, Body: questionBody(in.Body)}
	return s.accept(ctx, ask, func(ctx context.Context, r eaio.Request) (eaio.Task, error) {
		t, _, err := s.Talker.Say(ctx, s.tenant(ctx), in.ID, r, hash)
		return t, err
	})
}
