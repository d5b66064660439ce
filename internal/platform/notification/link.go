package notification

import (
	"context"
	"errors"
	"net/url"
	"strings"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
)

// CheckLinkTemplate refuses a template that is not an https URL, or that has other placeholders than
// `{collection}` and `{id}` in its path, query and fragment.
func CheckLinkTemplate(template string) error {
	if template == "" {
		return nil
	}
	u, err := url.Parse(fillLink(template, "tasks", "tsk_1"))
	switch {
	case err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.ContainsAny(template, " \\"):
		return errors.New("must be an https URL such as \"https://app.example.com/{collection}/{id}\"")
	case strings.ContainsAny(fillLink(template, "", ""), "{}"):
		return errors.New("must have no other placeholders than {collection} and {id}")
	case hostOf(template) != u.Host:
		return errors.New("must not have a placeholder in its host")
	}
	return nil
}

// hostOf returns the host of a URL as it is written.
func hostOf(template string) string {
	_, rest, _ := strings.Cut(template, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		return rest
	}
	return rest[:end]
}

func fillLink(template, collection, recordID string) string {
	return strings.NewReplacer("{collection}", collection, "{id}", recordID).Replace(template)
}

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
	return fillLink(template, kind.(resource.AnyKind).Collection(), recordID)
}
