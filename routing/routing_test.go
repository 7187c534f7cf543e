package routing

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eaio/eaio"
)

func TestChoose(t *testing.T) {
	pools := []Pool{{Name: "local", Model: "llama", Local: true}, {Name: "cloud", Model: "gpt"}}
	up := func(string) eaio.Reason { return "" }
	localDown := func(p string) eaio.Reason {
		if p == "local" {
			return eaio.ReasonUnavailable
		}
		return ""
	}
	local, cloud := eaio.Candidate{Pool: "local", Model: "llama", Local: true}, eaio.Candidate{Pool: "cloud", Model: "gpt"}
	for _, c := range []struct {
		name  string
		label eaio.Privacy
		down  func(string) eaio.Reason
		want  eaio.Route
	}{
		{"public, all up", eaio.PrivacyPublic, up, eaio.Route{Candidates: []eaio.Candidate{local, cloud}}},
		{"public, local down", eaio.PrivacyPublic, localDown, eaio.Route{Candidates: []eaio.Candidate{cloud}, Refused: []eaio.Refusal{{Pool: "local", Model: "llama", Reason: eaio.ReasonUnavailable}}}},
		{"private, all up", eaio.PrivacyPrivate, up, eaio.Route{Candidates: []eaio.Candidate{local}, Refused: []eaio.Refusal{{Pool: "cloud", Model: "gpt", Reason: eaio.ReasonPrivacy}}}},
		{"private, local down", eaio.PrivacyPrivate, localDown, eaio.Route{Refused: []eaio.Refusal{{Pool: "local", Model: "llama", Reason: eaio.ReasonUnavailable}, {Pool: "cloud", Model: "gpt", Reason: eaio.ReasonPrivacy}}}},
		{"deidentified keeps to local until masking exists", eaio.PrivacyDeidentified, up, eaio.Route{Candidates: []eaio.Candidate{local}, Refused: []eaio.Refusal{{Pool: "cloud", Model: "gpt", Reason: eaio.ReasonPrivacy}}}},
		{"an unknown label is private", "", up, eaio.Route{Candidates: []eaio.Candidate{local}, Refused: []eaio.Refusal{{Pool: "cloud", Model: "gpt", Reason: eaio.ReasonPrivacy}}}},
	} {
		if got := Choose(pools, c.label, c.down); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Whatever is up or down, a label other than public never has a cloud candidate,
// and every pool is either asked or named with a reason.
func TestChooseNeverLeaks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	labels := []eaio.Privacy{"", eaio.PrivacyPrivate, eaio.PrivacyDeidentified, eaio.PrivacyPublic, "nonsense"}
	for range 5000 {
		pools := make([]Pool, r.IntN(6))
		reasons := map[string]eaio.Reason{}
		for i := range pools {
			pools[i] = Pool{Name: string(rune('a' + i)), Local: r.IntN(2) == 0}
			if r.IntN(3) == 0 {
				reasons[pools[i].Name] = eaio.ReasonRateLimited
			}
		}
		label := labels[r.IntN(len(labels))]
		route := Choose(pools, label, func(p string) eaio.Reason { return reasons[p] })
		if len(route.Candidates)+len(route.Refused) != len(pools) {
			t.Fatalf("%d pools, route %+v", len(pools), route)
		}
		for _, c := range route.Candidates {
			if !c.Local && label != eaio.PrivacyPublic {
				t.Fatalf("label %q may go to cloud pool %s", label, c.Pool)
			}
			if reasons[c.Pool] != "" {
				t.Fatalf("pool %s is down and was chosen", c.Pool)
			}
		}
		for _, x := range route.Refused {
			if x.Reason == "" {
				t.Fatalf("pool %s was refused without a reason", x.Pool)
			}
		}
	}
}

func TestHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHealth()
		h.Failed("a", eaio.KindMalformed, 0)
		h.Failed("a", eaio.KindDeadline, 0)
		if r := h.Down("a"); r != "" {
			t.Fatalf("one bad reply took the pool out: %s", r)
		}
		h.Failed("a", eaio.KindUnavailable, 0)
		h.Failed("b", eaio.KindRateLimited, 30*time.Second)
		if h.Down("a") != eaio.ReasonUnavailable || h.Down("b") != eaio.ReasonRateLimited {
			t.Fatalf("a %q b %q", h.Down("a"), h.Down("b"))
		}
		time.Sleep(Cooldown + time.Millisecond)
		if h.Down("a") != "" || h.Down("b") == "" {
			t.Fatal("the cooldown and the hint are not kept apart")
		}
		h.Succeeded("b")
		if h.Down("b") != "" {
			t.Fatal("a success did not put the pool back")
		}
	})
}
