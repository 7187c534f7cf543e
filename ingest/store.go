package ingest

import (
	"cmp"
	"iter"
	"math"
	"slices"
)

// row is a row in 16 bytes. From the top of its key: 28 bits of minutes since
// 1970 (UTC for stamps with offset, else of the wall clock), 28 of line number,
// 8 of offset in quarters of an hour; so rows sort by time, then line.
type row struct {
	key   uint64
	value float64 // NaN: the file has a stamp and no value
}

// maxMinutes is the start of 2200: minutes below it fit 28 bits.
const maxMinutes = 120_968_640

func pack(minutes int64, line, offset int, value float64) row {
	return row{key: uint64(minutes)<<36 | uint64(line)<<8 | uint64(uint8(int8(offset/15))), value: value}
}

func (r row) minutes() int64 { return int64(r.key >> 36) }
func (r row) line() int      { return int(r.key >> 8 & maxLines) }
func (r row) offset() int64  { return int64(int8(r.key)) * 15 }
func (r row) missing() bool  { return math.IsNaN(r.value) }

// store holds rows in blocks, so that a long file is neither copied while it
// grows nor held longer than it is needed.
type store struct {
	blocks   [][]row
	n        int
	first    row
	last     row
	unsorted bool
}

const (
	firstBlock = 1 << 10
	block      = 1 << 16
)

func (s *store) add(r row) {
	if s.n == 0 {
		s.first = r
		s.blocks = append(s.blocks, make([]row, 0, firstBlock))
	} else if r.key < s.last.key {
		s.unsorted = true
	}
	end := len(s.blocks) - 1
	if len(s.blocks[end]) == cap(s.blocks[end]) {
		s.blocks = append(s.blocks, make([]row, 0, block))
		end++
	}
	s.blocks[end] = append(s.blocks[end], r)
	s.last = r
	s.n++
}

// sort puts the rows in order of their keys.
func (s *store) sort() {
	if !s.unsorted {
		return
	}
	all := slices.Concat(s.blocks...)
	slices.SortFunc(all, func(a, b row) int { return cmp.Compare(a.key, b.key) })
	s.blocks, s.unsorted = [][]row{all}, false
}

// descending reports whether the file ran from late to early; it holds after sort, too.
func (s *store) descending() bool { return s.n > 0 && s.first.minutes() > s.last.minutes() }

func (s *store) rows() iter.Seq[row] {
	return func(yield func(row) bool) {
		for _, b := range s.blocks {
			for _, r := range b {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// drain yields the rows of each stamp, in order of their lines, and lets go of
// what it has passed. The slice is the caller's until the next one comes.
func (s *store) drain() iter.Seq[[]row] {
	return func(yield func([]row) bool) {
		var group []row
		for i, b := range s.blocks {
			for _, r := range b {
				if len(group) > 0 && group[0].minutes() != r.minutes() {
					if !yield(group) {
						return
					}
					group = group[:0]
				}
				group = append(group, r)
			}
			s.blocks[i] = nil
		}
		if len(group) > 0 {
			yield(group)
		}
	}
}
