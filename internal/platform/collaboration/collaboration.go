// Package collaboration owns what people say about records of any kind: comments, labels, watchers,
// and requests to acknowledge a record. The record that they are on is their subject. Whoever may
// read a subject reaches what is on it, and no one else does. The package finds the
// kinds in the registry, so a capability adds nothing to take part. Files on records belong to
// package files. Telling people what happened is left to others; Audience says whom to tell.
package collaboration

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// Service implements CollaborationService and AcknowledgmentsService.
type Service struct {
	pb.UnsafeCollaborationServiceServer
	pb.UnsafeAcknowledgmentsServiceServer
	db *db.DB
}

// New returns the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{comments, labels, watchers, requests} }

// Permissions that the methods check besides those that they declare.
const (
	moderateComments = "platform.comments.moderate"
	manageWatchers   = "platform.watchers.manage"
	manageRequests   = "platform.acknowledgmentRequests.manage"
)

// Permissions returns the permissions that the package checks in addition to those of its methods.
func Permissions() []string { return []string{moderateComments, manageWatchers, manageRequests} }

// tablesOnSubjects are the tables whose rows are deleted with the subject.
var tablesOnSubjects = []string{
	"platform.comments", "platform.label_assignments", "platform.watchers", "platform.acknowledgment_requests",
}

// DeleteAllOf deletes everything that is on records that are deleted.
func DeleteAllOf(_ context.Context, tx *db.Tx, kind string, keys []uuid.UUID) error {
	for _, name := range tablesOnSubjects {
		sql := "delete from " + name + "\nwhere org_id = $1\nand kind = $2\nand subject_key = any($3)"
		tx.Pending().Queue(sql, tx.Call().Organization.ID, kind, keys)
	}
	return nil
}

// callerID returns the identifier of the caller's person, "" for the system.
func callerID(c *call.Call) string { return id.Format("prs", c.PersonID) }

// personKeys parses identifiers of persons that were checked before.
func personKeys(ids []string) []uuid.UUID {
	keys := make([]uuid.UUID, len(ids))
	for i, s := range ids {
		keys[i], _ = id.Parse("prs", s) // the nil UUID if it is not a person's id
	}
	return keys
}
