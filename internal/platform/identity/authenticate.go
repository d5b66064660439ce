package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// cacheTime is how long a credential is believed without a look at the database:
// the longest that a revoked key or an archived person is still served.
const cacheTime = 2 * time.Second

// useTime is how exactly the last use of a key is known.
const useTime = time.Minute

// IdentifyKey returns the public id of the key in an Authorization header. It refuses a key
// that this deployment never issued; a key that was revoked or expired since is
// recognized. A stranger's guess costs no query.
func (s *Service) IdentifyKey(header string) (name string, err error) {
	t, ok := s.tokenOf(header)
	if !ok {
		return "", badCredential()
	}
	return t.publicID, nil
}

// Authenticate returns the call that an Authorization header speaks for, or refuses with
// CREDENTIAL_INVALID. Refusals are remembered as long as calls are.
func (s *Service) Authenticate(ctx context.Context, header string) (*call.Call, error) {
	t, ok := s.tokenOf(header)
	if !ok {
		return nil, badCredential()
	}
	if c, known := s.cache.get(t); known {
		if c == nil {
			return nil, badCredential()
		}
		return c, nil
	}
	c, err := s.look(ctx, t)
	var refusal *fault.Error
	switch {
	case err == nil:
		s.cache.put(t, c)
	case errors.As(err, &refusal) && refusal.Code == codes.Unauthenticated:
		s.cache.put(t, nil)
	}
	return c, err
}

// tokenOf reads the key in an Authorization header.
func (s *Service) tokenOf(header string) (token, bool) {
	scheme, key, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return token{}, false
	}
	return parseToken(s.db.Keys(), key)
}

func badCredential() error {
	return fault.New(codes.Unauthenticated, optionsv1.Reason_CREDENTIAL_INVALID,
		"The API key is malformed, unknown, revoked or expired.")
}

// look reads the credential, its key and its organization from the database.
func (s *Service) look(ctx context.Context, t token) (*call.Call, error) {
	org, keyID, err := s.credential(ctx, t)
	if err != nil {
		return nil, err
	}
	c := &call.Call{KeyID: keyID, Method: "authenticate"}
	c.Organization.ID = org
	ctx = call.With(ctx, c)
	h, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (holder, error) { return readHolder(ctx, tx, keyID) })
	if err != nil {
		return nil, err
	}
	if err := s.fill(&c.Organization, h); err != nil {
		return nil, err
	}
	now := c.Now()
	if h.State != pb.ApiKey_ACTIVE.String() || h.PersonArchived || h.ExpireTime != nil && !h.ExpireTime.After(now) {
		return nil, badCredential()
	}
	c.PersonID = h.PersonID
	if h.ExpireTime != nil {
		c.KeyExpireTime = *h.ExpireTime
	}
	role := pb.ApiKey_Role(pb.ApiKey_Role_value[h.Role])
	c.Policy = s.policy
	c.Reach = func(permission string) call.Reach { return s.policy.Reach(role, h.Scopes, permission) }
	if h.LastUseTime == nil || now.Sub(*h.LastUseTime) > useTime {
		// A use that cannot be noted now is noted the next time.
		_ = s.used(ctx, keyID, now)
	}
	return c, nil
}

// credential finds a token's organization and key, before any organization is
// entered.
func (s *Service) credential(ctx context.Context, t token) (org, key uuid.UUID, err error) {
	var hash []byte
	err = s.db.Pool().QueryRow(ctx, `
select org_id, api_key_id, secret_hash
from platform.credentials
where public_id = $1`, t.publicID).Scan(&org, &key, &hash)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && subtle.ConstantTimeCompare(hash, t.hash()) != 1 {
		return org, key, badCredential()
	}
	return org, key, err
}

// holder is what a call needs to know of its key, person and organization.
type holder struct {
	PersonID             uuid.UUID
	PersonArchived       bool
	Role, State          string
	Scopes               []string
	ExpireTime           *time.Time
	LastUseTime          *time.Time
	CurrencyCode         string
	TimeZone             string
	Test                 bool
	FiscalYearStartMonth int
	DisplayName          string
	ClockOffsetMicros    int64
}

func readHolder(ctx context.Context, tx *db.Tx, key uuid.UUID) (holder, error) {
	rows, err := tx.Query(ctx, `
select
  k.person_id, p.archive_time is not null as person_archived,
  k.role, k.state, k.scopes, k.expire_time, k.last_use_time,
  o.currency_code, o.time_zone, o.test, o.fiscal_year_start_month, o.clock_offset_micros, o.display_name
from platform.api_keys k
join platform.persons p on p.org_id = $1 and p.id = k.person_id
join platform.organizations o on o.org_id = $1
where k.org_id = $1
and k.id = $2`, tx.Call().Organization.ID, key)
	if err != nil {
		return holder{}, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[holder])
}

func (s *Service) fill(o *call.Organization, h holder) (err error) {
	o.CurrencyCode = h.CurrencyCode
	o.Test = h.Test
	o.FiscalYearStart = time.Month(h.FiscalYearStartMonth)
	o.DisplayName = h.DisplayName
	o.Clock = s.clock.Shifted(time.Duration(h.ClockOffsetMicros) * time.Microsecond)
	o.Zone, err = s.zones.Load(h.TimeZone)
	return err
}

// SystemCall makes a call of nobody's inside an organization, for jobs and handlers of
// events.
func (s *Service) SystemCall(ctx context.Context, org uuid.UUID) (*call.Call, error) {
	c := &call.Call{Reach: call.ReachAll, Policy: s.policy, Method: "system"}
	c.Organization.ID = org
	h, err := db.Read(call.With(ctx, c), s.db, func(ctx context.Context, tx *db.Tx) (holder, error) {
		var h holder
		return h, tx.QueryRow(ctx, `
select currency_code, time_zone, test, fiscal_year_start_month, clock_offset_micros, display_name
from platform.organizations
where org_id = $1`, org).Scan(&h.CurrencyCode, &h.TimeZone, &h.Test, &h.FiscalYearStartMonth, &h.ClockOffsetMicros, &h.DisplayName)
	})
	if err != nil {
		return nil, err
	}
	return c, s.fill(&c.Organization, h)
}

// used notes that a key was used; that is no change of the record.
func (s *Service) used(ctx context.Context, key uuid.UUID, now time.Time) error {
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		_, err := tx.Exec(ctx, `
update platform.api_keys
set last_use_time = $3
where org_id = $1
and id = $2`, tx.Call().Organization.ID, key, now)
		return &emptypb.Empty{}, err
	})
	return err
}
