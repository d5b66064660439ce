package dunning

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var followUps = resource.New(table.New("finance.follow_ups",
	table.Ref("customer_id", "cus", func(f *pb.FollowUp) *string { return &f.CustomerId }).Filter().Usable(),
	table.Ref("invoice_id", "inv", func(f *pb.FollowUp) *string { return &f.InvoiceId }).Filter().Usable(),
	table.Enum("kind", func(f *pb.FollowUp) *pb.FollowUp_Kind { return &f.Kind }).Filter(),
	table.Date("date", func(f *pb.FollowUp) *string { return &f.Date }).Filter().Sort("follow_ups_by_date"),
	table.Text("contact_name", func(f *pb.FollowUp) *string { return &f.ContactName }),
	table.Text("note", func(f *pb.FollowUp) *string { return &f.Note }),
	table.Text("next_step", func(f *pb.FollowUp) *string { return &f.NextStep }),
	table.DateOrInfinity("next_step_date", func(f *pb.FollowUp) *string { return &f.NextStepDate }).
		Filter().Sort("follow_ups_by_next_step_date"),
	table.Ref("responsible_id", "prs", func(f *pb.FollowUp) *string { return &f.ResponsibleId }).Filter().Usable(),
	table.Enum("state", func(f *pb.FollowUp) *pb.FollowUp_State { return &f.State }).Filter(),
	table.Timestamp("complete_time", func(f *pb.FollowUp) **timestamp { return &f.CompleteTime }),
).Rank(db.RankDocument)).Open().Lifecycle(followUpLifecycle).
	Responsible("responsible_id").Due("next_step_date").ClosedIn(pb.FollowUp_DONE).
	Searchable("contact_name", "note", "next_step")

var followUpLifecycle = state.New(func(f *pb.FollowUp) *pb.FollowUp_State { return &f.State },
	[]state.Step[pb.FollowUp_State]{
		{Verb: "complete", Event: "completed", From: []pb.FollowUp_State{pb.FollowUp_OPEN}, To: pb.FollowUp_DONE},
	})

// CreateFollowUp creates a follow-up.
func (s *FollowUps) CreateFollowUp(ctx context.Context, req *pb.CreateFollowUpRequest) (*pb.FollowUp, error) {
	return followUps.Create(ctx, s.db, req.GetFollowUp(), checkFollowUp)
}

// GetFollowUp returns a follow-up.
func (s *FollowUps) GetFollowUp(ctx context.Context, req *pb.GetFollowUpRequest) (*pb.FollowUp, error) {
	return followUps.Get(ctx, s.db, req.GetFollowUpId())
}

// BatchGetFollowUps returns several follow-ups.
func (s *FollowUps) BatchGetFollowUps(
	ctx context.Context, req *pb.BatchGetFollowUpsRequest,
) (*pb.BatchGetFollowUpsResponse, error) {
	list, err := followUps.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetFollowUpsResponse{FollowUps: list}, err
}

// ListFollowUps lists follow-ups.
func (s *FollowUps) ListFollowUps(
	ctx context.Context, req *pb.ListFollowUpsRequest,
) (*pb.ListFollowUpsResponse, error) {
	page, err := followUps.List(ctx, s.db, req)
	return &pb.ListFollowUpsResponse{FollowUps: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateFollowUp updates a follow-up.
func (s *FollowUps) UpdateFollowUp(ctx context.Context, req *pb.UpdateFollowUpRequest) (*pb.FollowUp, error) {
	return followUps.Update(ctx, s.db, req.GetFollowUpId(), req.GetFollowUp(), req.GetUpdateMask(), checkFollowUp)
}

// CompleteFollowUp completes the next step of a follow-up.
func (s *FollowUps) CompleteFollowUp(ctx context.Context, req *pb.CompleteFollowUpRequest) (*pb.FollowUp, error) {
	return followUps.Step(ctx, s.db, req.GetFollowUpId(), "complete",
		func(_ context.Context, tx *db.Tx, _, f *pb.FollowUp) error {
			f.CompleteTime = timestamppb.New(tx.Call().Now())
			return nil
		})
}

// DeleteFollowUp deletes a follow-up.
func (s *FollowUps) DeleteFollowUp(ctx context.Context, req *pb.DeleteFollowUpRequest) (*emptypb.Empty, error) {
	return followUps.Delete(ctx, s.db, req.GetFollowUpId())
}

// checkFollowUp is the rule that the fields of a follow-up agree. It sets the defaults, and the
// state: a new next step is open.
func checkFollowUp(ctx context.Context, tx *db.Tx, was, f *pb.FollowUp) error {
	if f.Date == "" {
		f.Date = tx.Call().Today().String()
	}
	var violations fault.List
	for _, d := range []struct{ field, text string }{{"date", f.Date}, {"nextStepDate", f.NextStepDate}} {
		if _, err := calendar.ParseBusinessDate(d.text); err != nil && d.text != "" {
			violations.Append(fault.At(d.field, "%s", err))
		}
	}
	if f.NextStepDate != "" && f.NextStep == "" {
		violations.Append(fault.At("nextStep", "is required with nextStepDate"))
	}
	if err := violations.Err(); err != nil {
		return err
	}
	switch {
	case f.NextStep == "":
		f.State, f.CompleteTime = pb.FollowUp_DONE, nil
	case was.NextStep != f.NextStep || was.NextStepDate != f.NextStepDate:
		f.State, f.CompleteTime = pb.FollowUp_OPEN, nil
	}
	return setCustomer(ctx, tx, f)
}

// setCustomer sets the customer of a follow-up about an invoice.
func setCustomer(ctx context.Context, tx *db.Tx, f *pb.FollowUp) error {
	if f.InvoiceId == "" {
		if f.CustomerId == "" {
			return fault.Invalid(fault.At("customerId", "is required without an invoice"))
		}
		return nil
	}
	key, err := id.Parse("inv", f.InvoiceId)
	if err != nil {
		return err
	}
	var customer [16]byte
	if err := tx.QueryRow(ctx, `
select customer_id
from finance.invoices
where org_id = $1
and id = $2`, tx.Call().Organization.ID, key).Scan(&customer); err != nil {
		return err
	}
	owner := id.Format("cus", customer)
	if f.CustomerId != "" && f.CustomerId != owner {
		return fault.Invalid(fault.At("customerId", "must be %s, the customer of the invoice", owner))
	}
	f.CustomerId = owner
	return nil
}
