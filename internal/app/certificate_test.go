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

// writeCertificate writes a certificate for this machine under a serial number, and returns
// the pool that trusts it.
func writeCertificate(t *testing.T, s app.Settings, serial int64) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{s.TLSCertFile: {Type: "CERTIFICATE", Bytes: raw}, s.TLSKeyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}))
	return pool
}

// certified are the settings of a server whose certificate has two places and no files yet.
func certified(t *testing.T, changes ...func(*app.Settings)) app.Settings {
	t.Helper()
	dir := t.TempDir()
	return settings(t, append([]func(*app.Settings){func(s *app.Settings) {
		s.DataDir, s.TLSCertFile, s.TLSKeyFile = folder(t), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	}}, changes...)...)
}

// TestTLS calls both wires over TLS, before and after the certificate is renewed.
func TestTLS(t *testing.T) {
	t.Parallel()
	s := certified(t)
	trusted := writeCertificate(t, s, 1)
	web, wire, stop := serve(t, s)
	defer func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}()
	port := func(address string) string { return "localhost" + address[strings.LastIndex(address, ":"):] }
	serial := func(trusted *x509.CertPool) int64 {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}, ForceAttemptHTTP2: true, DisableKeepAlives: true}}
		answer, err := client.Get("https://" + port(web) + "/livez")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if raw, err := io.ReadAll(answer.Body); string(raw) != "ok\n" || err != nil || answer.ProtoMajor != 2 {
			t.Errorf("%s %q, %v", answer.Proto, raw, err)
		}
		conn, err := grpc.NewClient(port(wire), grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(trusted, "")))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{}); err != nil {
			t.Errorf("gRPC over TLS: %v", err)
		}
		return answer.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(trusted); got != 1 {
		t.Errorf("the certificate has the serial number %d", got)
	}
	if got := serial(writeCertificate(t, s, 2)); got != 2 {
		t.Errorf("the renewed certificate has the serial number %d", got)
	}
}

func TestTLSNeedsBothFiles(t *testing.T) {
	t.Parallel()
	refusedStart(t, certified(t, func(s *app.Settings) { s.TLSKeyFile = "" }), "BACKOFFICE_TLS_KEY_FILE")
	refusedStart(t, certified(t), "certificate")
}

// TestPlainTextIsWarnedOf serves plain text to this machine, which is silent, and to all.
func TestPlainTextIsWarnedOf(t *testing.T) {
	t.Parallel()
	for address, warned := range map[string]bool{"127.0.0.1:0": false, "0.0.0.0:0": true} {
		s := settings(t, func(s *app.Settings) {
			s.HTTPAddr, s.DatabaseURL, s.MasterKey = address, "postgres://nobody@127.0.0.1:1/none", someKey // ends the start behind the warning
		})
		log := &bytes.Buffer{}
		if err := app.Serve(t.Context(), s, slog.New(slog.NewTextHandler(log, nil)), func(string, string) {}); err == nil {
			t.Fatal("the server started without a database")
		}
		if got := strings.Contains(log.String(), "plain text"); got != warned {
			t.Errorf("serving on %s: %q", address, log)
		}
	}
}
