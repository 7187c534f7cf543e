package ollama

import (
	"context"
	"errors"
	"net/http"
	"syscall"

	"github.com/ollama/ollama/api"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/modelhttp"
)

// failure says in our words why a call brought no whole reply. err is nil where
// the server died or the context ended within the stream: the library then
// reports nothing. No text of a reply gets into the error.
func (c *Client) failure(ctx context.Context, op, model string, x *modelhttp.Exchange, err error) error {
	if x.Status >= http.StatusBadRequest && ctx.Err() == nil {
		if x.Status == http.StatusNotFound && model != "" {
			return missing(op, model)
		}
		return modelhttp.Refusal(op, x.Status, x.Header, "", said(err))
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return eaio.Errorf(eaio.KindUnavailable, op, "nothing listens at %s: start it with `ollama serve`: %w", c.host, err)
	}
	if x.Status == http.StatusOK && err != nil {
		// The library's error is the line that it could not read: a model's words,
		// or a gateway's page.
		err = errors.New("the reply does not follow the protocol")
	}
	return x.Failure(ctx, op, err)
}

func missing(op, model string) error {
	return eaio.Errorf(eaio.KindNotFound, op, "the server has no model %s: run `ollama pull %[1]s` there", modelhttp.Clip(model))
}

// said returns what the server wrote about a failure.
func said(err error) string {
	var status api.StatusError
	var auth api.AuthorizationError
	switch {
	case errors.As(err, &status):
		return status.ErrorMessage
	case errors.As(err, &auth):
		return "sign in on the server with `ollama signin`"
	case err != nil:
		return err.Error()
	}
	return ""
}
