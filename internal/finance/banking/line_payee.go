package banking

import (
	"context"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/payee"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/jobs"
)

// payeeBatchSize is the number of lines whose payees one transaction derives.
const payeeBatchSize = 2000

// setPayee sets the payee that a line's text names.
func setPayee(l *pb.BankStatementLine) {
	l.Payee = payee.Key(l.CounterpartyName, l.Description)
}

// payeeText is the text of a stored line that has no payee.
type payeeText struct {
	ID                            uuid.UUID
	CounterpartyName, Description string
}

// DerivePayees derives the payees of a batch of stored lines that have none, and returns
// jobs.ErrAgain if lines follow, so that other organizations get a turn. These are lines that a
// version without payees imported, and lines without words. The latter keep none, so the server
// remembers the last line of the batch. Another server, or this one after a restart, begins with
// the first line, which repeats work and changes nothing.
func (s *Service) DerivePayees(ctx context.Context) error {
	organization := call.From(ctx).Organization.ID
	last, more := uuid.Nil, false
	if position, began := s.payeePositions.Load(organization); began {
		last, _ = position.(uuid.UUID)
	}
	_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (_ *emptypb.Empty, err error) {
		last, more, err = derivePayees(ctx, tx, last)
		return &emptypb.Empty{}, err
	})
	if err != nil {
		return err
	}
	if more {
		s.payeePositions.Store(organization, last)
		return jobs.ErrAgain
	}
	s.payeePositions.Delete(organization)
	return nil
}

// derivePayees derives the payees of a batch of lines after a line. It returns the last line of the
// batch; more is false if no lines follow.
func derivePayees(ctx context.Context, tx *db.Tx, after uuid.UUID) (last uuid.UUID, more bool, err error) {
	texts, err := db.Collect[payeeText](ctx, tx, tx.Locking(db.RankStatementLine, `
select id, counterparty_name, description
from finance.bank_statement_lines
where org_id = $1
and payee = ''
and id > $2
order by id
limit $3
for no key update`), tx.Call().Organization.ID, after, payeeBatchSize)
	if err != nil || len(texts) == 0 {
		return after, false, err
	}
	ids, payees := make([]uuid.UUID, len(texts)), make([]string, len(texts))
	for i, t := range texts {
		ids[i], payees[i] = t.ID, payee.Key(t.CounterpartyName, t.Description)
	}
	_, err = tx.Exec(ctx, `
update finance.bank_statement_lines l
set payee = u.payee
from unnest($2::uuid[], $3::text[]) as u (id, payee)
where l.org_id = $1
and l.id = u.id
and u.payee <> ''`, tx.Call().Organization.ID, ids, payees)
	return ids[len(ids)-1], len(texts) == payeeBatchSize, err
}
