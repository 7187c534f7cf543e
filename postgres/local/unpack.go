package local

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ulikunitz/xz"
)

const (
	unpackedLimit = 512 << 20 // bytes; the largest platform has 308 MB
	entryLimit    = 10_000    // the largest platform has about 1,050
)

// unpackJar unpacks the .txz inside a jar into the folder dir. Nothing is
// written outside dir, nor more than limit bytes in all.
func unpackJar(ctx context.Context, jar []byte, dir string, limit int64) error {
	files, err := zip.NewReader(bytes.NewReader(jar), int64(len(jar)))
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	for _, f := range files.File {
		if !strings.HasSuffix(f.Name, ".txz") {
			continue
		}
		txz, err := f.Open()
		if err != nil {
			return fmt.Errorf("unpack %s: %w", f.Name, err)
		}
		defer txz.Close()
		plain, err := xz.NewReader(bufio.NewReader(txz))
		if err != nil {
			return fmt.Errorf("unpack %s: %w", f.Name, err)
		}
		if err := untar(ctx, plain, dir, limit); err != nil {
			return fmt.Errorf("unpack %s: %w", f.Name, err)
		}
		return nil
	}
	return errors.New("unpack: no .txz in the jar")
}

func untar(ctx context.Context, r io.Reader, dir string, limit int64) error {
	root, err := os.OpenRoot(dir) // refuses what leads out, through links too
	if err != nil {
		return err
	}
	defer root.Close()
	entries := tar.NewReader(r)
	for n := 0; ; n++ {
		h, err := entries.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if limit -= h.Size; limit < 0 || n >= entryLimit {
			return errors.New("more than the archive should hold")
		}
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if err := place(root, h, entries); err != nil {
			return fmt.Errorf("entry %q: %w", h.Name, err)
		}
	}
}

// place writes one entry. Permissions are 0755 or 0644, whatever the archive says.
func place(root *os.Root, h *tar.Header, content io.Reader) error {
	name := filepath.Clean(h.Name)
	if !filepath.IsLocal(name) {
		return errors.New("leads out of the folder")
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeDir:
		return errors.Join(root.MkdirAll(name, 0o755), root.Chmod(name, 0o755)) // the umask may be strict
	case tar.TypeSymlink:
		if filepath.IsAbs(h.Linkname) || !filepath.IsLocal(filepath.Join(filepath.Dir(name), h.Linkname)) {
			return fmt.Errorf("links out of the folder, to %q", h.Linkname)
		}
		return root.Symlink(h.Linkname, name)
	case tar.TypeReg:
		mode := os.FileMode(0o644)
		if h.Mode&0o100 != 0 {
			mode = 0o755
		}
		f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, content)
		return errors.Join(err, f.Chmod(mode), f.Close())
	}
	return fmt.Errorf("of type %q, want a file, a folder or a link", h.Typeflag)
}
