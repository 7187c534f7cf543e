// Package eaio holds the words of the domain: tasks, answers, facts, events,
// buildings and errors. It depends on the standard library only, so that every
// other package, the pure ones included, can speak them.
package eaio
