package starter

import (
	"fmt"
	"time"
)

// oneYear is how far ahead clock changes are looked for.
const oneYear = 366 * 24 * time.Hour

// changesAt reports whether a minute of the day is skipped or comes twice on some
// day of the year after now, on loc's clock.
func changesAt(minute int, loc *time.Location, now time.Time) bool {
	for at := now.In(loc); ; {
		_, change := at.ZoneBounds()
		if change.IsZero() || change.Sub(now) > oneYear {
			return false
		}
		_, before := change.Add(-time.Second).Zone()
		_, after := change.Zone()
		// Between these two, the clock on the wall is skipped if it was set
		// forward, and comes twice if it was set back. UTC stands for the wall.
		from := change.UTC().Add(time.Duration(min(before, after)) * time.Second)
		to := change.UTC().Add(time.Duration(max(before, after)) * time.Second)
		reading := from.Truncate(24 * time.Hour).Add(time.Duration(minute) * time.Minute)
		if reading.Before(from) {
			reading = reading.Add(24 * time.Hour)
		}
		if reading.Before(to) {
			return true
		}
		at = change
	}
}

// steadyTime is a time of night, 03:30 in most zones, that comes once every day.
func steadyTime(loc *time.Location, now time.Time) string {
	minute := 3*60 + 30
	for minute < 23*60 && changesAt(minute, loc, now) {
		minute += 30
	}
	return fmt.Sprintf("%02d:%02d", minute/60, minute%60)
}
