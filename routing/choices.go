package routing

import (
	"cmp"
	"slices"
)

// two draws two different numbers below n. Below 2 there is nothing to draw.
func two(n int, draw func(n int) int) (int, int) {
	if n < 2 {
		return 0, 0
	}
	i, j := draw(n), draw(n-1)
	if j >= i {
		j++
	}
	return i, j
}

// pick returns the list with the lower score of two drawn at random first, and the
// others behind it by their scores.
func pick[T any](list []T, scores []float64, draw func(n int) int) []T {
	first, other := two(len(list), draw)
	if scores[other] < scores[first] {
		first = other
	}
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case a == first:
			return -1
		case b == first:
			return 1
		}
		return cmp.Compare(scores[a], scores[b])
	})
	out := make([]T, len(list))
	for i, at := range order {
		out[i] = list[at]
	}
	return out
}
