package banking

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/banking/payee"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// maxTriedLines is the number of lines that a suggested rule is tried on, newest first.
const maxTriedLines = 5000

// SuggestBankRule returns a rule that decides lines like a decided one, and how many lines it matches.
func (s *Service) SuggestBankRule(
	ctx context.Context, req *pb.SuggestBankRuleRequest,
) (*pb.SuggestBankRuleResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SuggestBankRuleResponse, error) {
		l, err := bankStatementLines.Find(ctx, tx, req.GetBankStatementLineId())
		if err != nil {
			return nil, err
		}
		rule, err := ruleOfDecision(ctx, tx, l)
		if err != nil {
			return nil, err
		}
		if err := nameRule(ctx, tx, rule); err != nil {
			return nil, err
		}
		out := &pb.SuggestBankRuleResponse{BankRule: rule}
		return out, tryRule(ctx, tx, l, out)
	})
}

// ruleOfDecision returns a rule without a name that matches lines of a line's payee, and decides them as the
// line was decided. It refuses a line that is undecided or matched to entries.
func ruleOfDecision(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) (*pb.BankRule, error) {
	rule := &pb.BankRule{Direction: pb.BankRule_IN, VendorId: l.VendorId}
	if minorOf(l) < 0 {
		rule.Direction = pb.BankRule_OUT
	}
	if text := payee.Phrase(l.CounterpartyName, l.Description); text != "" {
		rule.Texts = []string{text}
	} else {
		rule.Pattern = "^$" // a line without any text
	}
	switch {
	case l.ExcludeReason != "":
		rule.ExcludeReason = l.ExcludeReason
	case l.BankTransferId != "":
		t, err := bankTransfers.Table().Get(ctx, tx, l.BankTransferId)
		if err != nil {
			return nil, err
		}
		rule.BankAccountId, rule.TransferBankAccountId = l.BankAccountId, otherAccount(t, l)
	case l.Personal && len(l.Splits) == 1:
		rule.Personal = true
	case len(l.Splits) == 1 && len(l.Splits[0].DimensionValueIds) == 0 && !l.Personal:
		rule.AccountId, rule.Memo = l.Splits[0].AccountId, l.Splits[0].Memo
	case len(l.Splits) > 0 && !l.Personal:
		rule.Splits = ruleShareSplits(l)
	default:
		return nil, fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
			"No rule can decide lines like this one, which is %s; it must be categorized, transferred, personal as a "+
				"whole, or excluded.", l.State).WithSubject(l.Id)
	}
	return rule, nil
}

// ruleShareSplits returns the splits of a rule that divides lines in the proportion of a line's splits. The last
// one takes the rest.
func ruleShareSplits(l *pb.BankStatementLine) []*pb.BankRule_Split {
	splits := make([]*pb.BankRule_Split, len(l.Splits))
	for i, s := range l.Splits {
		splits[i] = &pb.BankRule_Split{AccountId: s.AccountId, Memo: s.Memo, DimensionValueIds: s.DimensionValueIds}
		if i < len(l.Splits)-1 {
			part, _ := decimal.NewFromString(s.Amount.Amount) // a stored amount always parses
			whole, _ := decimal.NewFromString(l.Amount.Amount)
			splits[i].Percent = part.Shift(2).DivRound(whole, 4).String()
		}
	}
	return splits
}

// nameRule gives a rule a name that no other rule in use has, and the last position.
func nameRule(ctx context.Context, tx *db.Tx, r *pb.BankRule) error {
	rules, err := loadRules(ctx, tx)
	if err != nil {
		return err
	}
	name := "Lines without text"
	if len(r.Texts) > 0 {
		name = titleCase(r.Texts[0])
	}
	isTaken := func(m matcher) bool { return strings.EqualFold(m.rule.DisplayName, r.DisplayName) }
	for n := 2; r.DisplayName == "" || slices.ContainsFunc(rules, isTaken); n++ {
		if r.DisplayName == "" {
			r.DisplayName, n = name, 1
		} else {
			r.DisplayName = fmt.Sprintf("%s %d", name, n)
		}
	}
	for _, m := range rules {
		r.Position = max(r.Position, m.rule.Position)
	}
	return nil
}

// titleCase returns a text with the first letter of each word in upper case.
func titleCase(text string) string {
	words := strings.Fields(text)
	for i, word := range words {
		letters := []rune(word)
		letters[0] = unicode.ToUpper(letters[0])
		words[i] = string(letters)
	}
	return strings.Join(words, " ")
}

// tryRule counts the lines that the rule in out matches: undecided ones, and those that were decided like
// the line or otherwise.
func tryRule(ctx context.Context, tx *db.Tx, decided *pb.BankStatementLine, out *pb.SuggestBankRuleResponse) error {
	m, err := newMatcher(out.BankRule)
	if err != nil {
		return err
	}
	lines, _, err := bankStatementLines.Table().Select(ctx, tx, table.Query{
		OrderBy: "booked_date desc", Limit: maxTriedLines,
	})
	if err != nil {
		return err
	}
	out.TestedCount = int32(len(lines))
	for _, l := range lines {
		switch {
		case !m.matches(l):
		case slices.Contains(undecidedStates, l.State):
			out.UndecidedCount++
		case decisionOf(l) == decisionOf(decided):
			out.AgreeingCount++
		default:
			out.DisagreeingCount++
		}
	}
	return nil
}

// decisionOf identifies what was decided about a line.
func decisionOf(l *pb.BankStatementLine) string {
	switch {
	case l.State == pb.BankStatementLine_EXCLUDED:
		return "excluded"
	case l.BankTransferId != "":
		return "transferred"
	case l.Personal && len(l.Splits) == 1:
		return "personal"
	case len(l.Splits) > 0:
		return strings.Join(splitAccounts(l.Splits), " ")
	}
	return "matched"
}
