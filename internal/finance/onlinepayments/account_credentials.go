package onlinepayments

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/sealed"
)

// The sealed secrets of an account. They are not fields of the stored record, because no one can
// reveal them.
const (
	signingSecretField = "signing_secret"
	apiKeyField        = "api_key"
)

// ReplacePaymentProviderSecrets replaces the secrets of a payment provider account.
func (s *Service) ReplacePaymentProviderSecrets(
	ctx context.Context, req *pb.ReplacePaymentProviderSecretsRequest,
) (*account, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*account, error) {
		a, err := s.accounts.LockByCaller(ctx, tx, req.GetPaymentProviderAccountId())
		if err != nil {
			return nil, err
		}
		if err := s.accounts.CheckEtag(ctx, tx, a, a); err != nil {
			return nil, err
		}
		c, err := loadCredentials(ctx, tx, a.Id)
		if err != nil {
			return nil, err
		}
		if req.GetSigningSecret() != "" {
			c.SigningSecret = req.GetSigningSecret()
		}
		if req.GetApiKey() != "" {
			c.APIKey = req.GetApiKey()
		}
		if err := s.checkProvider(c)(ctx, tx, a, a); err != nil {
			return nil, err
		}
		tx.Record(db.Event{Type: "finance.paymentProviderAccount.secretsReplaced", SubjectID: a.Id})
		if err := storeCredentials(ctx, tx, a.Id, c); err != nil {
			return nil, err
		}
		return s.accounts.Find(ctx, tx, a.Id)
	})
}

// sealedKey returns the key of an account's sealed values.
func sealedKey(accountID string) (sealed.Key, error) {
	key, err := id.Parse(accountPrefix, accountID)
	return sealed.Key{Kind: accountPrefix, Key: key}, err
}

// storeCredentials seals the secrets of an account under its keys.
func storeCredentials(ctx context.Context, tx *db.Tx, accountID string, c Credentials) error {
	key, err := sealedKey(accountID)
	if err != nil {
		return err
	}
	values := []sealed.Value{{Subject: key, Record: key, Field: signingSecretField, Text: c.SigningSecret}}
	if c.APIKey != "" {
		values = append(values, sealed.Value{Subject: key, Record: key, Field: apiKeyField, Text: c.APIKey})
	}
	return sealed.QueueStore(ctx, tx, tx.Pending(), values)
}

// loadCredentials returns the secrets of an account.
func loadCredentials(ctx context.Context, tx *db.Tx, accountID string) (Credentials, error) {
	key, err := sealedKey(accountID)
	if err != nil {
		return Credentials{}, err
	}
	texts, err := sealed.Reveal(ctx, tx, key, []string{signingSecretField, apiKeyField})
	return Credentials{SigningSecret: texts[signingSecretField], APIKey: texts[apiKeyField]}, err
}

// connection is an account with its provider and its secrets.
type connection struct {
	account     *account
	provider    PaymentProvider
	credentials Credentials
}

// connect returns an account with its provider and its secrets.
func (s *Service) connect(ctx context.Context, tx *db.Tx, accountID string) (c connection, err error) {
	if c.account, err = s.accounts.Find(ctx, tx, accountID); err != nil {
		return c, err
	}
	known := false
	if c.provider, known = s.providers[c.account.Provider]; !known {
		return c, fmt.Errorf("onlinepayments: the server has no payment provider %s", c.account.Provider)
	}
	c.credentials, err = loadCredentials(ctx, tx, accountID)
	return c, err
}

// openConnection is connect in a read transaction.
func (s *Service) openConnection(ctx context.Context, accountID string) (connection, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (connection, error) {
		return s.connect(ctx, tx, accountID)
	})
}

// withoutKey returns a context without the idempotency key of the caller, for work of several
// transactions that may run again.
func withoutKey(ctx context.Context) context.Context {
	c := *call.From(ctx)
	c.IdempotencyKey = ""
	return call.With(ctx, &c)
}
