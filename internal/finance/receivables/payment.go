package receivables

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

// rateDigits is the maximum number of decimal places of an exchange rate.
const rateDigits = 12

var payments = resource.New(table.New("finance.payments",
	table.Ref("customer_id", "cus", func(p *pb.Payment) *string { return &p.CustomerId }).Filter(),
	table.Date("date", func(p *pb.Payment) *string { return &p.Date }).Filter().Sort("payments_by_date"),
	table.Money("amount", func(p *pb.Payment) **typepb.Money { return &p.Amount }).Filter(),
	table.Decimal("exchange_rate", rateDigits, func(p *pb.Payment) *string { return &p.ExchangeRate }),
	table.Ref("account_id", "acc", func(p *pb.Payment) *string { return &p.AccountId }).Filter(),
	table.Enum("method", func(p *pb.Payment) *pb.Payment_Method { return &p.Method }).Filter(),
	table.Text("reference", func(p *pb.Payment) *string { return &p.Reference }).Filter(),
	table.Money("fee", func(p *pb.Payment) **typepb.Money { return &p.Fee }),
	table.Ref("fee_account_id", "acc", func(p *pb.Payment) *string { return &p.FeeAccountId }),
	table.Enum("state", func(p *pb.Payment) *pb.Payment_State { return &p.State }).Filter(),
	table.Date("void_date", func(p *pb.Payment) *string { return &p.VoidDate }),
	table.Text("void_reason", func(p *pb.Payment) *string { return &p.VoidReason }),
	table.Ref("journal_entry_id", "jrn", func(p *pb.Payment) *string { return &p.JournalEntryId }).Filter(),
	table.Ref("deposit_request_id", "dpr", func(p *pb.Payment) *string { return &p.DepositRequestId }).Filter(),
).Rank(db.RankDocument)).Lifecycle(paymentLifecycle).LoadComputed(loadOpenOfPayments).Open().
	Searchable("reference")

var paymentLifecycle = state.New(
	func(p *pb.Payment) *pb.Payment_State { return &p.State },
	[]state.Step[pb.Payment_State]{
		{Verb: "void", Event: "voided", From: []pb.Payment_State{pb.Payment_RECORDED}, To: pb.Payment_VOID},
	},
)

// CreatePayment records a payment.
func (s *Service) CreatePayment(ctx context.Context, req *pb.CreatePaymentRequest) (*pb.Payment, error) {
	allocated := req.GetPayment().GetAllocations()
	return payments.CreateWith(ctx, s.db, req.GetPayment(), func(ctx context.Context, tx *db.Tx, _, p *pb.Payment) error {
		if !p.AllocateOldest {
			return s.RecordPayment(ctx, tx, p, allocated)
		}
		oldest, err := s.chooseOldest(ctx, tx, p, allocated)
		if err != nil {
			return err
		}
		return s.RecordPayment(ctx, tx, p, oldest)
	})
}

// GetPayment returns a payment.
func (s *Service) GetPayment(ctx context.Context, req *pb.GetPaymentRequest) (*pb.Payment, error) {
	return payments.Get(ctx, s.db, req.GetPaymentId())
}

// BatchGetPayments returns several payments.
func (s *Service) BatchGetPayments(
	ctx context.Context, req *pb.BatchGetPaymentsRequest,
) (*pb.BatchGetPaymentsResponse, error) {
	list, err := payments.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetPaymentsResponse{Payments: list}, err
}

// ListPayments lists payments.
func (s *Service) ListPayments(ctx context.Context, req *pb.ListPaymentsRequest) (*pb.ListPaymentsResponse, error) {
	page, err := payments.List(ctx, s.db, req)
	return &pb.ListPaymentsResponse{Payments: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdatePayment updates the metadata, the external id and the custom fields of a payment.
func (s *Service) UpdatePayment(ctx context.Context, req *pb.UpdatePaymentRequest) (*pb.Payment, error) {
	return payments.Update(ctx, s.db, req.GetPaymentId(), req.GetPayment(), req.GetUpdateMask())
}

// VoidPayment voids a payment.
func (s *Service) VoidPayment(ctx context.Context, req *pb.VoidPaymentRequest) (*pb.Payment, error) {
	return payments.Step(ctx, s.db, req.GetPaymentId(), "void", s.voidPayment(req.GetDate(), req.GetReason()))
}

// RecordPayment stores a payment, posts it, and allocates it to receivables.
func (s *Service) RecordPayment(
	ctx context.Context, tx *db.Tx, p *pb.Payment, allocated []*pb.Payment_NewAllocation,
) error {
	if p.CustomerId == "" {
		return fault.Invalid(fault.At("customerId", "is required"))
	}
	if p.Id == "" {
		p.Id = id.Format(payments.Prefix(), id.New()) // the credit has the same UUID
	}
	settled, err := s.lockAllocated(ctx, tx, allocated)
	if err != nil {
		return err
	}
	deposit, err := s.lockDeposit(ctx, tx, p)
	if err != nil {
		return err
	}
	if err := readPayment(ctx, tx, p); err != nil {
		return err
	}
	credit, err := postPayment(ctx, tx, p, deposit, settled)
	if err != nil {
		return err
	}
	for i, n := range allocated {
		a := &pb.Allocation{CustomerCreditId: credit.Id, ReceivableId: n.ReceivableId, Date: p.Date, Amount: n.Amount,
			SettledAmount: n.SettledAmount, TakeDiscount: n.TakeDiscount, DiscountReason: n.DiscountReason,
			ClearDifference: n.ClearDifference}
		if err := allocations.Insert(ctx, tx, a, s.allocate); err != nil {
			return fault.MapFields(err, func(f fault.Field) fault.Field {
				return fault.Field{Path: fmt.Sprintf("allocations[%d].%s", i, f.Path), Message: f.Message}
			})
		}
	}
	p.Allocations = nil // they are records now
	return loadOpenOfPayments(ctx, tx, []*pb.Payment{p})
}

// lockDeposit asks the package above for the deposit request that a payment pays. It is empty if
// the payment names none.
func (s *Service) lockDeposit(ctx context.Context, tx *db.Tx, p *pb.Payment) (*Deposit, error) {
	if p.DepositRequestId == "" {
		return &Deposit{}, nil
	}
	for _, h := range s.hooks {
		if h.LockDeposit != nil {
			return h.LockDeposit(ctx, tx, p)
		}
	}
	return nil, fault.Invalid(fault.At("depositRequestId", "must be empty, because the server has no deposits"))
}

// readPayment sets the defaults of a payment and checks it.
func readPayment(ctx context.Context, tx *db.Tx, p *pb.Payment) error {
	if p.Date == "" {
		p.Date = tx.Call().Today().String()
	}
	if _, err := calendar.ParseBusinessDate(p.Date); err != nil {
		return fault.Invalid(fault.At("date", "%s", err))
	}
	if _, err := customers.ResolveWithArchived(ctx, tx, "customerId", p.CustomerId); err != nil {
		return err
	}
	if p.Amount != nil && p.Amount.CurrencyCode == "" {
		p.Amount.CurrencyCode = tx.Call().Organization.CurrencyCode
	}
	amount, err := readAmount("amount", p.Amount, "")
	if err != nil {
		return err
	}
	fee, err := readFee(p)
	if err != nil {
		return err
	}
	if fee >= amount {
		return fault.Invalid(fault.At("fee", "must be less than the amount"))
	}
	if fee != 0 {
		if err := checkFeeAccount(ctx, tx, p.FeeAccountId); err != nil {
			return err
		}
	}
	if p.ExchangeRate, err = RateOf(ctx, tx, p.Amount.CurrencyCode, p.ExchangeRate, p.Date); err != nil {
		return err
	}
	if p.AccountId == "" {
		p.AccountId, err = ledger.RoleAccount(ctx, tx, pb.AccountRole_UNDEPOSITED_FUNDS)
		return err
	}
	return checkMoneyAccount(ctx, tx, "accountId", p.AccountId)
}

// readFee returns the fee of a payment in minor units.
func readFee(p *pb.Payment) (int64, error) {
	switch {
	case p.Fee == nil && p.FeeAccountId != "":
		return 0, fault.Invalid(fault.At("fee", "is required with feeAccountId"))
	case p.Fee == nil:
		return 0, nil
	case p.FeeAccountId == "":
		return 0, fault.Invalid(fault.At("feeAccountId", "is required with a fee"))
	}
	return readAmount("fee", p.Fee, p.Amount.CurrencyCode)
}

// readAmount returns an amount greater than zero, in minor units. If currency is set, the amount
// must be in it.
func readAmount(field string, m *typepb.Money, currency string) (int64, error) {
	switch {
	case m == nil:
		return 0, fault.Invalid(fault.At(field, "is required"))
	case currency != "" && m.GetCurrencyCode() == "":
		m.CurrencyCode = currency
	case currency != "" && m.GetCurrencyCode() != currency:
		return 0, fault.Invalid(fault.At(field+".currencyCode", "must be %s", currency))
	}
	minor, err := money.Parse(m.GetAmount(), m.GetCurrencyCode())
	switch {
	case err != nil:
		return 0, fault.Invalid(fault.At(field+".amount", "%s", err))
	case minor <= 0:
		return 0, fault.Invalid(fault.At(field+".amount", "must be greater than zero"))
	}
	return minor, nil
}

// checkMoneyAccount refuses an account that cannot hold money: a control account, or one that is
// neither an asset nor a liability.
func checkMoneyAccount(ctx context.Context, tx *db.Tx, field, accountID string) error {
	account, err := ledger.ResolveNonControlAccount(ctx, tx, field, accountID)
	switch {
	case err != nil:
		return err
	case account.Subtype == pb.Account_CUSTOMER_DEPOSIT:
		return refuseDeposits(field)
	case account.Type != pb.Account_ASSET && account.Type != pb.Account_LIABILITY:
		return fault.Invalid(fault.At(field, "has type %s; money needs an account of type ASSET or LIABILITY", account.Type))
	}
	return nil
}

// checkFeeAccount refuses an account that does not hold expenses.
func checkFeeAccount(ctx context.Context, tx *db.Tx, accountID string) error {
	account, err := ledger.ResolveAccount(ctx, tx, "feeAccountId", accountID)
	if err != nil || account.Type == pb.Account_EXPENSE {
		return err
	}
	return fault.Invalid(fault.At("feeAccountId", "has type %s; a fee needs an account of type EXPENSE", account.Type))
}

// RateOf returns the exchange rate of an amount on a day: the given one, or else the stored one. It
// is empty in the organization's currency, and refused if it is given there.
func RateOf(ctx context.Context, tx *db.Tx, currency, given, date string) (string, error) {
	base := tx.Call().Organization.CurrencyCode
	switch {
	case currency == base && given != "":
		return "", fault.Invalid(fault.At("exchangeRate", "must be absent, because the amount is in %s", base))
	case currency == base:
		return "", nil
	}
	day, err := calendar.ParseDate(date)
	if err != nil {
		return "", err
	}
	rate, err := ledger.RateOn(ctx, tx, "exchangeRate", given, currency, day)
	return rate.String(), err
}
