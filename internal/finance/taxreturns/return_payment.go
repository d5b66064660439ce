package taxreturns

import (
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// RecordPaymentTaxReturn records a payment of a return.
func (s *Service) RecordPaymentTaxReturn(
	ctx context.Context, req *pb.RecordPaymentTaxReturnRequest,
) (*pb.TaxReturn, error) {
	return taxReturns.Step(ctx, s.db, req.GetTaxReturnId(), "recordPayment", recordPayment(req))
}

// recordPayment returns the rule that records a payment: it posts it, or checks the entry that the
// request names.
func recordPayment(req *pb.RecordPaymentTaxReturnRequest) resource.Rule[*pb.TaxReturn] {
	return func(ctx context.Context, tx *db.Tx, _, r *pb.TaxReturn) error {
		base := tx.Call().Organization.CurrencyCode
		amount, err := readPaid(r, req, base)
		if err != nil {
			return err
		}
		p := &pb.TaxReturn_Payment{Date: req.GetDate(), Amount: money.ToProto(amount, base),
			JournalEntryId: req.GetJournalEntryId()}
		agency, err := tax.LookupAgency(ctx, tx, "taxAgencyId", r.TaxAgencyId)
		if err != nil {
			return err
		}
		switch {
		case (req.GetAccountId() == "") == (req.GetJournalEntryId() == ""):
			return fault.Invalid(fault.At("accountId", "or journalEntryId is required, but not both"))
		case req.GetJournalEntryId() != "":
			err = checkEntry(ctx, tx, r, p, agency.AccountId)
		default:
			err = postPayment(ctx, tx, r, p, agency, req.GetAccountId())
		}
		if err != nil {
			return err
		}
		r.Payments = append(slices.Clone(r.Payments), p)
		return setOpenAmount(r, base)
	}
}

// readPaid returns the amount of a payment in minor units, by default what is open. It refuses more
// than is open, and a payment in the wrong direction.
func readPaid(r *pb.TaxReturn, req *pb.RecordPaymentTaxReturnRequest, base string) (int64, error) {
	open, err := money.Parse(r.OpenAmount.GetAmount(), base)
	if err != nil {
		return 0, err
	}
	amount := open
	if given := req.GetAmount(); given != nil {
		if given.CurrencyCode != "" && given.CurrencyCode != base {
			return 0, fault.Invalid(fault.At("amount.currencyCode", "must be %s", base))
		}
		if amount, err = money.Parse(given.Amount, base); err != nil {
			return 0, fault.Invalid(fault.At("amount.amount", "%s", err))
		}
	}
	if amount == 0 || (amount < 0) != (open < 0) || max(amount, -amount) > max(open, -open) {
		return 0, fault.InvalidFor(optionsv1.Reason_TAX_PAYMENT_EXCEEDS_OPEN,
			fault.At("amount", "is %s, but %s %s is open", money.Format(amount, base), money.Format(open, base), base))
	}
	return amount, nil
}

// postPayment posts a payment: the account of the agency against the money.
func postPayment(
	ctx context.Context, tx *db.Tx, r *pb.TaxReturn, p *pb.TaxReturn_Payment, agency *pb.TaxAgency, accountID string,
) error {
	if err := setDate(tx, "date", &p.Date, ""); err != nil {
		return err
	}
	account, err := ledger.ResolveNonControlAccount(ctx, tx, "accountId", accountID)
	switch {
	case err != nil:
		return err
	case account.Type != pb.Account_ASSET && account.Type != pb.Account_LIABILITY:
		return fault.Invalid(fault.At("accountId",
			"has type %s; money needs an account of type ASSET or LIABILITY", account.Type))
	}
	e := &pb.JournalEntry{Date: p.Date, Source: pb.JournalEntry_TAX_RETURN, SourceId: r.Id,
		CurrencyCode: p.Amount.CurrencyCode, Description: "Tax return until " + r.EndDate + ", " + agency.DisplayName,
		Reference: r.FileReference, Lines: []*pb.JournalLine{
			{AccountId: agency.AccountId, Amount: p.Amount}, {AccountId: accountID, Amount: money.Negated(p.Amount)},
		}}
	if err := ledger.Post(ctx, tx, e); err != nil {
		return fault.MapFields(err, func(f fault.Field) fault.Field {
			switch f.Path {
			case "date":
				return f
			case "lines[1].accountId":
				return fault.Field{Path: "accountId", Message: f.Message}
			}
			return fault.Field{Path: "amount", Message: "cannot be posted: " + f.Path + " " + f.Message}
		})
	}
	p.JournalEntryId, p.Posted = e.Id, true
	return nil
}

// checkEntry refuses an entry that does not have the payment on the account of the agency, and sets
// the date of the payment to that of the entry.
func checkEntry(ctx context.Context, tx *db.Tx, r *pb.TaxReturn, p *pb.TaxReturn_Payment, accountID string) error {
	const field = "journalEntryId"
	if slices.ContainsFunc(r.Payments, func(other *pb.TaxReturn_Payment) bool {
		return other.JournalEntryId == p.JournalEntryId
	}) {
		return fault.Invalid(fault.At(field, "is already a payment of the return"))
	}
	e, err := ledger.LockUnreversedEntry(ctx, tx, field, p.JournalEntryId)
	if err != nil {
		return err
	}
	if err := checkUnused(ctx, tx, r, field, e.Id); err != nil {
		return err
	}
	hasPayment := func(l *pb.JournalLine) bool {
		return l.AccountId == accountID && l.BaseAmount.GetAmount() == p.Amount.Amount
	}
	if !slices.ContainsFunc(e.Lines, hasPayment) {
		return fault.Invalid(fault.At(field, "has no line of %s on the account of the agency", p.Amount.Amount))
	}
	if err := checkMovesMoney(ctx, tx, field, e); err != nil {
		return err
	}
	if p.Date != "" && p.Date != e.Date {
		return fault.Invalid(fault.At("date", "must be %s, the date of the entry", e.Date))
	}
	p.Date = e.Date
	return nil
}

// checkUnused refuses an entry that another return has as a payment.
func checkUnused(ctx context.Context, tx *db.Tx, r *pb.TaxReturn, field, entryID string) error {
	var used bool
	err := tx.QueryRow(ctx, `
select exists (
  select
  from finance.tax_returns
  where org_id = $1
  and payments @> jsonb_build_array(jsonb_build_object('journalEntryId', $2::text))
)`, tx.Call().Organization.ID, entryID).Scan(&used)
	if err != nil || !used {
		return err
	}
	return fault.Invalid(fault.At(field, "is already a payment of another return"))
}

// checkMovesMoney refuses an entry without a line on an account of a bank or of cash.
func checkMovesMoney(ctx context.Context, tx *db.Tx, field string, e *pb.JournalEntry) error {
	for _, l := range e.Lines {
		account, err := ledger.FindAccount(ctx, tx, l.AccountId)
		if err != nil {
			return err
		}
		if account.CashFlowSection == pb.Account_CASH_AND_EQUIVALENTS {
			return nil
		}
	}
	return fault.Invalid(fault.At(field, "has no line on an account of a bank or of cash"))
}

// VoidPaymentTaxReturn removes a payment from a return.
func (s *Service) VoidPaymentTaxReturn(
	ctx context.Context, req *pb.VoidPaymentTaxReturnRequest,
) (*pb.TaxReturn, error) {
	return taxReturns.Step(ctx, s.db, req.GetTaxReturnId(), "voidPayment",
		func(ctx context.Context, tx *db.Tx, _, r *pb.TaxReturn) error {
			at := slices.IndexFunc(r.Payments, func(p *pb.TaxReturn_Payment) bool {
				return p.JournalEntryId == req.GetJournalEntryId()
			})
			if at < 0 {
				return fault.Invalid(fault.At("journalEntryId", "is not a payment of the return"))
			}
			if r.Payments[at].Posted {
				if _, err := ledger.Reverse(ctx, tx, req.GetJournalEntryId(), req.GetDate(), ""); err != nil {
					return err
				}
			}
			r.Payments = slices.Delete(slices.Clone(r.Payments), at, at+1)
			return setOpenAmount(r, tx.Call().Organization.CurrencyCode)
		})
}
