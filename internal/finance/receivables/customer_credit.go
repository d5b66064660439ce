package receivables

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var customerCredits = resource.New(table.New("finance.customer_credits",
	table.Ref("customer_id", "cus", func(c *pb.CustomerCredit) *string { return &c.CustomerId }).Filter(),
	table.Text("document_id", func(c *pb.CustomerCredit) *string { return &c.DocumentId }).Filter(),
	table.Enum("kind", func(c *pb.CustomerCredit) *pb.CustomerCredit_Kind { return &c.Kind }).Filter(),
	table.Text("number", func(c *pb.CustomerCredit) *string { return &c.Number }).Filter(),
	table.Date("date", func(c *pb.CustomerCredit) *string { return &c.Date }).Filter().Sort("customer_credits_by_date"),
	table.Money("total_amount", func(c *pb.CustomerCredit) **typepb.Money { return &c.TotalAmount }).Filter(),
	table.Money("open_amount", func(c *pb.CustomerCredit) **typepb.Money { return &c.OpenAmount }).Filter(),
	table.Minor("open_base_amount", func(c *pb.CustomerCredit) **typepb.Money { return &c.OpenBaseAmount }),
	table.Enum("state", func(c *pb.CustomerCredit) *pb.CustomerCredit_State { return &c.State }).Filter(),
	table.Ref("account_id", "acc", func(c *pb.CustomerCredit) *string { return &c.AccountId }),
	table.Ref("deposit_request_id", "dpr", func(c *pb.CustomerCredit) *string { return &c.DepositRequestId }).Filter(),
	table.Text("deposit_request_number", func(c *pb.CustomerCredit) *string { return &c.DepositRequestNumber }),
	table.Messages("taxes", func(c *pb.CustomerCredit) *[]*pb.CustomerCredit_Tax { return &c.Taxes }),
	table.Messages("open_taxes", func(c *pb.CustomerCredit) *[]*pb.CustomerCredit_Tax { return &c.OpenTaxes }),
).Rank(db.RankDocument)).DeclareEvents("created", "used", "reopened", "canceled").Open()

// GetCustomerCredit returns a customer credit.
func (s *Service) GetCustomerCredit(
	ctx context.Context, req *pb.GetCustomerCreditRequest,
) (*pb.CustomerCredit, error) {
	return customerCredits.Get(ctx, s.db, req.GetCustomerCreditId())
}

// BatchGetCustomerCredits returns several customer credits.
func (s *Service) BatchGetCustomerCredits(
	ctx context.Context, req *pb.BatchGetCustomerCreditsRequest,
) (*pb.BatchGetCustomerCreditsResponse, error) {
	list, err := customerCredits.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetCustomerCreditsResponse{CustomerCredits: list}, err
}

// ListCustomerCredits lists customer credits.
func (s *Service) ListCustomerCredits(
	ctx context.Context, req *pb.ListCustomerCreditsRequest,
) (*pb.ListCustomerCreditsResponse, error) {
	page, err := customerCredits.List(ctx, s.db, req)
	return &pb.ListCustomerCreditsResponse{CustomerCredits: page.Records, NextPageToken: page.Next,
		TotalSize: page.Total}, err
}

// OpenCredit stores the credit of a document that an entry posted. The caller sets all fields but
// those of the open amount; the id has the UUID of the document. base is the amount in the
// organization's currency, in minor units.
func OpenCredit(ctx context.Context, tx *db.Tx, c *pb.CustomerCredit, base int64, entryID string) error {
	return openCredit(ctx, tx, c, base, entryID, c.Date)
}

// openCredit opens a credit whose amount the books hold since a day.
func openCredit(ctx context.Context, tx *db.Tx, c *pb.CustomerCredit, base int64, entryID, since string) error {
	minor, err := money.Parse(c.TotalAmount.GetAmount(), c.TotalAmount.GetCurrencyCode())
	if err != nil {
		return err
	}
	setOpenCredit(tx, c, position{minor, base})
	if err := customerCredits.Insert(ctx, tx, c); err != nil {
		return err
	}
	return addMovement(ctx, tx, movement{item: ofCredit(c), date: since, by: position{minor, base},
		cause: c.DocumentId, entryID: entryID})
}

// CancelCredit closes a credit whose document is voided on a day, and whose entry is reversed. It
// refuses a credit of which a part is used.
func CancelCredit(ctx context.Context, tx *db.Tx, creditID, date, reversalID string) error {
	cancel := func(ctx context.Context, tx *db.Tx, _, c *pb.CustomerCredit) error {
		if err := checkUnusedSince(ctx, tx, c, date); err != nil {
			return err
		}
		open, err := openOfCredit(c)
		if err != nil {
			return err
		}
		setOpenCredit(tx, c, position{})
		c.State, c.OpenTaxes = pb.CustomerCredit_CANCELED, nil
		return addMovement(ctx, tx, movement{item: ofCredit(c), date: date, by: open.negated(), cause: c.DocumentId,
			entryID: reversalID})
	}
	_, err := customerCredits.Modify(ctx, tx, creditID, "canceled", cancel)
	return err
}

// checkUnusedSince refuses a credit of which a part is used on a day or later.
func checkUnusedSince(ctx context.Context, tx *db.Tx, c *pb.CustomerCredit, date string) error {
	total, err := money.Parse(c.TotalAmount.GetAmount(), c.TotalAmount.GetCurrencyCode())
	if err != nil {
		return err
	}
	open, err := loadOpen(ctx, tx, ofCredit(c), date)
	if err != nil || (open.since == total && open.now.minor == total) {
		return err
	}
	return fault.Refuse(optionsv1.Reason_CUSTOMER_CREDIT_USED,
		"A part of the credit is used on %s or later. Void its refunds, or choose a later date.", date).WithSubject(c.Id)
}

// openOfCredit returns what is left of a credit.
func openOfCredit(c *pb.CustomerCredit) (position, error) {
	return readPosition(c.OpenAmount, c.OpenBaseAmount)
}

// setOpenCredit sets what is left of a credit, and the state that follows.
func setOpenCredit(tx *db.Tx, c *pb.CustomerCredit, open position) {
	c.OpenAmount = money.ToProto(open.minor, c.TotalAmount.CurrencyCode)
	c.OpenBaseAmount = money.ToProto(open.base, tx.Call().Organization.CurrencyCode)
	c.State = pb.CustomerCredit_OPEN
	if open.minor == 0 {
		c.State = pb.CustomerCredit_USED
	}
}

// changeCredit changes what is left of a locked credit, and records why.
func (s *Service) changeCredit(ctx context.Context, tx *db.Tx, c *pb.CustomerCredit, m movement) error {
	m.item = ofCredit(c)
	if err := addMovement(ctx, tx, m); err != nil {
		return err
	}
	event := "used"
	if m.by.minor > 0 {
		event = "reopened"
	}
	change := func(_ context.Context, tx *db.Tx, _, c *pb.CustomerCredit) error {
		open, err := openOfCredit(c)
		if err != nil {
			return err
		}
		setOpenCredit(tx, c, open.plus(m.by))
		sign := int64(-1)
		if m.by.minor > 0 {
			sign = 1
		}
		c.OpenTaxes, err = changedTaxes(c.OpenTaxes, m.taxes, sign)
		return err
	}
	changed, err := customerCredits.Modify(ctx, tx, c.Id, event, change)
	if err != nil {
		return err
	}
	for _, h := range s.hooks {
		if h.CreditChanged == nil {
			continue
		}
		if err := h.CreditChanged(ctx, tx, changed); err != nil {
			return err
		}
	}
	return nil
}
