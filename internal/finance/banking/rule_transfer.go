package banking

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// newTransfer returns the transfer that the rule makes of a line, with the line as one side. other
// is the bank account that the rule transfers to or from. It refuses bank accounts of different
// currencies, since only the two lines tell both amounts.
func (m matcher) newTransfer(l *pb.BankStatementLine, other *pb.BankAccount) (*pb.BankTransfer, error) {
	if other.CurrencyCode != l.Amount.CurrencyCode {
		return nil, fault.Refuse(
			optionsv1.Reason_TRANSFER_SIDES_WRONG,
			"The bank accounts have different currencies, %s and %s; create the transfer with both of its lines.",
			l.Amount.CurrencyCode, other.CurrencyCode,
		)
	}
	if minorOf(l) < 0 {
		return &pb.BankTransfer{
			OutgoingLineId: l.Id, FromBankAccountId: l.BankAccountId, ToBankAccountId: other.Id, Description: m.rule.Memo,
		}, nil
	}
	return &pb.BankTransfer{
		IncomingLineId: l.Id, FromBankAccountId: other.Id, ToBankAccountId: l.BankAccountId, Description: m.rule.Memo,
	}, nil
}

// applyTransferRule decides a stored line as one side of a transfer. The line completes an open
// transfer if there is one, and otherwise starts a new one.
func (m matcher) applyTransferRule(ctx context.Context, tx *db.Tx, key string) error {
	l, err := bankStatementLines.Table().Lock(ctx, tx, key)
	if err != nil {
		return err
	}
	// Refuse before posting anything. The transaction goes on with the other lines after a refusal,
	// and would commit what was posted.
	if err := lineLifecycle.Move("categorize", proto.CloneOf(l)); err != nil {
		return err
	}
	other, err := bankAccounts.Table().Get(ctx, tx, m.rule.TransferBankAccountId)
	if err != nil {
		return err
	}
	side, err := m.newTransfer(l, other)
	if err != nil {
		return err
	}
	open, err := findOpenTransfer(ctx, tx, l, side)
	if err != nil {
		return err
	}
	if open != "" && !bankTransfers.Table().HoldsLock(tx, open) {
		return db.RowsChanged("a transfer was opened before its bank accounts were locked")
	}
	if open != "" {
		_, err = bankTransfers.Modify(ctx, tx, open, "paired", pairWith(l.Id))
	} else {
		err = bankTransfers.Insert(ctx, tx, side, postTransfer(""))
	}
	if err != nil {
		return err
	}
	_, err = bankStatementLines.Modify(ctx, tx, l.Id, "decidedByRule", func(
		_ context.Context, _ *db.Tx, _, l *pb.BankStatementLine,
	) error {
		l.BankRuleId = m.rule.Id
		return nil
	})
	return err
}

// selectOpenTransfer finds the open transfer between two bank accounts that lacks a line of an
// amount, the nearest in date first.
const selectOpenTransfer = `
select id
from finance.bank_transfers
where org_id = $1
and from_bank_account_id = $2
and to_bank_account_id = $3
and state = 'OPEN'
and case when $4 < 0 then outgoing_line_id is null else incoming_line_id is null end
and case when $4 < 0 then -sent_amount_minor else received_amount_minor end = $4
and abs(date - $5::date) <= $6
order by abs(date - $5::date), id
limit 1`

// findOpenTransfer returns the id of the open transfer that a line completes, or "".
func findOpenTransfer(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, side *pb.BankTransfer) (string, error) {
	from, err := id.Parse("bac", side.FromBankAccountId)
	if err != nil {
		return "", err
	}
	to, err := id.Parse("bac", side.ToBankAccountId)
	if err != nil {
		return "", err
	}
	var open uuid.UUID
	row := tx.QueryRow(
		ctx, selectOpenTransfer, tx.Call().Organization.ID, from, to, minorOf(l), l.BookedDate, defaultDays,
	)
	err = row.Scan(&open)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return id.Format("btr", open), err
}
