package local

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"
)

type entry struct {
	tar.Header
	content string
}

func file(name, content string) entry {
	return entry{tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o755}, content}
}

func link(name, target string) entry {
	return entry{tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target}, ""}
}

func tarOf(tb testing.TB, entries ...entry) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		e.Size = int64(len(e.content))
		if err := w.WriteHeader(&e.Header); err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write([]byte(e.content)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func jarOf(tb testing.TB, entries ...entry) []byte {
	tb.Helper()
	var jar bytes.Buffer
	z := zip.NewWriter(&jar)
	if _, err := z.Create("META-INF/MANIFEST.MF"); err != nil {
		tb.Fatal(err)
	}
	txz, err := z.Create("postgres.txz")
	if err != nil {
		tb.Fatal(err)
	}
	x, err := xz.NewWriter(txz)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := x.Write(tarOf(tb, entries...)); err != nil {
		tb.Fatal(err)
	}
	if err := x.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return jar.Bytes()
}

func TestUnpack(t *testing.T) {
	dir := t.TempDir()
	plain := file("share/a.txt", "text")
	plain.Mode = 0o4666
	jar := jarOf(t, entry{tar.Header{Typeflag: tar.TypeDir, Name: "./"}, ""}, file("./bin/postgres", "program"), plain,
		file("lib/libpq.so.5", "library"), link("lib/libpq.so", "libpq.so.5"), link("lib/up", "../share/a.txt"))
	if err := unpackJar(t.Context(), jar, dir, unpackedLimit); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"bin/postgres": "program", "lib/libpq.so": "library", "lib/up": "text"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); string(got) != want {
			t.Errorf("%s holds %q, want %q (%v)", name, got, want, err)
		}
	}
	for name, want := range map[string]fs.FileMode{"bin/postgres": 0o755, "share/a.txt": 0o644} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode() != want {
			t.Errorf("%s: %v %v, want mode %v", name, info, err, want)
		}
	}
}

func TestUnpackRefuses(t *testing.T) {
	long := make([]entry, entryLimit+1)
	for i := range long {
		long[i] = entry{tar.Header{Typeflag: tar.TypeDir, Name: "same/"}, ""}
	}
	for name, c := range map[string]struct {
		entries []entry
		want    string
	}{
		"parent":               {[]entry{file("../evil", "x")}, "leads out"},
		"parent on the way":    {[]entry{file("bin/../../evil", "x")}, "leads out"},
		"absolute":             {[]entry{file("/tmp/eaio-evil", "x")}, "leads out"},
		"folder above":         {[]entry{{tar.Header{Typeflag: tar.TypeDir, Name: "../evil/"}, ""}}, "leads out"},
		"absolute link":        {[]entry{link("etc", "/etc")}, "links out"},
		"link to parent":       {[]entry{link("up", "..")}, "links out"},
		"link out from below":  {[]entry{link("a/b/up", "../../../evil")}, "links out"},
		"through a link chain": {[]entry{link("a/b", ".."), link("a/c", "b/.."), file("a/c/evil", "x")}, "escapes"},
		"link twice":           {[]entry{file("a", "x"), link("a", "b")}, "exists"},
		"file twice":           {[]entry{file("a", "x"), file("a", "y")}, "exists"},
		"over a link":          {[]entry{link("a", "b"), file("a", "y")}, "exists"},
		"hard link":            {[]entry{file("a", "x"), {tar.Header{Typeflag: tar.TypeLink, Name: "b", Linkname: "a"}, ""}}, "want a file"},
		"device":               {[]entry{{tar.Header{Typeflag: tar.TypeChar, Name: "null", Devmajor: 1, Devminor: 3}, ""}}, "want a file"},
		"pipe":                 {[]entry{{tar.Header{Typeflag: tar.TypeFifo, Name: "pipe"}, ""}}, "want a file"},
		"too many bytes":       {[]entry{file("a", strings.Repeat("x", 600)), file("b", strings.Repeat("x", 600))}, "more than"},
		"too many entries":     {long, "more than"},
	} {
		t.Run(name, func(t *testing.T) {
			around := t.TempDir()
			dir := filepath.Join(around, "x", "y")
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			err := unpackJar(t.Context(), jarOf(t, c.entries...), dir, 1000)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
			onlyInside(t, around, dir)
		})
	}
}

func TestUnpackRefusesGarbage(t *testing.T) {
	jar := jarOf(t, file("bin/postgres", strings.Repeat("program", 1000)))
	empty := new(bytes.Buffer)
	if err := zip.NewWriter(empty).Close(); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"no zip": []byte("<html>"), "empty": nil, "cut": jar[:len(jar)/2], "without archive": empty.Bytes()} {
		if err := unpackJar(t.Context(), b, t.TempDir(), unpackedLimit); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := unpackJar(ctx, jar, t.TempDir(), unpackedLimit); err == nil {
		t.Error("a cancelled context is not noticed")
	}
}

// onlyInside fails when something lies in around that is not in dir.
func onlyInside(t *testing.T, around, dir string) {
	t.Helper()
	err := filepath.WalkDir(around, func(path string, d fs.DirEntry, err error) error {
		if err == nil && path != dir && !strings.HasPrefix(path, dir+"/") && !strings.HasPrefix(dir, path) {
			t.Errorf("written outside: %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func FuzzUntar(f *testing.F) {
	f.Add(tarOf(f, file("bin/postgres", "program"), link("lib/a", "b")))
	f.Add(tarOf(f, file("../evil", "x"), link("up", ".."), file("up/evil", "x")))
	f.Add(tarOf(f, link("a/b", ".."), link("a/c", "b/.."), file("a/c/evil", "x")))
	f.Add([]byte("no archive"))
	f.Fuzz(func(t *testing.T, archive []byte) {
		around := t.TempDir()
		dir := filepath.Join(around, "x", "y")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		_ = untar(t.Context(), bytes.NewReader(archive), dir, 1<<20)
		onlyInside(t, around, dir)
	})
}
