package modelhttp

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/eaio/eaio"
)

// CheckRequest returns why a request must not be sent, or nil. A call without a
// deadline is one of the reasons: a stalled model never ends by itself.
func CheckRequest(ctx context.Context, op string, r eaio.ModelRequest) error {
	_, limited := ctx.Deadline()
	switch {
	case !limited:
		return eaio.Errorf(eaio.KindInvalid, op, "the call has no deadline: give its context one")
	case strings.TrimSpace(r.Model) == "":
		return eaio.Errorf(eaio.KindInvalid, op, "the request names no model")
	case len(r.Messages) == 0:
		return eaio.Errorf(eaio.KindInvalid, op, "the request has no messages")
	case r.MaxOutputTokens <= 0:
		return eaio.Errorf(eaio.KindInvalid, op, "the request allows %d output tokens: it must allow at least 1", r.MaxOutputTokens)
	case r.Schema != nil && !object(r.Schema):
		return eaio.Errorf(eaio.KindInvalid, op, "the reply's schema is not a JSON object")
	}
	return nil
}

// CheckText returns why the text of a reply that ended in order is no use, or nil.
func CheckText(op string, r eaio.ModelRequest, text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return eaio.Errorf(eaio.KindMalformed, op, "the reply is empty")
	case r.Schema != nil && !json.Valid([]byte(text)):
		return eaio.Errorf(eaio.KindMalformed, op, "the reply is not the JSON that was asked for")
	}
	return nil
}

func object(raw json.RawMessage) bool {
	var fields map[string]json.RawMessage
	return json.Unmarshal(raw, &fields) == nil && fields != nil
}
