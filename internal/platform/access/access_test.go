package access_test

import (
	"slices"
	"testing"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
)

func TestWidestGrantApplies(t *testing.T) {
	t.Parallel()
	permissions := []string{"operations.tasks.read", "operations.tasks.write", "finance.books.read", "finance.books.read"}
	p := access.NewPolicy(permissions,
		access.Grants{pb.ApiKey_MANAGER: {call.Own: {"operations.*"}, call.Team: {"*.tasks.read"}}},
		access.Grants{pb.ApiKey_MANAGER: {call.Own: {"operations.tasks.read"}}, pb.ApiKey_OWNER: {call.All: {"*"}}},
		access.Grants{pb.ApiKey_HR: {call.All: {"people.*"}}},
	)
	for _, c := range []struct {
		name       string
		role       pb.ApiKey_Role
		scopes     []string
		permission string
		want       call.Reach
	}{
		{"the widest of two grants applies", pb.ApiKey_MANAGER, nil, "operations.tasks.read", call.Team},
		{"a star at the end matches all remaining parts", pb.ApiKey_MANAGER, nil, "operations.tasks.write", call.Own},
		{"no grant gives the permission", pb.ApiKey_MANAGER, nil, "finance.books.read", call.None},
		{"the role has no grants", pb.ApiKey_AUDITOR, nil, "finance.books.read", call.None},
		{"the permission does not exist", pb.ApiKey_OWNER, nil, "finance.crypto.read", call.None},
		{"a star matches every permission", pb.ApiKey_OWNER, nil, "finance.books.read", call.All},
		{"a scope includes the permission", pb.ApiKey_OWNER, []string{"finance.*"}, "finance.books.read", call.All},
		{"no scope includes the permission", pb.ApiKey_OWNER, []string{"finance.*"}, "operations.tasks.read", call.None},
		{"a scope does not widen", pb.ApiKey_MANAGER, []string{"*"}, "operations.tasks.write", call.Own},
		{"a scope includes only another verb", pb.ApiKey_OWNER, []string{"*.*.read"}, "operations.tasks.write", call.None},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := p.Reach(c.role, c.scopes, c.permission); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	if got := p.Unmatched(); !slices.Equal(got, []string{"people.*"}) {
		t.Errorf("got unmatched patterns %q, want people.*", got)
	}
	if got := p.Permissions(); len(got) != 3 {
		t.Errorf("got permissions %q, want 3", got)
	}
}
