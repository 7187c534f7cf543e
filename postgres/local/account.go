package local

import (
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/eaio/eaio"
)

// account is the user that the server runs as.
type account struct {
	name     string
	uid, gid uint32
	other    bool // not the user of this process: it was chosen because this one is root
}

// chooseAccount returns this process's own user or, for root, whom PostgreSQL
// accepts instead: the owner of the data where there are some, so that nothing
// changes hands because a package added a user, else postgres or nobody.
func chooseAccount(dataDir string) (account, error) {
	if uid := os.Geteuid(); uid != 0 {
		return account{name: "uid " + strconv.Itoa(uid), uid: uint32(uid), gid: uint32(os.Getegid())}, nil
	}
	if info, err := os.Stat(dataDir); err == nil {
		if uid, gid := owner(info); uid != 0 {
			return account{name: "uid " + strconv.Itoa(int(uid)), uid: uid, gid: gid, other: true}, nil
		}
	}
	for _, name := range []string{"postgres", "_postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		// macOS gives nobody the id -2.
		uid, err1 := strconv.ParseInt(u.Uid, 10, 64)
		gid, err2 := strconv.ParseInt(u.Gid, 10, 64)
		if err1 == nil && err2 == nil && uid != 0 {
			return account{name: name, uid: uint32(uid), gid: uint32(gid), other: true}, nil
		}
	}
	return account{}, eaio.Errorf(eaio.KindInvalid, op, "PostgreSQL does not run as root, and there is no user postgres or nobody to run it as: start EAIO as an ordinary user")
}

func owner(info fs.FileInfo) (uid, gid uint32) {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Uid, st.Gid
	}
	return 0, 0
}

// closedAt returns the first folder on the way to path, path included, that
// the account may not enter, judged by the permission bits; "" when there is
// none. Links must have been resolved.
func (a account) closedAt(path string) string {
	if !a.other {
		return ""
	}
	closed := ""
	for dir := path; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && !a.mayEnter(info) {
			closed = dir
		}
		if dir == filepath.Dir(dir) {
			return closed
		}
	}
}

func (a account) mayEnter(dir fs.FileInfo) bool {
	uid, gid := owner(dir)
	switch {
	case uid == a.uid:
		return dir.Mode()&0o100 != 0
	case gid == a.gid:
		return dir.Mode()&0o010 != 0
	}
	return dir.Mode()&0o001 != 0
}

// own makes path, and what lies in it, the account's. Links are not followed.
func (a account) own(path string) error {
	if !a.other {
		return nil
	}
	return filepath.WalkDir(path, func(p string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(p, int(a.uid), int(a.gid))
	})
}

// makeHome creates dir and dir/postgres and returns the latter, with links
// resolved. Only the account may look into them, or enter where it is not ours.
func makeHome(dir string, a account) (string, error) {
	mode := fs.FileMode(0o700)
	if a.other {
		mode = 0o711
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", homeError(dir, err)
	}
	for _, d := range []string{dir, filepath.Join(dir, "postgres")} {
		if err := ensureDir(d, mode); err != nil {
			return "", homeError(dir, err)
		}
	}
	home, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
	if err != nil {
		return "", homeError(dir, err)
	}
	if closed := a.closedAt(home); closed != "" {
		return "", eaio.Errorf(eaio.KindForbidden, op,
			"PostgreSQL does not run as root, and user %s, whom it runs as instead, may not enter %s: choose another data folder, or run chmod o+x %s",
			a.name, closed, closed)
	}
	return home, nil
}

// ensureDir creates dir with the given mode, whatever the umask. The mode of
// one that exists is its maker's choice.
func ensureDir(dir string, mode fs.FileMode) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return err
	}
	return os.Chmod(dir, mode)
}

func homeError(dir string, err error) error {
	kind := eaio.KindInvalid
	if errors.Is(err, fs.ErrPermission) {
		kind = eaio.KindForbidden
	}
	return eaio.Errorf(kind, op, "data folder %s cannot be used by this user, choose another: %w", dir, err)
}
