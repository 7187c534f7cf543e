// Package compose holds the tests of docker-compose.yml and the Dockerfile: that
// they keep the limits, ports and settings which the documentation promises, so
// that a change is noticed where no Docker runs.
package compose
