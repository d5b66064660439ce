// Package access owns what roles may do: grants of permissions with a reach, and the
// policy that they add up to. It promises that a role has no more than what some grant
// says, that the widest of several grants holds, and that scopes only narrow. Which
// grants there are is left to the modules, and which records are whose to the kinds.
package access

import (
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
)

// Grants say what roles may do. A permission is {domain}.{collection}.{verb}; in a pattern
// a `*` stands for one part, or at the end for all that follow.
type Grants map[pb.ApiKey_Role]map[call.Reach][]string

// Policy is what grants add up to.
type Policy struct {
	grants      []Grants
	permissions []string
	reach       map[pb.ApiKey_Role]map[string]call.Reach
}

// NewPolicy adds grants up over the permissions that there are.
func NewPolicy(permissions []string, grants ...Grants) *Policy {
	p := &Policy{grants: grants, permissions: slices.Compact(slices.Sorted(slices.Values(permissions))), reach: map[pb.ApiKey_Role]map[string]call.Reach{}}
	for number := range pb.ApiKey_Role_name {
		role := pb.ApiKey_Role(number)
		p.reach[role] = map[string]call.Reach{}
		for _, permission := range p.permissions {
			p.reach[role][permission] = p.widest(role, permission)
		}
	}
	return p
}

// widest is the widest reach that a grant gives a role.
func (p *Policy) widest(role pb.ApiKey_Role, permission string) (widest call.Reach) {
	for _, g := range p.grants {
		for reach, patterns := range g[role] {
			if reach > widest && anyMatches(patterns, permission) {
				widest = reach
			}
		}
	}
	return widest
}

// Permissions are those that there are, in alphabetical order.
func (p *Policy) Permissions() []string { return p.permissions }

// Reach is for which records a role has a permission within scopes; no scopes are all.
func (p *Policy) Reach(role pb.ApiKey_Role, scopes []string, permission string) call.Reach {
	if len(scopes) > 0 && !anyMatches(scopes, permission) {
		return call.None
	}
	return p.reach[role][permission]
}

// Unmatched are the patterns that no permission matches, for a test that finds misspelled
// ones.
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
