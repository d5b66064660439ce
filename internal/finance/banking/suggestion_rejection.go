package banking

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/payee"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// RejectSuggestion records that a suggestion was rejected for a line.
func (s *Service) RejectSuggestion(ctx context.Context, req *pb.RejectSuggestionRequest) (*emptypb.Empty, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		l, err := bankStatementLines.Find(ctx, tx, req.GetBankStatementLineId())
		if err != nil {
			return nil, err
		}
		what := suggestionKey(req.GetSuggestion())
		if what == "" {
			return nil, fault.Invalid(fault.At("suggestion", "is empty; send a suggestion returned by SuggestMatches"))
		}
		key, err := bankStatementLines.Table().Key(l.Id)
		if err != nil {
			return nil, err
		}
		tag, err := tx.Exec(ctx, `
insert into finance.suggestion_rejections (org_id, bank_statement_line_id, suggestion, create_time)
values ($1, $2, $3, $4)
on conflict do nothing`, tx.Call().Organization.ID, key, what, tx.Call().Now())
		if err == nil && tag.RowsAffected() > 0 {
			tx.Record(db.Event{Type: "finance.bankStatementLine.suggestionRejected", SubjectID: l.Id})
		}
		return &emptypb.Empty{}, err
	})
}

// suggestionKey returns a key that identifies what a suggestion suggests, or "" if it is empty.
func suggestionKey(s *suggestion) string {
	switch {
	case s.GetBankRuleId() != "":
		return "rule " + s.BankRuleId
	case s.GetBankTransferId() != "":
		return "transfer " + s.BankTransferId
	case s.GetBankTransfer() != nil:
		return "transfer " + s.BankTransfer.OutgoingLineId + " " + s.BankTransfer.IncomingLineId
	case s.GetBankMatch() != nil:
		return "match " + strings.Join(matchKeys(s.BankMatch), " ")
	case s.GetJournalEntryId() != "":
		return "match " + s.JournalEntryId
	case s.GetPersonal():
		return "personal"
	case s.GetAccountId() != "":
		return "account " + s.AccountId
	case len(s.GetSplits()) > 0:
		return "accounts " + strings.Join(splitAccounts(s.Splits), " ")
	}
	return ""
}

// splitAccounts returns the accounts of splits.
func splitAccounts(splits []*pb.BankStatementLine_Split) []string {
	accounts := make([]string, len(splits))
	for i, s := range splits {
		accounts[i] = s.AccountId
	}
	return accounts
}

// matchKeys returns the entries of a match, the receivables and deposit requests that its payments
// settle and, if there are several or payments are recorded, its lines, sorted.
func matchKeys(m *pb.BankMatch) (all []string) {
	for _, e := range m.Entries {
		all = append(all, strings.TrimSpace(e.JournalEntryId+" "+e.AccountId))
	}
	for _, p := range m.Payments {
		all = append(all, p.CustomerId)
		if p.DepositRequestId != "" {
			all = append(all, p.DepositRequestId)
		}
		for _, a := range p.Allocations {
			all = append(all, a.ReceivableId)
		}
	}
	if len(m.Lines) > 1 || len(m.Payments) > 0 {
		for _, l := range m.Lines {
			all = append(all, l.BankStatementLineId)
		}
	}
	slices.Sort(all)
	return all
}

// rejections are the suggestions that were rejected, by their keys.
type rejections struct {
	// byLine are those for a line, and byPayee the numbers of those for lines of a payee. A kind of
	// payment, such as `check`, is not a payee.
	byLine  map[string]map[string]bool
	byPayee map[string]map[string]int32
}

// loadRejections returns the suggestions that were rejected for lines, and for other lines of their
// payees.
func loadRejections(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) (r rejections, err error) {
	keys, err := id.ParseEach("bsl", lines, (*pb.BankStatementLine).GetId)
	if err != nil {
		return r, err
	}
	rows, err := tx.Query(ctx, `
select r.bank_statement_line_id, l.payee, r.suggestion
from finance.suggestion_rejections r
join finance.bank_statement_lines l on l.org_id = $1 and l.id = r.bank_statement_line_id
where r.org_id = $1
and (l.id = any($2) or l.payee <> '' and l.payee = any($3))`, tx.Call().Organization.ID, keys, namedPayeesOf(lines))
	if err != nil {
		return r, err
	}
	r = rejections{map[string]map[string]bool{}, map[string]map[string]int32{}}
	var line uuid.UUID
	var name, what string
	_, err = pgx.ForEachRow(rows, []any{&line, &name, &what}, func() error {
		key := id.Format("bsl", line)
		if r.byLine[key] == nil {
			r.byLine[key] = map[string]bool{}
		}
		r.byLine[key][what] = true
		if payee.NamesPayee(name) {
			if r.byPayee[name] == nil {
				r.byPayee[name] = map[string]int32{}
			}
			r.byPayee[name][what]++
		}
		return nil
	})
	return r, err
}

// namedPayeesOf returns the payees of lines, sorted, without kinds of payment such as `check`.
func namedPayeesOf(lines []*pb.BankStatementLine) []string {
	return slices.DeleteFunc(payeesOf(lines), func(key string) bool { return !payee.NamesPayee(key) })
}

// payeesOf returns the payees of lines, sorted.
func payeesOf(lines []*pb.BankStatementLine) []string {
	var payees []string
	for _, l := range lines {
		if l.Payee != "" {
			payees = append(payees, l.Payee)
		}
	}
	slices.Sort(payees)
	return slices.Compact(payees)
}
