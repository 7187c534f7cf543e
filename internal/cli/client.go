package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/eaio/eaio"
)

// maxReply bounds what a reply of the API may hold.
const maxReply = 64 << 20

// call sends a request to the API and decodes the reply into out (nil: none).
func (s *state) call(ctx context.Context, method, path string, header http.Header, body io.Reader, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(s.apiURL, "/")+path, body)
	if err != nil {
		return eaio.Errorf(eaio.KindInvalid, "", "--api %q is not an address such as http://127.0.0.1:8080", s.apiURL)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	resp, err := cmp.Or(s.client, http.DefaultClient).Do(req)
	if err != nil {
		return s.unreachable(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		return problemOf(resp)
	}
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxReply)).Decode(out); err != nil {
		return eaio.Errorf(eaio.KindMalformed, "", "the API at %s sent something that is not its JSON: %w", s.apiURL, err)
	}
	return nil
}

func (s *state) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return eaio.Errorf(eaio.KindUnavailable, "", "no API answers at %s: start one with `make run` or `eaio api`, or name it with --api (%w)", s.apiURL, err)
}

func problemOf(resp *http.Response) error {
	var p struct{ Type, Title, Detail string }
	b, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if json.Unmarshal(b, &p) != nil || p.Detail == "" {
		return eaio.Errorf(eaio.KindInternal, "", "the API answered %s", resp.Status)
	}
	kind := eaio.KindInvalid
	if resp.StatusCode >= 500 {
		kind = eaio.KindUnavailable
	}
	return eaio.Errorf(kind, "", "%s (%s)", p.Detail, p.Type)
}

func (s *state) get(ctx context.Context, path string, out any) error {
	return s.call(ctx, http.MethodGet, path, nil, nil, out)
}

func (s *state) send(ctx context.Context, method, path string, body, out any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return s.call(ctx, method, path, http.Header{"Content-Type": {"application/json"}}, bytes.NewReader(encoded), out)
}

// follow calls each for the task's events until the last one. It resumes a
// broken stream where it was.
func (s *state) follow(ctx context.Context, task string, each func(eaio.Event)) error {
	var last int64
	for broken := 0; ; broken++ {
		ended, err := s.stream(ctx, task, &last, each)
		if ended || ctx.Err() != nil {
			return ctx.Err()
		}
		var own *eaio.Error
		if errors.As(err, &own) || broken >= 5 {
			return err
		}
	}
}

func (s *state) stream(ctx context.Context, task string, last *int64, each func(eaio.Event)) (ended bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(s.apiURL, "/")+"/v1/tasks/"+task+"/events", nil)
	if err != nil {
		return false, err
	}
	if *last > 0 {
		req.Header.Set("Last-Event-ID", strconv.FormatInt(*last, 10))
	}
	resp, err := cmp.Or(s.client, http.DefaultClient).Do(req)
	if err != nil {
		return false, s.unreachable(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		return false, problemOf(resp)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var e eaio.Event
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			return false, fmt.Errorf("an event that is not JSON: %w", err)
		}
		*last = e.Seq
		each(e)
		if e.Type.Last() {
			return true, nil
		}
	}
	return false, lines.Err()
}

func (s *state) printJSON(v any) error {
	e := json.NewEncoder(s.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
