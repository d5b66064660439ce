package app_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"backoffice/internal/app"
)

// writeCertificate writes a certificate for localhost with a serial number, and returns a pool that
// trusts it.
func writeCertificate(t *testing.T, s app.Settings, serial int64) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "localhost"},
		DNSNames:  []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{s.TLSCertFile: {Type: "CERTIFICATE", Bytes: raw},
		s.TLSKeyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}))
	return pool
}

// tlsSettings returns the settings of a server with TLS. The certificate's files do not exist yet.
func tlsSettings(t *testing.T, changes ...func(*app.Settings)) app.Settings {
	t.Helper()
	dir := t.TempDir()
	return settings(t, append([]func(*app.Settings){func(s *app.Settings) {
		s.DataDir, s.TLSCertFile, s.TLSKeyFile = folder(t), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	}}, changes...)...)
}

// TestTLS calls the server over HTTP and gRPC with TLS, before and after the certificate is
// renewed.
func TestTLS(t *testing.T) {
	t.Parallel()
	s := tlsSettings(t)
	trusted := writeCertificate(t, s, 1)
	web, wire, stop := serve(t, s)
	defer func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}()
	port := func(address string) string { return "localhost" + address[strings.LastIndex(address, ":"):] }
	serial := func(trusted *x509.CertPool) int64 {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted},
			ForceAttemptHTTP2: true, DisableKeepAlives: true}}
		response, err := client.Get("https://" + port(web) + "/livez")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if raw, err := io.ReadAll(response.Body); string(raw) != "ok\n" || err != nil || response.ProtoMajor != 2 {
			t.Errorf("got %s %q, %v", response.Proto, raw, err)
		}
		conn, err := grpc.NewClient(port(wire), grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(trusted, "")))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{}); err != nil {
			t.Errorf("gRPC over TLS: %v", err)
		}
		return response.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(trusted); got != 1 {
		t.Errorf("got the serial number %d, want 1", got)
	}
	if got := serial(writeCertificate(t, s, 2)); got != 2 {
		t.Errorf("got the serial number %d after the renewal, want 2", got)
	}
}

func TestTLSNeedsBothFiles(t *testing.T) {
	t.Parallel()
	checkStartFails(t, tlsSettings(t, func(s *app.Settings) { s.TLSKeyFile = "" }), "BACKOFFICE_TLS_KEY_FILE")
	checkStartFails(t, tlsSettings(t), "certificate")
}

// TestPlainTextLogsWarning checks that serving plain text to other machines logs a warning, and
// serving it only to this machine does not.
func TestPlainTextLogsWarning(t *testing.T) {
	t.Parallel()
	for address, warned := range map[string]bool{"127.0.0.1:0": false, "0.0.0.0:0": true} {
		s := settings(t, func(s *app.Settings) {
			// startup fails after the warning
			s.HTTPAddr, s.DatabaseURL, s.MasterKey = address, unreachable, someKey
		})
		log := &bytes.Buffer{}
		if err := app.Serve(t.Context(), s, slog.New(slog.NewTextHandler(log, nil)), func(string, string) {}); err == nil {
			t.Fatal("the server started without a database")
		}
		if got := strings.Contains(log.String(), "plain text"); got != warned {
			t.Errorf("serving on %s: got the log %q, want a warning: %v", address, log, warned)
		}
	}
}
