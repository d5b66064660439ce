package banking

import (
	"cmp"
	"context"
	"errors"
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

// explain posts the entry that explains a line by its splits.
func explain(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, splits []*pb.BankStatementLine_Split, description string) error {
	account, err := bankAccounts.Table().Get(ctx, tx, l.BankAccountId)
	if err != nil {
		return err
	}
	entry, err := explanation(l, account, splits, description)
	if err != nil {
		return err
	}
	if err := ledger.Post(ctx, tx, entry); err != nil {
		return inSplits(err, len(splits))
	}
	l.JournalEntryId = entry.Id
	return nil
}

// explanation is the entry that explains a line by its splits, which the line keeps.
func explanation(l *pb.BankStatementLine, account *pb.BankAccount, splits []*pb.BankStatementLine_Split, description string) (*pb.JournalEntry, error) {
	currency := l.Amount.CurrencyCode
	whole, err := money.Parse(l.Amount.Amount, currency)
	if err != nil {
		return nil, err
	}
	if whole == 0 {
		return nil, fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "A line of zero moves nothing that could be booked; exclude it.").WithSubject(l.Id)
	}
	parts, err := divide(whole, currency, splits)
	if err != nil {
		return nil, err
	}
	if err := elsewhere(account, splits); err != nil {
		return nil, err
	}
	l.Splits = stored(splits, parts, currency)
	return entryOf(l, account, splits, parts, description), nil
}

// elsewhere refuses to explain money on an account by the same account.
func elsewhere(account *pb.BankAccount, splits []*pb.BankStatementLine_Split) error {
	var violations fault.List
	for i, s := range splits {
		if s.GetAccountId() == account.LedgerAccountId {
			violations.Append(fault.At(fmt.Sprintf("splits[%d].accountId", i), "is the bank account's own ledger account"))
		}
	}
	return violations.Err()
}

// entryOf is a line as a journal entry: the splits, and the bank's side last. Money in
// debits the bank account's ledger account, be it an asset or a debt.
func entryOf(l *pb.BankStatementLine, account *pb.BankAccount, splits []*pb.BankStatementLine_Split, parts []int64, description string) *pb.JournalEntry {
	e := &pb.JournalEntry{
		Date: l.BookedDate, Source: pb.JournalEntry_BANK, SourceId: l.Id, Reference: cut(l.BankReference, maxReference),
		Description: cut(cmp.Or(description, l.Description, l.CounterpartyName), maxDescription),
	}
	for i, s := range splits {
		e.Lines = append(e.Lines, &pb.JournalLine{AccountId: s.GetAccountId(), Memo: s.GetMemo(), DimensionValueIds: s.GetDimensionValueIds(), Amount: money.ToProto(-parts[i], l.Amount.CurrencyCode)})
	}
	e.Lines = append(e.Lines, &pb.JournalLine{AccountId: account.LedgerAccountId, Amount: &typepb.Money{Amount: l.Amount.Amount, CurrencyCode: l.Amount.CurrencyCode}})
	return e
}

// What an entry takes of a bank's texts, in characters.
const (
	maxDescription = 500
	maxReference   = 100
)

func cut(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}

// stored are the splits as the line keeps them: whole amounts with the line's sign.
func stored(splits []*pb.BankStatementLine_Split, parts []int64, currency string) []*pb.BankStatementLine_Split {
	out := make([]*pb.BankStatementLine_Split, len(splits))
	for i, s := range splits {
		out[i] = &pb.BankStatementLine_Split{AccountId: s.GetAccountId(), Amount: money.ToProto(parts[i], currency), Memo: s.GetMemo(), DimensionValueIds: s.GetDimensionValueIds()}
	}
	return out
}

// inSplits says of the splits what the ledger said of the lines made of them. The line
// after them is the bank account's own.
func inSplits(err error, splits int) error {
	return reworded(err, func(f fault.Field) fault.Field {
		path, ofLine := strings.CutPrefix(f.Path, "lines[")
		switch {
		case f.Path == fmt.Sprintf("lines[%d].accountId", splits):
			return fault.At("bankAccountId", "is of a bank account whose ledger account takes no postings: it %s", f.Message)
		case f.Path == "lines":
			return fault.Field{Path: "splits", Message: f.Message}
		case ofLine:
			return fault.Field{Path: "splits[" + path, Message: f.Message}
		}
		return f
	})
}

// inAccount says of the owner's account what was said of the only split, which the
// caller did not make.
func inAccount(err error) error {
	return reworded(err, func(f fault.Field) fault.Field {
		if f.Path == "splits" {
			return fault.Field{Path: "businessSplits", Message: f.Message}
		}
		return fault.Field{Path: strings.TrimPrefix(f.Path, "splits[0]."), Message: f.Message}
	})
}

// reworded says of a request's own fields what is wrong with those made of them.
func reworded(err error, field func(fault.Field) fault.Field) error {
	var e *fault.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	fields := make([]fault.Field, len(e.Fields))
	for i, f := range e.Fields {
		fields[i] = field(f)
	}
	return fault.InvalidFor(e.Reason, fields...)
}

// ownerAccount finds where the owner's own money is kept: the account named, or what
// the chart has for money taken out or put in.
func ownerAccount(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, named string) (string, error) {
	if named != "" {
		account, err := ledger.ResolveAccount(ctx, tx, "accountId", named)
		if err != nil {
			return "", err
		}
		return named, ownersOnly(account)
	}
	subtype := pb.Account_OWNER_EQUITY
	if strings.HasPrefix(l.Amount.Amount, "-") {
		subtype = pb.Account_OWNER_DRAW
	}
	account, err := ledger.FindAccountBySubtype(ctx, tx, subtype)
	if err != nil {
		return "", err
	}
	if account == nil {
		return "", fault.Refuse(optionsv1.Reason_OWNER_ACCOUNT_MISSING, "The chart has no account of subtype %s; add one or name an account.", subtype)
	}
	return account.Id, nil
}

func ownersOnly(a *pb.Account) error {
	switch a.Subtype {
	case pb.Account_OWNER_DRAW, pb.Account_OWNER_EQUITY, pb.Account_LOAN:
		return nil
	}
	return fault.Invalid(fault.At("accountId", "names an account of subtype %s; the owner's money is kept in OWNER_DRAW, OWNER_EQUITY or LOAN", a.Subtype))
}
