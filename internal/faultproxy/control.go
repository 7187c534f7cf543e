package faultproxy

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// state is what the control port shows and, but for the counts, takes.
type state struct {
	Fault
	Delay    string         `json:"delay,omitempty"` // "200ms"
	Requests int            `json:"requests"`
	Keys     map[string]int `json:"keys,omitempty"`
}

// Control returns a handler by which a drill switches the proxy: GET shows the
// fault and the counts, PUT replaces the fault with the JSON of the body.
func (p *Proxy) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		f := p.current()
		s := state{Fault: f, Requests: p.Requests(), Keys: p.Keys()}
		if f.Delay > 0 {
			s.Delay = f.Delay.String()
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s)
	})
	mux.HandleFunc("PUT /", func(w http.ResponseWriter, r *http.Request) {
		f, err := read(http.MaxBytesReader(w, r.Body, 1<<20))
		if err == nil {
			err = p.Set(f)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

func read(body io.Reader) (Fault, error) {
	var s state
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return Fault{}, err
	}
	if s.Delay != "" {
		delay, err := time.ParseDuration(s.Delay)
		if err != nil {
			return Fault{}, err
		}
		s.Fault.Delay = delay
	}
	return s.Fault, nil
}
