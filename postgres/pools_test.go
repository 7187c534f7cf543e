package postgres_test

import (
	"maps"
	"testing"
	"time"

	"github.com/eaio/eaio"
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

func TestSpent(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	for i, c := range []struct{ task, pool, usd string }{{"a", "x", "0.25"}, {"b", "x", "0.50"}, {"c", "y", "1"}, {"d", "y", "8"}} {
		d.accept(t, c.task)
		claimed, err := d.Claim(t.Context(), tenant, eaio.ModelCall{Key: c.task + "/1", Task: c.task, Pool: c.pool, Model: "m"}, time.Minute)
		if err != nil {
			t.Fatal(i, err)
		}
		if err := d.StoreReply(t.Context(), tenant, claimed, eaio.ModelReply{Text: "x"}, c.usd, nil); err != nil {
			t.Fatal(i, err)
		}
	}
	d.exec(t, `update model_calls set claimed_at = claimed_at - interval '25 hours' where task = 'd'`)
	got, err := d.Spent(t.Context(), time.Now().Add(-24*time.Hour))
	if want := map[string]string{"x": "0.75", "y": "1"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}
