// Package access defines what roles may do: grants of permissions with a reach, and the policy
// that combines them. A role has a permission only if a grant gives it, with the widest reach of
// all such grants. Scopes only narrow a role's permissions. Modules define the grants, and kinds
// define who owns a record.
package access

import (
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
)

// Grants are patterns of permissions by role and reach. A permission is
// {domain}.{collection}.{verb}. In a pattern, `*` matches one part; at the end it matches all
// remaining parts.
type Grants map[pb.ApiKey_Role]map[call.Reach][]string

// Policy is the combination of grants: the reach of each role for each permission.
type Policy struct {
	grants      []Grants
	permissions []string
	reach       map[pb.ApiKey_Role]map[string]call.Reach
}

// NewPolicy combines grants. permissions are all existing permissions; duplicates are allowed.
func NewPolicy(permissions []string, grants ...Grants) *Policy {
	p := &Policy{
		grants:      grants,
		permissions: slices.Compact(slices.Sorted(slices.Values(permissions))),
		reach:       map[pb.ApiKey_Role]map[string]call.Reach{},
	}
	for number := range pb.ApiKey_Role_name {
		role := pb.ApiKey_Role(number)
		p.reach[role] = map[string]call.Reach{}
		for _, permission := range p.permissions {
			p.reach[role][permission] = p.widestReach(role, permission)
		}
	}
	return p
}

// widestReach returns the widest reach for a permission that any grant gives a role.
func (p *Policy) widestReach(role pb.ApiKey_Role, permission string) (widest call.Reach) {
	for _, g := range p.grants {
		for reach, patterns := range g[role] {
			if reach > widest && anyMatches(patterns, permission) {
				widest = reach
			}
		}
	}
	return widest
}

// Permissions returns all existing permissions in alphabetical order.
func (p *Policy) Permissions() []string { return p.permissions }

// Reach returns the reach with which a role has a permission. Scopes, if there are any, limit the
// permissions to those that match one of them.
func (p *Policy) Reach(role pb.ApiKey_Role, scopes []string, permission string) call.Reach {
	if len(scopes) > 0 && !anyMatches(scopes, permission) {
		return call.None
	}
	return p.reach[role][permission]
}

// Unmatched returns the patterns that match no permission. A test uses it to find misspelled
// patterns.
func (p *Policy) Unmatched() (unmatched []string) {
	for _, g := range p.grants {
		for _, reaches := range g {
			for _, patterns := range reaches {
				for _, pattern := range patterns {
					if !slices.ContainsFunc(p.permissions, func(permission string) bool { return matches(pattern, permission) }) {
						unmatched = append(unmatched, pattern)
					}
				}
			}
		}
	}
	return unmatched
}

func anyMatches(patterns []string, permission string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, permission) })
}

func matches(pattern, permission string) bool {
	for {
		p, moreOfPattern, pMore := strings.Cut(pattern, ".")
		s, moreOfPermission, sMore := strings.Cut(permission, ".")
		switch {
		case p == "*" && !pMore:
			return true
		case p != "*" && p != s, pMore != sMore:
			return false
		case !pMore:
			return true
		}
		pattern, permission = moreOfPattern, moreOfPermission
	}
}
