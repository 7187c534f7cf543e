// Package archtest holds no code, only the tests that keep the tree's shape:
// who may import whom, what a binary may link, and what every file and data
// folder must carry. A rule that is a test cannot be forgotten.
package archtest
