package main

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"backoffice/gen/openapi"
	"backoffice/internal/app"
	"backoffice/internal/platform/paper/typeface"
	"backoffice/internal/platform/secret"
)

func serve(s *app.Settings) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve the API; without DATABASE_URL, on an embedded PostgreSQL",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return app.Serve(cmd.Context(), *s, logger(s), func(http, grpc string) {
				fmt.Fprintf(cmd.OutOrStdout(),
					"Backoffice is ready: REST on http://%s, gRPC on %s, the reference at http://%s/docs\n", http, grpc,
					http)
			})
		},
	}
}

func migrate(s *app.Settings) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Migrate the database at DATABASE_URL, as serve does when it starts",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return app.Migrate(cmd.Context(), *s) },
	}
}

func doctor(s *app.Settings) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check the database, the settings and the books; exit with 1 if a check fails",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return app.Doctor(cmd.Context(), *s, logger(s), cmd.OutOrStdout())
		},
	}
}

func key() *cobra.Command {
	return &cobra.Command{
		Use:   "key",
		Short: "Generate a key for BACKOFFICE_MASTER_KEY; keep it apart from database backups",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			raw := make([]byte, secret.KeySize)
			_, _ = rand.Read(raw) // never returns an error
			_, err := fmt.Fprintln(cmd.OutOrStdout(), base64.StdEncoding.EncodeToString(raw))
			return err
		},
	}
}

func rotateKeys(s *app.Settings) *cobra.Command {
	before := time.Now()
	cmd := &cobra.Command{
		Use:   "rotate-keys",
		Short: "Replace the keys of sealed fields and encrypt the fields again; can be interrupted and repeated",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return app.RotateKeys(cmd.Context(), *s, before, logger(s), cmd.OutOrStdout())
		},
	}
	cmd.Flags().TimeVar(&before, "before", before, []string{time.RFC3339},
		"replace the keys that were last replaced before this time; to continue, give the time of the first run")
	return cmd
}

func reindex(s *app.Settings) *cobra.Command {
	organization := ""
	cmd := &cobra.Command{
		Use:   "reindex",
		Short: "Build the search index again, beside a running server; can be interrupted and repeated",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return app.Reindex(cmd.Context(), *s, organization, logger(s), cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&organization, "organization", "", "only the index of this organization, such as org_01k9…")
	return cmd
}

func fileQuota(s *app.Settings) *cobra.Command {
	return &cobra.Command{
		Use:   "file-quota ORGANIZATION [BYTES]",
		Short: "Set how many bytes the files of an organization may use; without BYTES, BACKOFFICE_FILE_QUOTA applies",
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			bytes := ""
			if len(args) == 2 {
				bytes = args[1]
			}
			return app.SetFileQuota(cmd.Context(), *s, args[0], bytes, logger(s), cmd.OutOrStdout())
		},
	}
}

func licenses() *cobra.Command {
	return &cobra.Command{
		Use:   "licenses",
		Short: "Print the copyright notices and the licenses of the embedded fonts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), typeface.Licenses())
			return err
		},
	}
}

func openAPI() *cobra.Command {
	return &cobra.Command{
		Use:   "openapi",
		Short: "Print the OpenAPI document",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := os.Stdout.Write(openapi.JSON)
			return err
		},
	}
}
