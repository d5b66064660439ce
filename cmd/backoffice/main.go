// Command backoffice is the product: its server and what an operator needs beside it.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"backoffice/internal/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "backoffice:", err)
		os.Exit(1)
	}
}

func command() *cobra.Command {
	settings, err := app.SettingsFromEnvironment()
	root := &cobra.Command{
		Use:           "backoffice",
		Short:         "The back office of a small business behind one API",
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return err
		},
	}
	settings.Flags(root.PersistentFlags())
	root.AddCommand(serve(&settings), migrate(&settings), demoCommand(&settings), doctor(&settings), key(), openAPI())
	return root
}

func logger(s *app.Settings) *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: s.LogLevel}))
}
