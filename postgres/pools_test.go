package postgres_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio/routing/boardtest"
)

func TestBoard(t *testing.T) {
	d := open(t)
	boardtest.Run(t, d.Store, func(by time.Duration) {
		d.exec(t, `update model_targets set open_until = open_until - $1::interval, counted_at = counted_at - $1::interval,
			window_at = window_at - $1::interval, noted_at = noted_at - $1::interval,
			calls_open = (select coalesce(jsonb_object_agg(key, value::float8 - extract(epoch from $1::interval)), '{}') from jsonb_each(calls_open))`, by)
	})
}
