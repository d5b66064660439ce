package app_test

import (
	"context"
	"testing"

	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// TestEverySubjectCanBeLocked checks that the server may lock the records of every kind that
// comments and the like can be on. Locking a row needs the right to update its table.
func TestEverySubjectCanBeLocked(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	org, err := id.Parse("org", o.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	system, err := o.App.Identity.SystemCall(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	server, _ := apptest.Databases(t)
	for prefix, kind := range o.App.Registry.All() {
		if !kind.CanBeSubject() {
			continue
		}
		_, err := db.Write(call.With(t.Context(), system), server.WithKinds(o.App.Registry),
			func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
				missing := []string{id.Format(prefix, id.New())}
				refusals, err := resource.LockSubjects(ctx, tx, missing, func(int) string { return "subjectId" })
				if err == nil && refusals[0] == nil {
					t.Errorf("%s: a record that does not exist is not refused", prefix)
				}
				return &emptypb.Empty{}, err
			})
		if err != nil {
			t.Errorf("%s: got %v, want records that can be locked", prefix, err)
		}
	}
}
