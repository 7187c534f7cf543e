// Package modelhttp is what every adapter of a language model needs of HTTP: one
// table from statuses to kinds of failure, retry hints read from headers, and
// bodies, redirects and networks that keep within bounds. The libraries of the
// providers drop all of these.
package modelhttp

// Info is what an endpoint says about itself.
type Info struct {
	Version string  // of the server; empty where the protocol has none
	Models  []Model // sorted by name
}

// Model is a model that an endpoint offers.
type Model struct {
	Name       string
	Bytes      int64  // on disk; 0: not told
	Parameters string // e.g. "8.0B"; empty: not told
	Loaded     bool   // in memory now
	Remote     bool   // offered here, but run by a cloud
}

// Has reports whether the endpoint offers a model of that name.
func (i Info) Has(name string) bool {
	for _, m := range i.Models {
		if m.Name == name {
			return true
		}
	}
	return false
}
