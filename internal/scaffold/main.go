// Command scaffold writes the files and lines of a new resource: its proto, methods and
// messages, reasons, migration, binding, module lines and conformance fixture. It writes once; the
// files are then edited by hand like any other. It never overwrites a file and rejects a resource
// that exists. Run `make gen` afterward, then add what is special to the comments, rules and tests.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

const usage = `Usage: go run ./internal/scaffold -domain finance -package payables -resource Bill -prefix bil [flags]

Writes a resource with the eight standard methods. A field is

    name:type[:options][:comment]

where type is text, int32, int64, bool, date, money or the prefix of the identifiers that it refers
to, such as acc, and options are joined by commas: required, filter, sort and unique. A Bill with a
number and a vendor:

    -field 'number:text:required,filter,sort:Number that the vendor gave it.' \
    -field 'vendor_id:ven:filter:Vendor that sent it.'

Without -field it has a unique display_name.

Flags:
`

func main() {
	if err := run(os.Args[1:], ".", os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "scaffold:", err)
		os.Exit(1)
	}
}

// run writes the resource that args describe to the tree at root, and prints the changed files.
func run(args []string, root string, out io.Writer) error {
	r, err := parse(args, out)
	if err != nil {
		return err
	}
	t := &tree{root: root, edits: map[string]string{}}
	if err := r.resolve(t); err != nil {
		return err
	}
	for _, write := range []func(*resource, *tree) error{
		writeProto, writeReasons, writeMigration, writeGo, writeModule, writeFixture, writeExample,
	} {
		if err := write(r, t); err != nil {
			return err
		}
	}
	return t.save(out)
}

// parse reads the flags.
func parse(args []string, out io.Writer) (*resource, error) {
	r := &resource{}
	flags := flag.NewFlagSet("scaffold", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.Usage = func() {
		fmt.Fprint(out, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&r.Domain, "domain", "", "domain: finance, operations or people")
	flags.StringVar(&r.Package, "package", "", "existing Go package of the domain, such as payables")
	flags.StringVar(&r.Message, "resource", "", "name of the message, such as BankAccount")
	flags.StringVar(&r.Collection, "collection", "", "plural in paths, such as bankAccounts (default: by English rules)")
	flags.StringVar(&r.Prefix, "prefix", "", "three letters that begin its identifiers, such as bac")
	flags.StringVar(&r.About, "about", "",
		"rest of the sentence that defines a record, such as 'is what a vendor asks to be paid'")
	flags.StringVar(&r.Owner, "owner", "", "field with the person who owns a record (default: records have no owner)")
	flags.Func("grant", "role that may read and write it, such as BOOKKEEPER; may be repeated", func(role string) error {
		r.Grants = append(r.Grants, role)
		return nil
	})
	flags.Func("field", "field, as above; may be repeated", func(text string) error {
		f, err := parseField(text)
		r.Fields = append(r.Fields, f)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"domain": r.Domain, "package": r.Package, "resource": r.Message, "prefix": r.Prefix,
	} {
		if value == "" {
			return nil, fmt.Errorf("-%s is required; see -help", name)
		}
	}
	if r.Collection == "" {
		r.Collection = plural(strings.ToLower(r.Message[:1]) + r.Message[1:])
	}
	if len(r.Fields) == 0 {
		r.Fields = []*field{{Name: "display_name", Type: "text", Required: true, Filter: true, Sort: true, Unique: true,
			Text: "Name it is known by; 1 to 200 characters, unique among " + r.Nouns() + " in any case."}}
	}
	return r, nil
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
