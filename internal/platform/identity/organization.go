package identity

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/notice"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var organizations = resource.New(table.New("platform.organizations",
	table.Text("display_name", func(o *pb.Organization) *string { return &o.DisplayName }),
	table.Text("currency_code", func(o *pb.Organization) *string { return &o.CurrencyCode }),
	table.Text("time_zone", func(o *pb.Organization) *string { return &o.TimeZone }),
	table.Text("region_code", func(o *pb.Organization) *string { return &o.RegionCode }),
	table.Bool("test", func(o *pb.Organization) *bool { return &o.Test }),
	table.Int32("fiscal_year_start_month", func(o *pb.Organization) *int32 { return &o.FiscalYearStartMonth }),
	table.Text("link_template", func(o *pb.Organization) *string { return &o.LinkTemplate }).Raw(),
	table.Text("legal_name", func(o *pb.Organization) *string { return &o.LegalName }),
	table.Message("address", func(o *pb.Organization) **typepb.Address { return &o.Address }),
	table.Text("email", func(o *pb.Organization) *string { return &o.Email }),
	table.Text("phone", func(o *pb.Organization) *string { return &o.Phone }),
	table.Text("website", func(o *pb.Organization) *string { return &o.Website }),
	table.Text("tax_number", func(o *pb.Organization) *string { return &o.TaxNumber }),
	table.Text("registration", func(o *pb.Organization) *string { return &o.Registration }),
	table.Text("language_code", func(o *pb.Organization) *string { return &o.LanguageCode }),
	table.Ref("logo_file_id", "fil", func(o *pb.Organization) *string { return &o.LogoFileId }).Usable(),
).Rank(db.RankOrganization)).Open().DeclareEvents("created")

// GetOrganization returns the caller's organization.
func (s *Service) GetOrganization(ctx context.Context, req *pb.GetOrganizationRequest) (*pb.Organization, error) {
	return organizations.Get(ctx, s.db, req.GetOrganizationId())
}

// UpdateOrganization changes the caller's organization.
func (s *Service) UpdateOrganization(ctx context.Context, req *pb.UpdateOrganizationRequest) (*pb.Organization,
	error) {
	defer s.cache.forget(call.From(ctx).Organization.ID)
	return organizations.Update(ctx, s.db, req.GetOrganizationId(), req.GetOrganization(), req.GetUpdateMask(),
		s.checkOrganization, checkLetterhead)
}

// FindOrganization returns the organization of the transaction, on the system side.
func FindOrganization(ctx context.Context, tx *db.Tx) (*pb.Organization, error) {
	return organizations.Find(ctx, tx, id.Format(organizations.Prefix(), tx.Call().Organization.ID))
}

// checkOrganization refuses an unknown currency or time zone, and an invalid template of links. The
// fiscal year starts in January by default.
func (s *Service) checkOrganization(_ context.Context, _ *db.Tx, _, o *pb.Organization) error {
	var violations fault.List
	if _, known := money.Digits(o.CurrencyCode); !known {
		violations.Append(fault.At("currencyCode", "must be an ISO 4217 code such as \"USD\""))
	}
	if _, err := s.zones.Load(o.TimeZone); err != nil {
		violations.Append(fault.At("timeZone", "must be an IANA zone such as \"America/New_York\""))
	}
	if err := notice.CheckLinkTemplate(o.LinkTemplate); err != nil {
		violations.Append(fault.At("linkTemplate", "%s", err))
	}
	if o.FiscalYearStartMonth == 0 {
		o.FiscalYearStartMonth = 1
	}
	return violations.Err()
}

// ForgetCalls makes this server read the calls of an organization again. Other servers do within
// two seconds.
func (s *Service) ForgetCalls(organization uuid.UUID) { s.cache.forget(organization) }

// VisitorCall returns the call of a caller without a credential. It has no person, and the
// organization is one that does not exist yet. scope is a digest of the idempotency key and the
// request, or nil without a key. The same scope gives the same organization id, so that a retry
// finds the response of the first try.
func (s *Service) VisitorCall(scope []byte) *call.Call {
	c := &call.Call{Reach: call.ReachNone}
	c.Organization.ID = id.New()
	c.Organization.Clock = s.clock
	if scope != nil {
		copy(c.Organization.ID[:], scope)
		// Set the version and variant bits of a UUIDv7 (RFC 9562); the digest gives the others.
		c.Organization.ID[6] = c.Organization.ID[6]&0x0f | 0x70
		c.Organization.ID[8] = c.Organization.ID[8]&0x3f | 0x80
	}
	return c
}
