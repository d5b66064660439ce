package quotes

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/deposits"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// The permissions that a conversion needs besides that for quotes.
const (
	writeInvoices  = "finance.invoices.write"
	writeCustomers = "finance.customers.write"
)

// ConvertQuote makes a draft invoice from an accepted quote.
func (s *Service) ConvertQuote(ctx context.Context, req *pb.ConvertQuoteRequest) (*pb.ConvertQuoteResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ConvertQuoteResponse, error) {
		if !tx.Call().Allows(writeInvoices) {
			return nil, fault.PermissionMissing(writeInvoices)
		}
		if err := s.refuseTargets(req); err != nil {
			return nil, err
		}
		if made, err := findConversion(ctx, tx, req); err != nil || made != nil {
			return made, err
		}
		out := &pb.ConvertQuoteResponse{}
		var err error
		out.Quote, err = quotes.StepByCaller(ctx, tx, req.GetQuoteId(), "convert",
			func(ctx context.Context, tx *db.Tx, _, q *pb.Quote) error { return s.convert(ctx, tx, q, req, out) })
		return out, err
	})
}

// convert makes the draft of a conversion and what else the request asks for, and notes it in the
// quote.
func (s *Service) convert(
	ctx context.Context, tx *db.Tx, q *pb.Quote, req *pb.ConvertQuoteRequest, out *pb.ConvertQuoteResponse,
) error {
	i, err := newInvoice(ctx, tx, q, req)
	if err != nil {
		return err
	}
	project, err := s.projectOf(ctx, tx, q, req)
	if err != nil {
		return err
	}
	if err := addProject(ctx, tx, i, project); err != nil {
		return err
	}
	if err := invoicing.CreateDraft(ctx, tx, i); err != nil {
		return mapInvoiceFields(err)
	}
	q.Conversions = append(q.Conversions, &pb.Quote_Conversion{InvoiceId: i.Id, Date: tx.Call().Today().String(),
		ProjectId: project, Percent: req.GetPercent(), Parts: partsOf(req)})
	out.Invoice = i
	if req.GetProjectTemplateId() != "" {
		out.CreatedIds = []string{project}
	}
	created, err := s.createTargets(ctx, tx, q, req)
	if err != nil {
		return err
	}
	out.CreatedIds = append(out.CreatedIds, created...)
	return requestDepositOnce(ctx, tx, q, req)
}

// newInvoice returns the draft of a conversion. It makes the prospect of the quote a customer.
func newInvoice(ctx context.Context, tx *db.Tx, q *pb.Quote, req *pb.ConvertQuoteRequest) (*pb.Invoice, error) {
	billed, err := loadBilled(ctx, tx, []*pb.Quote{q})
	if err != nil {
		return nil, err
	}
	i := &pb.Invoice{IssueDate: req.GetIssueDate(), CurrencyCode: q.CurrencyCode, PriceMode: q.PriceMode,
		PaymentTermId: cmp.Or(req.GetPaymentTermId(), q.PaymentTermId), TaxRounding: q.TaxRounding,
		Reference: q.Reference}
	if err := setLines(i, q, billed, req); err != nil {
		return nil, err
	}
	if err := setDeposits(ctx, tx, i, q, billed, req); err != nil {
		return nil, err
	}
	if err := setCustomer(ctx, tx, q, req.GetCustomerId()); err != nil {
		return nil, err
	}
	i.CustomerId = q.CustomerId
	return i, nil
}

// requestDepositOnce issues the deposit request of a quote if the caller asks for it and none was
// issued.
func requestDepositOnce(ctx context.Context, tx *db.Tx, q *pb.Quote, req *pb.ConvertQuoteRequest) error {
	if !req.GetRequestDeposit() {
		return nil
	}
	refusals, err := refuseDeposit(ctx, tx, []*pb.Quote{q})
	if err != nil || refusals[0] != nil {
		return err
	}
	return requestDeposit(ctx, tx, q, cmp.Or(req.GetIssueDate(), tx.Call().Today().String()), "")
}

// setDeposits applies the deposit of a quote to the draft of a conversion, if it bills the rest of
// the quote or the caller asks for it. billed has the lines of the draft.
func setDeposits(
	ctx context.Context, tx *db.Tx, i *pb.Invoice, q *pb.Quote, billed map[string]billedLine, req *pb.ConvertQuoteRequest,
) error {
	left, err := isLeft(q, billed)
	if err != nil || q.DepositRequestId == "" || left && !req.GetApplyDeposit() {
		return err
	}
	i.Deposits, err = deposits.CreditsOf(ctx, tx, q.DepositRequestId, i.IssueDate)
	return err
}

// mapInvoiceFields attributes errors of the draft to fields of the request.
func mapInvoiceFields(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		if slices.Contains([]string{"issueDate", "customerId", "paymentTermId"}, f.Path) {
			return f
		}
		return fault.Field{Path: "quoteId", Message: "cannot be invoiced: " + f.Path + " " + f.Message}
	})
}

// setCustomer sets the customer of a quote to a prospect: the given one, or a new one.
func setCustomer(ctx context.Context, tx *db.Tx, q *pb.Quote, given string) (err error) {
	switch {
	case given != "" && q.CustomerId != "" && given != q.CustomerId:
		return fault.Invalid(fault.At("customerId", "must be %s, the customer of the quote", q.CustomerId))
	case q.CustomerId != "":
		return nil
	case given == "":
		if given, err = createCustomer(ctx, tx, q); err != nil {
			return err
		}
	}
	if _, err := customers.Resolve(ctx, tx, "customerId", given); err != nil {
		return err
	}
	q.CustomerId, q.Prospect = given, nil
	return nil
}

// createCustomer makes the prospect of a quote a customer, and returns its identifier.
func createCustomer(ctx context.Context, tx *db.Tx, q *pb.Quote) (string, error) {
	if !tx.Call().Allows(writeCustomers) {
		return "", fault.PermissionMissing(writeCustomers)
	}
	c, err := customerOf(ctx, tx, q, customers.Resolve)
	if err != nil {
		return "", err
	}
	if err := refuseTakenName(ctx, tx, c.DisplayName); err != nil {
		return "", err
	}
	c.CurrencyCode = q.CurrencyCode
	err = customers.Create(ctx, tx, c)
	return c.Id, err
}

// refuseTakenName refuses to make a customer of a prospect whose name a customer has, archived or
// not.
func refuseTakenName(ctx context.Context, tx *db.Tx, name string) error {
	taken, err := customers.IsNameTaken(ctx, tx, name)
	if err != nil || !taken {
		return err
	}
	refusal := fault.Taken(optionsv1.Reason_CUSTOMERS_NAME_TAKEN,
		"A customer has the name of the prospect, %q. Pass it as customerId.", name)
	refusal.Fields = []fault.Field{fault.At("customerId",
		"is required, because a customer has the name of the prospect")}
	return refusal
}

// setLines sets the lines of the draft of a conversion, and adds them to what is billed.
func setLines(i *pb.Invoice, q *pb.Quote, billed map[string]billedLine, req *pb.ConvertQuoteRequest) error {
	percent := req.GetPercent()
	switch {
	case percent != "" && len(req.GetLines()) > 0:
		return fault.Invalid(fault.At("percent", "cannot be combined with lines"))
	case len(req.GetLines()) > 0:
		return setChosenLines(i, q, billed, req.GetLines())
	case len(billed) == 0 && isAll(percent):
		return copyLines(i, q, billed)
	}
	var violations fault.List
	for n, l := range q.Lines {
		line, err := lineOfQuote{q, l}.take(billed, &pb.ConvertQuoteRequest_Line{Percent: percent})
		if err != nil {
			violations.MergeViolations("", fault.MapFields(err, func(f fault.Field) fault.Field {
				return fault.Field{Path: "percent", Message: fmt.Sprintf("%s (line %d of the quote)", f.Message, n+1)}
			}))
			continue
		}
		if line != nil {
			i.Lines = append(i.Lines, line)
		}
	}
	if err := violations.Err(); err != nil {
		return err
	}
	if len(i.Lines) == 0 {
		return fault.InvalidFor(optionsv1.Reason_QUOTE_EXCEEDED, fault.At("lines", "are all invoiced"))
	}
	return nil
}

// isAll reports whether a percentage is absent or 100.
func isAll(percent string) bool {
	share, err := decimal.NewFromString(cmp.Or(percent, "100"))
	return err == nil && share.Equal(decimal.NewFromInt(100))
}

// setChosenLines sets the lines of a draft to parts of chosen lines of the quote.
func setChosenLines(
	i *pb.Invoice, q *pb.Quote, billed map[string]billedLine, chosen []*pb.ConvertQuoteRequest_Line,
) error {
	lines := map[string]*pb.DocumentLine{}
	for _, l := range q.Lines {
		lines[l.Id] = l
	}
	seen := map[string]bool{}
	var violations fault.List
	for n, c := range chosen {
		path := fmt.Sprintf("lines[%d]", n)
		from := lines[c.QuoteLineId]
		switch {
		case from == nil:
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
				fault.At(path+".quoteLineId", "names a line that the quote does not have")))
			continue
		case seen[c.QuoteLineId]:
			violations.Append(fault.At(path+".quoteLineId", "names a line twice"))
			continue
		}
		seen[c.QuoteLineId] = true
		line, err := lineOfQuote{q, from}.take(billed, c)
		if err == nil && line == nil {
			err = fault.InvalidFor(optionsv1.Reason_QUOTE_EXCEEDED,
				fault.At("quoteLineId", "names a line of which nothing is left"))
		}
		if err := violations.Merge(path, err); err != nil {
			return err
		}
		i.Lines = append(i.Lines, line)
	}
	return violations.Err()
}
