package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/postgres/local/internal/lastwill"
)

// socketPort names the socket of a server without TCP.
const socketPort = 5432

// Server is a running server. Its methods may be called from any goroutine.
type Server struct {
	home      string // Dir/postgres, links resolved
	socketDir string
	tcpPort   int // 0: no TCP
	password  string
	install   install
	child     *child
	lock      *os.File
	revoke    func() // calls off the watcher, where there is one

	stopOnce sync.Once
	stopErr  error
}

// Start starts a server on cfg.Dir, creating the data folder first if need
// be, and returns once its database "eaio" accepts connections. ctx governs
// the start only. A server that an earlier process left behind is stopped, not
// adopted. Errors: conflict when another process uses Dir or the port is
// taken, forbidden when Dir is out of reach, not_found or unavailable when no
// PostgreSQL can be had, invalid for a bad cfg.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	as, err := chooseAccount(filepath.Join(cfg.Dir, "postgres", "data"))
	if err != nil {
		return nil, err
	}
	s := &Server{tcpPort: cfg.Port, revoke: func() {}}
	if s.home, err = makeHome(cfg.Dir, as); err != nil {
		return nil, err
	}
	if s.lock, err = lockHome(ctx, cfg, s.home); err != nil {
		return nil, err
	}
	if err := s.start(ctx, cfg, as); err != nil {
		_ = s.Stop()
		return nil, err
	}
	return s, nil
}

func lockHome(ctx context.Context, cfg Config, home string) (*os.File, error) {
	lock, err := acquire(ctx, filepath.Join(home, "lock"), cfg.LockWait)
	var held *heldError
	switch {
	case errors.As(err, &held):
		return nil, eaio.Errorf(eaio.KindConflict, op, "another EAIO uses %s (pid %s): stop it, or choose another data folder", cfg.Dir, held.pid)
	case ctx.Err() != nil && err != nil:
		return nil, startError("wait for the data folder", err)
	case err != nil:
		return nil, homeError(cfg.Dir, err)
	}
	return lock, nil
}

// start does everything that needs the lock.
func (s *Server) start(ctx context.Context, cfg Config, as account) error {
	orphan, err := stopOrphan(s.DataDir(), cfg.Progress)
	if err != nil {
		return err
	}
	if err := checkPort(ctx, cfg.Port); err != nil {
		return err
	}
	major, err := majorOf(s.DataDir())
	if err != nil {
		return err
	}
	if s.install, err = findInstall(ctx, cfg, as, major); err != nil {
		return err
	}
	if major == 0 {
		cfg.Progress("creating a PostgreSQL " + s.install.version + " database folder in " + s.DataDir())
		if err := initialise(ctx, cfg, s.install, as, s.DataDir()); err != nil {
			return err
		}
	} else if err := handOver(s.DataDir(), as); err != nil {
		return err
	}
	if s.password, err = writeAccess(s.home, cfg.Port != 0); err != nil {
		return homeError(cfg.Dir, err)
	}
	if s.socketDir, err = prepareSocketDir(s.home, s.Port(), as); err != nil {
		return err
	}
	cfg.Progress("starting PostgreSQL " + s.install.version)
	ctx, cancel := context.WithTimeoutCause(ctx, cfg.StartTimeout,
		eaio.Errorf(eaio.KindDeadline, "", "not ready after %v, see %s", cfg.StartTimeout, s.LogFile()))
	defer cancel()
	if err := s.launch(ctx, cfg, as, orphan); err != nil {
		return err
	}
	return s.openDatabase(ctx)
}

// handOver makes data that root restored or copied the account's.
func handOver(dataDir string, as account) error {
	info, err := os.Stat(dataDir)
	if err != nil {
		return eaio.Errorf(eaio.KindForbidden, op, "%w", err)
	}
	if uid, _ := owner(info); uid == as.uid {
		return nil
	}
	if !as.other {
		return eaio.Errorf(eaio.KindForbidden, op, "%s belongs to another user: run EAIO as that user, or choose another data folder", dataDir)
	}
	if err := as.own(dataDir); err != nil {
		return eaio.Errorf(eaio.KindForbidden, op, "hand %s to user %s: %w", dataDir, as.name, err)
	}
	return nil
}

func checkPort(ctx context.Context, port int) error {
	if port == 0 {
		return nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return portTaken(port)
	case err != nil:
		return eaio.Errorf(eaio.KindForbidden, op, "port %d: %w", port, err)
	}
	return l.Close()
}

func portTaken(port int) error {
	return eaio.Errorf(eaio.KindConflict, op, "port %d on 127.0.0.1 is taken by another program: stop that, or choose another with --postgres-port", port)
}

// launch runs the server until it accepts connections. Parts of a server that
// was killed alone may hold its memory for a moment longer; it is tried again
// until they have noticed.
func (s *Server) launch(ctx context.Context, cfg Config, as account, orphan int) error {
	for patience := time.Now().Add(10 * time.Second); ; {
		err := s.launchOnce(ctx, cfg, as, orphan)
		if err == nil {
			return nil
		}
		log := s.logTail()
		switch {
		case strings.Contains(log, "pre-existing shared memory block") && time.Now().Before(patience) && pause(ctx, 200*time.Millisecond):
			continue
		case cfg.Port != 0 && strings.Contains(log, "Address already in use"):
			return portTaken(cfg.Port)
		case log != "":
			err = fmt.Errorf("%w; its log ends with:\n%s", err, log)
		}
		return startError("start PostgreSQL", err)
	}
}

func (s *Server) launchOnce(ctx context.Context, cfg Config, as account, orphan int) error {
	_ = os.Rename(s.LogFile(), s.LogFile()+".1") // one old log is kept; there may be none
	log, err := os.OpenFile(s.LogFile(), os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.CommandContext(context.WithoutCancel(ctx), s.install.program("postgres"), s.arguments(cfg)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.DataDir(), log, log
	cmd.Env = environment()
	if orphan != 0 {
		// A postmaster.pid that names a living process keeps the server from
		// starting, even if the process is no server. This is how pg_ctl tells
		// it which number not to mind; its check for shared memory remains.
		cmd.Env = append(cmd.Env, "PG_GRANDPARENT_PID="+strconv.Itoa(orphan))
	}
	onDeath := syscall.SIGINT // fast shutdown, with a checkpoint
	if !cfg.Durable {
		onDeath = syscall.SIGQUIT
	}
	if s.child, err = spawn(cmd, as, onDeath); err != nil {
		return err
	}
	if watched {
		if err := s.watch(); err != nil {
			return err
		}
	}
	return s.waitReady(ctx)
}

// watch has a shell end the server when this process dies.
func (s *Server) watch() error {
	revoke, err := lastwill.Leave(`kill -INT "$1"`, strconv.Itoa(s.child.process.Pid))
	if err != nil {
		return err
	}
	s.revoke = revoke
	go func(c *child) { // its number may soon be another process's
		<-c.done
		revoke()
	}(s.child)
	return nil
}

func (s *Server) arguments(cfg Config) []string {
	settings := cfg.settings()
	settings["hba_file"] = hbaFile(s.home)
	settings["listen_addresses"] = ""
	if cfg.Port != 0 {
		settings["listen_addresses"] = "127.0.0.1"
	}
	settings["port"] = strconv.Itoa(s.Port())
	settings["unix_socket_directories"] = quoteList(s.socketDir)
	args := []string{"-D", s.DataDir()}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", name+"="+settings[name])
	}
	return args
}

func (s *Server) waitReady(ctx context.Context) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if p := readPostmaster(s.DataDir()); p.ready && p.pid == s.PID() {
			return nil
		}
		select {
		case <-tick.C:
		case <-s.child.done:
			return fmt.Errorf("it ended: %w", s.child.err)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// startError gives err a kind, unless it has one.
func startError(what string, err error) error {
	kind := eaio.KindOf(err)
	if kind == eaio.KindInternal {
		kind = eaio.KindUnavailable
	}
	return eaio.Errorf(kind, op, what+": %w", err)
}

// logTail returns the last lines of the log, a screen at most.
func (s *Server) logTail() string {
	f, err := os.Open(s.LogFile())
	if err != nil {
		return ""
	}
	defer f.Close()
	const most = 2000
	if info, err := f.Stat(); err == nil && info.Size() > most {
		_, _ = f.Seek(-most, io.SeekEnd)
	}
	b, _ := io.ReadAll(io.LimitReader(f, most))
	return strings.TrimSpace(string(b))
}

// Stop shuts the server down: fast first, which ends open connections, and by
// force only if that takes longer than 20 s. It returns when the server has
// ended and Dir is free; later calls return what the first returned. An error
// says that the server did not end, or that it had ended by itself before.
func (s *Server) Stop() error {
	s.stopOnce.Do(func() {
		if s.child != nil {
			s.stopErr = s.stopChild()
		}
		if s.socketDir != "" && filepath.Dir(s.socketDir) != s.home {
			os.RemoveAll(s.socketDir)
		}
		s.lock.Close()
	})
	return s.stopErr
}

func (s *Server) stopChild() error {
	select {
	case <-s.child.done:
		return eaio.Errorf(eaio.KindUnavailable, op, "the server had ended by itself (%v), see %s", s.child.err, s.LogFile())
	default:
		err := s.child.stop()
		s.revoke()
		return err
	}
}

// Done is closed when the server has ended, by Stop or by itself.
func (s *Server) Done() <-chan struct{} { return s.child.done }

// URL returns the address of the database "eaio" through the socket, for pgx
// and everything else that reads PostgreSQL URLs. It holds no secret.
func (s *Server) URL() string { return s.urlOf("eaio") }

func (s *Server) urlOf(database string) string {
	where := url.Values{"host": {s.socketDir}, "port": {strconv.Itoa(s.Port())}}
	u := url.URL{
		Scheme: "postgres", User: url.User(superuser), Path: "/" + database,
		RawQuery: strings.ReplaceAll(where.Encode(), "+", "%20"), // libpq and pgx take + for itself
	}
	return u.String()
}

// TCPURL returns the address of the database "eaio" over TCP, "" when no port
// was asked for. It holds the password.
func (s *Server) TCPURL() string {
	if s.tcpPort == 0 {
		return ""
	}
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(superuser, s.password), Path: "/eaio",
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.tcpPort)), RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Port returns the TCP port or, without TCP, the number that names the socket.
func (s *Server) Port() int {
	if s.tcpPort != 0 {
		return s.tcpPort
	}
	return socketPort
}

// PID returns the process id of the server.
func (s *Server) PID() int { return s.child.process.Pid }

// Version returns the server's version, e.g. "17.11".
func (s *Server) Version() string { return s.install.version }

// BinDir returns the folder of the programs in use.
func (s *Server) BinDir() string { return s.install.bin }

// DataDir returns the folder of the data.
func (s *Server) DataDir() string { return filepath.Join(s.home, "data") }

// SocketDir returns the folder of the Unix socket: the host for libpq's programs.
func (s *Server) SocketDir() string { return s.socketDir }

// LogFile returns the path of the server's log; that of the run before has ".1" added.
func (s *Server) LogFile() string { return filepath.Join(s.home, "postgres.log") }

// PasswordFile returns the path of the file that holds the password for TCP.
// It exists once a port has been asked for.
func (s *Server) PasswordFile() string { return filepath.Join(s.home, "password") }
