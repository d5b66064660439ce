package banking

import (
	"context"
	"fmt"
	"regexp"
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

// SuggestBankRule returns a rule that decides lines like a decided one, and how many lines it
// matches.
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
		if err := placeRule(ctx, tx, rule); err != nil {
			return nil, err
		}
		out := &pb.SuggestBankRuleResponse{BankRule: rule}
		return out, tryRule(ctx, tx, l, out)
	})
}

// ruleOfDecision returns a rule that matches lines of a line's payee, and decides them as the line
// was decided. It refuses a line that is undecided or matched to entries, or whose text names no
// payee.
func ruleOfDecision(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) (*pb.BankRule, error) {
	rule := &pb.BankRule{Direction: pb.BankRule_IN, VendorId: l.VendorId}
	if minorOf(l) < 0 {
		rule.Direction = pb.BankRule_OUT
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
		rule.AccountId, rule.Memo, rule.TaxCodeId = l.Splits[0].AccountId, l.Splits[0].Memo, l.Splits[0].TaxCodeId
	case len(l.Splits) > 0 && !l.Personal:
		rule.Splits = ruleShareSplits(l)
	default:
		return nil, fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
			"No rule can decide lines like this one, which is %s; it must be categorized, transferred, personal as a "+
				"whole, or excluded.", l.State).WithSubject(l.Id)
	}
	return rule, matchPhrase(rule, l)
}

// maxPhraseLength is the number of characters of a line's text that a suggested rule searches for
// at most.
const maxPhraseLength = 200

// matchPhrase lets a rule match lines with the words of a line's payee, and names it after them.
// The letters of a single word are often part of other words, so the rule matches it as a whole
// word only. A line without words is refused: its rule would match lines of any payee.
func matchPhrase(rule *pb.BankRule, l *pb.BankStatementLine) error {
	phrase := payee.Phrase(l.CounterpartyName, l.Description)
	if phrase == "" {
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
			"The text of the line names no payee; create a rule by the amount or the account number of the counterparty.",
		).WithSubject(l.Id)
	}
	if letters := []rune(phrase); len(letters) > maxPhraseLength {
		phrase = strings.TrimSpace(string(letters[:maxPhraseLength]))
	}
	rule.DisplayName = titleCase(phrase)
	if strings.Contains(phrase, " ") {
		rule.Texts = []string{phrase}
	} else {
		rule.Pattern = `(^|\PL)` + regexp.QuoteMeta(phrase) + `(\PL|$)`
	}
	return nil
}

// ruleShareSplits returns the splits of a rule that divides lines in the proportion of a line's
// splits. The last one takes the rest.
func ruleShareSplits(l *pb.BankStatementLine) []*pb.BankRule_Split {
	splits := make([]*pb.BankRule_Split, len(l.Splits))
	for i, s := range l.Splits {
		splits[i] = &pb.BankRule_Split{AccountId: s.AccountId, Memo: s.Memo, DimensionValueIds: s.DimensionValueIds,
			TaxCodeId: s.TaxCodeId}
		if i < len(l.Splits)-1 {
			part, _ := decimal.NewFromString(s.Amount.Amount) // a stored amount always parses
			whole, _ := decimal.NewFromString(l.Amount.Amount)
			splits[i].Percent = part.Shift(2).DivRound(whole, 4).String()
		}
	}
	return splits
}

// placeRule gives a rule a number after its name if another rule, which may be archived, has the
// name. It gives the rule the last position of those in use.
func placeRule(ctx context.Context, tx *db.Tx, r *pb.BankRule) error {
	rules, err := loadRules(ctx, tx)
	if err != nil {
		return err
	}
	for _, m := range rules {
		r.Position = max(r.Position, m.rule.Position)
	}
	taken, err := db.CollectColumn[string](ctx, tx, `
select display_name_key
from finance.bank_rules
where org_id = $1`, tx.Call().Organization.ID)
	if err != nil {
		return err
	}
	name := r.DisplayName
	for n := 2; slices.Contains(taken, strings.ToLower(r.DisplayName)); n++ {
		number := fmt.Sprintf(" %d", n)
		letters := []rune(name)
		r.DisplayName = string(letters[:min(len(letters), maxPhraseLength-len(number))]) + number
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

// tryRule counts the lines that the rule in out matches: undecided ones, and those that were
// decided like the line or otherwise.
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
