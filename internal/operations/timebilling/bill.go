package timebilling

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/timekeeping"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// writeInvoices is the permission that billing needs besides that for time.
const writeInvoices = "finance.invoices.write"

// maxBilled is the most time entries that a request can bill.
const maxBilled = 5000

// BillTimeEntries adds lines for time to the draft of a customer.
func (s *Service) BillTimeEntries(
	ctx context.Context, req *pb.BillTimeEntriesRequest,
) (*pb.BillTimeEntriesResponse, error) {
	if err := checkBillRequest(req); err != nil {
		return nil, err
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BillTimeEntriesResponse, error) {
		if !tx.Call().Allows(writeInvoices) {
			return nil, fault.PermissionMissing(writeInvoices)
		}
		b, err := newBill(ctx, tx, req)
		if err != nil {
			return nil, err
		}
		if err := b.lockTime(ctx, tx); err != nil {
			return nil, err
		}
		if err := b.priceTime(ctx, tx); err != nil {
			return nil, err
		}
		if err := b.groupTime(); err != nil {
			return nil, err
		}
		return b.addLines(ctx, tx)
	})
}

// checkBillRequest refuses a request that names nothing to bill, and days in the wrong order.
func checkBillRequest(req *pb.BillTimeEntriesRequest) error {
	var violations fault.List
	if req.GetCustomerId() == "" && len(req.GetProjectIds()) == 0 {
		violations.Append(fault.At("customerId", "is required without projectIds"))
	}
	if req.GetEndDate() != "" && req.GetEndDate() < req.GetStartDate() {
		violations.Append(fault.At("endDate", "must not be before startDate, %s", req.GetStartDate()))
	}
	for i, g := range req.GetGroupBy() {
		if g == pb.BillTimeEntriesRequest_GROUP_BY_UNSPECIFIED {
			violations.Append(fault.At(fmt.Sprintf("groupBy[%d]", i), "must not be GROUP_BY_UNSPECIFIED"))
		}
	}
	for i, s := range req.GetTimeEntryIds() {
		if _, err := id.Parse("tim", s); err != nil {
			violations.Append(fault.At(fmt.Sprintf("timeEntryIds[%d]", i), "%s", err))
		}
	}
	return violations.Err()
}

// bill is what a request bills.
type bill struct {
	req                *pb.BillTimeEntriesRequest
	customer, currency string
	projects           map[string]*pb.Project
	billable           timekeeping.Billable
	candidates         []timekeeping.Candidate
	settings           *pb.TimeSettings
	draft              *invoicing.CollectingDraft
	// entries is the time to bill, and groups that of each line.
	entries []pricedEntry
	groups  []lineGroup
}

// pricedEntry is time with its price.
type pricedEntry struct {
	*pb.TimeEntry
	// seconds is the time after rounding.
	seconds int64
	rate    *pb.BillingRate
}

// newBill finds the projects and the time to bill.
func newBill(ctx context.Context, tx *db.Tx, req *pb.BillTimeEntriesRequest) (*bill, error) {
	b := &bill{req: req, projects: map[string]*pb.Project{}}
	found, err := findProjects(ctx, tx, req)
	if err != nil {
		return nil, err
	}
	if b.settings, err = timekeeping.ReadSettings(ctx, tx); err != nil {
		return nil, err
	}
	b.billable = timekeeping.Billable{Start: req.GetStartDate(),
		End:     cmp.Or(req.GetEndDate(), tx.Call().Today().String()),
		Entries: req.GetTimeEntryIds(), ApprovedOnly: b.settings.GetApprovalRequired(), Limit: maxBilled + 1}
	for _, p := range found {
		if c := req.GetCurrencyCode(); c == "" || c == p.CurrencyCode {
			b.projects[p.Id] = p
			b.billable.Projects = append(b.billable.Projects, p.Id)
		}
	}
	if b.candidates, err = timekeeping.FindBillable(ctx, tx, b.billable); err != nil {
		return nil, err
	}
	if len(b.candidates) > maxBilled {
		return nil, fault.Invalid(fault.At("endDate", "leaves more than %d time entries; choose fewer days", maxBilled))
	}
	return b, b.chooseCurrency()
}

// findProjects returns the projects to bill: those that the request names, or all of the customer.
func findProjects(ctx context.Context, tx *db.Tx, req *pb.BillTimeEntriesRequest) ([]*pb.Project, error) {
	customer := req.GetCustomerId()
	if customer != "" {
		// The draft locks the customer, after what it bills.
		if err := resource.CheckReference(ctx, tx, "cus", "customerId", customer); err != nil {
			return nil, err
		}
	}
	if len(req.GetProjectIds()) == 0 {
		ids, err := projects.FindProjectsBilledByHour(ctx, tx, customer)
		if err != nil {
			return nil, err
		}
		return projects.FindProjects(ctx, tx, ids)
	}
	var found []*pb.Project
	var violations fault.List
	for i, key := range req.GetProjectIds() {
		path := fmt.Sprintf("projectIds[%d]", i)
		p, err := projects.FindByReference(ctx, tx, path, key)
		if err := violations.Merge("", err); err != nil {
			return nil, err
		}
		if p == nil {
			continue
		}
		customer = cmp.Or(customer, p.CustomerId)
		switch {
		case p.Billing != pb.Project_TIME_AND_MATERIALS:
			violations.Append(fault.At(path, "names a project that is not billed by TIME_AND_MATERIALS"))
		case p.CustomerId != customer:
			violations.Append(fault.At(path, "names a project of another customer"))
		}
		found = append(found, p)
	}
	return found, violations.Err()
}

// chooseCurrency sets the customer and the currency of the projects with time. It refuses several
// currencies, and that there is nothing to bill.
func (b *bill) chooseCurrency() error {
	for _, c := range b.candidates {
		p := b.projects[id.Format("prj", c.ProjectID)]
		if b.currency != "" && p.CurrencyCode != b.currency {
			return fault.Invalid(fault.At("currencyCode", "is required, because there is time in %s and %s",
				b.currency, p.CurrencyCode))
		}
		b.currency, b.customer = p.CurrencyCode, p.CustomerId
	}
	if len(b.candidates) == 0 {
		return nothingToBill()
	}
	return nil
}

func nothingToBill() error {
	return fault.Refuse(optionsv1.Reason_TIME_NOTHING_TO_BILL,
		"There is no time to bill that is billable, unbilled and, unless the settings say otherwise, approved.")
}

// lockTime locks the timesheets, then the draft, then the time. It refuses requested time that
// cannot be billed.
func (b *bill) lockTime(ctx context.Context, tx *db.Tx) error {
	candidates, err := timekeeping.LockTimesheets(ctx, tx, b.billable, b.candidates)
	if err != nil {
		return err
	}
	if b.draft, err = invoicing.LockDraft(ctx, tx, b.customer, b.currency); err != nil {
		return b.mapFields(err)
	}
	locked, err := timekeeping.LockBillable(ctx, tx, b.billable, candidates)
	if err != nil {
		return err
	}
	for _, e := range locked {
		b.entries = append(b.entries, pricedEntry{TimeEntry: e,
			seconds: roundSeconds(int64(e.DurationSeconds), b.settings.RoundingMinutes, b.settings.Rounding)})
	}
	return b.refuseMissingEntries("names no time of the request that can be billed")
}

// refuseMissingEntries refuses requested time that is not among what is billed, and to bill
// nothing.
func (b *bill) refuseMissingEntries(message string) error {
	var violations fault.List
	for i, key := range b.req.GetTimeEntryIds() {
		if !slices.ContainsFunc(b.entries, func(e pricedEntry) bool { return e.Id == key }) {
			violations.Append(fault.At(fmt.Sprintf("timeEntryIds[%d]", i), "%s", message))
		}
	}
	if err := violations.Err(); err != nil || len(b.entries) > 0 {
		return err
	}
	return nothingToBill()
}

// groupTime forms the lines. It leaves out lines without hours, since each of their entries is
// rounded down to nothing: that time stays as it is.
func (b *bill) groupTime() error {
	priced := b.entries
	b.entries = nil
	for _, g := range groupEntries(priced, b.req.GetGroupBy()) {
		if !g.quantity().IsZero() {
			b.groups, b.entries = append(b.groups, g), append(b.entries, g...)
		}
	}
	return b.refuseMissingEntries("is rounded down to nothing and has no line with other time")
}

// addLines adds the lines to the draft, and marks their time.
func (b *bill) addLines(ctx context.Context, tx *db.Tx) (*pb.BillTimeEntriesResponse, error) {
	lines, err := b.newLines(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := &pb.BillTimeEntriesResponse{EntryCount: int32(len(b.entries))}
	if out.Invoice, err = b.draft.AddLines(ctx, tx, lines); err != nil {
		return nil, b.mapFields(err)
	}
	marked := make([]*pb.TimeEntry, len(b.entries))
	for i, e := range b.entries {
		marked[i] = e.TimeEntry
		out.DurationSeconds += int64(e.DurationSeconds)
		out.BilledSeconds += e.seconds
	}
	return out, timekeeping.MarkOnDraft(ctx, tx, marked, out.Invoice.Id)
}

// mapFields attributes errors of the draft to the fields of the request.
func (b *bill) mapFields(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		switch {
		case f.Path == "lines":
			return fault.Field{Path: "groupBy", Message: "gives too many lines: they " + f.Message}
		case len(b.req.GetProjectIds()) == 0:
			return fault.Field{Path: "customerId", Message: "cannot be invoiced: " + f.Path + " " + f.Message}
		}
		return fault.Field{Path: "projectIds", Message: "cannot be invoiced: " + f.Path + " " + f.Message}
	})
}
