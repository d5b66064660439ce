package identity

import (
	"context"
	"strings"

	"golang.org/x/text/language"
	"google.golang.org/grpc/metadata"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// GetMe returns the caller's organization, person, API key and permissions.
func (s *Service) GetMe(ctx context.Context, _ *pb.GetMeRequest) (*pb.Me, error) {
	preferred, err := preferredLanguage(ctx)
	if err != nil {
		return nil, err
	}
	me, err := db.Read(ctx, s.db, readMe)
	if err != nil {
		return nil, err
	}
	s.addPermissions(me, call.From(ctx))
	me.LanguageCode = preferred.String()
	return me, nil
}

// readMe reads the caller's organization, person and API key.
func readMe(ctx context.Context, tx *db.Tx) (me *pb.Me, err error) {
	c := tx.Call()
	me = &pb.Me{CurrencyCode: c.Organization.CurrencyCode, TimeZone: c.Organization.Zone.String()}
	if me.Organization, err = organizations.Find(ctx, tx, id.Format("org", c.Organization.ID)); err != nil {
		return nil, err
	}
	if me.Person, err = persons.Find(ctx, tx, id.Format("prs", c.PersonID)); err != nil {
		return nil, err
	}
	if me.ApiKey, err = apiKeys.Find(ctx, tx, id.Format("key", c.KeyID)); err != nil {
		return nil, err
	}
	me.Role = me.ApiKey.Role
	return me, nil
}

// addPermissions adds the permissions of the call, each with its reach.
func (s *Service) addPermissions(me *pb.Me, c *call.Call) {
	for _, p := range s.policy.Permissions() {
		if reach := c.Reach(p); reach != call.None {
			me.Permissions = append(me.Permissions, p)
			me.Grants = append(me.Grants, &pb.Me_Grant{Permission: p, Reach: pb.Me_Reach(reach)})
		}
	}
}

// preferredLanguage returns the language that the caller prefers most, English by default.
func preferredLanguage(ctx context.Context) (language.Tag, error) {
	header := strings.Join(metadata.ValueFromIncomingContext(ctx, "accept-language"), ",")
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return language.Und, fault.Invalid(
			fault.At("Accept-Language", "must be a list of language tags such as \"de-DE, en;q=0.8\""))
	}
	if len(tags) == 0 || tags[0] == language.Make("mul") { // the parser's result for "*"
		return language.English, nil
	}
	return tags[0], nil
}
