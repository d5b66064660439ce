package onlinepayments

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/deposits"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// payable is a document of which something is to be paid, in minor units.
type payable struct {
	customerID, number, currency string
	minor                        int64
}

// depositPrefix and invoicePrefix begin the identifiers of deposit requests and invoices.
const (
	depositPrefix = "dpr_"
	invoicePrefix = "inv_"
	noticePrefix  = "dun_"
)

// findPayable returns what is open of a document. It refuses one that does not exist or of which
// nothing is to be paid.
func findPayable(ctx context.Context, tx *db.Tx, documentID string) (payable, error) {
	if strings.HasPrefix(documentID, depositPrefix) {
		return findDeposit(ctx, tx, documentID)
	}
	if strings.HasPrefix(documentID, noticePrefix) {
		return payable{}, notPayable(documentID, "A dunning notice is paid by paying its invoices and its charge.")
	}
	r, err := receivables.FindReceivable(ctx, tx, receivables.ReceivableID(documentID))
	if isNotFound(err) {
		return payable{}, refuseWithoutReceivable(ctx, tx, documentID)
	}
	if err != nil {
		return payable{}, err
	}
	if r.Id != documentID && r.DocumentId != documentID {
		return payable{}, documentNotFound()
	}
	minor, err := money.Parse(r.OpenAmount.GetAmount(), r.OpenAmount.GetCurrencyCode())
	if err != nil {
		return payable{}, err
	}
	if minor == 0 {
		return payable{}, notPayable(documentID, "Nothing is open of %s.", r.Number)
	}
	return payable{customerID: r.CustomerId, number: r.Number, currency: r.OpenAmount.CurrencyCode, minor: minor}, nil
}

// findDeposit is findPayable for a deposit request.
func findDeposit(ctx context.Context, tx *db.Tx, key string) (payable, error) {
	d, err := deposits.FindRequest(ctx, tx, key)
	if isNotFound(err) {
		return payable{}, documentNotFound()
	}
	if err != nil {
		return payable{}, err
	}
	if d.State != pb.DepositRequest_ISSUED {
		return payable{}, notPayable(key, "The deposit request is %s.", d.State)
	}
	total, err := money.Parse(d.TotalAmount.GetAmount(), d.CurrencyCode)
	if err != nil {
		return payable{}, err
	}
	paid, err := money.Parse(d.PaidAmount.GetAmount(), d.CurrencyCode)
	if err != nil {
		return payable{}, err
	}
	if total <= paid {
		return payable{}, notPayable(key, "Nothing is open of %s.", d.Number)
	}
	return payable{customerID: d.CustomerId, number: d.Number, currency: d.CurrencyCode, minor: total - paid}, nil
}

// refuseWithoutReceivable refuses a document from which no receivable follows, such as a draft.
func refuseWithoutReceivable(ctx context.Context, tx *db.Tx, documentID string) error {
	if !strings.HasPrefix(documentID, invoicePrefix) {
		return documentNotFound()
	}
	i, err := invoicing.FindInvoice(ctx, tx, documentID)
	if isNotFound(err) {
		return documentNotFound()
	}
	if err != nil {
		return err
	}
	return notPayable(documentID, "The invoice is %s, and nothing is open of it.", i.State)
}

func isNotFound(err error) bool {
	return err != nil && fault.From(err).Reason == optionsv1.Reason_RECORD_NOT_FOUND
}

// documentNotFound refuses a document that does not exist.
func documentNotFound() error {
	return fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
		fault.At("documentId", "names a record that does not exist, or none that customers pay"))
}

// notPayable refuses a document of which nothing is to be paid.
func notPayable(documentID, format string, args ...any) error {
	return fault.Refuse(optionsv1.Reason_DOCUMENT_NOT_PAYABLE, format, args...).WithSubject(documentID)
}
