package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// errNUL and errUTF8 name the two texts that no column can hold.
var (
	errNUL  = errors.New("the character U+0000 cannot be stored: leave it out")
	errUTF8 = errors.New("the text is not UTF-8: encode it so")
)

// storable says why a text cannot be stored, or nil.
func storable(text string) error {
	switch {
	case !utf8.ValidString(text):
		return errUTF8
	case strings.ContainsRune(text, 0):
		return errNUL
	}
	return nil
}

// storableRequest refuses addresses and keys that no column can hold, before a
// handler meets them. JSON bodies pass through unmarshal.
func storableRequest(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := url.QueryUnescape(r.URL.RawQuery)
		if err == nil {
			_, err = url.ParseQuery(r.URL.RawQuery)
		}
		if err != nil {
			writeProblem(w, r, http.StatusBadRequest, "invalid", "the query cannot be read: write name=value&name=value, other characters as % and two hexadecimal digits")
			return
		}
		for _, part := range []struct{ name, text string }{{"path", r.URL.Path}, {"query", query}, {"Idempotency-Key", r.Header.Get("Idempotency-Key")}} {
			if err := storable(part.text); err != nil {
				writeProblem(w, r, http.StatusBadRequest, "invalid", part.name+": "+err.Error())
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// formats reads and writes JSON, and says in our words what is wrong with it.
func formats() map[string]huma.Format {
	f := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshal}
	return map[string]huma.Format{"application/json": f, "json": f}
}

// unmarshal reads a body twice, as the library asks: into any, to be held
// against the schema, and then into the handler's input.
func unmarshal(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	var unfit *json.UnmarshalTypeError
	switch {
	case errors.As(err, &unfit):
		return fmt.Errorf("%s does not fit there: write a number in digits, within its bounds", clip(unfit.Value, 60))
	case err != nil:
		return fmt.Errorf("not JSON: %w", err)
	}
	if parsed, ok := into.(*any); ok && holdsNUL(*parsed) {
		return errNUL
	}
	return nil
}

// holdsNUL reports whether a text within decoded JSON holds U+0000. Its depth is
// bounded by the decoder's.
func holdsNUL(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.ContainsRune(v, 0)
	case []any:
		return slices.ContainsFunc(v, holdsNUL)
	case map[string]any:
		for name, inner := range v {
			if strings.ContainsRune(name, 0) || holdsNUL(inner) {
				return true
			}
		}
	}
	return false
}

// clip cuts a text after n characters.
func clip(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n]) + "…"
}
