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

// certificate is a TLS certificate in two files. It reloads them when they change, so that a
// renewal needs no restart.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu       sync.Mutex
	loaded   *tls.Certificate
	modified [2]time.Time
	// broken is true after the files could not be read and the error was logged.
	broken bool
}

// tlsConfig returns the TLS configuration of both servers, nil if no certificate files are set.
func (s *Settings) tlsConfig(log *slog.Logger) (*tls.Config, error) {
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

// get implements tls.Config.GetCertificate. It keeps the old certificate if the renewed one
// cannot be read.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	modified, err := c.modTimes()
	if err == nil && modified == c.modified || err != nil && c.broken {
		return c.loaded, nil
	}
	c.modified, c.broken = modified, err != nil
	if err := c.load(); err != nil {
		c.log.Error("the renewed TLS certificate cannot be read; still using the old one", "error", err)
	}
	return c.loaded, nil
}

func (c *certificate) load() error {
	modified, err := c.modTimes()
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err == nil {
		c.loaded, c.modified = &pair, modified
	}
	return err
}

func (c *certificate) modTimes() (modified [2]time.Time, err error) {
	for i, name := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return modified, err
		}
		modified[i] = info.ModTime()
	}
	return modified, nil
}

// warnAboutPlainText logs a warning for each listener that other machines can reach: without TLS,
// API keys and books are readable on the network.
func warnAboutPlainText(log *slog.Logger, listeners ...net.Listener) {
	for _, l := range listeners {
		if address, ok := l.Addr().(*net.TCPAddr); ok && !address.IP.IsLoopback() {
			log.Warn("serving plain text to other machines: set BACKOFFICE_TLS_CERT_FILE and BACKOFFICE_TLS_KEY_FILE, "+
				"or put a TLS proxy in front",
				"address", address.String())
		}
	}
}
