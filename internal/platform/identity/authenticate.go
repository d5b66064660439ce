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

// cacheTime is how long a credential is cached. A server may accept a revoked key or the key of
// an archived person for at most this long.
const cacheTime = 2 * time.Second

// lastUsePrecision is the precision of a key's last_use_time. More frequent uses are not stored.
const lastUsePrecision = time.Minute

// IdentifyKey returns the public id of the key in an Authorization header. It refuses a key that
// this deployment never issued, and accepts one that is revoked or expired. It needs no query, so
// guessed keys cost the database nothing.
func (s *Service) IdentifyKey(header string) (publicID string, err error) {
	t, ok := s.parseHeader(header)
	if !ok {
		return "", invalidCredential()
	}
	return t.publicID, nil
}

// Authenticate returns the call of the caller whose key is in an Authorization header. It fails
// with CREDENTIAL_INVALID if the key is not valid. Refusals are cached as long as calls.
func (s *Service) Authenticate(ctx context.Context, header string) (*call.Call, error) {
	t, ok := s.parseHeader(header)
	if !ok {
		return nil, invalidCredential()
	}
	if c, isCached := s.cache.get(t); isCached {
		if c == nil {
			return nil, invalidCredential()
		}
		return c, nil
	}
	c, err := s.readCall(ctx, t)
	var refusal *fault.Error
	switch {
	case err == nil:
		s.cache.put(t, c)
	case errors.As(err, &refusal) && refusal.Code == codes.Unauthenticated:
		s.cache.put(t, nil)
	}
	return c, err
}

// parseHeader parses the key in an Authorization header.
func (s *Service) parseHeader(header string) (token, bool) {
	scheme, key, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return token{}, false
	}
	return parseToken(s.db.Keys(), key)
}

func invalidCredential() error {
	return fault.New(codes.Unauthenticated, optionsv1.Reason_CREDENTIAL_INVALID,
		"The API key is malformed, unknown, revoked or expired.")
}

// readCall reads the credential, its key and its organization from the database and returns
// their call.
func (s *Service) readCall(ctx context.Context, t token) (*call.Call, error) {
	org, keyID, err := s.readCredential(ctx, t)
	if err != nil {
		return nil, err
	}
	return s.AuthenticateKey(ctx, org, keyID)
}

// AuthenticateKey returns the call of an API key that was proven otherwise, such as by a signed
// link. It fails with CREDENTIAL_INVALID if the key is revoked or expired, or if its person is
// archived.
func (s *Service) AuthenticateKey(ctx context.Context, org, keyID uuid.UUID) (*call.Call, error) {
	c := &call.Call{KeyID: keyID, Method: "authenticate"}
	c.Organization.ID = org
	ctx = call.With(ctx, c)
	h, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (holder, error) {
		return readHolder(ctx, tx, keyID)
	})
	if err != nil {
		return nil, err
	}
	if err := s.fillOrganization(&c.Organization, h); err != nil {
		return nil, err
	}
	now := c.Now()
	if h.State != pb.ApiKey_ACTIVE.String() || h.PersonArchived || h.ExpireTime != nil && !h.ExpireTime.After(now) {
		return nil, invalidCredential()
	}
	c.PersonID = h.PersonID
	if h.ExpireTime != nil {
		c.KeyExpireTime = *h.ExpireTime
	}
	role := pb.ApiKey_Role(pb.ApiKey_Role_value[h.Role])
	c.Policy = s.policy
	c.Reach = func(permission string) call.Reach { return s.policy.Reach(role, h.Scopes, permission) }
	if h.LastUseTime == nil || now.Sub(*h.LastUseTime) > lastUsePrecision {
		// If this fails, the next use is stored instead.
		_ = s.saveLastUse(ctx, keyID, now)
	}
	return c, nil
}

// readCredential returns the organization and the API key of a token. It runs before the
// organization is known, so outside of row-level security.
func (s *Service) readCredential(ctx context.Context, t token) (org, key uuid.UUID, err error) {
	var hash []byte
	err = s.db.Pool().QueryRow(ctx, `
select org_id, api_key_id, secret_hash
from platform.credentials
where public_id = $1`, t.publicID).Scan(&org, &key, &hash)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && subtle.ConstantTimeCompare(hash, t.hash()) != 1 {
		return org, key, invalidCredential()
	}
	return org, key, err
}

// holder contains the fields of the key, the person and the organization that a call needs.
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
	RegionCode           string
	ClockOffsetMicros    int64

	RequiredCustomFieldsOf []string
	ApprovalKinds          []string
}

func readHolder(ctx context.Context, tx *db.Tx, key uuid.UUID) (holder, error) {
	rows, err := tx.Query(ctx, `
select
  k.person_id, p.archive_time is not null as person_archived,
  k.role, k.state, k.scopes, k.expire_time, k.last_use_time,
  o.currency_code, o.time_zone, o.test, o.fiscal_year_start_month, o.clock_offset_micros, o.display_name,
  o.region_code,
  array(
    select distinct f.resource
    from platform.custom_fields f
    where f.org_id = $1
    and f.required
    and f.archive_time is null
  ) as required_custom_fields_of,
  array(
    select distinct a.approval_kind
    from platform.approval_policies a
    where a.org_id = $1
  ) as approval_kinds
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

func (s *Service) fillOrganization(o *call.Organization, h holder) (err error) {
	o.CurrencyCode = h.CurrencyCode
	o.Test = h.Test
	o.FiscalYearStart = time.Month(h.FiscalYearStartMonth)
	o.DisplayName = h.DisplayName
	o.RegionCode = h.RegionCode
	o.RequiredCustomFieldsOf = h.RequiredCustomFieldsOf
	o.ApprovalKinds = h.ApprovalKinds
	o.Clock = s.clock.Shifted(time.Duration(h.ClockOffsetMicros) * time.Microsecond)
	o.Zone, err = s.zones.Load(h.TimeZone)
	return err
}

// SystemCall returns a call of an organization without a person, for jobs and handlers of events.
func (s *Service) SystemCall(ctx context.Context, org uuid.UUID) (*call.Call, error) {
	c := &call.Call{Reach: call.ReachAll, Policy: s.policy, Method: "system"}
	c.Organization.ID = org
	h, err := db.Read(call.With(ctx, c), s.db, func(ctx context.Context, tx *db.Tx) (holder, error) {
		var h holder
		return h, tx.QueryRow(ctx, `
select currency_code, time_zone, test, fiscal_year_start_month, clock_offset_micros, display_name,
  region_code
from platform.organizations
where org_id = $1`, org).Scan(
			&h.CurrencyCode, &h.TimeZone, &h.Test, &h.FiscalYearStartMonth, &h.ClockOffsetMicros, &h.DisplayName,
			&h.RegionCode)
	})
	if err != nil {
		return nil, err
	}
	return c, s.fillOrganization(&c.Organization, h)
}

// saveLastUse stores when a key was last used. It records no event and keeps the etag, because a
// use does not change the key.
func (s *Service) saveLastUse(ctx context.Context, key uuid.UUID, now time.Time) error {
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
