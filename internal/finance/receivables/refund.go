package receivables

import (
	"context"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var refunds = resource.New(table.New("finance.refunds",
	table.Ref("customer_id", "cus", func(r *pb.Refund) *string { return &r.CustomerId }).Filter(),
	table.Ref("customer_credit_id", "ccr", func(r *pb.Refund) *string { return &r.CustomerCreditId }).Filter(),
	table.Date("date", func(r *pb.Refund) *string { return &r.Date }).Filter().Sort("refunds_by_date"),
	table.Money("amount", func(r *pb.Refund) **typepb.Money { return &r.Amount }),
	table.Minor("base_amount", func(r *pb.Refund) **typepb.Money { return &r.BaseAmount }),
	table.Decimal("exchange_rate", rateDigits, func(r *pb.Refund) *string { return &r.ExchangeRate }),
	table.Ref("account_id", "acc", func(r *pb.Refund) *string { return &r.AccountId }).Filter(),
	table.Text("reference", func(r *pb.Refund) *string { return &r.Reference }).Filter(),
	table.Text("reason", func(r *pb.Refund) *string { return &r.Reason }),
	table.Enum("state", func(r *pb.Refund) *pb.Refund_State { return &r.State }).Filter(),
	table.Date("void_date", func(r *pb.Refund) *string { return &r.VoidDate }),
	table.Money("exchange_gain", func(r *pb.Refund) **typepb.Money { return &r.ExchangeGain }),
	table.Ref("journal_entry_id", "jrn", func(r *pb.Refund) *string { return &r.JournalEntryId }).Filter(),
	table.Messages("released_taxes", func(r *pb.Refund) *[]*pb.CustomerCredit_Tax { return &r.ReleasedTaxes }),
).Rank(db.RankDocument)).Lifecycle(refundLifecycle).Open().Searchable("reference", "reason")

var refundLifecycle = state.New(func(r *pb.Refund) *pb.Refund_State { return &r.State }, []state.Step[pb.Refund_State]{
	{Verb: "void", Event: "voided", From: []pb.Refund_State{pb.Refund_RECORDED}, To: pb.Refund_VOID},
})

// CreateRefund records a refund.
func (s *Service) CreateRefund(ctx context.Context, req *pb.CreateRefundRequest) (*pb.Refund, error) {
	r := proto.CloneOf(req.GetRefund())
	if r != nil {
		r.CustomerCreditId = CreditID(r.CustomerCreditId)
	}
	return refunds.Create(ctx, s.db, r, s.recordRefund)
}

// GetRefund returns a refund.
func (s *Service) GetRefund(ctx context.Context, req *pb.GetRefundRequest) (*pb.Refund, error) {
	return refunds.Get(ctx, s.db, req.GetRefundId())
}

// BatchGetRefunds returns several refunds.
func (s *Service) BatchGetRefunds(
	ctx context.Context, req *pb.BatchGetRefundsRequest,
) (*pb.BatchGetRefundsResponse, error) {
	list, err := refunds.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetRefundsResponse{Refunds: list}, err
}

// ListRefunds lists refunds.
func (s *Service) ListRefunds(ctx context.Context, req *pb.ListRefundsRequest) (*pb.ListRefundsResponse, error) {
	page, err := refunds.List(ctx, s.db, req)
	return &pb.ListRefundsResponse{Refunds: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateRefund updates the metadata, the external id and the custom fields of a refund.
func (s *Service) UpdateRefund(ctx context.Context, req *pb.UpdateRefundRequest) (*pb.Refund, error) {
	return refunds.Update(ctx, s.db, req.GetRefundId(), req.GetRefund(), req.GetUpdateMask())
}

// VoidRefund voids a refund.
func (s *Service) VoidRefund(ctx context.Context, req *pb.VoidRefundRequest) (*pb.Refund, error) {
	return refunds.Step(ctx, s.db, req.GetRefundId(), "void", s.voidRefund(req.GetDate()))
}

// recordRefund is the rule that records a refund: it locks the credit, posts the money, and reduces
// what is left of the credit.
func (s *Service) recordRefund(ctx context.Context, tx *db.Tx, _, r *pb.Refund) error {
	c, paid, err := readRefund(ctx, tx, r)
	if err != nil {
		return err
	}
	entry, err := s.postRefund(ctx, tx, r, c, paid)
	if err != nil {
		return err
	}
	r.JournalEntryId, r.State = entry.Id, pb.Refund_RECORDED
	if err := recordDepositTaxes(ctx, tx, c, r.ReleasedTaxes, tax.DepositUse, -1, entry); err != nil {
		return err
	}
	return s.changeCredit(ctx, tx, c, movement{date: r.Date, by: paid.negated(), cause: r.Id, entryID: entry.Id,
		taxes: r.ReleasedTaxes})
}

// readRefund sets the defaults of a refund and locks its credit. It returns what is paid back of
// it, and refuses more than is left on the day or later.
func readRefund(ctx context.Context, tx *db.Tx, r *pb.Refund) (c *pb.CustomerCredit, paid position, err error) {
	if r.Date == "" {
		r.Date = tx.Call().Today().String()
	}
	if _, err := calendar.ParseBusinessDate(r.Date); err != nil {
		return nil, paid, fault.Invalid(fault.At("date", "%s", err))
	}
	if c, err = lockCredit(ctx, tx, r.CustomerCreditId); err != nil {
		return nil, paid, err
	}
	if err := checkLater(r.Date, c.Date, "credit"); err != nil {
		return nil, paid, err
	}
	if err := checkMoneyAccount(ctx, tx, "accountId", r.AccountId); err != nil {
		return nil, paid, err
	}
	left, err := loadOpen(ctx, tx, ofCredit(c), r.Date)
	if err != nil {
		return nil, paid, err
	}
	minor := left.since
	if r.Amount != nil {
		if minor, err = readAmount("amount", r.Amount, c.TotalAmount.CurrencyCode); err != nil {
			return nil, paid, err
		}
	}
	if err := checkOpen("amount", ofCredit(c), left, r.Date, minor); err != nil {
		return nil, paid, err
	}
	r.CustomerId, r.Amount = c.CustomerId, money.ToProto(minor, c.TotalAmount.CurrencyCode)
	return c, left.valueOf(minor), nil
}

// postRefund posts the money of a refund at the rate of its day against the carrying value of the
// credit. The difference is a realized exchange gain or loss.
func (s *Service) postRefund(
	ctx context.Context, tx *db.Tx, r *pb.Refund, c *pb.CustomerCredit, paid position,
) (*pb.JournalEntry, error) {
	base, currency := tx.Call().Organization.CurrencyCode, c.TotalAmount.CurrencyCode
	rate, err := RateOf(ctx, tx, currency, r.ExchangeRate, r.Date)
	if err != nil {
		return nil, err
	}
	out := paid
	if r.ExchangeRate = rate; rate != "" {
		if out.base, err = convert(paid.minor, currency, base, rate); err != nil {
			return nil, err
		}
	}
	gain, err := gainLine(ctx, tx, paid.base-out.base)
	if err != nil {
		return nil, err
	}
	if r.ReleasedTaxes, err = releasedTaxes(c, paid.minor); err != nil {
		return nil, err
	}
	released, err := depositTaxLines(ctx, tx, r.ReleasedTaxes, -1)
	if err != nil {
		return nil, err
	}
	r.BaseAmount, r.ExchangeGain = money.ToProto(paid.base, base), moneyOrNil(paid.base-out.base, base)
	e := &pb.JournalEntry{Date: r.Date, Source: pb.JournalEntry_REFUND, SourceId: r.Id, CurrencyCode: currency,
		Description: "Refund to a customer", Reference: r.Reference,
		Lines: append([]*pb.JournalLine{
			newLine(r.AccountId, out.negated(), currency, base), newLine(c.AccountId, paid, currency, base),
		}, append(gain, released...)...)}
	return e, mapRefundFields(ledger.Post(ctx, tx, e))
}

// mapRefundFields attributes errors of the entry to the fields of the refund.
func mapRefundFields(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		switch f.Path {
		case "date":
			return f
		case "lines[0].accountId":
			return fault.Field{Path: "accountId", Message: f.Message}
		}
		return fault.Field{Path: "amount", Message: "cannot be posted: " + f.Path + " " + f.Message}
	})
}

// voidRefund returns the rule that voids a refund on a day, by default that of the refund. If its
// money is matched to the bank, the bank also shows the day on which it came back.
func (s *Service) voidRefund(date string) resource.Rule[*pb.Refund] {
	return func(ctx context.Context, tx *db.Tx, _, r *pb.Refund) error {
		if err := checkLater(date, r.Date, "refund"); err != nil {
			return err
		}
		c, err := customerCredits.Table().Lock(ctx, tx, r.CustomerCreditId)
		if err != nil {
			return err
		}
		returned, err := returnOfMatched(ctx, tx, r.JournalEntryId, r.Date, date)
		if err != nil {
			return err
		}
		reversal, err := takeBack(ctx, tx, returned, r.JournalEntryId, date)
		if err != nil {
			return err
		}
		r.VoidDate = reversal.Date
		paid, err := readPosition(r.Amount, r.BaseAmount)
		if err != nil {
			return err
		}
		err = reverseDepositTaxes(ctx, tx, r.ReleasedTaxes, c.DepositRequestId, r.JournalEntryId, reversal)
		if err != nil {
			return err
		}
		return s.changeCredit(ctx, tx, c, movement{date: reversal.Date, by: paid, cause: r.Id, entryID: reversal.Id,
			taxes: r.ReleasedTaxes})
	}
}

// convert returns an amount in another currency, in minor units.
func convert(minor int64, from, to, rate string) (int64, error) {
	price, err := decimal.NewFromString(rate)
	if err != nil {
		return 0, err
	}
	return money.Convert(minor, from, to, price)
}
