package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"backoffice/internal/app"
	"backoffice/internal/demo"
)

func demoCommand(s *app.Settings) *cobra.Command {
	var server string
	var key bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "Simulate two years of a small company on a running server, through its public API",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			file, err := s.DemoKeyFile()
			if err != nil {
				return err
			}
			if key {
				return printDemoKey(cmd.OutOrStdout(), file)
			}
			return demo.Run(cmd.Context(), demo.Options{
				Server: cmp.Or(server, "http://"+s.HTTPAddr), KeyFile: file,
				Out: cmd.OutOrStdout(), Bar: terminal(os.Stderr),
			})
		},
	}
	c.Flags().BoolVar(&key, "key", false, "only print the API key of the last demo's owner")
	c.Flags().StringVar(&server, "server", os.Getenv("BACKOFFICE_DEMO_SERVER"),
		"base URL of the server (BACKOFFICE_DEMO_SERVER); by default, the address that serve would use")
	return c
}

// printDemoKey prints the API key that the last demo saved.
func printDemoKey(out io.Writer, file string) error {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no demo key in %s: run `backoffice demo` first", file)
	}
	if err == nil {
		_, err = out.Write(text)
	}
	return err
}

// terminal returns the file if it is a terminal, and a writer that discards otherwise.
func terminal(f *os.File) io.Writer {
	if isTerminal(f) {
		return f
	}
	return io.Discard
}
