package conformance_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
	"backoffice/internal/conformance"
)

func TestMain(m *testing.M) { apptest.Main(m, app.Modules()...) }

// run runs a step. It returns what the books did otherwise than the step says, and an error if the
// step itself makes no sense.
func (b *books) run(ctx context.Context, s conformance.Step) (unmet []string, err error) {
	for _, a := range actions {
		m := a.heading.FindStringSubmatch(s.Heading)
		if m == nil {
			continue
		}
		err := a.do(b, ctx, m[1:], s.Lines)
		if s.Refusal == "" {
			return nil, err
		}
		if reason := apptest.Reason(err).String(); err == nil || reason != s.Refusal {
			unmet = append(unmet, fmt.Sprintf("got %v, want %s refused with %s", err, s.Heading, s.Refusal))
		}
		return unmet, nil
	}
	unmet, is, err := b.readStatement(ctx, s)
	if !is {
		err = fmt.Errorf("cases have no step of this form")
	}
	return unmet, err
}

// TestRequirementsPass runs the case of each requirement on a new organization. The case of a
// requirement must pass. The case of a gap must not, or the gap is closed.
func TestRequirementsPass(t *testing.T) {
	t.Parallel()
	server := apptest.New(t)
	for _, r := range conformance.Requirements() {
		if r.Case == "" {
			continue
		}
		t.Run(r.Paragraph, func(t *testing.T) {
			t.Parallel()
			b := openBooks(t, server)
			var unmet []string
			for _, s := range conformance.Steps(r.Case) {
				more, err := b.run(t.Context(), s)
				if err != nil {
					t.Fatalf("%s: %v", s.Heading, err)
				}
				for _, u := range more {
					unmet = append(unmet, s.Heading+": "+u)
				}
			}
			switch {
			case r.Passes():
				for _, u := range unmet {
					t.Error(u)
				}
			case len(unmet) == 0:
				t.Error("the gap is closed: remove Gap from the requirement")
			}
		})
	}
}

// TestGapsAwaitMissingMethods checks that the API has nothing yet of the name that a gap awaits.
func TestGapsAwaitMissingMethods(t *testing.T) {
	t.Parallel()
	served := servedNames()
	if len(served) < 1000 {
		t.Fatalf("found only the names %v", served)
	}
	for _, r := range conformance.Requirements() {
		for _, name := range served {
			if r.Awaits != "" && strings.Contains(plainName(name), plainName(r.Awaits)) {
				t.Errorf("%s awaited %s, and the API has %s: write its case", r.Paragraph, r.Awaits, name)
			}
		}
	}
}

// plainName returns a name without what differs between methods, fields and enum values.
func plainName(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// servedNames returns the full names of the methods, fields and enum values of the API.
func servedNames() (names []string) {
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), "backoffice.") {
			return true
		}
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				names = append(names, string(methods.Get(j).FullName()))
			}
		}
		names = append(names, declaredNames(file)...)
		return true
	})
	return names
}

// declaredNames returns the full names of the fields and enum values that a file or message
// declares.
func declaredNames(in interface {
	Messages() protoreflect.MessageDescriptors
	Enums() protoreflect.EnumDescriptors
}) (names []string) {
	for i := range in.Messages().Len() {
		m := in.Messages().Get(i)
		for j := range m.Fields().Len() {
			names = append(names, string(m.Fields().Get(j).FullName()))
		}
		names = append(names, declaredNames(m)...)
	}
	for i := range in.Enums().Len() {
		values := in.Enums().Get(i).Values()
		for j := range values.Len() {
			names = append(names, string(values.Get(j).FullName()))
		}
	}
	return names
}

// TestRequirementsAreComplete checks the form of the list: each paragraph is listed once, with a
// rule and a case. A requirement without a case names the one that shows it, or is a gap.
func TestRequirementsAreComplete(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range conformance.Requirements() {
		switch shown, _ := conformance.Find(r.SameAs); {
		case seen[r.Paragraph]:
			t.Errorf("%s is listed twice", r.Paragraph)
		case r.Rule == "":
			t.Errorf("%s has no rule", r.Paragraph)
		case r.SameAs != "" && (shown.Case == "" || shown.Passes() != r.Passes()):
			t.Errorf("%s is shown by %s, which has no case or another result", r.Paragraph, r.SameAs)
		case r.Awaits != "" && r.Passes():
			t.Errorf("%s passes and awaits %s", r.Paragraph, r.Awaits)
		}
		if ways := fmt.Sprint(r.Case != "", r.SameAs != "", r.Awaits != ""); strings.Count(ways, "true") != 1 {
			t.Errorf("%s has not one of Case, SameAs and Awaits", r.Paragraph)
		}
		seen[r.Paragraph] = true
	}
}

const page = "../../CONFORMANCE.md"

var update = flag.Bool("update", false, "rewrite CONFORMANCE.md")

// TestPageIsCurrent compares CONFORMANCE.md with the list. The number of requirements that pass
// never falls, not with -update either.
func TestPageIsCurrent(t *testing.T) {
	t.Parallel()
	old, err := os.ReadFile(page)
	if err != nil && !*update {
		t.Fatal(err)
	}
	text := conformance.Page()
	if before, now := passing(t, string(old)), passing(t, text); now < before {
		t.Fatalf("%d requirements pass, %d did before: a requirement that passed must not become a gap", now, before)
	}
	if *update {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if text != string(old) {
		t.Errorf("%s differs from the requirements: run make conformance", page)
	}
}

// passing returns the number of requirements that pass, as a page states it.
func passing(t *testing.T, page string) int {
	t.Helper()
	m := regexp.MustCompile(`\*\*(\d+) of \d+ requirements pass\*\*`).FindStringSubmatch(page)
	if m == nil && page != "" {
		t.Fatal("the page does not say how many requirements pass")
	}
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
