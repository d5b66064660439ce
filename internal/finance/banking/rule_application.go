package banking

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// Maximum numbers of rules in use, and of lines that one request applies or tests rules on.
const (
	maxRules     = 1000
	maxRuleLines = 500
)

// ApplyBankRules applies the rules to UNMATCHED lines of a bank account.
func (s *Service) ApplyBankRules(
	ctx context.Context, req *pb.ApplyBankRulesRequest,
) (*pb.ApplyBankRulesResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ApplyBankRulesResponse, error) {
		account, err := lockForRules(ctx, tx, req.GetBankAccountId())
		if err != nil {
			return nil, err
		}
		key, err := bankAccounts.Table().Key(account.Id)
		if err != nil {
			return nil, err
		}
		lines, _, err := bankStatementLines.Table().Select(ctx, tx, table.Query{
			Within: []table.Equal{{Column: "bank_account_id", Value: key}, {
				Column: "state", Value: pb.BankStatementLine_UNMATCHED.String(),
			}}, Limit: maxRuleLines,
		})
		if err != nil {
			return nil, err
		}
		decided, warnings, err := applyRules(ctx, tx, account, lines)
		return &pb.ApplyBankRulesResponse{
			DecidedCount: int32(decided), WaitingCount: int32(len(lines) - decided), Warnings: warnings,
		}, err
	})
}

// ruleCache holds the bank rules that a database transaction has read.
type ruleCache struct {
	loaded   bool
	matchers []matcher
}

// loadRules returns the rules in use, by position. A transaction reads them only once, since it
// locks the records that exactly these rules may change.
func loadRules(ctx context.Context, tx *db.Tx) ([]matcher, error) {
	read := db.TxLocal[ruleCache](tx)
	if read.loaded {
		return read.matchers, nil
	}
	rules, _, err := bankRules.Table().Select(ctx, tx, table.Query{OrderBy: "position", Limit: maxRules})
	if err != nil {
		return nil, err
	}
	matchers := make([]matcher, len(rules))
	for i, r := range rules {
		if matchers[i], err = newMatcher(r); err != nil {
			return nil, err
		}
	}
	read.loaded, read.matchers = true, matchers
	return matchers, nil
}

// applyRules decides each line by the first rule that matches it. If a rule is refused, because
// its account was archived or the period is closed, the line stays undecided and a warning says
// why.
func applyRules(
	ctx context.Context, tx *db.Tx, account *pb.BankAccount, lines []*pb.BankStatementLine,
) (decided int, warnings []string, err error) {
	rules, err := loadRules(ctx, tx)
	if err != nil {
		return 0, nil, err
	}
	var matches []ruleMatch
	var keys []string
	for _, l := range lines {
		if m, matched := firstMatch(rules, l); matched {
			matches, keys = append(matches, ruleMatch{m, l}), append(keys, l.Id)
		}
	}
	if _, err := lockAccountsAndLines(ctx, tx, nil, keys); err != nil {
		return 0, nil, err
	}
	if err := lockForRuleMatches(ctx, tx, account, matches); err != nil {
		return 0, nil, err
	}
	for _, d := range matches {
		m, l := d.rule, d.line
		err := m.decideStored(ctx, tx, l.Id)
		var refusal *fault.Error
		switch {
		case err == nil:
			decided++
		case errors.As(err, &refusal) && refusal.Cause == nil:
			warnings = append(
				warnings,
				fmt.Sprintf("The rule %q could not decide the line of %s: %s",
					m.rule.DisplayName, l.BookedDate, refusal.Message),
			)
		default:
			return decided, warnings, err
		}
	}
	return decided, warnings, nil
}

// firstMatch returns the first rule that matches a line.
func firstMatch(rules []matcher, l *pb.BankStatementLine) (matcher, bool) {
	for _, m := range rules {
		if m.matches(l) {
			return m, true
		}
	}
	return matcher{}, false
}

// decideStored applies the rule to a stored line.
func (m matcher) decideStored(ctx context.Context, tx *db.Tx, key string) error {
	if m.rule.TransferBankAccountId != "" {
		return m.applyTransferRule(ctx, tx, key)
	}
	_, err := bankStatementLines.Modify(ctx, tx, key, "decidedByRule", m.decide)
	return err
}

// decide applies the rule to a line. On failure the line is unchanged.
func (m matcher) decide(ctx context.Context, tx *db.Tx, _, l *pb.BankStatementLine) error {
	decided := proto.CloneOf(l)
	if err := m.applyToLine(ctx, tx, decided); err != nil {
		return err
	}
	decided.BankRuleId = m.rule.Id
	proto.Reset(l)
	proto.Merge(l, decided)
	return nil
}

// applyToLine applies the rule to a line, which it may leave half changed on failure.
func (m matcher) applyToLine(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine) error {
	splits, err := m.moveLine(l, func(l *pb.BankStatementLine) (string, error) { return findOwnerAccount(ctx, tx, l, "") })
	if err != nil || splits == nil {
		return err
	}
	return remapOwnerAccount(postLineEntry(ctx, tx, l, lineEntry{splits: splits}))
}

// moveLine moves a line to the state that the rule leads to and returns the splits to post, or nil
// if the rule excludes the line.
func (m matcher) moveLine(l *pb.BankStatementLine, owner ownerLookup) ([]*pb.BankStatementLine_Split, error) {
	l.VendorId = m.rule.VendorId
	switch {
	case m.rule.ExcludeReason != "":
		l.ExcludeReason = m.rule.ExcludeReason
		return nil, lineLifecycle.Move("exclude", l)
	case m.rule.Personal:
		account, err := owner(l)
		if err != nil {
			return nil, err
		}
		l.Personal = true
		return []*pb.BankStatementLine_Split{{AccountId: account, Memo: m.rule.Memo}}, lineLifecycle.Move("markPersonal", l)
	case len(m.rule.Splits) > 0:
		splits, err := ruleSplits(m.rule, l)
		if err != nil {
			return nil, err
		}
		return splits, lineLifecycle.Move("categorize", l)
	}
	whole := &pb.BankStatementLine_Split{AccountId: m.rule.AccountId, Memo: m.rule.Memo, TaxCodeId: m.rule.TaxCodeId}
	return []*pb.BankStatementLine_Split{whole}, lineLifecycle.Move("categorize", l)
}
