package milvus

import (
	"context"
	"path"
	"slices"
	"time"

	eaio "github.com/eaio/eaio"
	grpc_retry "github.com/grpc-ecosystem/go-grpc-middleware/retry"
	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// checked bounds every call by timeout, turns off the SDK's retries (22 s of
// them otherwise), and turns a reply that carries a failure into an error: the
// SDK reads only the old code, which a reply may leave at success beside a new one.
func checked(timeout time.Duration) grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, call grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		op := "milvus " + path.Base(method)
		if err := call(ctx, method, req, reply, conn, append(slices.Clip(opts), grpc_retry.Disable())...); err != nil {
			return failure(ctx, op, err)
		}
		if s := statusOf(reply); s.GetCode() != 0 || oldCode(s) != commonpb.ErrorCode_Success {
			return eaio.Errorf(kindOfStatus(s), op, "milvus code %d: %s", s.GetCode(), reason(s))
		}
		return nil
	}
}

// statusOf returns the status that a reply is or carries; nil if it has none.
func statusOf(reply any) *commonpb.Status {
	switch r := reply.(type) {
	case *commonpb.Status:
		return r
	case interface{ GetStatus() *commonpb.Status }:
		return r.GetStatus()
	}
	return nil
}

// oldCode is the only code that servers before 2.3 set.
func oldCode(s *commonpb.Status) commonpb.ErrorCode {
	return s.GetErrorCode() //nolint:staticcheck // deprecated since 2.3, read for servers before it
}

func reason(s *commonpb.Status) string {
	if r := s.GetReason(); r != "" {
		return r
	}
	return "no reason given (" + oldCode(s).String() + ")"
}

// kindOfStatus reads Milvus's own codes (pkg/util/merr in Milvus 2.4). Milvus
// Lite reuses old codes as new ones, so those two are looked at first.
func kindOfStatus(s *commonpb.Status) eaio.Kind {
	switch oldCode(s) {
	case commonpb.ErrorCode_IllegalArgument:
		return eaio.KindInvalid
	case commonpb.ErrorCode_UnexpectedError:
		if s.GetCode() == 1 {
			return eaio.KindInternal
		}
	}
	switch s.GetCode() {
	case 4, 8: // request limit, rate limit
		return eaio.KindRateLimited
	case 10, 701: // unimplemented, index type not supported
		return eaio.KindInvalid
	case 100, 200, 600, 700, 800, 1600, 1700: // no such collection, partition, segment, index, database, alias, field
		return eaio.KindNotFound
	case 1400, 1800: // not authenticated
		return eaio.KindUnauthorized
	case 1401: // privilege not permitted
		return eaio.KindForbidden
	case 10000:
		return eaio.KindCancelled
	case 10001:
		return eaio.KindDeadline
	case 1, 2, 3, 7, 9: // not ready, unavailable, out of memory or disk, denied by quota
		return eaio.KindUnavailable
	case 101, 103, 201, 202: // not loaded, as after a restart, or still loading
		return eaio.KindUnavailable
	case 401, 503, 901, 902, 903, 905: // a replica, channel or node is away
		return eaio.KindUnavailable
	}
	switch c := s.GetCode(); {
	case c >= 1100 && c < 1200, c > 1800 && c < 1900: // parameters and data
		return eaio.KindInvalid
	case c == 0 && oldCode(s) == commonpb.ErrorCode_RateLimit:
		return eaio.KindRateLimited
	case s.GetRetriable():
		return eaio.KindUnavailable
	}
	return eaio.KindInternal
}

// failure turns what a call ended with into an eaio.Error. The context comes
// first: under a deadline gRPC reports the last connection error instead.
func failure(ctx context.Context, op string, err error) error {
	if ctx.Err() != nil {
		return eaio.Errorf(eaio.KindOf(ctx.Err()), op, "%w: %w", ctx.Err(), err)
	}
	return eaio.Errorf(kindOfCall(err), op, "%w", err)
}

// kindOfCall reads the failure of a call that brought no reply, and of a dial,
// which carries no gRPC status.
func kindOfCall(err error) eaio.Kind {
	s, ok := status.FromError(err)
	if !ok {
		return eaio.KindUnavailable
	}
	switch s.Code() {
	case codes.Unavailable, codes.Aborted, codes.Canceled: // cancelled by us is told by the context; this is a closed connection
		return eaio.KindUnavailable
	case codes.DeadlineExceeded:
		return eaio.KindDeadline
	case codes.ResourceExhausted:
		return eaio.KindRateLimited
	case codes.Unauthenticated:
		return eaio.KindUnauthorized
	case codes.PermissionDenied:
		return eaio.KindForbidden
	case codes.NotFound:
		return eaio.KindNotFound
	case codes.InvalidArgument, codes.OutOfRange, codes.FailedPrecondition, codes.Unimplemented:
		return eaio.KindInvalid
	}
	return eaio.KindInternal
}
