package catalog

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var paymentTerms = resource.New(table.New("finance.payment_terms",
	table.Text("display_name", func(t *pb.PaymentTerm) *string { return &t.DisplayName }).
		Filter().Sort("payment_terms_by_display_name"),
	table.Text("description", func(t *pb.PaymentTerm) *string { return &t.Description }),
	table.Message("due", func(t *pb.PaymentTerm) **pb.PaymentTerm_DueRule { return &t.Due }),
	table.Messages("installments", func(t *pb.PaymentTerm) *[]*pb.PaymentTerm_Installment { return &t.Installments }),
	table.Message("discount", func(t *pb.PaymentTerm) **pb.PaymentTerm_Discount { return &t.Discount }),
)).Open().Searchable("display_name", "description")

// ResolveTerm returns the payment term that a field of another capability's record refers
// to. It refuses a term that does not exist or is archived.
func ResolveTerm(ctx context.Context, tx *db.Tx, field, id string) (*pb.PaymentTerm, error) {
	return paymentTerms.Resolve(ctx, tx, field, id)
}

// FindTerms returns the payment terms that exist, by id. They may be archived.
func FindTerms(ctx context.Context, tx *db.Tx, ids []string) (map[string]*pb.PaymentTerm, error) {
	return paymentTerms.Table().GetExisting(ctx, tx, ids)
}

// CreatePaymentTerm creates a payment term.
func (s *Service) CreatePaymentTerm(ctx context.Context, req *pb.CreatePaymentTermRequest) (*pb.PaymentTerm, error) {
	return paymentTerms.Create(ctx, s.db, req.GetPaymentTerm(), checkPaymentTerm)
}

// GetPaymentTerm returns a payment term.
func (s *Service) GetPaymentTerm(ctx context.Context, req *pb.GetPaymentTermRequest) (*pb.PaymentTerm, error) {
	return paymentTerms.Get(ctx, s.db, req.GetPaymentTermId())
}

// BatchGetPaymentTerms returns several payment terms.
func (s *Service) BatchGetPaymentTerms(
	ctx context.Context, req *pb.BatchGetPaymentTermsRequest,
) (*pb.BatchGetPaymentTermsResponse, error) {
	list, err := paymentTerms.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetPaymentTermsResponse{PaymentTerms: list}, err
}

// ListPaymentTerms lists payment terms.
func (s *Service) ListPaymentTerms(
	ctx context.Context, req *pb.ListPaymentTermsRequest,
) (*pb.ListPaymentTermsResponse, error) {
	page, err := paymentTerms.List(ctx, s.db, req)
	return &pb.ListPaymentTermsResponse{PaymentTerms: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdatePaymentTerm updates a payment term.
func (s *Service) UpdatePaymentTerm(ctx context.Context, req *pb.UpdatePaymentTermRequest) (*pb.PaymentTerm, error) {
	return paymentTerms.Update(ctx, s.db, req.GetPaymentTermId(), req.GetPaymentTerm(), req.GetUpdateMask(),
		checkPaymentTerm)
}

// ArchivePaymentTerm archives a payment term.
func (s *Service) ArchivePaymentTerm(ctx context.Context, req *pb.ArchivePaymentTermRequest) (*pb.PaymentTerm, error) {
	return paymentTerms.Archive(ctx, s.db, req.GetPaymentTermId())
}

// UnarchivePaymentTerm restores an archived payment term.
func (s *Service) UnarchivePaymentTerm(
	ctx context.Context, req *pb.UnarchivePaymentTermRequest,
) (*pb.PaymentTerm, error) {
	return paymentTerms.Unarchive(ctx, s.db, req.GetPaymentTermId())
}

// DeletePaymentTerm deletes a payment term that no other record refers to.
func (s *Service) DeletePaymentTerm(ctx context.Context, req *pb.DeletePaymentTermRequest) (*emptypb.Empty, error) {
	return paymentTerms.Delete(ctx, s.db, req.GetPaymentTermId())
}
