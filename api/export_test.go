package api

// Parts that tests reach by themselves: a fuzz test of its own, and a wait of
// fifteen seconds.
var (
	ParseWait = parseWait
	Pause     = pause
)
