package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"slices"
)

// jsonLines reads one object a line. The keys of the first one stand for the header.
func (b *builder) jsonLines() error {
	lines := bufio.NewScanner(b.src)
	lines.Buffer(make([]byte, 0, min(bufferSize, b.o.MaxLine)), b.o.MaxLine)
	var stamp, value string
	object := map[string]json.RawMessage{}
	line := 0
	for lines.Scan() {
		line++
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		if err := b.counted(1, line); err != nil {
			return err
		}
		clear(object)
		if err := json.Unmarshal(text, &object); err != nil {
			b.rep.refuse(1, line, MalformedRow, "not a JSON object: %s", cut(err.Error(), 100))
			continue
		}
		if stamp == "" {
			var err error
			if stamp, value, err = b.keys(object); err != nil {
				return err
			}
		}
		if err := b.addObject(line, object[stamp], object[value]); err != nil {
			return err
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return tooLarge("line %d is longer than %d bytes", line+1, b.o.MaxLine)
	} else if err != nil {
		return readError(err)
	}
	return nil
}

// keys finds the timestamp's and the value's key in the first object.
func (b *builder) keys(object map[string]json.RawMessage) (stamp, value string, err error) {
	var names []string
	for k := range object {
		names = append(names, k)
	}
	slices.Sort(names)
	s, v, err := b.columns.find(names, b.o.Column)
	if err != nil {
		return "", "", err
	}
	b.rep.Column = names[v]
	return names[s], names[v], b.check(names[v])
}

// addObject takes one object in. A missing key gives nil.
func (b *builder) addObject(line int, at, value json.RawMessage) error {
	text, ok := unquote(at)
	switch {
	case !ok:
		b.rep.refuse(1, line, BadTimestamp, "the timestamp is %s: send a string, %s", shown(string(at)), accepted)
		return nil
	case value == nil:
		b.rep.refuse(1, line, NoValue, "no %s: send null where the reading is missing", shown(b.rep.Column))
		return nil
	case string(value) == "null":
		return b.add(line, text, "")
	case value[0] != '-' && (value[0] < '0' || value[0] > '9'):
		b.rep.refuse(1, line, NotANumber, "value %s: send a number", shown(string(value)))
		return nil
	}
	return b.add(line, text, string(value))
}

// unquote reads a JSON string; the usual one needs no decoding.
func unquote(raw json.RawMessage) (s string, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if body := raw[1 : len(raw)-1]; bytes.IndexByte(body, '\\') < 0 {
		return string(body), true
	}
	return s, json.Unmarshal(raw, &s) == nil
}
