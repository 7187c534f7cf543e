// Package local runs a private PostgreSQL server as a child process, so that
// the embedded mode needs nothing installed and tests meet a real database.
//
// Everything the server owns lies in Dir/postgres: the data, the lock that
// keeps a second process out, the log and, unless the path is too long for
// one, the Unix socket. Clients come in through that socket, which only this
// user (and root) can reach; TCP is off unless a port is asked for, and then
// needs a password. The server ends with the process that started it, even
// after a kill -9.
//
// PostgreSQL refuses to run as root. There the server runs as the user
// "postgres" or "nobody", so Dir must be a folder which that user can reach:
// /var/lib/eaio by default, nothing below /root.
package local
