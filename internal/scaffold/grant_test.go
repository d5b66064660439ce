package main

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"backoffice/internal/scaffold/standard"
)

var bill = standard.Resource{Message: "Bill", Collection: "bills", Prefix: "bil"}

// module returns the source of a module with grants.
func module(entries string) string {
	return "package work\n\nfunc Module() module.Module {\n\treturn module.Module{\n\t\tGrants: access.Grants{" + entries +
		"},\n\t}\n}\n"
}

// TestGrantsAreMerged adds a grant to entries of every form.
func TestGrantsAreMerged(t *testing.T) {
	t.Parallel()
	const role = "platformv1.ApiKey_HR: "
	for name, c := range map[string]struct{ entries, grant, want string }{
		"a role without grants":  {"", "HR", "{call.All: {\"operations.bills.*\"}},\n"},
		"reading by default all": {"", "HR:read", "{call.All: {\"operations.bills.read\"}},\n"},
		"another role":           {"\nplatformv1.ApiKey_X: {},\n", "HR:OWN", "{call.Own: {\"operations.bills.*\"}},\n"},
		"a role with the reach": {
			role + `{call.All: {"a"}},`, "HR:ALL:read", `{call.All: {"a", "operations.bills.read"}},`,
		},
		"a role with only another reach": {
			role + `{call.Own: {"a"}},`, "HR", `{call.Own: {"a"}, call.All: {"operations.bills.*"}},`,
		},
		"a reach in a second line": {
			role + "{call.All: {\"a\"},\n\t\t\t\tcall.Own: {\"b\"}},", "HR:OWN:read",
			`{call.All: {"a"}, call.Own: {"b", "operations.bills.read"}},`,
		},
		"a list over several lines": {
			role + "{call.All: {\n\"a\",\n\"b\",\n}},", "HR:TEAM", `{call.All: {"a", "b"}, call.Team: {"operations.bills.*"}},`,
		},
		"the same grant": {role + `{call.All: {"operations.bills.*"}},`, "HR:ALL", `{call.All: {"operations.bills.*"}},`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, err := parseGrant(c.grant)
			if err != nil {
				t.Fatal(err)
			}
			got, err := withGrant(module(c.entries), g, g.permission(&resource{Domain: "operations", Resource: bill}))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(got, role+c.want) || strings.Count(got, role) != 1 {
				t.Errorf("got\n%s, want one entry %s", got, role+c.want)
			}
		})
	}
}

// TestLongGrantsAreWrapped grants more than a line can take.
func TestLongGrantsAreWrapped(t *testing.T) {
	t.Parallel()
	source := module("")
	for _, reach := range []string{"Own", "All"} {
		for _, name := range strings.Split("abcdefgh", "") {
			var err error
			g := grant{role: "MANAGER", reach: reach}
			if source, err = withGrant(source, g, "operations."+strings.Repeat(name, 20)+".*"); err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(source, "\n") {
				if utf8.RuneCountInString(line) > maxColumns-len(grantIndent) {
					t.Fatalf("got a line of more than %d columns: %s", maxColumns, line)
				}
			}
		}
	}
}

// TestRolesMatchProto checks that the scaffold and its usage know all roles of the proto, except
// those that have their grants in platform/identity.
func TestRolesMatchProto(t *testing.T) {
	t.Parallel()
	var want []string
	for _, d := range standard.Declarations(read(t, root, "proto/backoffice/platform/v1/api_key.proto")) {
		role, found := strings.CutPrefix(d.Name, "ApiKey.Role.")
		if found && !slices.Contains([]string{"ROLE_UNSPECIFIED", "OWNER", "ADMIN", "AUDITOR"}, role) {
			want = append(want, role)
		}
	}
	if !slices.Equal(roles, want) {
		t.Errorf("got the roles %q, want %q", roles, want)
	}
	for _, role := range append(want, everyone) {
		if !strings.Contains(usage, role) {
			t.Errorf("the usage does not name the role %s", role)
		}
	}
}

func TestEveryoneIsAllRoles(t *testing.T) {
	t.Parallel()
	got, err := parseGrants("EVERYONE:ALL:read")
	if err != nil || len(got) != len(roles) {
		t.Fatalf("got %v, %v, want a grant for each of %d roles", got, err, len(roles))
	}
	for i, g := range got {
		if want := (grant{roles[i], "All", true}); g != want {
			t.Errorf("got %v, want %v", g, want)
		}
	}
}

func TestModuleWithoutGrantsIsRejected(t *testing.T) {
	t.Parallel()
	if got, err := withGrant("package work\n", grant{role: "HR", reach: "All"}, "a"); err == nil {
		t.Errorf("got %s, want an error", got)
	}
}
