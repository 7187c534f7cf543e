// Package temporal runs a Temporal server and its Web UI inside this process, so
// that one command is enough on a laptop. It is a development server: one node,
// no authentication, loopback only.
package temporal
