package api

// ParseWait is for its fuzz test.
var ParseWait = parseWait
