package banking

import (
	"context"
	"fmt"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// createMatch returns the rule that creates a match: it locks the lines and entries, calculates
// what the match takes of each, records its payments, posts an entry for the remainder, and marks
// the lines as matched. Entries and payments are dated on the requested day, by default on the last
// booked date of the lines.
func (s *Service) createMatch(requested string) resource.Rule[*pb.BankMatch] {
	return func(ctx context.Context, tx *db.Tx, _, m *pb.BankMatch) error {
		paid, err := s.lockPayments(ctx, tx, m)
		if err != nil {
			return err
		}
		lines, err := lockLines(ctx, tx, m)
		if err != nil {
			return err
		}
		date, err := postingDate(tx.Call(), requested, lastBookedDate(lines))
		if err != nil {
			return err
		}
		return s.matchLines(ctx, tx, m, lines, paid, date)
	}
}

// matchLines matches locked lines to the entries of a match and to the payments that it records,
// which settle what is locked, and posts the remainder on a day.
func (s *Service) matchLines(
	ctx context.Context, tx *db.Tx, m *pb.BankMatch, lines []*pb.BankStatementLine, paid receivables.Paid, date string,
) error {
	account, err := bankAccounts.Table().Lock(ctx, tx, lines[0].BankAccountId)
	if err != nil {
		return err
	}
	m.BankAccountId, m.State = account.Id, pb.BankMatch_MATCHED
	in := matchAmounts{
		currency: account.CurrencyCode, base: tx.Call().Organization.CurrencyCode, exchangeDifference: m.ExchangeDifference,
	}
	left, err := readMatchLines(ctx, tx, m, lines, &in)
	if err != nil {
		return err
	}
	if err := readMatchEntries(ctx, tx, m, account, &in); err != nil {
		return err
	}
	if err := readFees(ctx, tx, m, account, &in); err != nil {
		return err
	}
	if err := s.recordPayments(ctx, tx, m, account, &in, paid, date); err != nil {
		return err
	}
	if err := postMatch(ctx, tx, m, account, in, date, describeLine(lines[0])); err != nil {
		return err
	}
	return markLinesMatched(ctx, tx, m, account, left)
}

// lockLines locks the bank account of a match's lines and the lines, and returns the lines ordered
// as in the match. It refuses lines of different bank accounts.
func lockLines(ctx context.Context, tx *db.Tx, m *pb.BankMatch) ([]*pb.BankStatementLine, error) {
	keys := make([]string, len(m.Lines))
	for i, l := range m.Lines {
		keys[i] = l.BankStatementLineId
	}
	var account string
	for i, key := range keys {
		field := fmt.Sprintf("lines[%d].bankStatementLineId", i)
		if slices.Contains(keys[:i], key) {
			return nil, fault.Invalid(fault.At(field, "names a line twice"))
		}
		l, err := bankStatementLines.Resolve(ctx, tx, field, key)
		if err != nil {
			return nil, err
		}
		if i > 0 && l.BankAccountId != account {
			return nil, fault.InvalidFor(optionsv1.Reason_MATCH_ACROSS_ACCOUNTS,
				fault.At(field, "belongs to a different bank account than lines[0]"))
		}
		account = l.BankAccountId
	}
	locked, err := lockAccountsAndLines(ctx, tx, []string{account}, keys)
	if err != nil {
		return nil, err
	}
	lines := make([]*pb.BankStatementLine, len(keys))
	for _, l := range locked {
		lines[slices.Index(keys, l.Id)] = l
	}
	return lines, nil
}

// readMatchLines calculates what a match takes of its lines. It returns what remains open of each
// line.
func readMatchLines(
	ctx context.Context, tx *db.Tx, m *pb.BankMatch, lines []*pb.BankStatementLine, in *matchAmounts,
) (left []int64, err error) {
	for i, l := range lines {
		if err := bankStatementLines.Transition("match")(ctx, tx, l, l); err != nil {
			return nil, err
		}
		open, err := openLineAmount(ctx, tx, l)
		if err != nil {
			return nil, err
		}
		part, err := readMatchAmount(fmt.Sprintf("lines[%d].amount", i), m.Lines[i].Amount, open, in.currency)
		if err != nil {
			return nil, err
		}
		m.Lines[i].Amount = money.ToProto(part, in.currency)
		in.linesTotal += part
		left = append(left, open-part)
	}
	return left, nil
}

// readMatchAmount returns the part of an open amount that a match takes: the given amount, or all
// of it if none is given. It refuses an amount that exceeds the open amount or has the other sign.
func readMatchAmount(field string, given *typepb.Money, open int64, currency string) (int64, error) {
	part := open
	if given != nil {
		var err error
		if part, err = parsePart(given, currency); err != nil {
			return 0, fault.MapFields(err, func(f fault.Field) fault.Field {
				return fault.Field{Path: field + "." + f.Path, Message: f.Message}
			})
		}
	}
	if part == 0 || (part < 0) != (open < 0) || magnitude(part) > magnitude(open) {
		return 0, fault.InvalidFor(optionsv1.Reason_MATCH_EXCEEDS_OPEN, fault.At(field, "is %s, but the open amount is %s %s",
			money.Format(part, currency), money.Format(open, currency), currency))
	}
	return part, nil
}

// readFees reads the fees that the bank deducted, in the bank account's currency.
func readFees(ctx context.Context, tx *db.Tx, m *pb.BankMatch, account *pb.BankAccount, in *matchAmounts) error {
	for i, f := range m.Fees {
		at := fmt.Sprintf("fees[%d]", i)
		fee, err := readFee(ctx, tx, at, f, in.currency)
		if err != nil {
			return err
		}
		if f.AccountId == account.LedgerAccountId {
			return fault.Invalid(fault.At(at+".accountId", "is the bank account's own ledger account"))
		}
		in.fees = append(in.fees, fee)
	}
	return nil
}

// readFee reads a fee. It refuses an amount of zero and a control account.
func readFee(ctx context.Context, tx *db.Tx, at string, f *pb.BankMatch_Fee, currency string) (int64, error) {
	fee, err := parsePart(f.Amount, currency)
	if err != nil {
		return 0, fault.MapFields(err, func(v fault.Field) fault.Field {
			return fault.Field{Path: at + ".amount." + v.Path, Message: v.Message}
		})
	}
	if fee == 0 {
		return 0, fault.Invalid(fault.At(at+".amount", "must not be zero"))
	}
	f.Amount = money.ToProto(fee, currency)
	_, err = ledger.ResolveNonControlAccount(ctx, tx, at+".accountId", f.AccountId)
	return fee, err
}

// postMatch calculates a match and posts an entry for the remainder, dated on the given day. text
// describes the entry if the match does not.
func postMatch(
	ctx context.Context, tx *db.Tx, m *pb.BankMatch, account *pb.BankAccount, in matchAmounts, date, text string,
) error {
	if in.needsRate() {
		day, err := calendar.ParseDate(date)
		if err != nil {
			return err
		}
		if in.rate, err = ledger.RateOn(ctx, tx, "exchangeRate", m.ExchangeRate, in.currency, day); err != nil {
			return err
		}
		m.ExchangeRate = in.rate.String()
	} else if m.ExchangeRate != "" && in.currency == in.base {
		return fault.Invalid(fault.At("exchangeRate", "must be absent, because the bank account is in %s", in.base))
	}
	p, err := in.posting()
	if err != nil {
		return err
	}
	m.ExchangeGain = money.ToProto(p.gain, in.base)
	gains := ""
	if p.gain != 0 {
		if gains, err = ledger.RoleAccount(ctx, tx, pb.AccountRole_REALIZED_GAINS); err != nil {
			return err
		}
	}
	entry := matchEntry(m, account, gains, in, p, date, text)
	if entry == nil {
		return nil
	}
	if err := ledger.Post(ctx, tx, entry); err != nil {
		return remapPostingFields(err)
	}
	m.JournalEntryId = entry.Id
	return nil
}

// remapPostingFields attributes errors of posting a match's entry to the fields of the match.
func remapPostingFields(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		switch f.Path {
		case "date":
			return remapDate(f)
		case "exchangeRate":
			return f
		}
		return fault.Field{Path: "entries", Message: "cannot be posted: " + f.Path + " " + f.Message}
	})
}

// lastBookedDate returns the latest date of the lines.
func lastBookedDate(lines []*pb.BankStatementLine) (date string) {
	for _, l := range lines {
		date = max(date, l.BookedDate)
	}
	return date
}

// markLinesMatched sets the state of the lines to MATCHED, or to PARTIALLY_MATCHED if a part
// remains open, and sets the entry that the lines refer to.
func markLinesMatched(ctx context.Context, tx *db.Tx, m *pb.BankMatch, account *pb.BankAccount, left []int64) error {
	for i, taken := range m.Lines {
		decide := func(_ context.Context, _ *db.Tx, _, l *pb.BankStatementLine) error {
			l.State = pb.BankStatementLine_MATCHED
			if left[i] != 0 {
				l.State = pb.BankStatementLine_PARTIALLY_MATCHED
			}
			if l.JournalEntryId == "" {
				l.JournalEntryId, l.ExistingEntry = entryOfMatch(m, account)
			}
			return nil
		}
		if _, err := bankStatementLines.Modify(ctx, tx, taken.BankStatementLineId, "matched", decide); err != nil {
			return err
		}
	}
	return nil
}
