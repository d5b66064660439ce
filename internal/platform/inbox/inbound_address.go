package inbox

import (
	"context"
	"crypto/rand"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type timestamp = timestamppb.Timestamp

var addressKind = resource.New(table.New("platform.inbound_addresses",
	table.Text("display_name", func(a *pb.InboundAddress) *string { return &a.DisplayName }),
	table.Text("purpose", func(a *pb.InboundAddress) *string { return &a.Purpose }).Filter(),
	table.Ref("owner_id", "prs", func(a *pb.InboundAddress) *string { return &a.OwnerId }).Filter().Usable(),
	table.Enum("state", func(a *pb.InboundAddress) *pb.InboundAddress_State { return &a.State }).Filter(),
	table.Timestamp("rotate_time", func(a *pb.InboundAddress) **timestamp { return &a.RotateTime }),
	table.Timestamp("revoke_time", func(a *pb.InboundAddress) **timestamp { return &a.RevokeTime }),
)).Owner("owner_id").Responsible("owner_id").ClosedIn(pb.InboundAddress_REVOKED).Lifecycle(addressLifecycle)

var addressLifecycle = state.New(func(a *pb.InboundAddress) *pb.InboundAddress_State { return &a.State },
	[]state.Step[pb.InboundAddress_State]{
		{Verb: "rotate", Event: "rotated", From: []pb.InboundAddress_State{pb.InboundAddress_ACTIVE}},
		{Verb: "revoke", Event: "revoked", From: []pb.InboundAddress_State{pb.InboundAddress_ACTIVE},
			To: pb.InboundAddress_REVOKED},
	})

// CreateInboundAddress creates an inbound address.
func (s *Service) CreateInboundAddress(
	ctx context.Context, req *pb.CreateInboundAddressRequest,
) (*pb.InboundAddress, error) {
	return s.addresses.CreateWith(ctx, s.db, req.GetInboundAddress(),
		func(ctx context.Context, tx *db.Tx, _, r *pb.InboundAddress) error {
			r.State = pb.InboundAddress_ACTIVE
			if r.Purpose == "" {
				r.Purpose = defaultPurpose.Name
			}
			if err := s.addresses.Insert(ctx, tx, r, s.checkPurpose); err != nil {
				return err
			}
			if err := storeToken(ctx, tx, nil, r); err != nil {
				return err
			}
			return s.setEmails(ctx, tx, []*pb.InboundAddress{r})
		})
}

// checkPurpose refuses an unknown purpose.
func (s *Service) checkPurpose(_ context.Context, _ *db.Tx, _, r *pb.InboundAddress) error {
	if _, known := s.purposes[r.Purpose]; !known {
		return fault.Invalid(fault.At("purpose", "is not a purpose; GET /v1/inboundPurposes lists them"))
	}
	return nil
}

// GetInboundAddress returns an inbound address.
func (s *Service) GetInboundAddress(
	ctx context.Context, req *pb.GetInboundAddressRequest,
) (*pb.InboundAddress, error) {
	return s.addresses.Get(ctx, s.db, req.GetInboundAddressId())
}

// BatchGetInboundAddresses returns several inbound addresses.
func (s *Service) BatchGetInboundAddresses(
	ctx context.Context, req *pb.BatchGetInboundAddressesRequest,
) (*pb.BatchGetInboundAddressesResponse, error) {
	list, err := s.addresses.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetInboundAddressesResponse{InboundAddresses: list}, err
}

// ListInboundAddresses lists inbound addresses.
func (s *Service) ListInboundAddresses(
	ctx context.Context, req *pb.ListInboundAddressesRequest,
) (*pb.ListInboundAddressesResponse, error) {
	page, err := s.addresses.List(ctx, s.db, req)
	return &pb.ListInboundAddressesResponse{
		InboundAddresses: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateInboundAddress updates an inbound address.
func (s *Service) UpdateInboundAddress(
	ctx context.Context, req *pb.UpdateInboundAddressRequest,
) (*pb.InboundAddress, error) {
	return s.addresses.Update(ctx, s.db, req.GetInboundAddressId(), req.GetInboundAddress(), req.GetUpdateMask())
}

// RotateInboundAddress gives an inbound address another email address.
func (s *Service) RotateInboundAddress(
	ctx context.Context, req *pb.RotateInboundAddressRequest,
) (*pb.InboundAddress, error) {
	return s.addresses.Step(ctx, s.db, req.GetInboundAddressId(), "rotate",
		func(ctx context.Context, tx *db.Tx, was, r *pb.InboundAddress) error {
			r.RotateTime = timestamppb.New(tx.Call().Now())
			return storeToken(ctx, tx, was, r)
		})
}

// RevokeInboundAddress revokes an inbound address.
func (s *Service) RevokeInboundAddress(
	ctx context.Context, req *pb.RevokeInboundAddressRequest,
) (*pb.InboundAddress, error) {
	return s.addresses.Step(ctx, s.db, req.GetInboundAddressId(), "revoke",
		func(_ context.Context, tx *db.Tx, _, r *pb.InboundAddress) error {
			r.RevokeTime = timestamppb.New(tx.Call().Now())
			return deleteToken(tx, r)
		})
}

// addressPrefix begins the addresses. They have no plus sign, which many forms on the web refuse.
const addressPrefix = "in-"

// Sizes of the two parts of an address after the prefix: the organization's identifier, and a
// secret of 90 bits.
const (
	organizationChars = 26
	secretChars       = 18
)

// newToken returns a new secret.
func newToken() string {
	return strings.ToLower(rand.Text())[:secretChars] // Base32: 5 bits a character
}

// storeToken gives an address a new secret instead of the earlier one.
func storeToken(_ context.Context, tx *db.Tx, _, r *pb.InboundAddress) error {
	if err := deleteToken(tx, r); err != nil {
		return err
	}
	key, err := id.Parse("iad", r.Id)
	tx.Pending().Queue(`
insert into platform.inbound_tokens (org_id, token, inbound_address_id)
values ($1, $2, $3)`, tx.Call().Organization.ID, newToken(), key)
	return err
}

// deleteToken deletes the secret of an address, which then receives nothing.
func deleteToken(tx *db.Tx, r *pb.InboundAddress) error {
	key, err := id.Parse("iad", r.Id)
	tx.Pending().Queue(`
delete from platform.inbound_tokens
where org_id = $1
and inbound_address_id = $2`, tx.Call().Organization.ID, key)
	return err
}

// setEmails sets the email addresses of the addresses that receive emails.
func (s *Service) setEmails(ctx context.Context, tx *db.Tx, list []*pb.InboundAddress) error {
	if s.domain == "" {
		return nil
	}
	keys, err := id.ParseEach("iad", list, func(a *pb.InboundAddress) string { return a.Id })
	if err != nil {
		return err
	}
	org := tx.Call().Organization.ID
	tokens, err := db.CollectMap[uuid.UUID, string](ctx, tx, `
select k.inbound_address_id, k.token
from platform.inbound_tokens k
where k.org_id = $1
and k.inbound_address_id = any($2)`, org, keys)
	if err != nil {
		return err
	}
	for i, a := range list {
		if token := tokens[keys[i]]; token != "" {
			a.Email = addressPrefix + strings.TrimPrefix(id.Format("org", org), "org_") + token + "@" + s.domain
		}
	}
	return nil
}

// parseLocal splits the part of an address before the @ into the organization and the secret.
func parseLocal(local string) (organization uuid.UUID, token string, ok bool) {
	rest, isInbound := strings.CutPrefix(strings.ToLower(local), addressPrefix)
	if !isInbound || len(rest) != organizationChars+secretChars {
		return organization, "", false
	}
	organization, err := id.Parse("org", "org_"+rest[:organizationChars])
	return organization, rest[organizationChars:], err == nil
}
