package banking

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// lineEntry is what a decision says about the journal entry of a line.
type lineEntry struct {
	splits []*pb.BankStatementLine_Split
	// description defaults to that of describeLine, and date to the booked date of the line.
	description, date string
}

// postLineEntry posts the journal entry of a line, and stores its id in the line.
func postLineEntry(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, decided lineEntry) error {
	account, err := bankAccounts.Table().Get(ctx, tx, l.BankAccountId)
	if err != nil {
		return err
	}
	if decided.date, err = postingDate(tx.Call(), decided.date, l.BookedDate); err != nil {
		return err
	}
	entry, err := newLineEntry(l, account, decided)
	if err != nil {
		return err
	}
	if err := ledger.Post(ctx, tx, entry); err != nil {
		return remapSplits(err, len(decided.splits))
	}
	l.JournalEntryId = entry.Id
	return nil
}

// newLineEntry returns the journal entry of a line and stores its splits in the line. It fails for
// a line of zero, for splits that do not add up to the line, and for a split to the bank account's
// own ledger account.
func newLineEntry(
	l *pb.BankStatementLine, account *pb.BankAccount, decided lineEntry,
) (*pb.JournalEntry, error) {
	splits := decided.splits
	currency := l.Amount.CurrencyCode
	whole, err := money.Parse(l.Amount.Amount, currency)
	if err != nil {
		return nil, err
	}
	if whole == 0 {
		return nil, fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
			"The line has an amount of zero and cannot be posted; exclude it.").WithSubject(l.Id)
	}
	parts, err := divideLine(whole, currency, splits)
	if err != nil {
		return nil, err
	}
	if err := refuseOwnAccount(account, splits); err != nil {
		return nil, err
	}
	l.Splits = storedSplits(splits, parts, currency)
	return buildLineEntry(l, account, decided, parts), nil
}

// refuseOwnAccount refuses splits that post to the bank account's own ledger account.
func refuseOwnAccount(account *pb.BankAccount, splits []*pb.BankStatementLine_Split) error {
	var violations fault.List
	for i, s := range splits {
		if s.GetAccountId() == account.LedgerAccountId {
			violations.Append(fault.At(fmt.Sprintf("splits[%d].accountId", i), "is the bank account's own ledger account"))
		}
	}
	return violations.Err()
}

// buildLineEntry returns the journal entry of a line: one journal line for each split, and the
// bank side last. Money in debits the bank account's ledger account, whether that is an asset or a
// liability.
func buildLineEntry(
	l *pb.BankStatementLine, account *pb.BankAccount, decided lineEntry, parts []int64,
) *pb.JournalEntry {
	e := &pb.JournalEntry{
		Date: cmp.Or(decided.date, l.BookedDate), Source: pb.JournalEntry_BANK, SourceId: l.Id,
		PriceMode:   pb.TaxCalculation_INCLUSIVE,
		Reference:   truncate(l.BankReference, maxReference),
		Description: truncate(cmp.Or(decided.description, describeLine(l)), maxDescription),
	}
	for i, s := range decided.splits {
		e.Lines = append(e.Lines, &pb.JournalLine{
			AccountId: s.GetAccountId(), Memo: s.GetMemo(), DimensionValueIds: s.GetDimensionValueIds(),
			TaxCodeId: s.GetTaxCodeId(), Amount: money.ToProto(-parts[i], l.Amount.CurrencyCode),
		})
	}
	e.Lines = append(e.Lines, &pb.JournalLine{
		AccountId: account.LedgerAccountId,
		Amount:    &typepb.Money{Amount: l.Amount.Amount, CurrencyCode: l.Amount.CurrencyCode},
	})
	return e
}

// describeLine returns the counterparty and the description of a line, which describe its entry.
// The counterparty is left out if the description contains it.
func describeLine(l *pb.BankStatementLine) string {
	switch {
	case l.Description == "":
		return l.CounterpartyName
	case l.CounterpartyName == "",
		strings.Contains(strings.ToLower(l.Description), strings.ToLower(l.CounterpartyName)):
		return l.Description
	}
	return l.CounterpartyName + ": " + l.Description
}

// Maximum lengths of an entry's description and reference in characters. Longer ones from a bank
// are cut.
const (
	maxDescription = 500
	maxReference   = 100
)

// truncate returns the first limit characters of a string.
func truncate(s string, limit int) string {
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit])
	}
	return s
}

// storedSplits returns the splits as the line stores them, with complete amounts and the line's
// sign.
func storedSplits(splits []*pb.BankStatementLine_Split, parts []int64, currency string) []*pb.BankStatementLine_Split {
	out := make([]*pb.BankStatementLine_Split, len(splits))
	for i, s := range splits {
		out[i] = &pb.BankStatementLine_Split{
			AccountId: s.GetAccountId(), Amount: money.ToProto(parts[i], currency), Memo: s.GetMemo(),
			DimensionValueIds: s.GetDimensionValueIds(), TaxCodeId: s.GetTaxCodeId(),
		}
	}
	return out
}

// remapSplits maps error paths of the entry's lines to the splits that they were made from. The
// entry's last line is the bank account's and is mapped to bankAccountId. Splits have no exchange
// rate and no base amount, so errors in those are mapped to the posting date and the statement
// line.
func remapSplits(err error, splits int) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		path, ofLine := strings.CutPrefix(f.Path, "lines[")
		switch {
		case f.Path == fmt.Sprintf("lines[%d].accountId", splits):
			return fault.Field{Path: "bankAccountId", Message: describeLedgerAccount(err, f.Message)}
		case f.Path == "lines":
			return fault.Field{Path: "splits", Message: f.Message}
		case ofLine && strings.HasSuffix(path, "].exchangeRate"):
			return fault.At("postingDate", "has no exchange rate for the currency of the line; create or import one")
		case ofLine && strings.HasSuffix(path, "].baseAmount"):
			return fault.At("bankStatementLineId", "cannot be converted to the organization's currency: %s", f.Message)
		case f.Path == "date":
			return remapDate(f)
		case ofLine:
			return fault.Field{Path: "splits[" + path, Message: f.Message}
		}
		return f
	})
}

// describeLedgerAccount says why err refuses postings to the ledger account of a bank account.
// message is what the ledger says about the account.
func describeLedgerAccount(err error, message string) string {
	switch fault.From(err).Reason {
	case optionsv1.Reason_ACCOUNT_ARCHIVED:
		return "has an archived ledger account; unarchive that account first"
	case optionsv1.Reason_ACCOUNT_IS_CONTROL:
		return "has a control account as its ledger account; only the records of its sub-ledger can post to it"
	}
	return "has a ledger account that accepts no postings; " + message
}

// remapOwnerAccount maps error paths of the only split to the request's accountId, since the caller
// sent an account and no splits.
func remapOwnerAccount(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		if f.Path == "splits" {
			return fault.Field{Path: "businessSplits", Message: f.Message}
		}
		if path, ofOwner := strings.CutPrefix(f.Path, "splits[0]."); ofOwner {
			return remapOwnerField(path, f.Message)
		}
		return f
	})
}

// remapOwnerField returns the field of the request for an error at path in the owner's part of an
// entry. The request has only the account of that part.
func remapOwnerField(path, message string) fault.Field {
	if path == "amount.currencyCode" {
		return fault.At("accountId", "cannot take the amount, which %s", message)
	}
	return fault.Field{Path: path, Message: message}
}

// findOwnerAccount returns the id of the account for the owner's money: accountID if set, or else
// the account with the role OWNER_DRAW for money out and OWNER_EQUITY for money in.
func findOwnerAccount(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, accountID string) (string, error) {
	if accountID != "" {
		account, err := ledger.ResolveAccount(ctx, tx, "accountId", accountID)
		if err != nil {
			return "", err
		}
		return accountID, checkOwnerAccount(account)
	}
	return ledger.RoleAccount(ctx, tx, ownerRole(l))
}

// ownerRole returns the role of the account for the owner's money on a line.
func ownerRole(l *pb.BankStatementLine) pb.AccountRole_Role {
	if strings.HasPrefix(l.Amount.Amount, "-") {
		return pb.AccountRole_OWNER_DRAW
	}
	return pb.AccountRole_OWNER_EQUITY
}

// checkOwnerAccount refuses an account that is not meant for the owner's money.
func checkOwnerAccount(a *pb.Account) error {
	switch a.Subtype {
	case pb.Account_OWNER_DRAW, pb.Account_OWNER_EQUITY, pb.Account_LOAN:
		return nil
	}
	return fault.Invalid(fault.At("accountId", "has subtype %s; it must be OWNER_DRAW, OWNER_EQUITY or LOAN", a.Subtype))
}
