package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/table"
)

// TestListCommentsNameBoundFields checks that the comments of each list's filter and order
// name the fields that its binding opens, and no others.
func TestListCommentsNameBoundFields(t *testing.T) {
	t.Parallel()
	bindings := map[protoreflect.FullName]table.Binding{}
	for _, k := range apptest.New(t).Kinds {
		b := k.Binding()
		bindings[b.Message().FullName()] = b
	}
	for _, k := range kinds() {
		list := k.methods["List"]
		b := bindings[k.message.FullName()]
		if list == nil || b == nil {
			continue
		}
		request := source(t, list.Input())
		for field, want := range map[string][]string{"filter": b.Filterable(), "order_by": b.Sortable()} {
			got := namedFields(request, field)
			slices.Sort(want)
			if !slices.Equal(got, slices.Compact(want)) {
				t.Errorf("%s.%s names %v, and the binding opens %v", list.Input().Name(), field, got, want)
			}
		}
	}
}

// source is a message as its proto file has it, comments included, which descriptors leave out.
func source(t *testing.T, d protoreflect.MessageDescriptor) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../../proto", d.ParentFile().Path()))
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(raw), "\nmessage "+string(d.Name())+" {\n")
	if !found {
		t.Fatalf("%s has no message %s", d.ParentFile().Path(), d.Name())
	}
	message, _, _ := strings.Cut(after, "\n}\n")
	return message
}

var quoted = regexp.MustCompile("`([a-z_.]+)( desc)?`")

// namedFields are the names of fields in the comment of a message's field, each once.
func namedFields(message, field string) []string {
	comment := regexp.MustCompile(`((?:  //[^\n]*\n)+)  string ` + field + ` = `).FindStringSubmatch(message)
	if comment == nil {
		return nil
	}
	var names []string
	for _, match := range quoted.FindAllStringSubmatch(comment[1], -1) {
		names = append(names, match[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}
