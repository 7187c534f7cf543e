// Package agents holds what an agent is besides its model: which analyses it may
// call, how rules read a question into a plan, how facts become words without a
// model, and the check that no model's text carries a number that the facts do
// not. Everything here is data and pure functions, so that a workflow may run it
// and an old answer can be told again.
package agents
