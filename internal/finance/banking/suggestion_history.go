package banking

import (
	"context"
	_ "embed"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

//go:embed suggestion_history.sql
var selectHistory string

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
	}
	return ""
}

// matchKeys returns the entries of a match and, if there are several, its lines, sorted.
func matchKeys(m *pb.BankMatch) (all []string) {
	for _, e := range m.Entries {
		all = append(all, strings.TrimSpace(e.JournalEntryId+" "+e.AccountId))
	}
	if len(m.Lines) > 1 {
		for _, l := range m.Lines {
			all = append(all, l.BankStatementLineId)
		}
	}
	slices.Sort(all)
	return all
}

// loadRejections returns the keys of the suggestions that were rejected for a line.
func loadRejections(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) (map[string]bool, error) {
	key, err := bankStatementLines.Table().Key(l.Id)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
select suggestion
from finance.suggestion_rejections
where org_id = $1
and bank_statement_line_id = $2`, tx.Call().Organization.ID, key)
	if err != nil {
		return nil, err
	}
	rejected := map[string]bool{}
	var what string
	_, err = pgx.ForEachRow(rows, []any{&what}, func() error {
		rejected[what] = true
		return nil
	})
	return rejected, err
}

// pastDecisions counts how lines with the same text or counterparty were decided: to which account,
// whether as personal, and how many times such a suggestion was rejected. The fields are the
// columns of suggestion_history.sql.
type pastDecisions struct {
	Account  string
	Personal bool
	// SameText counts the lines with the same text. SameCounterparty counts the other lines of the
	// same counterparty.
	SameText, SameCounterparty, Rejected int32
}

// suggestHistory suggests the accounts of earlier lines with the same text or counterparty.
func suggestHistory(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) (all []*suggestion, err error) {
	decisions, err := db.Collect[pastDecisions](
		ctx, tx, selectHistory, tx.Call().Organization.ID, l.CounterpartyName+" "+l.Description, l.CounterpartyName,
		minorOf(l),
	)
	for _, d := range decisions {
		all = append(all, d.suggestion())
	}
	return all, err
}

// suggestion returns the suggestion to decide a line in the same way again. Earlier decisions add to
// its score, and rejections deduct from it.
func (d pastDecisions) suggestion() *suggestion {
	var s scorecard
	if d.SameText > 0 {
		s.add(min(pointsTextDecided+5*(d.SameText-1), 85), "Lines with this text were categorized this way: %d.", d.SameText)
	} else {
		s.add(
			min(pointsCounterpartyDecided+5*(d.SameCounterparty-1), 70),
			"Lines of this counterparty were categorized this way: %d.", d.SameCounterparty,
		)
	}
	if d.Rejected > 0 {
		s.add(-pointsRejected*d.Rejected, "Rejections of this suggestion: %d.", d.Rejected)
	}
	out := &suggestion{Score: s.score(), Reasons: s.reasons, AccountId: d.Account}
	if d.Personal {
		out.Personal, out.Reasons = true, append(out.Reasons, "They were marked as personal.")
	}
	return out
}
