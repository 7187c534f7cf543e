package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/eaio/eaio"
)

type eventsInput struct {
	TaskOrBuilding
	After int64 `header:"Last-Event-ID" minimum:"0" doc:"resume after this event"`
}

// keepOpen is how often a comment keeps a quiet stream open.
const keepOpen = 15 * time.Second

func (s *server) registerEvents(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "events", Method: http.MethodGet, Path: "/v1/tasks/{id}/events", Summary: "Follow a task", Tags: []string{"tasks"},
		Description: "Server-sent events; `id` is the sequence number, `event` the type, `data` the event as JSON. The stream ends after the last event; `Last-Event-ID` resumes it.",
		Responses:   map[string]*huma.Response{"200": {Description: "The events, each as it comes.", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: streamSchema(a)}}}},
	}, s.events)
}

func (s *server) events(ctx context.Context, in *eventsInput) (*huma.StreamResponse, error) {
	tenant := s.tenant(ctx)
	news, stop := s.News.Subscribe(tenant, in.ID)
	first, err := s.Tasks.Events(ctx, tenant, in.ID, in.After, eventPage)
	if err != nil {
		stop()
		return nil, s.fail(ctx, err)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) { //nolint:contextcheck // huma hands the request's context over in hc
		defer stop()
		hc.SetHeader("Content-Type", "text/event-stream")
		hc.SetHeader("Cache-Control", "no-store")
		hc.SetHeader("X-Accel-Buffering", "no")
		if w, ok := hc.BodyWriter().(http.ResponseWriter); ok {
			s.stream(hc.Context(), w, tenant, in, first, news)
		}
	}}, nil
}

const eventPage = 200

// stream writes events until the last one, or until the reader has gone.
func (s *server) stream(ctx context.Context, w http.ResponseWriter, tenant eaio.TenantID, in *eventsInput, batch []eaio.Event, news <-chan struct{}) {
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{})
	open := time.NewTicker(keepOpen)
	defer open.Stop()
	after, ended := in.After, false
	for {
		for _, e := range batch {
			if err := writeEvent(w, e); err != nil {
				return
			}
			if after = e.Seq; e.Type.Last() {
				_ = control.Flush()
				return
			}
		}
		if control.Flush() != nil || ended && len(batch) == 0 {
			return
		}
		// A reader may resume after the last event. What ended is read once
		// more, so that an end between the two looks is not lost.
		ended = len(batch) == 0 && s.ended(ctx, tenant, in.ID)
		if len(batch) < eventPage && !ended && !pause(ctx, w, news, open.C) {
			return
		}
		var err error
		if batch, err = s.Tasks.Events(ctx, tenant, in.ID, after, eventPage); err != nil {
			return // the reader resumes with Last-Event-ID
		}
	}
}

// pause returns at the next news or at the tick that keeps the line open, and
// reports whether the reader is still there.
func pause(ctx context.Context, w io.Writer, news <-chan struct{}, open <-chan time.Time) bool {
	select {
	case <-ctx.Done():
		return false
	case <-news:
		return true
	case <-open:
		_, err := io.WriteString(w, ": still here\n\n")
		return err == nil
	}
}

// ended reports whether no event will follow, or nobody can tell.
func (s *server) ended(ctx context.Context, tenant eaio.TenantID, id string) bool {
	t, err := s.Tasks.Task(ctx, tenant, id)
	return err != nil || t.Status.Ended()
}

func writeEvent(w io.Writer, e eaio.Event) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Type, data)
	return err
}
