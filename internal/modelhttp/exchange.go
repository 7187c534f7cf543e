package modelhttp

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/eaio/eaio"
)

// errorBody bounds what is read of a reply that reports a failure.
const errorBody = 64 << 10

// tokenFrame is more than a provider wraps around one token of a stream.
const tokenFrame = 1 << 10

// Exchange is one call of an endpoint: what the transport has to send and to
// bound, and, once the reply has begun, its status and headers. It serves one
// request and the goroutine that makes it.
type Exchange struct {
	Status int
	Header http.Header

	key   string
	limit int64
	ended bool  // the body was read to its end
	over  bool  // the body went past the limit
	cause error // why reading the body failed
	body  *body
}

// NewExchange prepares a call that may produce at most tokens of output; key is
// sent as the Idempotency-Key.
func NewExchange(key string, tokens int) *Exchange {
	return &Exchange{key: key, limit: errorBody + int64(tokens)*tokenFrame}
}

type exchangeKey struct{}

// Context returns ctx with the exchange: a client of this package finds it there.
func (x *Exchange) Context(ctx context.Context) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// Ended reports whether the reply's body was read to its end, in good order.
func (x *Exchange) Ended() bool { return x.ended }

// Drain reads what is left of a reply that is already understood, so that its
// connection can serve the next one. It reads a little and waits for as long as
// the request's context lasts.
func (x *Exchange) Drain() {
	if x.body != nil && !x.ended {
		_, _ = io.CopyN(io.Discard, x.body, 4<<10) // failing costs a connection, nothing else
	}
}

// Failure makes an eaio.Error of an exchange that ended without a whole reply.
// ctx is the caller's; err may be nil where a library lost the cause. A reply
// past its limit is malformed: the same call would run on in the same way.
func (x *Exchange) Failure(ctx context.Context, op string, err error) *eaio.Error {
	err = cmp.Or(err, x.cause, errBrokeOff)
	var known *eaio.Error
	switch {
	case x.over:
		return eaio.Errorf(eaio.KindMalformed, op, "the reply ran past its limit of %d bytes", x.limit)
	case errors.Is(ctx.Err(), context.DeadlineExceeded), timedOut(ctx, err):
		return eaio.Errorf(eaio.KindDeadline, op, "no whole reply in time: %w", context.DeadlineExceeded)
	case ctx.Err() != nil:
		return eaio.Errorf(eaio.KindCancelled, op, "stopped before the reply was whole: %w", ctx.Err())
	case errors.As(err, &known):
		return &eaio.Error{Kind: known.Kind, Code: known.Code, Op: op, RetryAfter: known.RetryAfter, Err: known.Err}
	}
	if len(err.Error()) > longestMessage {
		err = errors.New(Clip(err.Error()))
	}
	return &eaio.Error{Kind: eaio.KindUnavailable, Op: op, Err: err}
}

// timedOut catches a connection attempt that the dialer gave up a moment before
// the context's own timer fired.
func timedOut(ctx context.Context, err error) bool {
	var late net.Error
	at, ok := ctx.Deadline()
	return ok && errors.As(err, &late) && late.Timeout() && time.Until(at) < 50*time.Millisecond
}

// keyHeader is spelled so that net/http does not know it: a request with the
// header under its usual name is sent again by itself when a connection breaks,
// which pays twice wherever the provider does not know the header either.
const keyHeader = "idempotency-key"

// transport gives an exchange what the providers' libraries drop.
type transport struct{ base http.RoundTripper }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	x, ok := r.Context().Value(exchangeKey{}).(*Exchange)
	if !ok {
		return t.base.RoundTrip(r)
	}
	if x.key != "" {
		r = r.Clone(r.Context())
		r.Header[keyHeader] = []string{x.key}
	}
	resp, err := t.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	x.Status, x.Header = resp.StatusCode, resp.Header
	x.body = &body{ReadCloser: resp.Body, x: x, left: x.limit}
	if resp.StatusCode >= http.StatusBadRequest {
		x.body.left, x.body.quiet = errorBody, true
	}
	resp.Body = x.body
	return resp, nil
}

// body ends a reply that does not end by itself.
type body struct {
	io.ReadCloser
	x     *Exchange
	left  int64
	quiet bool // a cut is no failure: what is left of an error report is of no use
}

var (
	errTooLong  = errors.New("the reply is longer than allowed")
	errBrokeOff = errors.New("the reply broke off before its end")
)

func (b *body) Read(p []byte) (int, error) {
	if b.left <= 0 {
		if b.quiet {
			return 0, io.EOF
		}
		b.x.over = true
		return 0, errTooLong
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	switch {
	case errors.Is(err, io.EOF):
		b.x.ended = true
	case err != nil:
		b.x.cause = err
	}
	return n, err
}
