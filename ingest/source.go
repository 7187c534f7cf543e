package ingest

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"github.com/eaio/eaio"
)

const bufferSize = 1 << 16

// source is a file being read: hashed as it comes, unpacked, bounded, and
// without its byte order mark.
type source struct {
	*bufio.Reader
	raw *counted
	sum hash.Hash
}

// counted bounds and counts what passes through it.
type counted struct {
	r    io.Reader
	n    int64
	max  int64
	what string
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.n > c.max {
		return 0, tooLarge("the %s is larger than %d bytes: split it, or raise the limit", c.what, c.max)
	}
	return n, err
}

// open looks at the first bytes of r and unpacks what is packed.
func open(r io.Reader, maxBytes int64) (*source, error) {
	s := &source{raw: &counted{r: r, max: maxBytes, what: "file"}, sum: sha256.New()}
	s.Reader = bufio.NewReaderSize(io.TeeReader(s.raw, s.sum), bufferSize)
	if head, _ := s.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		gz, err := gzip.NewReader(s.Reader)
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, readError(err)
		}
		s.Reader = bufio.NewReaderSize(&counted{r: gz, max: maxBytes, what: "unpacked file"}, bufferSize)
	}
	return s, s.checkHead()
}

// checkHead drops a byte order mark and names kinds of files that cannot be read.
func (s *source) checkHead() error {
	head, err := s.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return readError(err)
	}
	switch {
	case len(head) == 0:
		return invalid("the file is empty")
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err := s.Discard(3)
		return err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return invalid("the file is UTF-16: save it as CSV in UTF-8")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return invalid("the file is a zip archive or a spreadsheet: export the sheet as CSV")
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return invalid("the file is packed twice: unpack it once")
	}
	return nil
}

// firstByte returns the first byte that is not white space, of those in the
// buffer. It takes nothing, so that lines keep their numbers.
func (s *source) firstByte() (byte, error) {
	head, err := s.Peek(bufferSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, readError(err)
	}
	if head = bytes.TrimLeft(head, " \t\r\n"); len(head) == 0 {
		return 0, invalid("the file is empty, or begins with %d blank characters", s.Buffered())
	}
	return head[0], nil
}

// digest returns the hash of the file as it came. It must have been read to its end.
func (s *source) digest() string { return hex.EncodeToString(s.sum.Sum(nil)) }

// readError says what a failed read means: packed bytes that do not unpack are
// the file's fault, everything else is the reader's.
func readError(err error) error {
	var typed *eaio.Error
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &typed):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return invalid("the file is cut short: send it again, whole")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return invalid("the gzip file is damaged (%v): send it again", err)
	}
	return eaio.Errorf(eaio.KindOf(err), "ingest", "read the file: %w", err)
}
