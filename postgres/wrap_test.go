package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func TestWrap(t *testing.T) {
	state := func(code string) error { return fmt.Errorf("around: %w", &pgconn.PgError{Code: code}) }
	own := eaio.Errorf(eaio.KindBudget, "op", "x").WithCode("word")
	for _, c := range []struct {
		name string
		err  error
		want eaio.Kind
	}{
		{"nothing", nil, ""},
		{"our own", fmt.Errorf("around: %w", own), eaio.KindBudget},
		{"no rows", fmt.Errorf("around: %w", pgx.ErrNoRows), eaio.KindNotFound},
		{"deadline", context.DeadlineExceeded, eaio.KindDeadline},
		{"cancelled", context.Canceled, eaio.KindCancelled},
		{"end of file", io.ErrUnexpectedEOF, eaio.KindUnavailable},
		{"reset", &net.OpError{Op: "read", Err: os.NewSyscallError("read", errors.New("connection reset by peer"))}, eaio.KindUnavailable},
		{"closed", pgconn.ErrConnClosed, eaio.KindUnavailable},
		{"a column of another type", pgx.ScanArgError{Err: errors.New("x")}, eaio.KindInternal},
		{"unique", state("23505"), eaio.KindConflict},
		{"exclusion", state("23P01"), eaio.KindConflict},
		{"foreign key", state("23503"), eaio.KindNotFound},
		{"check", state("23514"), eaio.KindInvalid},
		{"not null", state("23502"), eaio.KindInvalid},
		{"bad text", state("22P02"), eaio.KindInvalid},
		{"zero byte", state("22021"), eaio.KindInvalid},
		{"zero byte in JSON", state("22P05"), eaio.KindInvalid},
		{"index row too long", state("54000"), eaio.KindTooLarge},
		{"bad password", state("28P01"), eaio.KindUnauthorized},
		{"no such database yet", state("3D000"), eaio.KindUnavailable},
		{"connection", state("08006"), eaio.KindUnavailable},
		{"too many connections", state("53300"), eaio.KindUnavailable},
		{"disk full", state("53100"), eaio.KindUnavailable},
		{"shutdown", state("57P01"), eaio.KindUnavailable},
		{"starting", state("57P03"), eaio.KindUnavailable},
		{"statement time-out", state("57014"), eaio.KindUnavailable},
		{"serialization", state("40001"), eaio.KindUnavailable},
		{"deadlock", state("40P01"), eaio.KindUnavailable},
		{"lock not available", state("55P03"), eaio.KindUnavailable},
		{"read only", state("25006"), eaio.KindUnavailable},
		{"syntax", state("42601"), eaio.KindInternal},
		{"no such table", state("42P01"), eaio.KindInternal},
		{"bug in the server", state("XX000"), eaio.KindInternal},
		{"no code", state(""), eaio.KindInternal},
		{"half a code", state("2"), eaio.KindInternal},
	} {
		got := wrap("doing", c.err)
		if eaio.KindOf(got) != c.want || (got == nil) != (c.err == nil) || !errors.Is(got, c.err) {
			t.Errorf("%s: %v is of kind %q, want %q", c.name, got, eaio.KindOf(got), c.want)
		}
	}
	if eaio.CodeOf(wrap("doing", own)) != "word" {
		t.Error("an error of our own lost its code")
	}
	if got := wrap("doing", io.EOF).Error(); got != "doing: EOF" {
		t.Errorf("the words: %s", got)
	}
}
