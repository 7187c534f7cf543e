package bench

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"
)

// clockTicks is Linux's USER_HZ, in which /proc counts CPU time.
const clockTicks = 100

// CPU returns a clock of the user and system seconds of these processes and of
// all their descendants that live. It stands at 0 where there is no /proc.
func CPU(pids ...int) func() float64 {
	return func() float64 { return cpuSeconds(pids) }
}

func cpuSeconds(pids []int) (sum float64) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0
	}
	parent, ticks := map[int]int{}, map[int]float64{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		b, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		if len(fields) < 15 {
			continue
		}
		parent[pid], _ = strconv.Atoi(fields[1])
		for _, f := range fields[11:15] { // own and waited-for children's, user and system
			n, _ := strconv.ParseFloat(f, 64)
			ticks[pid] += n
		}
	}
	for pid, n := range ticks {
		for p := pid; p > 1; p = parent[p] {
			if slices.Contains(pids, p) {
				sum += n / clockTicks
				break
			}
		}
	}
	return sum
}
