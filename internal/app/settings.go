package app

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/caarlos0/env/v11"
	"github.com/spf13/pflag"

	"backoffice/internal/platform/db/embedded"
	"backoffice/internal/platform/logging"
	"backoffice/internal/platform/secret"
)

// Settings are the environment variables, and flags of the same meaning, that a
// server is configured by. None is needed.
type Settings struct {
	// DatabaseURL names a PostgreSQL server; none: the server runs one of its own.
	DatabaseURL string `env:"DATABASE_URL"`
	// MigrateURL is another login that migrations run as; none: DatabaseURL.
	MigrateURL string `env:"BACKOFFICE_MIGRATE_URL"`
	// DataDir keeps the server's own PostgreSQL and master key.
	DataDir string `env:"BACKOFFICE_DATA_DIR"`
	// FilesURL is where the bytes of files lie: a folder by file:///, a bucket by s3://;
	// none: a folder in DataDir.
	FilesURL string `env:"BACKOFFICE_FILES_URL"`
	HTTPAddr string `env:"BACKOFFICE_HTTP_ADDR" envDefault:"127.0.0.1:8080"`
	GRPCAddr string `env:"BACKOFFICE_GRPC_ADDR" envDefault:"127.0.0.1:9090"`
	// MetricsAddr serves Prometheus metrics; none: they are not served.
	MetricsAddr string `env:"BACKOFFICE_METRICS_ADDR"`
	// MasterKey is 32 bytes in base64; MasterKeyFile a file that holds them.
	MasterKey     string   `env:"BACKOFFICE_MASTER_KEY"`
	MasterKeyFile string   `env:"BACKOFFICE_MASTER_KEY_FILE"`
	Origins       []string `env:"BACKOFFICE_CORS_ORIGINS"`
	// TLSCertFile and TLSKeyFile are a certificate with its chain and its key, in PEM;
	// none: plain text.
	TLSCertFile string `env:"BACKOFFICE_TLS_CERT_FILE"`
	TLSKeyFile  string `env:"BACKOFFICE_TLS_KEY_FILE"`
	// TrustedProxies are the addresses of proxies whose X-Forwarded-For is believed.
	TrustedProxies []string `env:"BACKOFFICE_TRUSTED_PROXIES"`
	// RateLimit is requests a second per credential; SignUpRateLimit sign-ups and
	// RefusedRateLimit refused credentials, a second per address; 0 sets no limit.
	RateLimit        float64 `env:"BACKOFFICE_RATE_LIMIT" envDefault:"500"`
	SignUpRateLimit  float64 `env:"BACKOFFICE_SIGN_UP_RATE_LIMIT" envDefault:"1"`
	RefusedRateLimit float64 `env:"BACKOFFICE_REFUSED_RATE_LIMIT" envDefault:"10"`
	// Connections is the most that a server opens to the database.
	Connections int32      `env:"BACKOFFICE_DB_CONNECTIONS" envDefault:"20"`
	LogLevel    slog.Level `env:"BACKOFFICE_LOG_LEVEL" envDefault:"info"`
	// LogFormat is json or text; none: text on a terminal, else json.
	LogFormat logging.Format `env:"BACKOFFICE_LOG_FORMAT"`
}

// SettingsFromEnvironment reads the environment variables.
func SettingsFromEnvironment() (Settings, error) {
	s, err := env.ParseAs[Settings]()
	if err != nil {
		return s, fmt.Errorf("settings: %w", err)
	}
	return s, nil
}

// Flags adds a flag for each setting; what the environment says is its default.
func (s *Settings) Flags(f *pflag.FlagSet) {
	f.StringVar(&s.DatabaseURL, "database-url", s.DatabaseURL, "PostgreSQL to use; none: one of our own (DATABASE_URL)")
	f.StringVar(&s.MigrateURL, "migrate-url", s.MigrateURL, "login that migrations run as (BACKOFFICE_MIGRATE_URL)")
	f.StringVar(&s.DataDir, "data-dir", s.DataDir, "where our own PostgreSQL and master key lie (BACKOFFICE_DATA_DIR)")
	f.StringVar(&s.FilesURL, "files-url", s.FilesURL,
		"where files lie: file:///… or s3://…; none: in the data directory (BACKOFFICE_FILES_URL)")
	f.StringVar(&s.HTTPAddr, "http-addr", s.HTTPAddr, "address of the REST API (BACKOFFICE_HTTP_ADDR)")
	f.StringVar(&s.GRPCAddr, "grpc-addr", s.GRPCAddr, "address of the gRPC API (BACKOFFICE_GRPC_ADDR)")
	f.StringVar(&s.MetricsAddr, "metrics-addr", s.MetricsAddr, "address of Prometheus metrics; none: not served (BACKOFFICE_METRICS_ADDR)")
	f.StringVar(&s.MasterKeyFile, "master-key-file", s.MasterKeyFile, "file with the master key (BACKOFFICE_MASTER_KEY_FILE; or the key itself in BACKOFFICE_MASTER_KEY)")
	f.StringSliceVar(&s.Origins, "cors-origins", s.Origins, "web origins that browsers may call from (BACKOFFICE_CORS_ORIGINS)")
	f.StringVar(&s.TLSCertFile, "tls-cert-file", s.TLSCertFile, "certificate with its chain, in PEM; none: plain text (BACKOFFICE_TLS_CERT_FILE)")
	f.StringVar(&s.TLSKeyFile, "tls-key-file", s.TLSKeyFile, "the certificate's key, in PEM (BACKOFFICE_TLS_KEY_FILE)")
	f.StringSliceVar(&s.TrustedProxies, "trusted-proxies", s.TrustedProxies, "addresses or CIDR blocks of proxies whose X-Forwarded-For is believed (BACKOFFICE_TRUSTED_PROXIES)")
	f.Float64Var(&s.RateLimit, "rate-limit", s.RateLimit, "requests a second per credential; 0: no limit (BACKOFFICE_RATE_LIMIT)")
	f.Float64Var(&s.SignUpRateLimit, "sign-up-rate-limit", s.SignUpRateLimit, "sign-ups a second per address; 0: no limit (BACKOFFICE_SIGN_UP_RATE_LIMIT)")
	f.Float64Var(&s.RefusedRateLimit, "refused-rate-limit", s.RefusedRateLimit, "refused credentials a second per address; 0: no limit (BACKOFFICE_REFUSED_RATE_LIMIT)")
	f.Int32Var(&s.Connections, "db-connections", s.Connections, "most connections to the database (BACKOFFICE_DB_CONNECTIONS)")
	f.TextVar(&s.LogLevel, "log-level", s.LogLevel, "debug, info, warn or error (BACKOFFICE_LOG_LEVEL)")
	f.TextVar(&s.LogFormat, "log-format", s.LogFormat,
		"json, or text with a line for each request; none: text on a terminal (BACKOFFICE_LOG_FORMAT)")
}

// masterKey reads the master key. Beside our own PostgreSQL it is made when there is
// none; for a managed database it must be given, since losing it loses data.
func (s *Settings) masterKey() (*secret.Master, error) {
	switch {
	case s.MasterKey != "":
		return secret.Parse(s.MasterKey)
	case s.MasterKeyFile != "":
		return secret.ReadFile(s.MasterKeyFile)
	case s.DatabaseURL != "":
		return nil, errors.New("a managed database needs a master key: set BACKOFFICE_MASTER_KEY or BACKOFFICE_MASTER_KEY_FILE; `backoffice key` makes one")
	}
	dir, err := s.dataDir()
	if err != nil {
		return nil, err
	}
	return secret.ReadOrCreateFile(filepath.Join(dir, "master.key"))
}

// requestLevel is the level at which requests are logged: people at a terminal watch them,
// and programs that gather logs are asked before each request costs a line.
func (s *Settings) requestLevel() slog.Level {
	if s.LogFormat == logging.Text {
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

// DemoKeyFile is where the API key of the demo's organization is kept.
func (s *Settings) DemoKeyFile() (string, error) {
	dir, err := s.dataDir()
	return filepath.Join(dir, "demo.key"), err
}

func (s *Settings) dataDir() (string, error) {
	if s.DataDir != "" {
		return s.DataDir, nil
	}
	return embedded.DefaultDataDir()
}

// migrateURL is the login that owns the tables.
func (s *Settings) migrateURL() string {
	if s.MigrateURL != "" {
		return s.MigrateURL
	}
	return s.DatabaseURL
}
