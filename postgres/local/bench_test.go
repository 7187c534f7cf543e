package local

import "testing"

// The benchmarks write to disk, unlike the tests.

// BenchmarkStartFresh makes a data folder, starts a server on it and stops it.
func BenchmarkStartFresh(b *testing.B) {
	for name, durable := range map[string]bool{"durable": true, "not durable": false} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				dir := folderIn(b, "")
				b.StartTimer()
				s := start(b, Config{Dir: dir, Durable: durable})
				b.StopTimer()
				stop(b, s)
				b.StartTimer()
			}
		})
	}
}

// BenchmarkStartWarm starts a server on data that are there.
func BenchmarkStartWarm(b *testing.B) {
	cfg := Config{Dir: folderIn(b, ""), Durable: true}
	stop(b, start(b, cfg))
	for b.Loop() {
		s := start(b, cfg)
		b.StopTimer()
		stop(b, s)
		b.StartTimer()
	}
}

// BenchmarkStop shuts a server down that nobody is connected to.
func BenchmarkStop(b *testing.B) {
	cfg := Config{Dir: folderIn(b, ""), Durable: true}
	for b.Loop() {
		b.StopTimer()
		s := start(b, cfg)
		b.StartTimer()
		stop(b, s)
	}
}
