package main

import (
	"flag"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

const usage = `Usage: go run ./internal/scaffold -domain finance -package payables -resource Bill -prefix bil [flags]

Writes a resource with the standard methods. A field is

    name:type[:options][:comment]

where type is text, int32, int64, bool, date, money, enum=VALUE|VALUE or the prefix of the identifiers
that it refers to, such as acc. Options are joined by commas:

    required   the field must be set
    output     only the server sets the field; requests cannot
    filter     lists can be filtered by it
    sort       lists can be ordered by it; text, numbers and dates
    unique     no two records have the same value, ignoring case; texts
    min=, max= limits of a number, or the maximum length of a text (default 200)

An optional date with sort is stored as infinity if it is not set, so that such records come last. The
scaffold adds to the comment that a field is optional or unique. A Bill with a number and a vendor:

    -field 'number:text:required,filter,sort,max=40:Number that the vendor gave it.' \
    -field 'vendor_id:ven:filter:Vendor that sent it.' \
    -field 'channel:enum=MAIL|PORTAL:filter:Channel by which it arrived.' \
    -field 'payment_date:date:output:Date on which it was paid.'

Without -field it has a unique display_name.

A new package needs -capability with the rest of the sentence that says what its service is for:

    -domain operations -package fleet -capability 'manages the vehicles of the company'

A grant is ROLE[:OWN|TEAM|ALL][:read]. By default the role reads and writes ALL records:

    -grant BOOKKEEPER -grant MANAGER:ALL:read -grant MANAGER:TEAM

The roles are ACCOUNTANT, BOOKKEEPER, PAYROLL, HR, MANAGER, APPROVER and EMPLOYEE. EVERYONE stands for
all of them. OWNER, ADMIN and AUDITOR have their grants in platform/identity/role.go.

A verb is name:FROM[,FROM]:TO[:event] and leads from the states FROM to the state TO. A new record
has the first state:

    -state OPEN,PAID,VOID -verb pay:OPEN:PAID -verb void:OPEN,PAID:VOID:voided

Flags:
`

// parse reads the flags.
func parse(args []string, out io.Writer) (*resource, error) {
	r := &resource{}
	if err := r.flags(out).Parse(args); err != nil {
		return nil, err
	}
	for _, required := range [][3]string{
		{"domain", r.Domain, "^(finance|operations|people)$"}, {"package", r.Package, "^[a-z][a-z0-9]*$"},
		{"resource", r.Message, "^[A-Z][A-Za-z0-9]+$"}, {"prefix", r.Prefix, "^[a-z]{3}$"},
	} {
		switch name, value, pattern := required[0], required[1], required[2]; {
		case value == "":
			return nil, fmt.Errorf("-%s is required; see -help", name)
		case !regexp.MustCompile(pattern).MatchString(value):
			return nil, fmt.Errorf("-%s %q does not match %s", name, value, pattern)
		}
	}
	if r.Collection == "" {
		r.Collection = plural(strings.ToLower(r.Message[:1]) + r.Message[1:])
	}
	if len(r.Fields) == 0 {
		r.Fields = []*field{{Name: "display_name", Type: "text", Required: true, Filter: true, Sort: true, Unique: true,
			Text: "Display name, 1 to 200 characters."}}
	}
	return r, r.check()
}

// flags returns the flags, which set the fields of the resource.
func (r *resource) flags(out io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet("scaffold", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.Usage = func() {
		fmt.Fprint(out, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&r.Domain, "domain", "", "domain: finance, operations or people")
	flags.StringVar(&r.Package, "package", "", "Go package of the domain, such as payables")
	flags.StringVar(&r.Capability, "capability", "",
		"creates the package; rest of the sentence that says what its service is for, as above")
	flags.StringVar(&r.Message, "resource", "", "name of the message, such as BankAccount")
	flags.StringVar(&r.Collection, "collection", "", "plural in paths, such as bankAccounts (default: by English rules)")
	flags.StringVar(&r.Prefix, "prefix", "", "three letters that begin its identifiers, such as bac")
	flags.StringVar(&r.About, "about", "",
		"rest of the sentence that defines a record, such as 'is what a vendor asks to be paid'")
	flags.StringVar(&r.Owner, "owner", "",
		"field of type prs with the person who owns a record (default: records have no owner)")
	flags.BoolVar(&r.NoArchive, "no-archive", false, "records cannot be archived")
	flags.Func("grant", "grant, as above; may be repeated", func(text string) error {
		grants, err := parseGrants(text)
		r.Grants = append(r.Grants, grants...)
		return err
	})
	flags.Func("field", "field, as above; may be repeated", func(text string) error {
		f, err := parseField(text)
		r.Fields = append(r.Fields, f)
		return err
	})
	flags.Func("state", "states, joined by commas; may be repeated", func(text string) error {
		r.States = append(r.States, strings.Split(text, ",")...)
		return nil
	})
	flags.Func("verb", "verb, as above; may be repeated", func(text string) error {
		v, err := parseVerb(text)
		r.Steps = append(r.Steps, v)
		return err
	})
	return flags
}

// check rejects flags that contradict each other.
func (r *resource) check() error {
	if err := r.checkLifecycle(); err != nil {
		return err
	}
	names := append([]string{"id"}, r.following()...)
	for _, f := range r.Fields {
		if slices.Contains(names, f.Name) {
			return fmt.Errorf("there are two fields %s", f.Name)
		}
		names = append(names, f.Name)
	}
	if err := r.checkEnumValues(); err != nil {
		return err
	}
	isOwner := func(f *field) bool { return f.Name == r.Owner && f.Type == "prs" }
	if r.Owner != "" && !slices.ContainsFunc(r.Fields, isOwner) {
		return fmt.Errorf("the owner %s is not a field of type prs; add -field %s:prs", r.Owner, r.Owner)
	}
	for _, g := range r.Grants {
		if r.Owner == "" && g.reach != "All" {
			return fmt.Errorf("%s cannot be granted %s: the records have no -owner", g.role, strings.ToUpper(g.reach))
		}
	}
	return nil
}

// checkEnumValues rejects a value that two enums have, because the values of all enums in a message
// share one scope.
func (r *resource) checkEnumValues() error {
	taken := slices.Clone(r.States)
	for _, f := range r.Fields {
		for _, value := range f.Values {
			if slices.Contains(taken, value) {
				return fmt.Errorf("%s has the value %s, which is also a state or a value of another field", f.Name, value)
			}
			taken = append(taken, value)
		}
	}
	return nil
}

// plural applies the rules of English that names of resources need.
func plural(noun string) string {
	last := noun[len(noun)-1]
	switch {
	case last == 'y' && !strings.ContainsRune("aeiou", rune(noun[len(noun)-2])):
		return noun[:len(noun)-1] + "ies"
	case last == 's' || last == 'x' || strings.HasSuffix(noun, "ch") || strings.HasSuffix(noun, "sh"):
		return noun + "es"
	}
	return noun + "s"
}
