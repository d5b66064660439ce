package banking

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// maxSuggestions is how many suggestions are answered.
const maxSuggestions = 20

// Points that speak for a suggestion; a score is 100 at most.
const (
	pointsAmount       = 50 // the entry is of the line's amount
	pointsClaim        = 45 // it is a claim or debt of the line's amount, which is not booked as paid
	pointsTogether     = 40 // several are of the line's amount together
	pointsSameDay      = 25 // less one for each day between the two
	pointsReference    = 15 // the entry's reference stands in the bank's text
	pointsWords        = 10 // the texts share a word
	pointsCounterparty = 10 // the entry names the counterparty
	pointsRule         = 90
	pointsAlike        = 60 // what was done with a line of the same text, and more for each time, up to 85
	pointsAkin         = 45 // what was done with a line of the same counterparty, up to 70
	pointsRejected     = 20 // taken away for each rejection
)

type suggestion = pb.SuggestMatchesResponse_Suggestion

// SuggestMatches answers what may explain a line.
func (s *Service) SuggestMatches(ctx context.Context, req *pb.SuggestMatchesRequest) (*pb.SuggestMatchesResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SuggestMatchesResponse, error) {
		l, err := bankStatementLines.Find(ctx, tx, req.GetBankStatementLineId())
		if err != nil {
			return nil, err
		}
		all, cut, err := suggest(ctx, tx, l)
		if err != nil {
			return nil, err
		}
		return &pb.SuggestMatchesResponse{Suggestions: all[:min(len(all), maxSuggestions)], Truncated: cut || len(all) > maxSuggestions}, nil
	})
}

// suggest gathers what may explain a line, the likeliest first and without what was
// rejected.
func suggest(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) (all []*suggestion, cut bool, err error) {
	if all, err = byRule(ctx, tx, l); err != nil {
		return nil, false, err
	}
	entries, cut, err := byEntries(ctx, tx, l)
	if err != nil {
		return nil, false, err
	}
	transfers, err := byTransfer(ctx, tx, l)
	if err != nil {
		return nil, false, err
	}
	learned, err := byHistory(ctx, tx, l)
	if err != nil {
		return nil, false, err
	}
	rejected, err := rejections(ctx, tx, l)
	if err != nil {
		return nil, false, err
	}
	all = slices.DeleteFunc(slices.Concat(all, entries, transfers, learned), func(s *suggestion) bool { return rejected[subject(s)] })
	slices.SortStableFunc(all, func(a, b *suggestion) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(subject(a), subject(b)))
	})
	return all, cut, nil
}

// byRule is the rule that would decide a line.
func byRule(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) ([]*suggestion, error) {
	rules, err := rulesInUse(ctx, tx)
	if err != nil {
		return nil, err
	}
	m, matched := firstMatch(rules, l)
	if !matched {
		return nil, nil
	}
	decision, err := m.wouldDecide(ctx, tx, l, knownOwner(ctx, tx))
	var refusal *fault.Error
	if errors.As(err, &refusal) && refusal.Cause == nil {
		return nil, nil // what it cannot do is no suggestion
	}
	s := &suggestion{
		Score: pointsRule, AccountId: m.rule.AccountId, Personal: m.rule.Personal, BankRuleId: m.rule.Id, BankTransfer: decision.GetBankTransfer(),
		Reasons: []string{fmt.Sprintf("The rule %q matches.", m.rule.DisplayName)},
	}
	if len(m.rule.Splits) > 0 {
		s.Splits = decision.GetSplits()
	}
	return []*suggestion{s}, err
}

// near adds what the days between two dates say.
func (e *evidence) near(a, b string) {
	if days := daysBetween(a, b); days == 0 {
		e.add(pointsSameDay, "The date is the same.")
	} else if days < pointsSameDay {
		e.add(int32(pointsSameDay-days), "The dates are %d days apart.", days)
	}
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
