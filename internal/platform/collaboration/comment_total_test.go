package collaboration_test

import (
	"testing"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestNewOrganizationHasNoComments counts the comments of an organization that has none on any kind
// of record.
func TestNewOrganizationHasNoComments(t *testing.T) {
	t.Parallel()
	list, err := pb.NewCollaborationServiceClient(apptest.SignUp(t)).ListComments(t.Context(),
		&pb.ListCommentsRequest{IncludeTotal: true})
	if err != nil || list.GetTotalSize() != 0 || len(list.GetComments()) != 0 {
		t.Errorf("got %v, %v", list, err)
	}
}
