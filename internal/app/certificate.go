package app

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"
)

// certificate is a TLS certificate in two files, read again when they change, so that a
// renewal needs no restart.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu       sync.Mutex
	loaded   *tls.Certificate
	modified [2]time.Time
	// broken is true once it was logged that the files are gone.
	broken bool
}

// tls is the configuration that both wires serve by, nil without certificate files.
func (s *Settings) tls(log *slog.Logger) (*tls.Config, error) {
	switch {
	case s.TLSCertFile == "" && s.TLSKeyFile == "":
		return nil, nil
	case s.TLSCertFile == "" || s.TLSKeyFile == "":
		return nil, fmt.Errorf("TLS needs both BACKOFFICE_TLS_CERT_FILE and BACKOFFICE_TLS_KEY_FILE")
	}
	c := &certificate{certFile: s.TLSCertFile, keyFile: s.TLSKeyFile, log: log}
	if err := c.load(); err != nil {
		return nil, fmt.Errorf("the TLS certificate cannot be read: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}, GetCertificate: c.get}, nil
}

// get implements tls.Config.GetCertificate. A renewal that cannot be read leaves the old
// certificate in use.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	modified, err := c.times()
	if err == nil && modified == c.modified || err != nil && c.broken {
		return c.loaded, nil
	}
	c.modified, c.broken = modified, err != nil
	if err := c.load(); err != nil {
		c.log.Error("the renewed TLS certificate cannot be read; the old one stays in use", "error", err)
	}
	return c.loaded, nil
}

func (c *certificate) load() error {
	modified, err := c.times()
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err == nil {
		c.loaded, c.modified = &pair, modified
	}
	return err
}

func (c *certificate) times() (modified [2]time.Time, err error) {
	for i, name := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return modified, err
		}
		modified[i] = info.ModTime()
	}
	return modified, nil
}

// warnOfPlainText says that keys and books travel readably when others than this machine
// can connect.
func warnOfPlainText(log *slog.Logger, listeners ...net.Listener) {
	for _, l := range listeners {
		if address, ok := l.Addr().(*net.TCPAddr); ok && !address.IP.IsLoopback() {
			log.Warn("serving plain text beyond this machine: set BACKOFFICE_TLS_CERT_FILE and BACKOFFICE_TLS_KEY_FILE, or put a proxy that speaks TLS in front",
				"address", address.String())
		}
	}
}
