package analyse

import (
	"fmt"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/ingest"
)

// File tells what was read.
type File struct {
	Name        string           `json:"name"`
	Column      string           `json:"column"` // of the values
	SHA256      string           `json:"sha256"` // of the bytes as they came
	Rows        int64            `json:"rows"`
	Accepted    int64            `json:"accepted"`
	Missing     int64            `json:"missing"`
	Duplicates  int64            `json:"duplicates"`
	Refused     int64            `json:"refused"`
	Reasons     map[string]int64 `json:"refused_because,omitempty"`
	RefusedRows []Refusal        `json:"refused_rows,omitempty"` // the first ten
	Sentinels   int64            `json:"sentinels"`              // accepted, but stand for none: -99 and the like
	Interval    string           `json:"interval"`               // "15m", "1h", "1d" or "bills"
	First       time.Time        `json:"first"`                  // start of the first reading
	End         time.Time        `json:"end"`                    // end of the last; of bills the last stamp
	Commodity   string           `json:"commodity,omitempty"`
	Unit        string           `json:"unit"`
}

// Refusal is a row that was not taken.
type Refusal struct {
	Line   int    `json:"line"` // in the unpacked file, from 1
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

// namedRefusals is how many refused rows a File names.
const namedRefusals = 10

func newFile(name string, r ingest.Report) File {
	f := File{
		Name: name, Column: r.Column, SHA256: r.SHA256, Rows: r.Rows, Accepted: r.Accepted, Missing: r.Missing, Duplicates: r.Duplicates,
		Refused: r.Refused, Reasons: r.Reasons, Interval: interval(r.Interval), First: r.First, End: r.End,
	}
	for _, x := range r.Refusals[:min(len(r.Refusals), namedRefusals)] {
		f.RefusedRows = append(f.RefusedRows, Refusal(x))
	}
	return f
}

// billsInterval stands for the interval of bills, which have none.
const billsInterval = "bills"

// interval writes a divisor of a day in its largest whole unit.
func interval(d time.Duration) string {
	switch {
	case d == day:
		return "1d"
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}

// inFile says which file an error is about, and keeps its kind.
func inFile(name string, err error) error {
	if err == nil {
		return nil
	}
	return eaio.Errorf(eaio.KindOf(err), name, "%w", err)
}
