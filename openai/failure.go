package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	api "github.com/sashabaranov/go-openai"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/modelhttp"
)

// failure says in our words why a call brought no whole reply.
func (c *Client) failure(ctx context.Context, op string, x *modelhttp.Exchange, err error) error {
	e := c.judge(ctx, op, x, err)
	if text := e.Err.Error(); c.clean(text) != text {
		e.Err = errors.New(c.clean(text))
	}
	return e
}

func (c *Client) judge(ctx context.Context, op string, x *modelhttp.Exchange, err error) *eaio.Error {
	var inStream *api.APIError
	switch {
	case x.Status == http.StatusUnauthorized:
		// What the endpoint says may repeat the key in pieces.
		return modelhttp.Refusal(op, x.Status, x.Header, "", "check the API key")
	case x.Status >= http.StatusBadRequest && ctx.Err() == nil:
		code, message := said(err)
		return modelhttp.Refusal(op, x.Status, x.Header, code, c.clean(message))
	case errors.As(err, &inStream) && ctx.Err() == nil:
		code, message := said(err)
		e := modelhttp.Refusal(op, statusOf(code), x.Header, code, message)
		e.Err = errors.New("within its reply the endpoint reported: " + modelhttp.Clip(c.clean(message)))
		return e
	}
	return x.Failure(ctx, op, err)
}

// said returns the endpoint's word and sentence for a failure.
func said(err error) (code, message string) {
	var a *api.APIError
	var r *api.RequestError
	switch {
	case errors.As(err, &a):
		if a.Code != nil {
			code = fmt.Sprint(a.Code)
		}
		return strings.TrimSpace(code + " " + a.Type), a.Message
	case errors.As(err, &r):
		return "", string(r.Body)
	case err != nil:
		return "", err.Error()
	}
	return "", ""
}

// streamFault reads the failure that an endpoint reports within its stream.
func streamFault(raw json.RawMessage) error {
	var e api.APIError
	if err := json.Unmarshal(raw, &e); err != nil || e.Message == "" {
		e = api.APIError{Message: string(raw)}
	}
	return &e
}

// statusOf finds the status that a failure within a stream stands for: the reply
// itself began with 200. Gateways give a number as its code.
func statusOf(code string) int {
	var number int
	if _, err := fmt.Sscanf(code, "%d", &number); err == nil && number >= http.StatusBadRequest && number < 600 {
		return number
	}
	for _, s := range []struct {
		word   string
		status int
	}{
		{"rate_limit", http.StatusTooManyRequests},
		{"insufficient_quota", http.StatusTooManyRequests},
		{"overloaded", http.StatusServiceUnavailable},
		{"authentication", http.StatusUnauthorized},
		{"permission", http.StatusForbidden},
		{"not_found", http.StatusNotFound},
		{"context_length", http.StatusBadRequest},
		{"content_", http.StatusBadRequest},
		{"invalid_request", http.StatusBadRequest},
	} {
		if strings.Contains(strings.ToLower(code), s.word) {
			return s.status
		}
	}
	return http.StatusInternalServerError
}
