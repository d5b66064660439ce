// Command scaffold writes the files and lines of a new resource: its proto, methods and
// messages, reasons, migration, binding, lifecycle, module lines, conformance fixture and examples.
// With -capability it first writes the capability that the resource belongs to. It writes once; the
// files are then edited by hand like any other. It never overwrites a file and rejects a resource
// that exists. At the end it prints what is left to do: what to state in words, and `make gen`.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], ".", os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "scaffold:", err)
		os.Exit(1)
	}
}

// run writes the resource that args describe to the tree at root, and prints the changed files.
// With -help it only prints the usage.
func run(args []string, root string, out io.Writer) error {
	r, err := parse(args, out)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	t := &tree{root: root, edits: map[string]string{}}
	if r.Capability != "" {
		if err := writeCapability(r, t); err != nil {
			return err
		}
	}
	if err := r.resolve(t); err != nil {
		return err
	}
	for _, write := range []func(*resource, *tree) error{
		writeProto, writeReasons, writeMigration, writeGo, writeModule, writeTestModules, writeFixture, writeExamples,
	} {
		if err := write(r, t); err != nil {
			return err
		}
	}
	if err := t.save(out); err != nil {
		return err
	}
	_, err = fmt.Fprint(out, r.remaining())
	return err
}
