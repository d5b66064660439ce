package collaboration_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestPageOfLongCommentsIsLimited lists 150 comments of the maximum length, with their HTML about 6
// MB. Each page is small enough for a client of gRPC, and all comments are on one.
func TestPageOfLongCommentsIsLimited(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	client := pb.NewCollaborationServiceClient(o)
	const count = 150
	text := strings.Repeat("word ", 4000)
	for range count {
		if _, err := client.CreateComment(t.Context(), &pb.CreateCommentRequest{
			Comment: &pb.Comment{SubjectId: o.Owner.GetId(), BodyMarkdown: text}}); err != nil {
			t.Fatal(err)
		}
	}
	seen, pages := map[string]bool{}, 0
	for token := ""; ; pages++ {
		list, err := client.ListComments(t.Context(), &pb.ListCommentsRequest{PageSize: 500, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		if size := proto.Size(list); size > 4<<20 {
			t.Errorf("got a page of %d bytes", size)
		}
		for _, c := range list.GetComments() {
			seen[c.GetId()] = true
		}
		if token = list.GetNextPageToken(); token == "" {
			break
		}
	}
	if len(seen) != count || pages < 1 {
		t.Errorf("got %d comments on %d pages, want %d on several", len(seen), pages+1, count)
	}
}
