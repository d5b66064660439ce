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

// TestModulesThatDoNotFitAreRefused starts apps of modules that lack another one, or whose
// kinds do not say what the kernel needs to know.
func TestModulesThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	d, _ := apptest.Databases(t)
	kind := func() *resource.Kind[*operationsv1.Task] {
		return resource.New(table.New[*operationsv1.Task]("operations.tasks"))
	}
	for name, c := range map[string]struct {
		modules []module.Module
		says    string
	}{
		"fitting ones":        {[]module.Module{{Name: "a", Needs: []string{"b"}}, {Name: "b"}}, ""},
		"one that is missing": {[]module.Module{{Name: "a", Needs: []string{"b"}}}, "the module a needs b"},
		"one twice":           {[]module.Module{{Name: "a"}, {Name: "a"}}, "the module a is there twice"},
		"a kind without an owner": {
			[]module.Module{{Name: "a", Kinds: []resource.AnyKind{kind()}}}, "operations.tasks does not say whose its records are",
		},
		"two kinds of one prefix": {
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
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}
