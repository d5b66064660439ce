package approval_test

import (
	"testing"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// TestOtherTenantsSeeNothing uses the records of one organization in another.
func TestOtherTenantsSeeNothing(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	o := &company{Organization: apptest.SignUpTo(t, a)}
	o.maker, o.makerID = o.member(t, "Mia Maker", pb.ApiKey_BOOKKEEPER)
	o.cash, o.sales = newAccounts(t, o.Organization)
	o.policy(t, "", byRole(pb.ApiKey_OWNER, 1))
	r := o.requested(t, "5.00")
	theirs := apptest.SignUpTo(t, a)
	for name, err := range map[string]error{
		"approve": func() error { _, err := approve(t, theirs, r); return err }(),
		"reject":  func() error { _, err := reject(t, theirs, r); return err }(),
		"release": func() error { _, err := release(t, theirs, r); return err }(),
	} {
		if apptest.Reason(err) != optionsv1.Reason_RECORD_NOT_FOUND {
			t.Errorf("%s: got %v, want RECORD_NOT_FOUND", name, err)
		}
	}
	if got := inbox(t, theirs); len(got) > 0 {
		t.Errorf("inbox of another organization: got %v", got)
	}
	batch := must(client(theirs).BatchApproveApprovalRequests(t.Context(),
		&pb.BatchApproveApprovalRequestsRequest{Ids: []string{r.Id}}))(t)
	if got := batch.Results[0].GetError().GetReason(); got != "RECORD_NOT_FOUND" {
		t.Errorf("batch: got %q, want RECORD_NOT_FOUND", got)
	}
	tried := must(client(theirs).TryApprovalCondition(t.Context(),
		&pb.TryApprovalConditionRequest{ApprovalKind: kind}))(t)
	if tried.TriedCount != 0 {
		t.Errorf("trying on the records of another organization: got %v", tried)
	}
}
