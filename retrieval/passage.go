package retrieval

import (
	"strings"
	"time"

	eaio "github.com/eaio/eaio"
)

// Source classes. A filter may ask for some of them.
const (
	ClassCard    = "card"    // a method or measure card shipped with the program; Shared owns it
	ClassNote    = "note"    // what people wrote about a site or a building
	ClassManual  = "manual"  // of plant or of a control system
	ClassTariff  = "tariff"  // a contract or price list
	ClassFinding = "finding" // what an earlier task of this tenant found
)

// Classes returns every source class.
func Classes() []string {
	return []string{ClassCard, ClassNote, ClassManual, ClassTariff, ClassFinding}
}

// Passage is a piece of a document, short enough to be quoted. A search by words
// reads Title, Keywords and Text.
type Passage struct {
	ID          string // unique among all that its owner sees
	Document    string // id of the document it is cut from
	No          int    // its place in the document, from 0
	Title       string
	Source      string        // who says so, e.g. "CalTRACK 2.0"
	Language    eaio.Language // empty: unknown, found in every language
	SourceClass string        // one of Classes
	Building    string        // whom it is about; empty: no building in particular
	Date        string        // of what it says, 2006-01-02; empty: unknown
	Keywords    string        // more words by which it is found, e.g. names of analyses; not part of a quotation
	Text        string
	Privacy     eaio.Privacy // the widest place that it may be sent to; empty: as PrivacyPrivate
}

// Validate returns an invalid error that names the passage and what it lacks.
// A store calls it for every passage it takes in.
func (p Passage) Validate() error {
	const op = "retrieval passage"
	switch {
	case p.ID == "":
		return eaio.Errorf(eaio.KindInvalid, op, "a passage of %q has no id", p.Document)
	case p.Document == "" || strings.TrimSpace(p.Text) == "":
		return eaio.Errorf(eaio.KindInvalid, op, "%s needs a document and a text", p.ID)
	case p.No < 0:
		return eaio.Errorf(eaio.KindInvalid, op, "%s: its place is %d, want 0 or more", p.ID, p.No)
	case !known(p.Language):
		return eaio.Errorf(eaio.KindInvalid, op, "%s: language is %q, want %q, %q or none", p.ID, p.Language, eaio.English, eaio.Vietnamese)
	case !validDate(p.Date):
		return eaio.Errorf(eaio.KindInvalid, op, "%s: date is %q, want YYYY-MM-DD or none", p.ID, p.Date)
	}
	return nil
}

// Sanitized returns the passage with every text in it passed through Sanitize.
func (p Passage) Sanitized() Passage {
	p.Title, p.Source = Sanitize(p.Title), Sanitize(p.Source)
	p.Keywords, p.Text = Sanitize(p.Keywords), Sanitize(p.Text)
	return p
}

// Words is the text by which a passage is found, by its terms and by its vector.
func (p Passage) Words() string { return p.Title + "\n" + p.Keywords + "\n" + p.Text }

// Terms returns the index terms of the passage: those of its
// title, its keywords and its text.
func (p Passage) Terms() []string { return Terms(p.Words(), p.Language) }

func known(l eaio.Language) bool { return l == "" || l == eaio.English || l == eaio.Vietnamese }

func validDate(day string) bool {
	if day == "" {
		return true
	}
	_, err := time.Parse(time.DateOnly, day)
	return err == nil
}
