package milvus

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	eaio "github.com/eaio/eaio"
	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// ailing speaks the Milvus protocol and says of itself what a healthy Milvus
// Lite cannot: that it is unwell.
type ailing struct {
	milvuspb.UnimplementedMilvusServiceServer
	health  *milvuspb.CheckHealthResponse
	err     error
	version string
	calls   int
	login   []string
}

func (a *ailing) CheckHealth(ctx context.Context, _ *milvuspb.CheckHealthRequest) (*milvuspb.CheckHealthResponse, error) {
	a.calls++
	md, _ := metadata.FromIncomingContext(ctx)
	a.login = md.Get("authorization")
	return a.health, a.err
}

func (a *ailing) GetVersion(context.Context, *milvuspb.GetVersionRequest) (*milvuspb.GetVersionResponse, error) {
	return &milvuspb.GetVersionResponse{Status: &commonpb.Status{}, Version: a.version}, nil
}

func serve(t *testing.T, register func(*grpc.Server)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer()
	register(s)
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

func TestHealthTellsWhatIsWrong(t *testing.T) {
	noLeak(t)
	well := &commonpb.Status{}
	tests := []struct {
		name  string
		reply *milvuspb.CheckHealthResponse
		err   error
		want  eaio.Kind
		word  string
	}{
		{"well", &milvuspb.CheckHealthResponse{Status: well, IsHealthy: true}, nil, "", ""},
		{"unhealthy", &milvuspb.CheckHealthResponse{Status: well, Reasons: []string{"querynode 3 is away"}}, nil, eaio.KindUnavailable, "querynode 3"},
		{"reads denied", &milvuspb.CheckHealthResponse{Status: well, IsHealthy: true, QuotaStates: []milvuspb.QuotaState{milvuspb.QuotaState_DenyToRead}}, nil, eaio.KindUnavailable, "reads are denied"},
		{"writes denied do not hinder a search", &milvuspb.CheckHealthResponse{Status: well, IsHealthy: true, QuotaStates: []milvuspb.QuotaState{milvuspb.QuotaState_DenyToWrite}}, nil, "", ""},
		{"new code alone", &milvuspb.CheckHealthResponse{Status: &commonpb.Status{Code: 1, Reason: "still starting"}, IsHealthy: true}, nil, eaio.KindUnavailable, "still starting"},
		{"old code alone", &milvuspb.CheckHealthResponse{Status: &commonpb.Status{ErrorCode: commonpb.ErrorCode_RateLimit}, IsHealthy: true}, nil, eaio.KindRateLimited, "RateLimit"},
		{"rate limited", &milvuspb.CheckHealthResponse{Status: &commonpb.Status{Code: 8}, IsHealthy: true}, nil, eaio.KindRateLimited, "code 8"},
		{"login refused", &milvuspb.CheckHealthResponse{Status: &commonpb.Status{Code: 1400}, IsHealthy: true}, nil, eaio.KindUnauthorized, "1400"},
		{"not permitted", &milvuspb.CheckHealthResponse{Status: &commonpb.Status{Code: 1401}, IsHealthy: true}, nil, eaio.KindForbidden, "1401"},
		{"bad parameter", &milvuspb.CheckHealthResponse{Status: &commonpb.Status{Code: 1100}}, nil, eaio.KindInvalid, "1100"},
		{"unknown, may be tried again", &milvuspb.CheckHealthResponse{Status: &commonpb.Status{Code: 9999, Retriable: true}}, nil, eaio.KindUnavailable, "9999"},
		{"unknown", &milvuspb.CheckHealthResponse{Status: &commonpb.Status{Code: 9999}}, nil, eaio.KindInternal, "9999"},
		{"gRPC unavailable", nil, status.Error(codes.Unavailable, "draining"), eaio.KindUnavailable, "draining"},
		{"gRPC exhausted", nil, status.Error(codes.ResourceExhausted, "slow down"), eaio.KindRateLimited, "slow down"},
		{"gRPC unauthenticated", nil, status.Error(codes.Unauthenticated, "who"), eaio.KindUnauthorized, "who"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := &ailing{health: tt.reply, err: tt.err, version: "v2.4.9"}
			c := dial(t, serve(t, func(s *grpc.Server) { milvuspb.RegisterMilvusServiceServer(s, server) }))
			err := c.Health(t.Context())
			wantKind(t, err, tt.want)
			if err != nil && !strings.Contains(err.Error(), tt.word) {
				t.Errorf("%q does not say %q", err, tt.word)
			}
			if server.calls != 1 {
				t.Errorf("%d calls, want 1: trying again is the caller's decision", server.calls)
			}
		})
	}
}

func TestDialLogsIn(t *testing.T) {
	noLeak(t)
	server := &ailing{health: &milvuspb.CheckHealthResponse{IsHealthy: true}, version: "v2.4.9"}
	address := serve(t, func(s *grpc.Server) { milvuspb.RegisterMilvusServiceServer(s, server) })
	c, err := Dial(t.Context(), Config{Address: address, Username: "reader", Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Health(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(server.login) != 1 || server.login[0] != "cmVhZGVyOnNlY3JldA==" { // base64 of reader:secret
		t.Errorf("login %q", server.login)
	}
}

func TestDialRefusesWhatIsNotMilvus(t *testing.T) {
	noLeak(t)
	t.Run("another gRPC server", func(t *testing.T) {
		_, err := Dial(t.Context(), Config{Address: serve(t, func(*grpc.Server) {})})
		wantKind(t, err, eaio.KindInvalid)
	})
	t.Run("a web server", func(t *testing.T) {
		web := httptest.NewServer(http.NotFoundHandler())
		defer web.Close()
		_, err := Dial(t.Context(), Config{Address: web.Listener.Addr().String(), Timeout: 300 * time.Millisecond})
		if err == nil {
			t.Error("a web server passes for Milvus")
		}
	})
	t.Run("no version", func(t *testing.T) {
		_, err := Dial(t.Context(), Config{Address: serve(t, func(s *grpc.Server) { milvuspb.RegisterMilvusServiceServer(s, &ailing{}) })})
		wantKind(t, err, eaio.KindMalformed)
	})
}

func TestConfigValidate(t *testing.T) {
	tests := []struct {
		name   string
		cfg    Config
		faults int
	}{
		{"host and port", Config{Address: "milvus:19530"}, 0},
		{"IPv6", Config{Address: "[::1]:19530"}, 0},
		{"http", Config{Address: "http://milvus:19530"}, 0},
		{"TLS without a port", Config{Address: "https://milvus.example"}, 0},
		{"nothing", Config{}, 1},
		{"no port", Config{Address: "milvus"}, 1},
		{"no host", Config{Address: ":19530"}, 1},
		{"half a login", Config{Address: "milvus:19530", Username: "u"}, 1},
		{"everything wrong", Config{Timeout: -1, Password: "p"}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.cfg.Validate()
			var faults int
			if err != nil {
				faults = strings.Count(err.Error(), "\n") + 1
			}
			if faults != tt.faults {
				t.Errorf("%d faults (%v), want %d", faults, err, tt.faults)
			}
		})
	}
	_, err := Dial(t.Context(), Config{})
	wantKind(t, err, eaio.KindInvalid)
}
