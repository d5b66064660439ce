package banking

import (
	"context"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// transferSides holds the bank accounts of a transfer and its lines. A line is nil until its bank
// has reported it.
type transferSides struct {
	from, to *pb.BankAccount
	out, in  *pb.BankStatementLine
}

// postTransfer returns the rule that creates a transfer: it locks and checks the sides, posts the
// entry and decides the lines. The entry is dated on the requested day, by default on the earlier
// booked date of the lines.
func postTransfer(requested string) resource.Rule[*pb.BankTransfer] {
	return func(ctx context.Context, tx *db.Tx, _, t *pb.BankTransfer) error {
		s, err := readSides(ctx, tx, t)
		if err != nil {
			return err
		}
		if t.Date, err = postingDate(tx.Call(), requested, s.date()); err != nil {
			return err
		}
		return postSides(ctx, tx, t, s)
	}
}

// postSides posts the entry of a transfer with locked sides and decides its lines.
func postSides(ctx context.Context, tx *db.Tx, t *pb.BankTransfer, s transferSides) error {
	t.FromBankAccountId, t.ToBankAccountId = s.from.Id, s.to.Id
	t.State = pb.BankTransfer_OPEN
	if s.out != nil && s.in != nil {
		t.State = pb.BankTransfer_PAIRED
	}
	p, err := readTransferAmounts(ctx, tx, t, s)
	if err != nil {
		return err
	}
	entry, err := transferEntry(t, s, p)
	if err != nil {
		return err
	}
	if err := ledger.Post(ctx, tx, entry); err != nil {
		return remapTransferFields(err)
	}
	t.JournalEntryId = entry.Id
	t.SentAmount, t.ReceivedAmount = money.ToProto(p.sent, p.from), money.ToProto(p.received, p.to)
	for _, l := range []*pb.BankStatementLine{s.out, s.in} {
		if err := decideSide(ctx, tx, t, l); err != nil {
			return err
		}
	}
	return nil
}

// date returns the earlier booked date of the lines.
func (s transferSides) date() string {
	date := ""
	for _, l := range []*pb.BankStatementLine{s.out, s.in} {
		if l != nil && (date == "" || l.BookedDate < date) {
			date = l.BookedDate
		}
	}
	return date
}

// readSides reads the transfer's lines, sets the bank accounts that they belong to, and locks first
// the bank accounts and then the lines.
func readSides(ctx context.Context, tx *db.Tx, t *pb.BankTransfer) (s transferSides, err error) {
	if t.OutgoingLineId == "" && t.IncomingLineId == "" {
		return s, fault.Invalid(fault.At("outgoingLineId", "or incomingLineId is required"))
	}
	for _, side := range []struct {
		field, accountField, key string
		into                     **pb.BankStatementLine
		account                  *string
	}{
		{"outgoingLineId", "fromBankAccountId", t.OutgoingLineId, &s.out, &t.FromBankAccountId},
		{"incomingLineId", "toBankAccountId", t.IncomingLineId, &s.in, &t.ToBankAccountId},
	} {
		if side.key == "" {
			continue
		}
		if *side.into, err = bankStatementLines.Resolve(ctx, tx, side.field, side.key); err != nil {
			return s, err
		}
		if *side.account != "" && *side.account != (*side.into).BankAccountId {
			return s, fault.InvalidFor(
				optionsv1.Reason_TRANSFER_SIDES_WRONG,
				fault.At(side.field, "must be a line of the bank account in %s", side.accountField),
			)
		}
		*side.account = (*side.into).BankAccountId
	}
	if err := s.checkDirections(); err != nil {
		return s, err
	}
	return s, s.lock(ctx, tx, t)
}

// checkDirections refuses an outgoing line that is not money out, and an incoming one that is not
// money in.
func (s transferSides) checkDirections() error {
	if s.out != nil && minorOf(s.out) >= 0 {
		return fault.InvalidFor(
			optionsv1.Reason_TRANSFER_SIDES_WRONG, fault.At("outgoingLineId", "must be a line of an outgoing payment"),
		)
	}
	if s.in != nil && minorOf(s.in) <= 0 {
		return fault.InvalidFor(
			optionsv1.Reason_TRANSFER_SIDES_WRONG, fault.At("incomingLineId", "must be a line of an incoming payment"),
		)
	}
	return nil
}

// minorOf returns a stored line's amount in minor units. It always parses, since it was validated
// when it was stored.
func minorOf(l *pb.BankStatementLine) int64 {
	minor, _ := money.Parse(l.Amount.Amount, l.Amount.CurrencyCode)
	return minor
}

// lock locks both bank accounts and the lines. The fields of the lines that were read before never
// change.
func (s *transferSides) lock(ctx context.Context, tx *db.Tx, t *pb.BankTransfer) error {
	var violations fault.List
	for _, side := range []struct{ field, key string }{{
		"fromBankAccountId", t.FromBankAccountId,
	}, {"toBankAccountId", t.ToBankAccountId}} {
		if side.key == "" {
			violations.Append(fault.At(side.field, "is required if the transfer has no line of this bank account"))
		} else if _, err := bankAccounts.Resolve(ctx, tx, side.field, side.key); violations.Merge("", err) != nil {
			return err
		}
	}
	if err := violations.Err(); err != nil {
		return err
	}
	if t.FromBankAccountId == t.ToBankAccountId {
		return fault.InvalidFor(
			optionsv1.Reason_TRANSFER_SIDES_WRONG, fault.At("toBankAccountId", "is the same as fromBankAccountId"),
		)
	}
	accounts, err := bankAccounts.Table().LockMany(ctx, tx, []string{t.FromBankAccountId, t.ToBankAccountId})
	if err != nil {
		return err
	}
	for _, account := range accounts {
		if account.Id == t.FromBankAccountId {
			s.from = account
		} else {
			s.to = account
		}
	}
	_, err = lockAccountsAndLines(ctx, tx, nil, []string{t.OutgoingLineId, t.IncomingLineId})
	return err
}

// readTransferAmounts returns the amounts of a transfer. The amount of a missing line is computed
// from the other line and the fee. It also sets the exchange rate, if one is needed.
func readTransferAmounts(
	ctx context.Context, tx *db.Tx, t *pb.BankTransfer, s transferSides,
) (p transferAmounts, err error) {
	p = transferAmounts{base: tx.Call().Organization.CurrencyCode, from: s.from.CurrencyCode, to: s.to.CurrencyCode}
	if p.fee, err = transferFee(ctx, tx, t, s, p.from); err != nil {
		return p, err
	}
	if (s.out == nil || s.in == nil) && p.from != p.to {
		return p, fault.InvalidFor(
			optionsv1.Reason_TRANSFER_SIDES_WRONG,
			fault.At("incomingLineId", "and outgoingLineId are both required for a transfer between currencies"),
		)
	}
	if s.out != nil {
		p.sent = -minorOf(s.out)
		p.received = p.sent - p.fee
	}
	if s.in != nil {
		p.received = minorOf(s.in)
		if s.out == nil {
			p.sent = p.received + p.fee
		}
	}
	if p.needsRate() {
		day, err := calendar.ParseDate(t.Date)
		if err != nil {
			return p, err
		}
		if p.rate, err = ledger.RateOn(ctx, tx, "exchangeRate", t.ExchangeRate, p.from, day); err != nil {
			return p, err
		}
		t.ExchangeRate = p.rate.String()
	} else if t.ExchangeRate != "" {
		return p, fault.Invalid(fault.At("exchangeRate", "must be empty if one side is in %s", p.base))
	}
	return p, nil
}

// transferFee returns the transfer's fee in minor units.
func transferFee(ctx context.Context, tx *db.Tx, t *pb.BankTransfer, s transferSides, currency string) (int64, error) {
	if t.Fee == nil {
		return 0, nil
	}
	kept, err := readFee(ctx, tx, "fee", t.Fee, currency)
	if err != nil {
		return 0, err
	}
	if kept < 0 || t.Fee.AccountId == s.from.LedgerAccountId || t.Fee.AccountId == s.to.LedgerAccountId {
		return 0, fault.Invalid(
			fault.At("fee", "must be greater than zero, on an account other than the two sides' ledger accounts"),
		)
	}
	return kept, nil
}

// remapTransferFields maps error paths of the entry to fields of the transfer.
func remapTransferFields(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		if f.Path == "date" {
			return remapDate(f)
		}
		return fault.Field{
			Path: "toBankAccountId", Message: "leads to an entry that cannot be posted: " + f.Path + " " + f.Message,
		}
	})
}

// decideSide decides a line as a side of a transfer. It does nothing for nil, a missing line.
func decideSide(ctx context.Context, tx *db.Tx, t *pb.BankTransfer, l *pb.BankStatementLine) error {
	if l == nil {
		return nil
	}
	_, err := bankStatementLines.Modify(ctx, tx, l.Id, "transferred", transition("categorize"), func(
		_ context.Context, _ *db.Tx, _, l *pb.BankStatementLine,
	) error {
		l.BankTransferId, l.JournalEntryId = t.Id, t.JournalEntryId
		return nil
	})
	return err
}

// pairWith returns the rule that pairs an OPEN transfer with the line that has the given id.
func pairWith(key string) resource.Rule[*pb.BankTransfer] {
	return func(ctx context.Context, tx *db.Tx, was, t *pb.BankTransfer) error {
		var l *pb.BankStatementLine
		if t.State == pb.BankTransfer_OPEN {
			var err error
			if l, err = lockMissingSide(ctx, tx, t, key); err != nil {
				return err
			}
		}
		if err := bankTransfers.Transition("pair")(ctx, tx, was, t); err != nil {
			return err
		}
		if t.IncomingLineId == "" {
			t.IncomingLineId = l.Id
		} else {
			t.OutgoingLineId = l.Id
		}
		return decideSide(ctx, tx, t, l)
	}
}

// missingSide returns the bank account whose line is missing from an OPEN transfer, and the amount
// of that line.
func missingSide(t *pb.BankTransfer) (account string, amount *typepb.Money) {
	if t.IncomingLineId == "" {
		return t.ToBankAccountId, t.ReceivedAmount
	}
	return t.FromBankAccountId, money.Negated(t.SentAmount)
}

// lockMissingSide locks a line as the missing side of a transfer. It refuses a line of another bank
// account or amount, and one that is not UNMATCHED or HELD.
func lockMissingSide(ctx context.Context, tx *db.Tx, t *pb.BankTransfer, key string) (*pb.BankStatementLine, error) {
	l, err := lockReferencedLine(ctx, tx, "bankStatementLineId", key)
	if err != nil {
		return nil, err
	}
	account, amount := missingSide(t)
	if l.BankAccountId != account {
		return nil, fault.InvalidFor(
			optionsv1.Reason_TRANSFER_SIDES_WRONG,
			fault.At("bankStatementLineId", "must be a line of the bank account whose side is missing"),
		)
	}
	if l.Amount.Amount != amount.Amount {
		return nil, fault.InvalidFor(optionsv1.Reason_TRANSFER_AMOUNT_DIFFERS,
			fault.At(
				"bankStatementLineId",
				"has the amount %s, but the missing side is %s %s; to post a fee, undo the transfer and "+
					"create it with both lines",
				l.Amount.Amount, amount.Amount, amount.CurrencyCode,
			))
	}
	return l, lineLifecycle.Move("categorize", proto.CloneOf(l))
}
