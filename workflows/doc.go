// Package workflows holds the durable part of EAIO: one file per workflow, and
// the names under which everything in a history is registered. Workflows see ids
// and decisions; content stays in the store, behind the activities.
package workflows
