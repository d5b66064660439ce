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
		Short: "Play two years of a small company against a running server, through its public API",
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
	c.Flags().BoolVar(&key, "key", false, "print the API key of the last demo's owner, and play nothing")
	c.Flags().StringVar(&server, "server", os.Getenv("BACKOFFICE_DEMO_SERVER"),
		"base URL of the server; none: the address that serve would use here (BACKOFFICE_DEMO_SERVER)")
	return c
}

// printDemoKey prints the key that the last demo left.
func printDemoKey(out io.Writer, file string) error {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no demo has left its key in %s yet: play one by `backoffice demo`", file)
	}
	if err == nil {
		_, err = out.Write(text)
	}
	return err
}

// terminal is the file if somebody looks at it, else nothing.
func terminal(f *os.File) io.Writer {
	if isTerminal(f) {
		return f
	}
	return io.Discard
}
