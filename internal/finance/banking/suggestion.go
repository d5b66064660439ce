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
	pointsAmount       = 50  // the entry has the line's amount
	pointsOpenEntry    = 45  // a receivable or payable has the line's amount; its payment is not posted
	pointsTogether     = 40  // several entries or lines add up
	pointsSameDay      = 25  // the date is the same; one less for each day between
	pointsReference    = 15  // the bank's text contains the entry's reference
	pointsWords        = 10  // line and entry share a word
	pointsCounterparty = 10  // the entry contains the counterparty's name
	pointsRule         = 100 // a bank rule matches, which decides such lines without asking
	pointsNumber       = 46  // the bank's text contains the number of a receivable
	pointsPayer        = 20  // the payer is the customer who owes
	pointsRejected     = 20  // deducted for each rejection
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
		suggester, err := newSuggester(ctx, tx, []*pb.BankStatementLine{l})
		if err != nil {
			return nil, err
		}
		all, cut, err := suggester.suggest(l)
		if err != nil {
			return nil, err
		}
		return &pb.SuggestMatchesResponse{Suggestions: all[:min(len(all), maxSuggestions)], Truncated: cut ||
			len(all) > maxSuggestions}, nil
	})
}

// suggester suggests decisions about lines from what it has read for all of them together.
type suggester struct {
	accounts map[string]*pb.BankAccount
	rules    []matcher
	// taxCodes are the tax codes of the rules that lines may use.
	taxCodes map[string]bool
	owner    ownerLookup
	history  decisionHistory
	rejected rejections
	// open is the part of each line that is not matched, in minor units.
	open    map[string]int64
	waiting waitingLines
	pairs   pairing
	entries candidates
	// receivables are those that lines may pay.
	receivables openReceivables
	// twins are the lines that each line may repeat.
	twins map[string][]string
}

// newSuggester reads what the suggestions for lines need. The number of statements does not depend
// on the number of lines.
func newSuggester(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) (s *suggester, err error) {
	s = &suggester{owner: newOwnerPreview(ctx, tx)}
	if len(lines) == 0 {
		return s, nil
	}
	if s.rules, err = loadRules(ctx, tx); err != nil {
		return nil, err
	}
	if s.taxCodes, err = loadUsable(ctx, tx, taxCodesOf(s.rules)); err != nil {
		return nil, err
	}
	if s.history, err = loadHistory(ctx, tx, lines); err != nil {
		return nil, err
	}
	if s.rejected, err = loadRejections(ctx, tx, lines); err != nil {
		return nil, err
	}
	if s.twins, err = loadTwins(ctx, tx, lines); err != nil {
		return nil, err
	}
	if err := s.loadWaiting(ctx, tx, lines); err != nil {
		return nil, err
	}
	if err := s.loadEntries(ctx, tx, lines); err != nil {
		return nil, err
	}
	return s, s.loadReceivables(ctx, tx, lines)
}

// suggest returns the suggestions for a line by descending score, without rejected ones. cut
// reports whether a search stopped at a limit. A decided line has no suggestions.
func (s *suggester) suggest(l *pb.BankStatementLine) (all []*suggestion, cut bool, err error) {
	if !slices.Contains(undecidedStates, l.State) || isZero(l) {
		return nil, false, nil
	}
	if slices.Contains(unbookedStates, l.State) {
		if all, err = s.suggestRule(l); err != nil {
			return nil, false, err
		}
		transfers, cutTransfers := s.suggestTransfers(l)
		all, cut = append(all, transfers...), cutTransfers
		all = append(all, s.history.suggest(l, s.rejected.byPayee[l.Payee])...)
	}
	entries, cutEntries := s.suggestEntries(l)
	payments, cutPayments := s.suggestPayments(l)
	entries, cutEntries = append(entries, payments...), cutEntries || cutPayments
	rejected := s.rejected.byLine[l.Id]
	all = slices.DeleteFunc(append(all, entries...), func(o *suggestion) bool { return rejected[suggestionKey(o)] })
	if len(s.twins[l.Id]) > 0 {
		doubt(all)
	}
	slices.SortStableFunc(all, func(a, b *suggestion) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(suggestionKey(a), suggestionKey(b)))
	})
	return all, cut || cutEntries, nil
}

// suggestRule suggests the rule that would decide a line.
func (s *suggester) suggestRule(l *pb.BankStatementLine) ([]*suggestion, error) {
	m, matched := firstMatch(s.rules, l)
	if !matched {
		return nil, nil
	}
	decision, err := m.preview(l, s.accounts, s.owner)
	var refusal *fault.Error
	if errors.As(err, &refusal) && refusal.Cause == nil {
		return nil, nil // the rule would be refused, so it is not suggested
	}
	out := &suggestion{
		Score: pointsRule, AccountId: m.rule.AccountId, Personal: m.rule.Personal, BankRuleId: m.rule.Id,
		BankTransfer: decision.GetBankTransfer(), VendorId: m.rule.VendorId,
		Reasons: []string{fmt.Sprintf("The rule %q matches.", m.rule.DisplayName)},
	}
	if len(m.rule.Splits) > 0 || m.rule.TaxCodeId != "" {
		out.Splits = decision.GetSplits()
	}
	for _, code := range taxCodesOf([]matcher{m}) {
		if !s.taxCodes[code] {
			out.Score = 0
			out.Reasons = append(out.Reasons, "The rule cannot decide the line, because its tax code "+code+" is archived.")
		}
	}
	return []*suggestion{out}, err
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
		return maxDays
	}
	return max(x.DaysUntil(y), y.DaysUntil(x))
}

// maxDays is more days than any search considers.
const maxDays = 1 << 20

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
