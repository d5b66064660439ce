package approval_test

import (
	"context"
	"slices"
	"testing"

	"google.golang.org/grpc/metadata"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

func TestBatchHasAResultPerRequest(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.policy(t, "", byPersons(o.adaID, o.benID))
	good, done, other := o.requested(t, "1.00"), o.requested(t, "2.00"), o.requested(t, "3.00")
	must(approve(t, o.ben, done))(t)
	draft := must(books(o.ada).CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{
		Draft: true, JournalEntry: o.entry("4.00")}))(t)
	must(books(o.ada).PostJournalEntry(t.Context(),
		&financev1.PostJournalEntryRequest{JournalEntryId: draft.Id, Etag: draft.Etag}))(t)
	own := o.requestsOf(t, draft.Id)[0]
	ids := []string{good.Id, done.Id, own.Id, "apr_01k9zzzzzzzzzzzzzzzzzzzzzz", other.Id}
	req := &pb.BatchApproveApprovalRequestsRequest{Ids: ids, Note: "All fine"}
	dry := &pb.BatchApproveApprovalRequestsRequest{Ids: ids, ValidateOnly: true}
	want := []string{"", "STATE_REFUSES_ACTION", "APPROVAL_OWN_REQUEST", "RECORD_NOT_FOUND", ""}
	ctx := metadata.AppendToOutgoingContext(t.Context(), "idempotency-key", "batch-1")
	for _, c := range []struct {
		name string
		ctx  context.Context
		req  *pb.BatchApproveApprovalRequestsRequest
	}{{"dry run", t.Context(), dry}, {"batch", ctx, req}, {"retry", ctx, req}} {
		res := must(client(o.ada).BatchApproveApprovalRequests(c.ctx, c.req))(t)
		var got []string
		for i, result := range res.Results {
			got = append(got, result.GetError().GetReason())
			if result.ApprovalRequestId != ids[i] || (result.ApprovalRequest != nil) != (result.Error == nil) {
				t.Errorf("%s: got result %v of %s", c.name, result, ids[i])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", c.name, got, want)
		}
	}
	o.wantPosted(t, good, true)
	o.wantPosted(t, other, true)
	o.wantPosted(t, own, false)

	last := o.requested(t, "5.00")
	rejected := must(client(o.ada).BatchRejectApprovalRequests(t.Context(),
		&pb.BatchRejectApprovalRequestsRequest{Ids: []string{last.Id, good.Id}, Reason: "No budget"}))(t).Results
	if rejected[0].GetApprovalRequest().GetState() != pb.ApprovalRequest_REJECTED ||
		rejected[1].GetError().GetReason() != "STATE_REFUSES_ACTION" {
		t.Errorf("got %v", rejected)
	}
	many := make([]string, 101)
	for i := range many {
		many[i] = id.Format("apr", id.New())
	}
	_, err := client(o.ada).BatchApproveApprovalRequests(t.Context(), &pb.BatchApproveApprovalRequestsRequest{Ids: many})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "ids")
}
