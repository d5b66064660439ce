package taxreturns

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type timestamp = timestamppb.Timestamp

var taxReturns = resource.New(table.New("finance.tax_returns",
	table.Ref("tax_agency_id", "txa", func(r *pb.TaxReturn) *string { return &r.TaxAgencyId }).Filter().Usable(),
	table.Date("start_date", func(r *pb.TaxReturn) *string { return &r.StartDate }).
		Filter().Sort("tax_returns_by_start_date"),
	table.Date("end_date", func(r *pb.TaxReturn) *string { return &r.EndDate }).
		Filter().Sort("tax_returns_by_end_date"),
	table.Enum("basis", func(r *pb.TaxReturn) *pb.TaxAgency_FilingBasis { return &r.Basis }),
	table.Enum("form", func(r *pb.TaxReturn) *pb.TaxReturn_Form { return &r.Form }),
	table.Enum("state", func(r *pb.TaxReturn) *pb.TaxReturn_State { return &r.State }).Filter(),
	table.Messages("boxes", func(r *pb.TaxReturn) *[]*pb.TaxReturn_Box { return &r.Boxes }),
	table.Minor("net_tax", func(r *pb.TaxReturn) **typepb.Money { return &r.NetTax }),
	table.Minor("open_amount", func(r *pb.TaxReturn) **typepb.Money { return &r.OpenAmount }),
	table.Timestamp("known_time", func(r *pb.TaxReturn) **timestamp { return &r.KnownTime }),
	table.Date("adjusted_start_date", func(r *pb.TaxReturn) *string { return &r.AdjustedStartDate }),
	table.Date("adjusted_end_date", func(r *pb.TaxReturn) *string { return &r.AdjustedEndDate }),
	table.Timestamp("adjusted_since_time", func(r *pb.TaxReturn) **timestamp { return &r.AdjustedSinceTime }),
	table.Enum("adjusted_basis", func(r *pb.TaxReturn) *pb.TaxAgency_FilingBasis { return &r.AdjustedBasis }),
	table.Date("accrued_end_date", func(r *pb.TaxReturn) *string { return &r.AccruedEndDate }),
	table.Date("file_date", func(r *pb.TaxReturn) *string { return &r.FileDate }).Filter(),
	table.Text("file_reference", func(r *pb.TaxReturn) *string { return &r.FileReference }),
	table.Messages("payments", func(r *pb.TaxReturn) *[]*pb.TaxReturn_Payment { return &r.Payments }),
	table.Text("note", func(r *pb.TaxReturn) *string { return &r.Note }),
).Rank(db.RankDocument)).Lifecycle(returnLifecycle).Open().
	GuardEach(refuseUnended, "lock").GuardEach(refusePaid, "unlock").LockFirst(lockAgency)

type returnStep = state.Step[pb.TaxReturn_State]

var (
	drafts       = []pb.TaxReturn_State{pb.TaxReturn_DRAFT}
	lockedStates = []pb.TaxReturn_State{pb.TaxReturn_LOCKED}
	filedStates  = []pb.TaxReturn_State{pb.TaxReturn_FILED}
	closedStates = []pb.TaxReturn_State{pb.TaxReturn_LOCKED, pb.TaxReturn_FILED}
)

var returnLifecycle = state.New(func(r *pb.TaxReturn) *pb.TaxReturn_State { return &r.State }, []returnStep{
	{Verb: "prepare", Event: "prepared", From: drafts, To: pb.TaxReturn_DRAFT},
	{Verb: "lock", Event: "locked", From: drafts, To: pb.TaxReturn_LOCKED},
	{Verb: "unlock", Event: "unlocked", From: lockedStates, To: pb.TaxReturn_DRAFT},
	{Verb: "markFiled", Event: "filed", From: lockedStates, To: pb.TaxReturn_FILED},
	{Verb: "undoFiling", Event: "filingUndone", From: filedStates, To: pb.TaxReturn_LOCKED},
	{Verb: "recordPayment", Event: "paymentRecorded", From: closedStates},
	{Verb: "voidPayment", Event: "paymentVoided", From: closedStates},
})

// CreateTaxReturn creates a draft of a tax return.
func (s *Service) CreateTaxReturn(ctx context.Context, req *pb.CreateTaxReturnRequest) (*pb.TaxReturn, error) {
	return taxReturns.Create(ctx, s.db, req.GetTaxReturn(), setPeriod, prepare)
}

// GetTaxReturn returns a tax return.
func (s *Service) GetTaxReturn(ctx context.Context, req *pb.GetTaxReturnRequest) (*pb.TaxReturn, error) {
	return taxReturns.Get(ctx, s.db, req.GetTaxReturnId())
}

// BatchGetTaxReturns returns several tax returns.
func (s *Service) BatchGetTaxReturns(
	ctx context.Context, req *pb.BatchGetTaxReturnsRequest,
) (*pb.BatchGetTaxReturnsResponse, error) {
	list, err := taxReturns.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetTaxReturnsResponse{TaxReturns: list}, err
}

// ListTaxReturns lists tax returns.
func (s *Service) ListTaxReturns(
	ctx context.Context, req *pb.ListTaxReturnsRequest,
) (*pb.ListTaxReturnsResponse, error) {
	page, err := taxReturns.List(ctx, s.db, req)
	return &pb.ListTaxReturnsResponse{TaxReturns: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateTaxReturn updates the note and the annotations of a tax return.
func (s *Service) UpdateTaxReturn(ctx context.Context, req *pb.UpdateTaxReturnRequest) (*pb.TaxReturn, error) {
	return taxReturns.Update(ctx, s.db, req.GetTaxReturnId(), req.GetTaxReturn(), req.GetUpdateMask())
}

// DeleteTaxReturn deletes a draft.
func (s *Service) DeleteTaxReturn(ctx context.Context, req *pb.DeleteTaxReturnRequest) (*emptypb.Empty, error) {
	return taxReturns.Delete(ctx, s.db, req.GetTaxReturnId(), checkDeletable)
}

// PrepareTaxReturn computes the boxes of a draft again.
func (s *Service) PrepareTaxReturn(ctx context.Context, req *pb.PrepareTaxReturnRequest) (*pb.TaxReturn, error) {
	return taxReturns.Step(ctx, s.db, req.GetTaxReturnId(), "prepare", prepare)
}

// LockTaxReturn computes the boxes a last time and locks the return.
func (s *Service) LockTaxReturn(ctx context.Context, req *pb.LockTaxReturnRequest) (*pb.TaxReturn, error) {
	return taxReturns.Step(ctx, s.db, req.GetTaxReturnId(), "lock", checkEarlierLocked, lockPeriods, prepare)
}

// UnlockTaxReturn makes a locked return a draft.
func (s *Service) UnlockTaxReturn(ctx context.Context, req *pb.UnlockTaxReturnRequest) (*pb.TaxReturn, error) {
	return taxReturns.Step(ctx, s.db, req.GetTaxReturnId(), "unlock", checkLaterUnlocked, prepare)
}

// MarkFiledTaxReturn records that a return was filed.
func (s *Service) MarkFiledTaxReturn(ctx context.Context, req *pb.MarkFiledTaxReturnRequest) (*pb.TaxReturn, error) {
	return taxReturns.Step(ctx, s.db, req.GetTaxReturnId(), "markFiled",
		func(_ context.Context, tx *db.Tx, _, r *pb.TaxReturn) error {
			r.FileReference, r.FileDate = req.GetReference(), req.GetFileDate()
			return setDate(tx, "fileDate", &r.FileDate, r.EndDate)
		})
}

// UndoFilingTaxReturn records that a return was not filed after all.
func (s *Service) UndoFilingTaxReturn(ctx context.Context, req *pb.UndoFilingTaxReturnRequest) (*pb.TaxReturn, error) {
	return taxReturns.Step(ctx, s.db, req.GetTaxReturnId(), "undoFiling",
		func(_ context.Context, _ *db.Tx, _, r *pb.TaxReturn) error {
			r.FileDate, r.FileReference = "", ""
			return nil
		})
}

// refuseUnended refuses to lock a return whose period has not ended.
func refuseUnended(tx *db.Tx, r *pb.TaxReturn) error {
	if r.EndDate < tx.Call().Today().String() {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_TAX_PERIOD_NOT_ENDED, "The period ends on %s. Lock the return after it.",
		r.EndDate).WithSubject(r.Id)
}

// refusePaid refuses to unlock a return that has payments.
func refusePaid(_ *db.Tx, r *pb.TaxReturn) error {
	if len(r.Payments) == 0 {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_TAX_RETURN_PAID, "The return has %d payments; void them first.",
		len(r.Payments)).WithSubject(r.Id)
}

// lockAgency locks the agency of a return, so that the returns of an agency change one after
// another.
func lockAgency(ctx context.Context, tx *db.Tx, r *pb.TaxReturn) error {
	return tax.LockAgency(ctx, tx, r.TaxAgencyId)
}

// lockPeriods is the rule that lets postings in the periods of a return and of earlier ones finish
// before it is locked, and holds up later ones until it is.
func lockPeriods(ctx context.Context, tx *db.Tx, _, r *pb.TaxReturn) error {
	return ledger.LockPeriodsUntil(ctx, tx, r.EndDate)
}
