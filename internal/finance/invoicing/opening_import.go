package invoicing

import (
	"context"
	"fmt"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/invoicing/openitems"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

type (
	openingRequest = pb.ImportOpeningInvoicesRequest
	openingRow     = pb.ImportOpeningInvoicesResponse_Row
)

// createCustomers is the permission for customers that an import creates.
const createCustomers = "finance.customers.write"

// dateOrders are the orders of dates that a request can name.
var dateOrders = map[pb.ImportOpeningInvoicesRequest_DateOrder]datetext.Order{
	pb.ImportOpeningInvoicesRequest_YEAR_MONTH_DAY: datetext.YearMonthDay,
	pb.ImportOpeningInvoicesRequest_DAY_MONTH_YEAR: datetext.DayMonthYear,
	pb.ImportOpeningInvoicesRequest_MONTH_DAY_YEAR: datetext.MonthDayYear,
}

// ImportOpeningInvoices takes over the invoices and credits that the opening balances hold.
func (s *Service) ImportOpeningInvoices(
	ctx context.Context, req *openingRequest,
) (*pb.ImportOpeningInvoicesResponse, error) {
	if req.GetCreateCustomers() && !call.From(ctx).Allows(createCustomers) {
		return nil, fault.PermissionMissing(createCustomers)
	}
	file, err := openitems.Read(ctx, req.GetContent(), openitems.Options{
		Currency: call.From(ctx).Organization.CurrencyCode, Order: dateOrders[req.GetDateOrder()],
		Today: call.From(ctx).Today()})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fault.InvalidFor(optionsv1.Reason_OPENING_INVOICES_UNREADABLE,
			fault.At("content", "cannot be read: %s", err))
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ImportOpeningInvoicesResponse, error) {
		o := &openingImport{req: req, file: file, base: tx.Call().Organization.CurrencyCode,
			response: &pb.ImportOpeningInvoicesResponse{}}
		return o.response, o.store(ctx, tx)
	})
}

// openingImport is one import of open documents.
type openingImport struct {
	req      *openingRequest
	file     openitems.File
	base     string
	response *pb.ImportOpeningInvoicesResponse

	entry  *pb.JournalEntry
	date   calendar.Date
	known  openingDocuments
	owners map[string]*pb.Customer // by the name in lower case
	// receivable and deposits are the accounts of the opening balances, and sales is that of
	// income.
	receivable, deposits, sales string
}

// store takes over the documents of the file, and compares their sums with the opening balances.
func (o *openingImport) store(ctx context.Context, tx *db.Tx) (err error) {
	if err := o.findEntry(ctx, tx); err != nil {
		return err
	}
	if err := o.resolveCustomers(ctx, tx); err != nil {
		return err
	}
	if err := o.lockEntry(ctx, tx); err != nil {
		return err
	}
	if o.receivable, err = ledger.RoleAccount(ctx, tx, pb.AccountRole_RECEIVABLE); err != nil {
		return err
	}
	if o.deposits, err = ledger.RoleAccount(ctx, tx, pb.AccountRole_CUSTOMER_DEPOSITS); err != nil {
		return err
	}
	if o.sales, err = ledger.RoleAccount(ctx, tx, pb.AccountRole_SALES); err != nil {
		return err
	}
	if o.known, err = loadOpeningDocuments(ctx, tx, o.file.Rows); err != nil {
		return err
	}
	if err := o.takeOver(ctx, tx); err != nil {
		return err
	}
	o.report()
	return o.compare(ctx, tx)
}

// findEntry finds the entry of the opening balances.
func (o *openingImport) findEntry(ctx context.Context, tx *db.Tx) (err error) {
	if o.entry, err = ledger.OpeningEntry(ctx, tx); err != nil {
		return err
	}
	if o.entry == nil {
		return fault.Refuse(optionsv1.Reason_OPENING_BALANCES_MISSING,
			"Import the opening balances with importOpeningBalances first. They hold what the documents add up to.")
	}
	o.date, err = calendar.ParseDate(o.entry.Date)
	return err
}

// lockEntry locks the entry of the opening balances. Two imports at once would both find that a
// document does not exist.
func (o *openingImport) lockEntry(ctx context.Context, tx *db.Tx) error {
	if err := ledger.LockEntries(ctx, tx, []string{o.entry.Id}); err != nil {
		return err
	}
	again, err := ledger.OpeningEntry(ctx, tx)
	if err == nil && again.GetId() != o.entry.Id {
		err = db.RowsChanged("opening balances were imported concurrently")
	}
	return err
}

// resolveCustomers finds or creates the customer of each row, and reports all problems of the file
// at once.
func (o *openingImport) resolveCustomers(ctx context.Context, tx *db.Tx) error {
	var violations fault.List
	for _, p := range o.file.Problems {
		violations.MergeViolations("", invalidRow(p.Line, "%s", p.Message))
	}
	chosen, err := o.chosenCustomers(ctx, tx, &violations)
	if err != nil {
		return err
	}
	var names []string
	for _, r := range o.file.Rows {
		names = append(names, r.Customer)
	}
	found, err := customers.FindByNames(ctx, tx, names)
	if err != nil {
		return err
	}
	ids := map[string]string{}
	for _, r := range o.file.Rows {
		key := strings.ToLower(r.Customer)
		switch of := found[key]; {
		case r.Date.After(o.date):
			violations.MergeViolations("", invalidRow(r.Line, "is dated %s, after the opening balances of %s", r.Date, o.date))
		case ids[key] != "":
		case chosen[key] != "":
			ids[key] = chosen[key]
		case len(of) == 1:
			ids[key] = of[0]
		case len(of) > 1:
			violations.MergeViolations("", invalidRow(r.Line, "%q may be %d customers; choose one with customerChoices",
				r.Customer, len(of)))
		case o.req.GetCreateCustomers():
			ids[key] = newCustomer
			o.response.Customers = append(o.response.Customers, &pb.Customer{DisplayName: r.Customer,
				CurrencyCode: r.Currency})
		default:
			violations.MergeViolations("", invalidRow(r.Line,
				"%q is no customer; choose one with customerChoices, or set createCustomers", r.Customer))
		}
	}
	if err := violations.Err(); err != nil {
		return err
	}
	return o.loadCustomers(ctx, tx, ids)
}

// newCustomer stands for the identifier of a customer that the import creates.
const newCustomer = "new"

// chosenCustomers returns the customers that the caller chose, by the name in lower case.
func (o *openingImport) chosenCustomers(
	ctx context.Context, tx *db.Tx, violations *fault.List,
) (map[string]string, error) {
	chosen := map[string]string{}
	for i, c := range o.req.GetCustomerChoices() {
		_, err := customers.Lookup(ctx, tx, "customerId", c.CustomerId)
		if err := violations.Merge(fmt.Sprintf("customerChoices[%d]", i), err); err != nil {
			return nil, err
		}
		chosen[strings.ToLower(c.Name)] = c.CustomerId
	}
	return chosen, nil
}

// loadCustomers creates the new customers, locks the others, and reads them.
func (o *openingImport) loadCustomers(ctx context.Context, tx *db.Tx, ids map[string]string) error {
	var existing []string
	for _, key := range ids {
		if key != newCustomer {
			existing = append(existing, key)
		}
	}
	if err := customers.LockShared(ctx, tx, existing); err != nil {
		return err
	}
	if err := customers.CreateMany(ctx, tx, o.response.Customers, func(int) string { return "content" }); err != nil {
		return err
	}
	o.owners = map[string]*pb.Customer{}
	for _, c := range o.response.Customers {
		o.owners[strings.ToLower(c.DisplayName)] = c
	}
	for name, key := range ids {
		if key == newCustomer {
			continue
		}
		c, err := customers.Lookup(ctx, tx, "content", key)
		if err != nil {
			return err
		}
		o.owners[name] = c
	}
	return nil
}

// invalidRow returns the error for a problem in a line of the file.
func invalidRow(line int, format string, args ...any) error {
	f := fault.At("content", format, args...)
	f.Message = fmt.Sprintf("line %d %s", line, f.Message)
	return fault.InvalidFor(optionsv1.Reason_OPENING_INVOICES_ROWS_INVALID, f)
}
