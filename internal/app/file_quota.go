package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"

	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/id"
)

// SetFileQuota sets how many bytes the files of an organization may use. With bytes "", the quota
// of the server applies to it again. A quota below the usage refuses new files and removes none.
func SetFileQuota(
	ctx context.Context, s Settings, organizationID, bytes string, log *slog.Logger, out io.Writer,
) error {
	org, err := id.Parse("org", organizationID)
	if err != nil {
		return err
	}
	var quota *int64
	if bytes != "" {
		n, err := strconv.ParseInt(bytes, 10, 64)
		if err != nil || n < 0 {
			return fmt.Errorf("%q is not a number of bytes", bytes)
		}
		quota = &n
	}
	return singleLine(withDatabase(ctx, s, log, func(conn *pgx.Conn, _ string) error {
		var used int64
		err := conn.QueryRow(ctx, `
insert into platform.file_usage as u (org_id, stored_bytes, uploading_bytes, quota_bytes)
select o.org_id, 0, 0, $2
from platform.organizations o
where o.org_id = $1
on conflict (org_id) do update
set quota_bytes = excluded.quota_bytes
returning u.stored_bytes + u.uploading_bytes`, org, quota).Scan(&used)
		if err == pgx.ErrNoRows {
			return fmt.Errorf("there is no organization %s", organizationID)
		}
		if err == nil {
			_, err = fmt.Fprintf(out, "The files of %s use %d bytes\n", organizationID, used)
		}
		return err
	}))
}
