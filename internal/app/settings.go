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

// Settings configure a server. Each is read from an environment variable and may be overridden by
// a flag. All are optional.
type Settings struct {
	// DatabaseURL is the URL of a PostgreSQL database. If empty, the server runs its own PostgreSQL.
	DatabaseURL string `env:"DATABASE_URL"`
	// MigrateURL is the URL with the login that runs migrations. If empty, DatabaseURL.
	MigrateURL string `env:"BACKOFFICE_MIGRATE_URL"`
	// DataDir is the folder of the server's own PostgreSQL, master key and files.
	DataDir string `env:"BACKOFFICE_DATA_DIR"`
	// FilesURL is where files are stored: file:///… for a folder, s3://… for a bucket. If empty, a
	// folder in DataDir.
	FilesURL string `env:"BACKOFFICE_FILES_URL"`
	// FileQuota is the number of bytes that the files of an organization may use, unless it has
	// its own quota. 0 means no limit.
	FileQuota int64 `env:"BACKOFFICE_FILE_QUOTA"`
	// SMTPURL is the mail server: smtps://user:password@host:465, or smtp:// with STARTTLS. If empty,
	// mails are stored in MailOutbox, as are always those of test organizations.
	SMTPURL string `env:"BACKOFFICE_SMTP_URL"`
	// MailOutbox is the folder of mails that are not sent. If empty, a folder in DataDir.
	MailOutbox string `env:"BACKOFFICE_MAIL_OUTBOX"`
	// MailFrom is the sender of mails of organizations without a verified sender address.
	MailFrom string `env:"BACKOFFICE_MAIL_FROM"`
	// InboundMailDomain is the domain of addresses that receive replies. If empty, replies go to the
	// sender.
	InboundMailDomain string `env:"BACKOFFICE_INBOUND_MAIL_DOMAIN"`
	// InboundMailSecret is the secret with which the mail provider signs what it delivers, in Base64.
	InboundMailSecret string `env:"BACKOFFICE_INBOUND_MAIL_SECRET"`
	// InboundMailAuthservID identifies the headers Authentication-Results of the mail provider. If
	// empty, they are ignored.
	InboundMailAuthservID string `env:"BACKOFFICE_INBOUND_MAIL_AUTHSERV_ID"`
	// MailEventsSecret is the secret with which the mail provider signs its reports, in Base64.
	MailEventsSecret string `env:"BACKOFFICE_MAIL_EVENTS_SECRET"`
	// PublicURL is the https URL at which recipients of mails reach the server.
	PublicURL string `env:"BACKOFFICE_PUBLIC_URL"`
	HTTPAddr  string `env:"BACKOFFICE_HTTP_ADDR" envDefault:"127.0.0.1:8080"`
	GRPCAddr  string `env:"BACKOFFICE_GRPC_ADDR" envDefault:"127.0.0.1:9090"`
	// MetricsAddr is the address of Prometheus metrics. If empty, they are not served.
	MetricsAddr string `env:"BACKOFFICE_METRICS_ADDR"`
	// MasterKey is 32 bytes in base64. MasterKeyFile is a file that contains them.
	MasterKey     string `env:"BACKOFFICE_MASTER_KEY"`
	MasterKeyFile string `env:"BACKOFFICE_MASTER_KEY_FILE"`
	// PreviousMasterKey is the master key that MasterKey replaces, in base64. Data encrypted
	// with it can still be read.
	PreviousMasterKey string `env:"BACKOFFICE_PREVIOUS_MASTER_KEY"`
	// KMSKey is the URL of a key of a key management service, which encrypts the keys of sealed
	// fields. If empty, the master key encrypts them.
	KMSKey  string   `env:"BACKOFFICE_KMS_KEY"`
	Origins []string `env:"BACKOFFICE_CORS_ORIGINS"`
	// TLSCertFile and TLSKeyFile are the PEM files of a certificate with its chain, and of its key.
	// If empty, the server speaks plain text.
	TLSCertFile string `env:"BACKOFFICE_TLS_CERT_FILE"`
	TLSKeyFile  string `env:"BACKOFFICE_TLS_KEY_FILE"`
	// TrustedProxies are the addresses or CIDR blocks of proxies whose X-Forwarded-For is trusted.
	TrustedProxies []string `env:"BACKOFFICE_TRUSTED_PROXIES"`
	// RateLimit limits the requests per second of a credential. SignUpRateLimit limits sign-ups,
	// and RefusedRateLimit refused credentials, per second of an address. 0 means no limit.
	RateLimit        float64 `env:"BACKOFFICE_RATE_LIMIT" envDefault:"500"`
	SignUpRateLimit  float64 `env:"BACKOFFICE_SIGN_UP_RATE_LIMIT" envDefault:"1"`
	RefusedRateLimit float64 `env:"BACKOFFICE_REFUSED_RATE_LIMIT" envDefault:"10"`
	// Connections is the most connections that a server opens to the database.
	Connections int32      `env:"BACKOFFICE_DB_CONNECTIONS" envDefault:"20"`
	LogLevel    slog.Level `env:"BACKOFFICE_LOG_LEVEL" envDefault:"info"`
	// LogFormat is json or text. If empty, text on a terminal and json elsewhere.
	LogFormat logging.Format `env:"BACKOFFICE_LOG_FORMAT"`
}

// SettingsFromEnvironment reads the settings from the environment variables.
func SettingsFromEnvironment() (Settings, error) {
	s, err := env.ParseAs[Settings]()
	if err != nil {
		return s, fmt.Errorf("settings: %w", err)
	}
	return s, nil
}

// Flags adds a flag for each setting. Its default is the setting's current value.
func (s *Settings) Flags(f *pflag.FlagSet) {
	f.StringVar(&s.DatabaseURL, "database-url", s.DatabaseURL, "URL of PostgreSQL; empty: run one (DATABASE_URL)")
	f.StringVar(&s.MigrateURL, "migrate-url", s.MigrateURL,
		"URL with the login that runs migrations (BACKOFFICE_MIGRATE_URL)")
	f.StringVar(&s.DataDir, "data-dir", s.DataDir,
		"folder of the server's own PostgreSQL, master key and files (BACKOFFICE_DATA_DIR)")
	f.StringVar(&s.FilesURL, "files-url", s.FilesURL,
		"where files are stored: file:///… or s3://…; empty: in the data directory (BACKOFFICE_FILES_URL)")
	f.Int64Var(&s.FileQuota, "file-quota", s.FileQuota,
		"bytes that the files of an organization may use; 0: no limit (BACKOFFICE_FILE_QUOTA)")
	s.mailFlags(f)
	f.StringVar(&s.HTTPAddr, "http-addr", s.HTTPAddr, "address of the REST API (BACKOFFICE_HTTP_ADDR)")
	f.StringVar(&s.GRPCAddr, "grpc-addr", s.GRPCAddr, "address of the gRPC API (BACKOFFICE_GRPC_ADDR)")
	f.StringVar(&s.MetricsAddr, "metrics-addr", s.MetricsAddr,
		"address of Prometheus metrics; empty: not served (BACKOFFICE_METRICS_ADDR)")
	f.StringVar(&s.MasterKeyFile, "master-key-file", s.MasterKeyFile,
		"file with the master key (BACKOFFICE_MASTER_KEY_FILE; or the key itself in BACKOFFICE_MASTER_KEY)")
	f.StringVar(&s.KMSKey, "kms-key", s.KMSKey,
		"AWS KMS key that encrypts the keys of sealed fields; empty: the master key does (BACKOFFICE_KMS_KEY)")
	f.StringSliceVar(&s.Origins, "cors-origins", s.Origins,
		"web origins that may call the API from browsers (BACKOFFICE_CORS_ORIGINS)")
	f.StringVar(&s.TLSCertFile, "tls-cert-file", s.TLSCertFile,
		"certificate with its chain, in PEM; empty: plain text (BACKOFFICE_TLS_CERT_FILE)")
	f.StringVar(&s.TLSKeyFile, "tls-key-file", s.TLSKeyFile, "the certificate's key, in PEM (BACKOFFICE_TLS_KEY_FILE)")
	f.StringSliceVar(&s.TrustedProxies, "trusted-proxies", s.TrustedProxies,
		"addresses or CIDR blocks of proxies whose X-Forwarded-For is trusted (BACKOFFICE_TRUSTED_PROXIES)")
	f.Float64Var(&s.RateLimit, "rate-limit", s.RateLimit,
		"requests per second of a credential; 0: no limit (BACKOFFICE_RATE_LIMIT)")
	f.Float64Var(&s.SignUpRateLimit, "sign-up-rate-limit", s.SignUpRateLimit,
		"sign-ups per second of an address; 0: no limit (BACKOFFICE_SIGN_UP_RATE_LIMIT)")
	f.Float64Var(&s.RefusedRateLimit, "refused-rate-limit", s.RefusedRateLimit,
		"refused credentials per second of an address; 0: no limit (BACKOFFICE_REFUSED_RATE_LIMIT)")
	f.Int32Var(&s.Connections, "db-connections", s.Connections,
		"maximum number of database connections (BACKOFFICE_DB_CONNECTIONS)")
	f.TextVar(&s.LogLevel, "log-level", s.LogLevel, "debug, info, warn or error (BACKOFFICE_LOG_LEVEL)")
	f.TextVar(&s.LogFormat, "log-format", s.LogFormat,
		"json, or text with a line for each request; empty: text on a terminal, else json (BACKOFFICE_LOG_FORMAT)")
}

// mailFlags adds the flags of the settings of mail. The secrets have no flags, because other users
// of a machine can read the flags of a process.
func (s *Settings) mailFlags(f *pflag.FlagSet) {
	f.StringVar(&s.MailOutbox, "mail-outbox", s.MailOutbox,
		"folder of mails that are not sent; empty: in the data directory (BACKOFFICE_MAIL_OUTBOX)")
	f.StringVar(&s.MailFrom, "mail-from", s.MailFrom, "address that mails come from (BACKOFFICE_MAIL_FROM)")
	f.StringVar(&s.InboundMailDomain, "inbound-mail-domain", s.InboundMailDomain,
		"domain of addresses that receive replies; empty: replies go to the sender (BACKOFFICE_INBOUND_MAIL_DOMAIN)")
	f.StringVar(&s.InboundMailAuthservID, "inbound-mail-authserv-id", s.InboundMailAuthservID,
		"identifier of the mail provider's checks of senders; empty: none (BACKOFFICE_INBOUND_MAIL_AUTHSERV_ID)")
	f.StringVar(&s.PublicURL, "public-url", s.PublicURL,
		"https URL at which recipients of mails reach the server (BACKOFFICE_PUBLIC_URL)")
}

// masterKey reads the master key, the one that it replaces, and the key of a key management service
// if they are set.
func (s *Settings) masterKey() (*secret.Master, error) {
	keys, err := s.currentMasterKey()
	if err != nil {
		return nil, err
	}
	if s.PreviousMasterKey != "" {
		previous, err := secret.Parse(s.PreviousMasterKey)
		if err != nil {
			return nil, fmt.Errorf("BACKOFFICE_PREVIOUS_MASTER_KEY: %w", err)
		}
		keys = keys.Replacing(previous)
	}
	if s.KMSKey != "" {
		return keys.WithKMS(s.KMSKey)
	}
	return keys, nil
}

// currentMasterKey reads the master key. If the server runs its own PostgreSQL, it creates a
// missing key. A managed database needs a configured key, because whoever loses the key loses the
// data.
func (s *Settings) currentMasterKey() (*secret.Master, error) {
	switch {
	case s.MasterKey != "":
		return secret.Parse(s.MasterKey)
	case s.MasterKeyFile != "":
		return secret.ReadFile(s.MasterKeyFile)
	case s.DatabaseURL != "":
		return nil, errors.New("a managed database needs a master key: set BACKOFFICE_MASTER_KEY or " +
			"BACKOFFICE_MASTER_KEY_FILE; `backoffice key` generates one")
	}
	dir, err := s.dataDir()
	if err != nil {
		return nil, err
	}
	return secret.ReadOrCreateFile(filepath.Join(dir, "master.key"))
}

// requestLevel returns the level at which requests are logged: info in text logs, which people
// read at a terminal, and debug in JSON logs, where a line for each request costs storage.
func (s *Settings) requestLevel() slog.Level {
	if s.LogFormat == logging.Text {
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

// DemoKeyFile returns the path of the file with the API key of the demo organization.
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

// migrateURL returns the URL with the login that owns the tables.
func (s *Settings) migrateURL() string {
	if s.MigrateURL != "" {
		return s.MigrateURL
	}
	return s.DatabaseURL
}
