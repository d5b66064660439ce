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

// maxSuggestions is the number of suggestions that SuggestMatches returns at most.
const maxSuggestions = 20

// Points of evidence for a suggestion. A score is at most 100.
const (
	pointsAmount              = 50 // the entry has the line's amount
	pointsOpenEntry           = 45 // a receivable or payable has the line's amount; its payment is not posted
	pointsTogether            = 40 // several entries or lines add up
	pointsSameDay             = 25 // the date is the same; one less for each day between
	pointsReference           = 15 // the bank's text contains the entry's reference
	pointsWords               = 10 // line and entry share a word
	pointsCounterparty        = 10 // the entry contains the counterparty's name
	pointsRule                = 90 // a bank rule matches
	pointsTextDecided         = 60 // a line with the same text was decided so; five more for each further one, up to 85
	pointsCounterpartyDecided = 45 // a line of the same counterparty was decided so; likewise, up to 70
	pointsRejected            = 20 // deducted for each rejection
)

type suggestion = pb.SuggestMatchesResponse_Suggestion

// SuggestMatches returns suggestions of what may explain a line.
func (s *Service) SuggestMatches(
	ctx context.Context, req *pb.SuggestMatchesRequest,
) (*pb.SuggestMatchesResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SuggestMatchesResponse, error) {
		l, err := bankStatementLines.Find(ctx, tx, req.GetBankStatementLineId())
		if err != nil {
			return nil, err
		}
		all, cut, err := suggest(ctx, tx, l)
		if err != nil {
			return nil, err
		}
		return &pb.SuggestMatchesResponse{Suggestions: all[:min(len(all), maxSuggestions)], Truncated: cut ||
			len(all) > maxSuggestions}, nil
	})
}

// suggest collects the suggestions for a line by descending score, without rejected ones.
func suggest(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) (all []*suggestion, cut bool, err error) {
	if all, err = suggestRule(ctx, tx, l); err != nil {
		return nil, false, err
	}
	entries, cut, err := suggestEntries(ctx, tx, l)
	if err != nil {
		return nil, false, err
	}
	transfers, err := suggestTransfers(ctx, tx, l)
	if err != nil {
		return nil, false, err
	}
	learned, err := suggestHistory(ctx, tx, l)
	if err != nil {
		return nil, false, err
	}
	rejected, err := loadRejections(ctx, tx, l)
	if err != nil {
		return nil, false, err
	}
	all = slices.DeleteFunc(
		slices.Concat(all, entries, transfers, learned), func(s *suggestion) bool { return rejected[suggestionKey(s)] },
	)
	slices.SortStableFunc(all, func(a, b *suggestion) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(suggestionKey(a), suggestionKey(b)))
	})
	return all, cut, nil
}

// suggestRule suggests the rule that would decide a line.
func suggestRule(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) ([]*suggestion, error) {
	rules, err := loadRules(ctx, tx)
	if err != nil {
		return nil, err
	}
	m, matched := firstMatch(rules, l)
	if !matched {
		return nil, nil
	}
	decision, err := m.preview(ctx, tx, l, newOwnerPreview(ctx, tx))
	var refusal *fault.Error
	if errors.As(err, &refusal) && refusal.Cause == nil {
		return nil, nil // the rule would be refused, so it is not suggested
	}
	s := &suggestion{
		Score: pointsRule, AccountId: m.rule.AccountId, Personal: m.rule.Personal, BankRuleId: m.rule.Id,
		BankTransfer: decision.GetBankTransfer(),
		Reasons:      []string{fmt.Sprintf("The rule %q matches.", m.rule.DisplayName)},
	}
	if len(m.rule.Splits) > 0 {
		s.Splits = decision.GetSplits()
	}
	return []*suggestion{s}, err
}

// addDateDistance adds points for two dates that are close to each other.
func (s *scorecard) addDateDistance(a, b string) {
	if days := daysBetween(a, b); days == 0 {
		s.add(pointsSameDay, "The date is the same.")
	} else if days < pointsSameDay {
		s.add(int32(pointsSameDay-days), "The dates are %d days apart.", days)
	}
}

// daysBetween returns the number of days between two dates, in either order. Dates that cannot be
// parsed are too far apart to count.
func daysBetween(a, b string) int {
	x, errX := calendar.ParseDate(a)
	y, errY := calendar.ParseDate(b)
	if errX != nil || errY != nil {
		return pointsSameDay
	}
	return max(x.DaysUntil(y), y.DaysUntil(x))
}

// sharedWord returns a word of four letters or more that both strings contain, or "". written must
// be in lower case.
func sharedWord(text, written string) string {
	words := strings.Fields(written)
	for _, word := range strings.Fields(strings.ToLower(text)) {
		if len(word) >= 4 && slices.Contains(words, word) {
			return word
		}
	}
	return ""
}
