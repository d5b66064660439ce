package main

import (
	"cmp"
	"io"
	"os"

	"github.com/spf13/cobra"

	"backoffice/internal/app"
	"backoffice/internal/demo"
)

func demoCommand(s *app.Settings) *cobra.Command {
	var server string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Play two years of a small company against a running server, through its public API",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return demo.Run(cmd.Context(), demo.Options{
				Server: cmp.Or(server, "http://"+s.HTTPAddr), Out: cmd.OutOrStdout(), Bar: terminal(os.Stderr),
			})
		},
	}
	c.Flags().StringVar(&server, "server", os.Getenv("BACKOFFICE_DEMO_SERVER"),
		"base URL of the server; none: the address that serve would use here (BACKOFFICE_DEMO_SERVER)")
	return c
}

// terminal is the file if somebody looks at it, else nothing.
func terminal(f *os.File) io.Writer {
	if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return f
	}
	return io.Discard
}
