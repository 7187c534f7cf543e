// Package milvus connects to Milvus and tells whether it is well. The SDK in
// use is archived and reports many failures as success, so nothing outside this
// package sees it, and every reply is checked here.
package milvus

import (
	"context"
	"strings"
	"sync"
	"time"

	eaio "github.com/eaio/eaio"
	sdk "github.com/milvus-io/milvus-sdk-go/v2/client"
	"github.com/milvus-io/milvus-sdk-go/v2/entity"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
)

const (
	maxMessage   = 64 << 20 // bytes of one reply; gRPC's own limit of 4 MB is too small for a page of vectors
	maxReconnect = time.Second
)

// Client is a connection to Milvus that mends itself after the server was away.
// It is safe for concurrent use.
type Client struct {
	sdk   sdk.Client
	close func() error
}

// Dial connects and makes sure that Milvus is at the other end. A refused
// connection fails at once as unavailable, a silent address after cfg.Timeout
// as deadline, another kind of server or a faulty Config as invalid.
func Dial(ctx context.Context, cfg Config) (*Client, error) {
	if err := cfg.Validate(); err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "milvus configuration", "%w", err)
	}
	cfg = cfg.WithDefaults()
	ctx, cancel := context.WithTimeout(ctx, cfg.Timeout)
	defer cancel()
	conn, err := sdk.NewClient(ctx, sdk.Config{
		Address:        cfg.Address,
		Username:       cfg.Username,
		Password:       cfg.Password,
		DialOptions:    dialOptions(cfg.Timeout),
		RetryRateLimit: &sdk.RetryRateLimitOption{}, // none: whoever calls decides when to try again
		DisableConn:    true,                        // the SDK's own greeting leaks the connection where it fails
	})
	if err != nil {
		return nil, failure(ctx, "milvus dial "+cfg.Address, err)
	}
	c := &Client{sdk: conn, close: sync.OnceValue(conn.Close)}
	if _, err := c.Version(ctx); err != nil {
		_ = c.Close() // the first failure says more
		return nil, err
	}
	return c, nil
}

// dialOptions replaces the SDK's defaults, of which the keepalive makes servers
// hang up after half a minute without a call.
func dialOptions(timeout time.Duration) []grpc.DialOption {
	return []grpc.DialOption{
		//nolint:staticcheck // deprecated in gRPC, but it is the SDK that dials: only so does a failed dial end by itself
		grpc.WithBlock(),
		//nolint:staticcheck // a refused connection fails at once instead of at the deadline
		grpc.FailOnNonTempDialError(true),
		//nolint:staticcheck // and says why
		grpc.WithReturnConnectionError(),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: maxReconnect},
			MinConnectTimeout: timeout,
		}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithChainUnaryInterceptor(checked(timeout)),
	}
}

// Health returns nil if Milvus answers, calls itself healthy, allows reads and
// names its version; else an error that says which is not so. After a restart
// of the server it may take a second to say nil again.
func (c *Client) Health(ctx context.Context) error {
	state, err := c.sdk.CheckHealth(ctx)
	if err != nil {
		return err
	}
	if !state.IsHealthy {
		return eaio.Errorf(eaio.KindUnavailable, "milvus health", "not healthy: %s", strings.Join(state.Reasons, "; "))
	}
	for _, q := range state.QuotaStates {
		if q == entity.QuotaStateDenyToRead {
			return eaio.Errorf(eaio.KindUnavailable, "milvus health", "reads are denied: %s", strings.Join(state.Reasons, "; "))
		}
	}
	_, err = c.Version(ctx)
	return err
}

// Version returns the version that the server gives for itself, never empty.
func (c *Client) Version(ctx context.Context) (string, error) {
	version, err := c.sdk.GetVersion(ctx)
	if err != nil {
		return "", err
	}
	if version == "" {
		return "", eaio.Errorf(eaio.KindMalformed, "milvus version", "the server names no version")
	}
	return version, nil
}

// Close ends the connection; calls in progress fail. Closing twice is harmless.
func (c *Client) Close() error { return c.close() }
