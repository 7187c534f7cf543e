package milvus

import (
	"context"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/tools/milvuslite"
	"github.com/milvus-io/milvus-sdk-go/v2/entity"
)

// dial connects with short patience and closes with the test.
func dial(t *testing.T, address string) *Client {
	t.Helper()
	c, err := Dial(t.Context(), Config{Address: address, Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// wantKind fails unless err is an eaio.Error of that kind, and says how long it took.
func wantKind(t *testing.T, err error, kind eaio.Kind) {
	t.Helper()
	if eaio.KindOf(err) != kind {
		t.Errorf("error %v is %q, want %q", err, eaio.KindOf(err), kind)
	}
}

// noLeak fails the test if, after all its other clean-ups, more gRPC goroutines
// are there than now.
func noLeak(t *testing.T) {
	t.Helper()
	before, _ := grpcGoroutines()
	t.Cleanup(func() {
		limit := time.After(5 * time.Second)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			after, stacks := grpcGoroutines()
			if after <= before {
				return
			}
			select {
			case <-limit:
				t.Errorf("%d gRPC goroutines are left over:\n%s", after-before, stacks)
				return
			case <-tick.C:
			}
		}
	})
}

func grpcGoroutines() (n int, stacks string) {
	buf := make([]byte, 1<<20)
	for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(stack, "google.golang.org/grpc") {
			n++
			stacks += stack + "\n\n"
		}
	}
	return n, stacks
}

// eventually repeats check until it succeeds.
func eventually(t *testing.T, limit time.Duration, check func() error) {
	t.Helper()
	end := time.After(limit)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := check()
		if err == nil {
			return
		}
		select {
		case <-end:
			t.Fatalf("after %s still: %v", limit, err)
		case <-tick.C:
		}
	}
}

func TestHealthy(t *testing.T) {
	noLeak(t)
	c := dial(t, milvuslite.Start(t).Address())
	if err := c.Health(t.Context()); err != nil {
		t.Error(err)
	}
	version, err := c.Version(t.Context())
	if err != nil || !strings.Contains(version, "3.2.2") {
		t.Errorf("version %q and error %v, want that of Milvus Lite 3.2.2", version, err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	wantKind(t, c.Health(t.Context()), eaio.KindUnavailable)
}

// The SDK alone loses the kind of the first failures and takes the last, a
// search with a vector of another length, for a search that found nothing.
func TestFailuresInRepliesAreErrors(t *testing.T) {
	noLeak(t)
	c := dial(t, milvuslite.Start(t).Address())
	ctx := t.Context()
	wantKind(t, c.sdk.LoadCollection(ctx, "absent", true), eaio.KindNotFound)
	_, err := c.sdk.DescribeCollection(ctx, "absent")
	wantKind(t, err, eaio.KindNotFound)

	schema := entity.NewSchema().WithName("points").
		WithField(entity.NewField().WithName("id").WithDataType(entity.FieldTypeInt64).WithIsPrimaryKey(true)).
		WithField(entity.NewField().WithName("at").WithDataType(entity.FieldTypeFloatVector).WithDim(4))
	flat, err := entity.NewIndexFlat(entity.COSINE)
	if err != nil {
		t.Fatal(err)
	}
	ids := entity.NewColumnInt64("id", []int64{1})
	points := entity.NewColumnFloatVector("at", 4, [][]float32{{1, 0, 0, 0}})
	if err := c.sdk.CreateCollection(ctx, schema, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := c.sdk.Insert(ctx, "points", "", ids, points); err != nil {
		t.Fatal(err)
	}
	if err := c.sdk.CreateIndex(ctx, "points", "at", flat, false); err != nil {
		t.Fatal(err)
	}
	if err := c.sdk.LoadCollection(ctx, "points", false); err != nil {
		t.Fatal(err)
	}
	near := func(vector ...float32) error {
		param, err := entity.NewIndexFlatSearchParam()
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.sdk.Search(ctx, "points", nil, "", []string{"id"}, []entity.Vector{entity.FloatVector(vector)}, "at", entity.COSINE, 1, param)
		return err
	}
	if err := near(1, 0, 0, 0); err != nil {
		t.Errorf("a right search: %v", err)
	}
	if err := near(1, 0, 0); err == nil {
		t.Error("a search with a vector of another length gives no error")
	}
}

func TestServerKilledAndRestarted(t *testing.T) {
	noLeak(t)
	server := milvuslite.Start(t)
	c := dial(t, server.Address())
	for round := range 2 {
		server.Kill()
		start := time.Now()
		wantKind(t, c.Health(t.Context()), eaio.KindUnavailable)
		if took := time.Since(start); took > time.Second {
			t.Errorf("round %d: learning of the death took %s", round, took)
		}
		server.Restart(t)
		start = time.Now()
		eventually(t, 10*time.Second, func() error { return c.Health(t.Context()) })
		t.Logf("round %d: healthy %s after the restart", round, time.Since(start).Round(time.Millisecond))
	}
}

func TestFrozenServer(t *testing.T) {
	noLeak(t)
	server := milvuslite.Start(t)
	c := dial(t, server.Address())
	server.Pause(t)

	start := time.Now()
	wantKind(t, c.Health(t.Context()), eaio.KindDeadline)
	if took := time.Since(start); took < time.Second || took > 4*time.Second {
		t.Errorf("took %s, want the 2 s of the configuration", took)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start = time.Now()
	wantKind(t, c.Health(ctx), eaio.KindDeadline)
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %s, want the 100 ms of the caller", took)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	wantKind(t, c.Health(gone), eaio.KindCancelled)

	server.Resume(t)
	eventually(t, 10*time.Second, func() error { return c.Health(t.Context()) })
}

func TestDialRefused(t *testing.T) {
	noLeak(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	start := time.Now()
	_, err = Dial(t.Context(), Config{Address: address})
	wantKind(t, err, eaio.KindUnavailable)
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %s, want a refusal at once", took)
	}
	if !strings.Contains(err.Error(), "refused") || !strings.Contains(err.Error(), address) {
		t.Errorf("%q does not say what was refused", err)
	}
}

// silence listens on loopback and never answers: the kernel completes the TCP
// handshake and nobody reads.
func silence(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

func TestDialBlackHole(t *testing.T) {
	noLeak(t)
	address := silence(t)
	for range 3 {
		start := time.Now()
		_, err := Dial(t.Context(), Config{Address: address, Timeout: 200 * time.Millisecond})
		wantKind(t, err, eaio.KindDeadline)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("took %s, want the 200 ms of the configuration", took)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := Dial(ctx, Config{Address: address, Timeout: time.Minute})
	wantKind(t, err, eaio.KindDeadline)
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %s, want the 100 ms of the caller", took)
	}
}

func TestDialCancelled(t *testing.T) {
	noLeak(t)
	address := silence(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := Dial(ctx, Config{Address: address, Timeout: time.Minute})
	wantKind(t, err, eaio.KindCancelled)
}
