package postgres_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// twoYears is what one sample building brings: 17,544 hours.
const twoYears = 17_544

func BenchmarkImport(b *testing.B) {
	for _, n := range []int{twoYears, 10 * twoYears} {
		for _, kind := range []string{"new months", "new meter", "same", "changed"} {
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) { benchmarkImport(b, kind, n) })
		}
	}
}

func benchmarkImport(b *testing.B, kind string, n int) {
	d := open(b)
	d.building(b, "b")
	first := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)
	load := func(id string, readings []eaio.Reading) {
		_, err := d.ImportReadings(b.Context(), tenant, electricity(id), readings, eaio.ImportSource{})
		if err != nil {
			b.Fatal(err)
		}
	}
	if kind != "new months" {
		load("b/first", hours(first, n))
	}
	i := 0
	for b.Loop() {
		b.StopTimer()
		i++
		readings, id := hours(first, n), "b/first"
		switch kind {
		case "new months":
			d.exec(b, "truncate meters")
			for _, name := range column[string](b, d, "select relid::regclass::text from pg_partition_tree('readings') where level = 1") {
				d.exec(b, "drop table "+name)
			}
		case "new meter":
			id = fmt.Sprint("b/", i)
		case "changed":
			for k := range readings {
				readings[k].Value += float64(i)
			}
		}
		b.StartTimer()
		load(id, readings)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkReadings(b *testing.B) {
	d := open(b)
	d.building(b, "b")
	first := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)
	for k := range 20 {
		if _, err := d.ImportReadings(b.Context(), tenant, electricity(fmt.Sprint("b/", k)), hours(first, twoYears), eaio.ImportSource{}); err != nil {
			b.Fatal(err)
		}
	}
	d.exec(b, "vacuum analyze readings")
	year := eaio.Window{From: first.AddDate(0, 5, 0), To: first.AddDate(1, 5, 0)}
	for b.Loop() {
		r, err := d.Readings(b.Context(), tenant, "b/7", year)
		if err != nil || len(r.Values) != 8760 {
			b.Fatalf("%d values, %v", len(r.Values), err)
		}
	}
}

func BenchmarkTask(b *testing.B) {
	d := open(b)
	i := 0
	step := func(what string, f func(id string) error) {
		b.Run(what, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				i++
				id := fmt.Sprint("t", i)
				d.accept(b, id)
				if err := d.SaveResults(b.Context(), tenant, id, results("r"), hashes("r")); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if err := f(id); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	step("accept", func(id string) error {
		_, _, err := d.Accept(b.Context(), newTask("x"+id), "hash")
		return err
	})
	step("append", func(id string) error {
		return d.Append(b.Context(), tenant, id, eaio.NewEvent(eaio.EventGathered, "", nil), eaio.NewEvent(eaio.EventRoute, "", nil))
	})
	step("evidence", func(id string) error {
		_, err := d.Evidence(b.Context(), tenant, id)
		return err
	})
	step("record", func(id string) error {
		_, err := d.record(b, id, "words")
		return err
	})
}

// BenchmarkClaim is a claim alone, and one that reserves in three budgets.
func BenchmarkClaim(b *testing.B) {
	for _, budgets := range []bool{false, true} {
		for _, clients := range []int{1, 16} {
			b.Run(fmt.Sprintf("budgets=%t/clients=%d", budgets, clients), func(b *testing.B) { benchmarkClaim(b, budgets, clients) })
		}
	}
}

func benchmarkClaim(b *testing.B, budgets bool, clients int) {
	d := open(b)
	task := newTask("a")
	if budgets {
		task.Request.BudgetUSD = "1000000"
		d.budget(b, tenantDay, "1000000")
		d.budget(b, poolMonth, "1000000", 1<<40)
	}
	if _, _, err := d.Accept(b.Context(), task, ""); err != nil {
		b.Fatal(err)
	}
	var made atomic.Int64
	b.SetParallelism(clients)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			c, err := d.Claim(b.Context(), tenant, paid("a", int(made.Add(1)), "0.01", 1000), long)
			if err == nil {
				err = d.FailCall(b.Context(), tenant, c, eaio.KindDeadline)
			}
			if err != nil {
				b.Error(err)
			}
		}
	})
}
