package banking

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

var (
	//go:embed suggestion.sql
	selectCandidates string
	//go:embed suggestion_history.sql
	selectHistory string
)

// maxSuggestions is how many suggestions are answered.
const maxSuggestions = 20

// Points that speak for a suggestion; together they are 100 at most.
const (
	pointsAmount    = 50 // the entry is of the line's amount, which candidates all are
	pointsSameDay   = 25 // less one for each day between the two
	pointsReference = 15 // the entry's reference stands in the bank's text
	pointsWords     = 10 // the texts share a word
	pointsRule      = 90
	pointsHistory   = 60 // what was done once, and more for each time, up to 85
)

// candidate is an entry that may explain a line.
type candidate struct {
	ID                           uuid.UUID
	Date, Description, Reference string
}

// SuggestMatches answers what may explain a line.
func (s *Service) SuggestMatches(ctx context.Context, req *pb.SuggestMatchesRequest) (*pb.SuggestMatchesResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SuggestMatchesResponse, error) {
		l, err := bankStatementLines.Find(ctx, tx, req.GetBankStatementLineId())
		if err != nil {
			return nil, err
		}
		all, err := suggest(ctx, tx, l)
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(all, func(a, b *pb.SuggestMatchesResponse_Suggestion) int { return cmp.Compare(b.Score, a.Score) })
		return &pb.SuggestMatchesResponse{Suggestions: all[:min(len(all), maxSuggestions)]}, nil
	})
}

func suggest(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) (all []*pb.SuggestMatchesResponse_Suggestion, err error) {
	minor, err := money.Parse(l.Amount.Amount, l.Amount.CurrencyCode)
	if err != nil {
		return nil, err
	}
	rules, err := rulesInUse(ctx, tx)
	if err != nil {
		return nil, err
	}
	if m, matched := firstMatch(rules, l); matched && m.rule.AccountId != "" {
		all = append(all, &pb.SuggestMatchesResponse_Suggestion{
			Score: pointsRule, AccountId: m.rule.AccountId, BankRuleId: m.rule.Id, Reasons: []string{fmt.Sprintf("The rule %q matches.", m.rule.DisplayName)},
		})
	}
	found, err := candidates(ctx, tx, l, minor)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		all = append(all, c.score(l))
	}
	learned, err := learned(ctx, tx, l, minor)
	return append(all, learned...), err
}

// candidates are the entries of a line's amount around its date that explain no line yet.
func candidates(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, minor int64) ([]candidate, error) {
	account, err := bankAccounts.Table().Get(ctx, tx, l.BankAccountId)
	if err != nil {
		return nil, err
	}
	key, err := bankAccounts.Table().Key(account.Id)
	if err != nil {
		return nil, err
	}
	own, err := id.Parse("acc", account.LedgerAccountId)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, selectCandidates, tx.Call().Organization.ID, own, minor, l.BookedDate, key)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[candidate])
}

// score says how likely an entry explains a line, and why.
func (c candidate) score(l *pb.BankStatementLine) *pb.SuggestMatchesResponse_Suggestion {
	s := &pb.SuggestMatchesResponse_Suggestion{JournalEntryId: id.Format("jrn", c.ID), Score: pointsAmount, Reasons: []string{"The amount is the same."}}
	add := func(points int32, format string, args ...any) {
		s.Score += points
		s.Reasons = append(s.Reasons, fmt.Sprintf(format, args...))
	}
	if days := daysBetween(c.Date, l.BookedDate); days == 0 {
		add(pointsSameDay, "The date is the same.")
	} else if days < pointsSameDay {
		add(int32(pointsSameDay-days), "The dates are %d days apart.", days)
	}
	written := strings.ToLower(l.CounterpartyName + " " + l.Description + " " + l.CheckNumber)
	if c.Reference != "" && strings.Contains(written, strings.ToLower(c.Reference)) {
		add(pointsReference, "The reference %q stands in the bank's text.", c.Reference)
	}
	if word := sharedWord(c.Description, written); word != "" {
		add(pointsWords, "Both texts say %q.", word)
	}
	return s
}

func daysBetween(a, b string) int {
	x, errX := calendar.ParseDate(a)
	y, errY := calendar.ParseDate(b)
	if errX != nil || errY != nil {
		return pointsSameDay
	}
	return max(x.DaysUntil(y), y.DaysUntil(x))
}

// sharedWord is a word of four letters or more that two texts share.
func sharedWord(text, written string) string {
	words := strings.Fields(written)
	for _, word := range strings.Fields(strings.ToLower(text)) {
		if len(word) >= 4 && slices.Contains(words, word) {
			return word
		}
	}
	return ""
}

// learned are the accounts to which lines of the same text were categorized.
func learned(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, minor int64) (all []*pb.SuggestMatchesResponse_Suggestion, err error) {
	rows, err := tx.Query(ctx, selectHistory, tx.Call().Organization.ID, l.CounterpartyName+" "+l.Description, minor)
	if err != nil {
		return nil, err
	}
	var account string
	var times int32
	_, err = pgx.ForEachRow(rows, []any{&account, &times}, func() error {
		all = append(all, &pb.SuggestMatchesResponse_Suggestion{
			AccountId: account, Score: min(pointsHistory+5*(times-1), 85), Reasons: []string{fmt.Sprintf("Lines of this text were categorized so %d times.", times)},
		})
		return nil
	})
	return all, err
}
