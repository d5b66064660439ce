package notification

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/notice"
	"backoffice/internal/platform/resource"
)

// loadLinks sets the links of notifications by the current template of the organization.
func loadLinks(ctx context.Context, tx *db.Tx, list []*pb.Notification) error {
	var template string
	err := tx.QueryRow(ctx, `
select o.link_template
from platform.organizations o
where o.org_id = $1`, tx.Call().Organization.ID).Scan(&template)
	if err != nil || template == "" {
		return err
	}
	for _, n := range list {
		n.Link = linkTo(tx, template, n.GetSubjectId())
	}
	return nil
}

// linkTo returns the URL of a record, "" if its kind is unknown.
func linkTo(tx *db.Tx, template, recordID string) string {
	prefix, _, _ := strings.Cut(recordID, "_")
	kind, known := tx.Kinds().ByPrefix(prefix)
	if !known {
		return ""
	}
	return notice.FillLink(template, kind.(resource.AnyKind).Collection(), recordID)
}
