package app_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
)

// roles returns the built-in roles, sorted by number.
func roles() (out []platformv1.ApiKey_Role) {
	for number := range platformv1.ApiKey_Role_name {
		if number != 0 {
			out = append(out, platformv1.ApiKey_Role(number))
		}
	}
	slices.Sort(out)
	return out
}

// granted lists the roles that have a permission, with their reach, such as " MANAGER=TEAM".
func granted(a *module.App, permission string) string {
	var out strings.Builder
	for _, role := range roles() {
		if reach := a.Policy.Reach(role, nil, permission); reach != call.None {
			fmt.Fprintf(&out, " %s=%s", role, reach)
		}
	}
	return out.String()
}

// compareGolden compares text with a golden file, which it rewrites with -update.
func compareGolden(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		t.Errorf("%s differs; if that is intended, run go test ./internal/app -run %s -update and read the difference",
			file, t.Name())
	}
}

// TestGrants compares the grants of the built-in roles with testdata/grants.txt.
func TestGrants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	var out strings.Builder
	for _, permission := range a.Policy.Permissions() {
		fmt.Fprintf(&out, "%s:%s\n", permission, granted(a, permission))
	}
	compareGolden(t, "testdata/grants.txt", out.String())
	if unmatched := a.Policy.Unmatched(); len(unmatched) > 0 {
		t.Errorf("got grants of unknown permissions: %q", unmatched)
	}
}

// TestReachOfMethods compares the permission of each method, and the reach of each role, with
// testdata/reach.txt.
func TestReachOfMethods(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	var lines []string
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			methods := f.Services().Get(i).Methods()
			for j := range methods.Len() {
				extension := proto.GetExtension(methods.Get(j).Options(), optionsv1.E_Access)
				if access, ok := extension.(*optionsv1.Access); ok && access != nil {
					lines = append(lines, reachOfMethod(a, methods.Get(j), access))
				}
			}
		}
		return true
	})
	slices.Sort(lines)
	compareGolden(t, "testdata/reach.txt", strings.Join(lines, ""))
}

func reachOfMethod(a *module.App, m protoreflect.MethodDescriptor, access *optionsv1.Access) string {
	name := fmt.Sprintf("%s/%s", m.Parent().Name(), m.Name())
	switch {
	case access.GetPublic():
		return name + ": anyone\n"
	case access.GetSelf():
		return name + ": every caller\n"
	}
	whose := ""
	if k := kindByPermission(a, access.GetPermission()); k != nil && k.OwnerField() != "" {
		whose = " by " + k.OwnerField()
	}
	for _, also := range access.GetAlso() {
		whose += " and " + also
	}
	return fmt.Sprintf("%s: %s%s:%s\n", name, access.GetPermission(), whose, granted(a, access.GetPermission()))
}

// kindByPermission returns the kind of a permission, nil if the permission is of no kind.
func kindByPermission(a *module.App, permission string) resource.AnyKind {
	for _, kind := range a.Kinds {
		domain := strings.Split(kind.Binding().Name(), ".")[0]
		if collection := collectionOf(kind); strings.HasPrefix(permission, domain+"."+collection+".") {
			return kind
		}
	}
	return nil
}

func collectionOf(kind resource.AnyKind) string {
	return proto.GetExtension(kind.Binding().Message().Options(),
		optionsv1.E_Resource).(*optionsv1.Resource).GetCollection()
}

// viewsWithReach are the permissions of views over records of several kinds, which apply the reach
// themselves: to the persons whom a view is about.
var viewsWithReach = []string{"operations.myWork.read", "operations.workload.read"}

// TestNarrowReachNeedsAnOwner checks that a kind without owners is not granted with the reach OWN
// or TEAM, which would have the effect of ALL.
func TestNarrowReachNeedsAnOwner(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	for _, permission := range a.Policy.Permissions() {
		k := kindByPermission(a, permission)
		if k != nil && k.OwnerField() != "" || slices.Contains(viewsWithReach, permission) {
			continue
		}
		for _, role := range roles() {
			if reach := a.Policy.Reach(role, nil, permission); reach == call.Own || reach == call.Team {
				t.Errorf("%s has %s with the reach %s, but the kind has no owners", role, permission, reach)
			}
		}
	}
}

// TestReadPermissionsAreDeclared checks that some method requires the read permission of each kind.
func TestReadPermissionsAreDeclared(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	for _, kind := range a.Kinds {
		if !slices.Contains(a.Policy.Permissions(), kind.ReadPermission()) {
			t.Errorf("%s has the read permission %s, which no method declares", kind.Binding().Name(), kind.ReadPermission())
		}
	}
}

// TestOwnersAreIndexed checks that each kind with owners has an index for the list of a person's
// records.
func TestOwnersAreIndexed(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	for _, kind := range apptest.New(t).Kinds {
		if kind.OwnerField() == "" {
			continue
		}
		schema, name, _ := strings.Cut(kind.Binding().Name(), ".")
		var indexed bool
		if err := conn.QueryRow(t.Context(), `
select exists (
  select from pg_indexes
  where schemaname = $1
  and tablename = $2
  and (indexdef ~ ('\(org_id, ' || $3 || ', id\)$') or indexdef ~ ('UNIQUE.*\(org_id, ' || $3 || '\)$'))
)`, schema, name, kind.OwnerField()).Scan(&indexed); err != nil || !indexed {
			t.Errorf("%s has no index on (org_id, %s, id): %v", kind.Binding().Name(), kind.OwnerField(), err)
		}
	}
}
