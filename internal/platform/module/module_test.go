package module_test

import (
	"log/slog"
	"strings"
	"testing"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// TestInvalidModulesAreRefused constructs apps whose modules lack another one, occur twice, or
// have kinds without an owner or with the same prefix.
func TestInvalidModulesAreRefused(t *testing.T) {
	t.Parallel()
	d, _ := apptest.Databases(t)
	kind := func() *resource.Kind[*operationsv1.Task] {
		return resource.New(table.New[*operationsv1.Task]("operations.tasks"))
	}
	for name, c := range map[string]struct {
		modules []module.Module
		message string // part of the error, empty if none is expected
	}{
		"accepts modules in any order": {[]module.Module{{Name: "a", Needs: []string{"b"}}, {Name: "b"}}, ""},
		"refuses a missing module":     {[]module.Module{{Name: "a", Needs: []string{"b"}}}, "a needs the module b"},
		"refuses a module twice":       {[]module.Module{{Name: "a"}, {Name: "a"}}, "the module a is listed twice"},
		"refuses a kind without an owner": {
			[]module.Module{{Name: "a", Kinds: []resource.AnyKind{kind()}}}, "operations.tasks declares no owner",
		},
		"refuses two kinds with the same prefix": {
			[]module.Module{{Name: "a", Kinds: []resource.AnyKind{kind().Open(), kind().Open()}}}, `the prefix "tsk"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := module.Options{Clock: calendar.System(), Log: slog.New(slog.DiscardHandler)}
			for _, m := range c.modules {
				o.Modules = append(o.Modules, func(module.Platform) module.Module { return m })
			}
			_, err := module.New(t.Context(), d, o)
			if (err == nil) != (c.message == "") || err != nil && !strings.Contains(err.Error(), c.message) {
				t.Errorf("got %v, want %q", err, c.message)
			}
		})
	}
}
