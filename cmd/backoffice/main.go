// Command backoffice runs the server, and the commands that its operator needs.
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
	"backoffice/internal/platform/logging"
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
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return err
		},
	}
	settings.Flags(root.PersistentFlags())
	root.AddCommand(serve(&settings), migrate(&settings), demoCommand(&settings), doctor(&settings), key(),
		rotateKeys(&settings), reindex(&settings), fileQuota(&settings), openAPI(), licenses())
	return root
}

// logger creates the logger of the settings and makes libraries log to it too.
func logger(s *app.Settings) *slog.Logger {
	if s.LogFormat == "" {
		s.LogFormat = logging.JSON
		if isTerminal(os.Stderr) {
			s.LogFormat = logging.Text
		}
	}
	log := logging.New(os.Stderr, s.LogFormat, s.LogLevel)
	logging.RedirectLibraryLogs(log)
	return log
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
