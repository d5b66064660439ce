package salesdocuments

import (
	"context"

	"google.golang.org/genproto/googleapis/api/httpbody"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/rpc"
)

// mediaType is the media type of printed documents.
const mediaType = "application/pdf"

// DownloadInvoice returns an invoice as a PDF file.
func (s *Service) DownloadInvoice(ctx context.Context, req *pb.DownloadInvoiceRequest) (*httpbody.HttpBody, error) {
	return s.download(ctx, invoiceSource, req.GetInvoiceId())
}

// DownloadCreditNote returns a credit note as a PDF file.
func (s *Service) DownloadCreditNote(
	ctx context.Context, req *pb.DownloadCreditNoteRequest,
) (*httpbody.HttpBody, error) {
	return s.download(ctx, creditNoteSource, req.GetCreditNoteId())
}

// DownloadReceipt returns the receipt of a payment as a PDF file.
func (s *Service) DownloadReceipt(ctx context.Context, req *pb.DownloadReceiptRequest) (*httpbody.HttpBody, error) {
	return s.download(ctx, receiptSource, req.GetPaymentId())
}

// DownloadQuote returns a quote as a PDF file.
func (s *Service) DownloadQuote(ctx context.Context, req *pb.DownloadQuoteRequest) (*httpbody.HttpBody, error) {
	return s.download(ctx, quoteSource, req.GetQuoteId())
}

// DownloadDepositRequest returns a deposit request as a PDF file.
func (s *Service) DownloadDepositRequest(
	ctx context.Context, req *pb.DownloadDepositRequestRequest,
) (*httpbody.HttpBody, error) {
	return s.download(ctx, depositRequestSource, req.GetDepositRequestId())
}

// DownloadDunningNotice returns a dunning notice as a PDF file.
func (s *Service) DownloadDunningNotice(
	ctx context.Context, req *pb.DownloadDunningNoticeRequest,
) (*httpbody.HttpBody, error) {
	return s.download(ctx, dunningNoticeSource, req.GetDunningNoticeId())
}

// download returns a document as a PDF file.
func (s *Service) download(ctx context.Context, from source, documentID string) (*httpbody.HttpBody, error) {
	d, err := s.read(ctx, from, documentID)
	if err != nil {
		return nil, err
	}
	return s.file(ctx, d)
}

// file returns the PDF file of a document.
func (s *Service) file(ctx context.Context, d *document) (*httpbody.HttpBody, error) {
	raw, err := s.print(ctx, d)
	if err != nil {
		return nil, err
	}
	rpc.SetFileName(ctx, rpc.FileName(d.fileName, "", "pdf"))
	return &httpbody.HttpBody{ContentType: mediaType, Data: raw}, nil
}

// read reads a document in a transaction for it alone.
func (s *Service) read(ctx context.Context, from source, documentID string) (*document, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*document, error) {
		return from.read(ctx, tx, documentID)
	})
}
