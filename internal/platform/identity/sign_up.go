package identity

import (
	"context"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"

	"github.com/alexedwards/argon2id"
)

// passwordCost follows OWASP's 2024 recommendation for argon2id: 19 MiB of memory, two passes.
var passwordCost = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// SignUp creates an organization with its owner and first API key, and calls the sign-up hooks of
// the modules.
func (s *Service) SignUp(ctx context.Context, req *pb.SignUpRequest) (*pb.SignUpResponse, error) {
	c := call.From(ctx)
	org := &pb.Organization{
		Id: id.Format("org", c.Organization.ID), DisplayName: req.GetDisplayName(), CurrencyCode: req.GetCurrencyCode(),
		TimeZone: req.GetTimeZone(), RegionCode: req.GetRegionCode(), Test: req.GetTest(),
	}
	if err := s.checkOrganization(ctx, nil, org, org); err != nil {
		return nil, err
	}
	if err := s.becomeOwner(c, org); err != nil {
		return nil, err
	}
	hash, err := argon2id.CreateHash(req.GetOwnerPassword(), passwordCost)
	if err != nil {
		return nil, err
	}
	t := newToken()
	res, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SignUpResponse, error) {
		res := &pb.SignUpResponse{
			Organization: org,
			Owner: &pb.Person{
				Id: id.Format("prs", c.PersonID), DisplayName: req.GetOwnerDisplayName(), Email: req.GetOwnerEmail(),
			},
			ApiKey: &pb.ApiKey{DisplayName: "First key", Role: pb.ApiKey_OWNER},
		}
		return res, s.insertOrganization(ctx, tx, res, hash, t, req)
	})
	if res != nil {
		s.revealSecret(ctx, res.ApiKey, t)
	}
	return res, err
}

// becomeOwner converts the visitor's call to a call of the new organization's owner.
func (s *Service) becomeOwner(c *call.Call, org *pb.Organization) error {
	zone, err := s.zones.Load(org.TimeZone)
	if err != nil {
		return err
	}
	c.PersonID = id.New()
	c.Organization.CurrencyCode = org.CurrencyCode
	c.Organization.Zone = zone
	c.Organization.Test = org.Test
	c.Reach, c.Policy = call.ReachAll, s.policy
	return nil
}

// insertOrganization inserts the organization, its owner, the owner's login and the first API
// key, and calls the sign-up hook.
func (s *Service) insertOrganization(
	ctx context.Context, tx *db.Tx, res *pb.SignUpResponse, passwordHash string, t token, req *pb.SignUpRequest,
) error {
	if err := organizations.Insert(ctx, tx, res.Organization); err != nil {
		return err
	}
	if err := AddPerson(ctx, tx, res.Owner); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
insert into platform.logins (email, org_id, person_id, password_hash)
values ($1, $2, $3, $4)`, res.Owner.Email, tx.Call().Organization.ID, tx.Call().PersonID, passwordHash); err != nil {
		return err
	}
	if err := apiKeys.Insert(ctx, tx, res.ApiKey, setCreatorAndHolder, issueCredential(t)); err != nil {
		return err
	}
	return s.onSignUp(ctx, tx, req)
}
