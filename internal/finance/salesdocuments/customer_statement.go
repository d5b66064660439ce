package salesdocuments

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/httpbody"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// statementRequest has the fields that the requests for a statement share.
type statementRequest interface {
	GetCustomerId() string
	GetContent() pb.CustomerStatement_Content
	GetStartDate() string
	GetAsOf() string
}

// GetCustomerStatement returns a statement.
func (s *Service) GetCustomerStatement(
	ctx context.Context, req *pb.GetCustomerStatementRequest,
) (*pb.CustomerStatement, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.CustomerStatement, error) {
		p, err := readPeriod(tx.Call(), req)
		if err != nil {
			return nil, err
		}
		setting, err := newSetting(ctx, tx, req.GetCustomerId())
		if err != nil {
			return nil, err
		}
		return setting.readStatement(ctx, tx, p)
	})
}

// DownloadCustomerStatement returns a statement as a PDF file.
func (s *Service) DownloadCustomerStatement(
	ctx context.Context, req *pb.DownloadCustomerStatementRequest,
) (*httpbody.HttpBody, error) {
	return s.download(ctx, statementSource(req), req.GetCustomerId())
}

// SendCustomerStatement mails a statement.
func (s *Service) SendCustomerStatement(
	ctx context.Context, req *pb.SendCustomerStatementRequest,
) (*pb.SentDocument, error) {
	return s.send(ctx, statementSource(req), req.GetCustomerId(), req.GetMail(), nil)
}

// statementPeriod is what a statement covers. start is zero for open items.
type statementPeriod struct{ start, end calendar.Date }

// readPeriod returns the period of a request.
func readPeriod(c *call.Call, req statementRequest) (p statementPeriod, err error) {
	var violations fault.List
	p.end = c.Today()
	if req.GetAsOf() != "" {
		if p.end, err = calendar.ParseBusinessDate(req.GetAsOf()); err != nil {
			violations.Append(fault.At("asOf", "%s", err))
		}
	}
	isActivity := req.GetContent() == pb.CustomerStatement_ACTIVITY
	switch {
	case !isActivity && req.GetStartDate() != "":
		violations.Append(fault.At("startDate", "must be empty unless the content is ACTIVITY"))
	case isActivity && req.GetStartDate() == "":
		p.start = p.end.FirstOfMonth()
	case isActivity:
		if p.start, err = calendar.ParseBusinessDate(req.GetStartDate()); err != nil {
			violations.Append(fault.At("startDate", "%s", err))
		} else if p.start.After(p.end) {
			violations.Append(fault.At("startDate", "must not be after asOf"))
		}
	}
	return p, violations.Err()
}

// agingDays are the last days of the buckets of a statement, as the aging of receivables has them
// by default. The first one is of what is not due.
var agingDays = []int{0, 30, 60, 90}

// readStatement returns the statement of the customer over a period.
func (s setting) readStatement(ctx context.Context, tx *db.Tx, p statementPeriod) (*pb.CustomerStatement, error) {
	items, err := receivables.StatementItems(ctx, tx, s.customer.GetId(), p.end)
	if err != nil {
		return nil, err
	}
	out := &pb.CustomerStatement{CustomerId: s.customer.GetId(), CustomerName: s.customerName(),
		Content: pb.CustomerStatement_OPEN_ITEMS, AsOf: p.end.String()}
	b := &statementBuilder{byCurrency: map[string]*statementPart{}}
	for _, item := range items {
		b.addItem(item, p.end)
	}
	if !p.start.IsZero() {
		out.Content, out.StartDate = pb.CustomerStatement_ACTIVITY, p.start.String()
		if err := b.addActivity(ctx, tx, s.customer.GetId(), p); err != nil {
			return nil, err
		}
	}
	out.Parts, err = b.parts(out.Content)
	return out, err
}

// statementBuilder collects the parts of a statement.
type statementBuilder struct {
	byCurrency map[string]*statementPart
	currencies []string
}

// statementPart is a part with its sums in minor units. balance is the balance after the last
// entry.
type statementPart struct {
	*pb.CustomerStatement_Part
	opening, balance, closing, credit int64
	aging                             []int64
}

// part returns the part of a currency, which it adds if it is new.
func (b *statementBuilder) part(currency string) *statementPart {
	p := b.byCurrency[currency]
	if p == nil {
		p = &statementPart{CustomerStatement_Part: &pb.CustomerStatement_Part{CurrencyCode: currency},
			aging: make([]int64, len(agingDays)+1)}
		b.byCurrency[currency] = p
		b.currencies = append(b.currencies, currency)
	}
	return p
}

// addItem adds what is open of a receivable or a credit.
func (b *statementBuilder) addItem(i receivables.StatementItem, end calendar.Date) {
	p := b.part(i.Currency)
	item := &pb.CustomerStatement_Item{DocumentId: i.DocumentID, Number: i.Number, Date: i.Date.String(),
		TotalAmount: money.ToProto(i.TotalMinor, i.Currency), OpenAmount: money.ToProto(i.OpenMinor, i.Currency)}
	p.Items = append(p.Items, item)
	if i.Credit {
		item.TotalAmount, item.OpenAmount = money.Negated(item.TotalAmount), money.Negated(item.OpenAmount)
		p.credit += i.OpenMinor
		p.closing -= i.OpenMinor
		return
	}
	days := max(0, i.DueDate.DaysUntil(end))
	item.DueDate, item.OverdueDays = i.DueDate.String(), int32(days)
	bucket := 0
	for bucket < len(agingDays) && days > agingDays[bucket] {
		bucket++
	}
	p.aging[bucket] += i.OpenMinor
	p.closing += i.OpenMinor
}

// addActivity adds the balances at the start of the period and its changes.
func (b *statementBuilder) addActivity(ctx context.Context, tx *db.Tx, customerID string, p statementPeriod) error {
	opening, err := receivables.BalancesBefore(ctx, tx, customerID, p.start)
	if err != nil {
		return err
	}
	entries, err := receivables.StatementEntries(ctx, tx, customerID, p.start, p.end)
	if err != nil {
		return err
	}
	for currency, minor := range opening {
		if minor != 0 {
			part := b.part(currency)
			part.opening, part.balance = minor, minor
		}
	}
	for _, e := range entries {
		part := b.part(e.Currency)
		part.balance += e.Minor
		part.Entries = append(part.Entries, &pb.CustomerStatement_Entry{Date: e.Date.String(), Kind: kindOf(e),
			CauseId: e.Cause, Number: e.Number, Amount: money.ToProto(e.Minor, e.Currency),
			Balance: money.ToProto(part.balance, e.Currency)})
	}
	return nil
}

// kindOf returns the kind of a change: by the record that made it, and its sign.
func kindOf(e receivables.StatementEntry) pb.CustomerStatement_Entry_Kind {
	prefix, _, _ := strings.Cut(e.Cause, "_")
	switch {
	case prefix == "inv" && e.Minor > 0:
		return pb.CustomerStatement_Entry_INVOICE
	case prefix == "pay" && e.Minor < 0:
		return pb.CustomerStatement_Entry_PAYMENT
	case prefix == "crn" && e.Minor < 0:
		return pb.CustomerStatement_Entry_CREDIT_NOTE
	case prefix == "inv", prefix == "pay", prefix == "crn":
		return pb.CustomerStatement_Entry_CANCELLATION
	case prefix == "rfd":
		return pb.CustomerStatement_Entry_REFUND
	case prefix == "alo":
		return pb.CustomerStatement_Entry_ADJUSTMENT
	}
	return pb.CustomerStatement_Entry_OTHER
}

// parts returns the parts by currency, with what the content shows.
func (b *statementBuilder) parts(content pb.CustomerStatement_Content) ([]*pb.CustomerStatement_Part, error) {
	var out []*pb.CustomerStatement_Part
	for _, currency := range slices.Sorted(slices.Values(b.currencies)) {
		p := b.byCurrency[currency]
		if max(p.closing, -p.closing, p.credit) > money.MaxMinor {
			return nil, fault.SumOutOfRange()
		}
		p.ClosingBalance, p.Credit = money.ToProto(p.closing, currency), money.ToProto(p.credit, currency)
		for _, minor := range p.aging {
			p.Aging = append(p.Aging, money.ToProto(minor, currency))
		}
		if content == pb.CustomerStatement_ACTIVITY {
			p.Items, p.OpeningBalance = nil, money.ToProto(p.opening, currency)
		}
		out = append(out, p.CustomerStatement_Part)
	}
	return out, nil
}
