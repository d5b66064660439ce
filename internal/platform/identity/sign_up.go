package identity

import (
	"context"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"

	"github.com/alexedwards/argon2id"
)

// passwordCost is OWASP's recommendation for argon2id of 2024: 19 MiB, two passes.
var passwordCost = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// SignUp creates an organization with its owner, key and chart of accounts.
func (s *Service) SignUp(ctx context.Context, req *pb.SignUpRequest) (*pb.SignUpResponse, error) {
	c := call.From(ctx)
	org := &pb.Organization{
		Id: id.Format("org", c.Organization.ID), DisplayName: req.GetDisplayName(), CurrencyCode: req.GetCurrencyCode(),
		TimeZone: req.GetTimeZone(), RegionCode: req.GetRegionCode(), Test: req.GetTest(),
	}
	if err := s.checkOrganization(ctx, nil, org, org); err != nil {
		return nil, err
	}
	if err := s.become(c, org); err != nil {
		return nil, err
	}
	hash, err := argon2id.CreateHash(req.GetOwnerPassword(), passwordCost)
	if err != nil {
		return nil, err
	}
	t := newToken()
	answer, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SignUpResponse, error) {
		answer := &pb.SignUpResponse{
			Organization: org,
			Owner:        &pb.Person{Id: id.Format("prs", c.PersonID), DisplayName: req.GetOwnerDisplayName(), Email: req.GetOwnerEmail()},
			ApiKey:       &pb.ApiKey{DisplayName: "First key", Role: pb.ApiKey_OWNER},
		}
		return answer, s.open(ctx, tx, answer, hash, t, req)
	})
	if answer != nil {
		s.reveal(ctx, answer.ApiKey, t)
	}
	return answer, err
}

// become makes the visitor's call one of the organization's owner.
func (s *Service) become(c *call.Call, org *pb.Organization) error {
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

// open stores what a new organization begins with.
func (s *Service) open(ctx context.Context, tx *db.Tx, a *pb.SignUpResponse, passwordHash string, t token, req *pb.SignUpRequest) error {
	if err := organizations.Insert(ctx, tx, a.Organization); err != nil {
		return err
	}
	if err := AddPerson(ctx, tx, a.Owner); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
insert into platform.logins (email, org_id, person_id, password_hash)
values ($1, $2, $3, $4)`, a.Owner.Email, tx.Call().Organization.ID, tx.Call().PersonID, passwordHash); err != nil {
		return err
	}
	if err := apiKeys.Insert(ctx, tx, a.ApiKey, madeByCaller, issue(t)); err != nil {
		return err
	}
	return s.signedUp(ctx, tx, req)
}
