// Package analyse runs the analyses of package energy on files, with no server:
// it reads a meter and its weather, calls one analysis, and makes of its result a
// JSON document, a table and a plot. It prints what was computed and adds nothing.
package analyse
