package milvuslite_test

import (
	"net"
	"testing"
	"time"

	"github.com/eaio/eaio/internal/tools/milvuslite"
)

func reachable(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

func TestServerLivesAsLongAsItsTest(t *testing.T) {
	var address string
	ran := t.Run("inner", func(t *testing.T) {
		s := milvuslite.Start(t)
		address = s.Address()
		if !reachable(address) {
			t.Error("not reachable after Start")
		}
		s.Kill()
		if reachable(address) {
			t.Error("reachable after Kill")
		}
		s.Restart(t)
		if s.Address() != address || !reachable(address) {
			t.Error("not reachable at the same address after Restart")
		}
	})
	if !ran || address == "" {
		t.SkipNow()
	}
	if reachable(address) {
		t.Error("the server outlives its test")
	}
}
