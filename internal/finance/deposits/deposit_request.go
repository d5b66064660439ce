package deposits

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type (
	request      = pb.DepositRequest
	requestState = pb.DepositRequest_State
)

var depositRequests = resource.New(table.New("finance.deposit_requests",
	table.Text("number", func(d *request) *string { return &d.Number }).Filter().Sort("deposit_requests_by_number"),
	table.Ref("customer_id", "cus", func(d *request) *string { return &d.CustomerId }).Filter().Usable(),
	table.Enum("state", func(d *request) *pb.DepositRequest_State { return &d.State }).Filter(),
	table.DateOrInfinity("issue_date", func(d *request) *string { return &d.IssueDate }).
		Filter().Sort("deposit_requests_by_issue_date"),
	table.DateOrInfinity("due_date", func(d *request) *string { return &d.DueDate }).
		Filter().Sort("deposit_requests_by_due_date"),
	table.Text("currency_code", func(d *request) *string { return &d.CurrencyCode }).Filter(),
	table.Enum("price_mode", func(d *request) *pb.TaxCalculation_Mode { return &d.PriceMode }),
	table.Enum("tax_rounding", func(d *request) *pb.TaxCalculation_Rounding { return &d.TaxRounding }),
	table.Text("reference", func(d *request) *string { return &d.Reference }).Filter(),
	table.Text("introduction", func(d *request) *string { return &d.Introduction }),
	table.Text("closing_text", func(d *request) *string { return &d.ClosingText }),
	table.Text("note", func(d *request) *string { return &d.Note }),
	table.Text("customer_name", func(d *request) *string { return &d.CustomerName }),
	table.Message("billing_address", func(d *request) **typepb.Address { return &d.BillingAddress }),
	table.Text("customer_tax_number", func(d *request) *string { return &d.CustomerTaxNumber }),
	table.Money("net_amount", func(d *request) **typepb.Money { return &d.NetAmount }),
	table.Money("tax_amount", func(d *request) **typepb.Money { return &d.TaxAmount }),
	table.Money("total_amount", func(d *request) **typepb.Money { return &d.TotalAmount }).Filter(),
	table.Messages("taxes", func(d *request) *[]*pb.TaxCalculation_Tax { return &d.Taxes }),
	table.Date("void_date", func(d *request) *string { return &d.VoidDate }),
	table.Text("void_reason", func(d *request) *string { return &d.VoidReason }),
	table.Timestamp("issue_time", func(d *request) **timestamppb.Timestamp { return &d.IssueTime }),
	invoicing.DocumentLines("finance.deposit_request_lines", "deposit_request_id",
		func(d *request) *[]*pb.DocumentLine { return &d.Lines }, func(d *request) string { return d.CurrencyCode }),
).Rank(db.RankDocument)).Lifecycle(lifecycle).LoadComputed(loadPaid).Open().
	GuardAll(RefusePaid, "void").
	Searchable("number", "reference", "introduction", "closing_text", "note", "customer_name")

var lifecycle = state.New(func(d *request) *pb.DepositRequest_State { return &d.State },
	[]state.Step[requestState]{
		{Verb: "issue", Event: "issued", From: []requestState{pb.DepositRequest_DRAFT}, To: pb.DepositRequest_ISSUED},
		{Verb: "void", Event: "voided", From: []requestState{pb.DepositRequest_ISSUED}, To: pb.DepositRequest_VOID},
	})

// CreateDepositRequest creates a draft.
func (s *Service) CreateDepositRequest(ctx context.Context, req *pb.CreateDepositRequestRequest) (*request, error) {
	return depositRequests.Create(ctx, s.db, req.GetDepositRequest(), setDraft, calculateDraft)
}

// GetDepositRequest returns a deposit request.
func (s *Service) GetDepositRequest(ctx context.Context, req *pb.GetDepositRequestRequest) (*request, error) {
	return depositRequests.Get(ctx, s.db, req.GetDepositRequestId())
}

// BatchGetDepositRequests returns several deposit requests.
func (s *Service) BatchGetDepositRequests(
	ctx context.Context, req *pb.BatchGetDepositRequestsRequest,
) (*pb.BatchGetDepositRequestsResponse, error) {
	list, err := depositRequests.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetDepositRequestsResponse{DepositRequests: list}, err
}

// ListDepositRequests lists deposit requests.
func (s *Service) ListDepositRequests(
	ctx context.Context, req *pb.ListDepositRequestsRequest,
) (*pb.ListDepositRequestsResponse, error) {
	page, err := depositRequests.List(ctx, s.db, req)
	return &pb.ListDepositRequestsResponse{DepositRequests: page.Records, NextPageToken: page.Next,
		TotalSize: page.Total}, err
}

// UpdateDepositRequest updates a draft, or the note and the annotations of an issued request.
func (s *Service) UpdateDepositRequest(ctx context.Context, req *pb.UpdateDepositRequestRequest) (*request, error) {
	return depositRequests.Update(ctx, s.db, req.GetDepositRequestId(), req.GetDepositRequest(), req.GetUpdateMask(),
		checkChange, calculateDraft)
}

// DeleteDepositRequest deletes a draft.
func (s *Service) DeleteDepositRequest(
	ctx context.Context, req *pb.DeleteDepositRequestRequest,
) (*emptypb.Empty, error) {
	return depositRequests.Delete(ctx, s.db, req.GetDepositRequestId(), checkDraft)
}

// IssueDepositRequest issues a deposit request.
func (s *Service) IssueDepositRequest(ctx context.Context, req *pb.IssueDepositRequestRequest) (*request, error) {
	return depositRequests.Step(ctx, s.db, req.GetDepositRequestId(), "issue", issue(req.GetIssueDate()))
}

// VoidDepositRequest voids a deposit request.
func (s *Service) VoidDepositRequest(ctx context.Context, req *pb.VoidDepositRequestRequest) (*request, error) {
	return depositRequests.Step(ctx, s.db, req.GetDepositRequestId(), "void", void(req.GetDate(), req.GetReason()))
}

// setDraft is the rule that sets the state of a new deposit request.
func setDraft(_ context.Context, _ *db.Tx, _, d *request) error {
	d.State = pb.DepositRequest_DRAFT
	return nil
}

// checkDraft refuses a deposit request that is not a draft.
func checkDraft(_ context.Context, _ *db.Tx, _, d *request) error {
	if d.State != pb.DepositRequest_DRAFT {
		return fault.Refuse(optionsv1.Reason_DEPOSIT_REQUEST_ISSUED,
			"The deposit request is %s and cannot change. Void it instead.", d.State).WithSubject(d.Id)
	}
	return nil
}

// checkChange refuses to change anything but the note and the annotations of an issued request.
func checkChange(ctx context.Context, tx *db.Tx, was, d *request) error {
	noted := proto.CloneOf(was)
	noted.Note, noted.Metadata, noted.ExternalId, noted.CustomFields = d.Note, d.Metadata, d.ExternalId, d.CustomFields
	if proto.Equal(noted, d) {
		return nil
	}
	return checkDraft(ctx, tx, was, was)
}
