package ingest

import (
	"bytes"
	"io"
)

// bounded passes CSV through and fails on a row longer than max bytes, so that a
// quote that is never closed, or a file without line ends, cannot fill the memory.
// It follows quotes as encoding/csv does: one opens only at the start of a
// field, and a doubled one closes and opens again.
type bounded struct {
	r         io.Reader
	separator byte
	max       int
	length    int  // of the row so far
	quoted    bool // inside a quoted field
	opens     bool // a quote here would open a field
	lines     int  // lines passed so far
	breaks    int  // those of them that ended inside quotes
}

func bound(r io.Reader, separator byte, limit int) *bounded {
	return &bounded{r: r, separator: separator, max: limit, opens: true}
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if !b.pass(p[:n]) {
		return 0, tooLarge("the row at line %d is longer than %d bytes: is a quote left open?", b.lines+1, b.max)
	}
	return n, err
}

// pass takes the next bytes in and reports whether no row is too long yet.
func (b *bounded) pass(p []byte) bool {
	for {
		i := bytes.IndexByte(p, '"')
		span := p
		if i >= 0 {
			span = p[:i]
		}
		if b.quoted {
			b.length += len(span)
			n := bytes.Count(span, []byte{'\n'})
			b.lines += n
			b.breaks += n
		} else {
			b.plain(span)
		}
		if b.length > b.max {
			return false
		}
		if i < 0 {
			return true
		}
		b.length++
		if b.quoted {
			b.quoted, b.opens = false, true
		} else {
			b.quoted, b.opens = b.opens, false
		}
		p = p[i+1:]
	}
}

// plain takes bytes in that hold no quote and lie in no quoted field. Length
// stays above max once a row has passed it.
func (b *bounded) plain(p []byte) {
	if len(p) == 0 {
		return
	}
	last := p[len(p)-1]
	b.opens = last == '\n' || last == b.separator
	for {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			b.length += len(p)
			return
		}
		if b.length += i; b.length > b.max {
			return
		}
		b.length = 0
		b.lines++
		p = p[i+1:]
	}
}
