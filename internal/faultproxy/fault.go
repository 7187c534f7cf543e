package faultproxy

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Mode is what happens to a request.
type Mode string

// The modes. Cut, End and Stall act on the target's own reply.
const (
	Pass      Mode = ""           // forward it
	Reply     Mode = "reply"      // answer with Status, Header and Body
	Endless   Mode = "endless"    // answer with Status, Header and Body again and again
	Hang      Mode = "hang"       // read it and never answer
	BlackHole Mode = "black_hole" // accept the connection and read nothing
	Cut       Mode = "cut"        // break the connection after After bytes of the reply's body
	End       Mode = "end"        // end the reply in good order after After bytes
	Stall     Mode = "stall"      // say nothing more after After bytes, and hold the connection
)

// Fault is what the proxy does to the requests that follow. The zero Fault
// forwards everything.
type Fault struct {
	Mode   Mode          `json:"mode"`
	Delay  time.Duration `json:"-"`                // before anything else happens
	Times  int           `json:"times,omitempty"`  // so many requests, then none; 0: all
	After  int64         `json:"after,omitempty"`  // bytes
	Status int           `json:"status,omitempty"` // 0: 200
	Header http.Header   `json:"header,omitempty"`
	Body   string        `json:"body,omitempty"`
}

func (f Fault) validate() error {
	switch f.Mode {
	case Pass, Reply, Hang, BlackHole, Cut, End, Stall:
	case Endless:
		if f.Body == "" {
			return errors.New("an endless reply needs a body to repeat")
		}
	default:
		return fmt.Errorf("no mode %q", f.Mode)
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return fmt.Errorf("status %d: it must be from 200 to 599", f.Status)
	}
	if f.Delay < 0 || f.Times < 0 || f.After < 0 {
		return errors.New("delay, times and after must be 0 or more")
	}
	return nil
}
