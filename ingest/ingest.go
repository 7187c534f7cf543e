// Package ingest reads meter and weather files that people send: CSV or JSON
// lines, plain or gzip, of unknown make. It turns bytes into checked readings or
// into a word of what is wrong with them, and touches no database.
//
// What a file may look like:
//
//   - CSV with a header line, separated by comma, semicolon or tab, or one JSON
//     object a line; UTF-8, with or without byte order mark, LF or CRLF.
//   - A column of timestamps that name the START of each interval, in ISO 8601:
//     2017-12-31, 2017-12-31 22:15, 2017-12-31T22:15:00, …00.000, each but the
//     first optionally with Z or an offset such as +01:00. Day-first dates are
//     refused, because 01/02/2017 cannot be told from its twin.
//   - A column of values, or one column a meter of which Options.Column picks
//     one. The decimal mark is a point; where the separator is a semicolon, a
//     comma will do, but not both in one file.
//
// What happens to rows:
//
//   - An empty value (an empty cell, JSON null) and the usual marks for one (NaN, null, NA, N/A
//     in any case, and -) are missing readings: counted, not stored, not refused.
//   - Rows may come in any order. The same instant twice with equal values is
//     a counted duplicate; with different values every such row is refused.
//   - Stamps must lie on multiples of the interval, counted from midnight of the clock they are written in.
//   - Negative values are kept and counted: a meter with generation behind it has them.
//   - A row that cannot be used is refused with its line and a reason. When more
//     than one row in twenty is refused, so is the file: a bad file changes nothing.
//
// Stamps without offset are read on the clock of Options.Timezone. In the hour
// that its spring change skips, a row with a value is refused. In the hour that
// its autumn change repeats, two rows of one stamp are its two hours, the first
// in the file's own direction being the earlier one; a single row is taken as
// the earlier, and the later stays missing. Both are counted in the report.
// Stamps with offset need no time zone; a file that mixes both kinds is
// refused, and so is one whose offsets vary in a way the time zone does not.
//
// Memory: a row takes 16 bytes while the file is read and 32 in the result, 57 at
// the peak as measured, and 16 more where rows come out of order. The default
// limit of 20 million rows may thus take 1.5 GB; whoever reads files of
// strangers sets Options.MaxRows lower: 1.5 million rows fit in 100 MB.
package ingest

import (
	"io"
	"time"

	"github.com/eaio/eaio"
)

// Reading is the energy (or other quantity) of one interval: At in UTC, a finite
// Value in Report.Unit.
type Reading = eaio.Reading

// WeatherReading is the outdoor temperature of one interval.
type WeatherReading struct {
	At    time.Time // start of the interval, UTC
	TempC float64   // degrees Celsius, between -90 and 60
}

// Readings reads a meter file. The readings come sorted by time, each instant
// once. On any error there are none; the report then tells how far it got.
// Errors are of kind invalid (the file or the options are wrong, the text says
// what would be right), too_large (a limit was passed), or that of r.
func Readings(r io.Reader, o Options) ([]Reading, Report, error) {
	b, err := meterBuilder(o)
	if err != nil {
		return nil, Report{}, err
	}
	out, err := read(r, b, func(sec int64, v float64) Reading {
		return Reading{At: time.Unix(sec, 0).UTC(), Value: v}
	}, func(r Reading) time.Time { return r.At })
	return out, b.rep, err
}

// Weather reads a weather file in the manner of Readings. Its value column is
// named by Options.Column or one of temp_c, temperature, air_temperature and the
// like; Options.Unit is degC (default) or degF. A temperature outside -90…60 °C is refused.
func Weather(r io.Reader, o Options) ([]WeatherReading, Report, error) {
	b, err := weatherBuilder(o)
	if err != nil {
		return nil, Report{}, err
	}
	out, err := read(r, b, func(sec int64, v float64) WeatherReading {
		return WeatherReading{At: time.Unix(sec, 0).UTC(), TempC: v}
	}, func(r WeatherReading) time.Time { return r.At })
	return out, b.rep, err
}

// read runs a file through b. T is what one row becomes.
func read[T any](r io.Reader, b *builder, build func(sec int64, v float64) T, at func(T) time.Time) ([]T, error) {
	if err := b.parse(r); err != nil {
		return nil, err
	}
	return settle(b, build, at)
}
