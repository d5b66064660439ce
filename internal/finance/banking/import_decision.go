package banking

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// plannedDecision is the decision of a rule about a line that is not stored yet.
type plannedDecision struct {
	rule    matcher
	line    *pb.BankStatementLine
	becomes *pb.BankStatementLine // the line after the decision
	entry   *pb.JournalEntry      // nil for a line that is excluded
}

// importDecisions are the decisions of the rules about lines that are about to be stored.
type importDecisions struct {
	// decided are the lines that the rules decided.
	decided []*pb.BankStatementLine
	// transfers are the lines that rules book as transfers. They can be decided only once they are
	// stored.
	transfers []ruleMatch
	ruleWarnings
}

// decideNewLines applies the first rule that matches to each line that is about to be stored, and
// posts the entries together. A line that its rule cannot decide stays undecided, with a warning.
// So does a suspected line, which may be in the books already.
func decideNewLines(
	ctx context.Context, tx *db.Tx, account *pb.BankAccount, lines []*pb.BankStatementLine, suspected map[string]bool,
) (*importDecisions, error) {
	out := &importDecisions{}
	rules, err := loadRules(ctx, tx)
	if err != nil || len(rules) == 0 {
		return out, err
	}
	lines = slices.DeleteFunc(slices.Clone(lines), func(l *pb.BankStatementLine) bool { return suspected[l.Id] })
	decisions, err := out.planDecisions(rules, account, lines, newOwnerLookup(ctx, tx))
	if err != nil {
		return nil, err
	}
	if len(out.transfers) > 0 {
		if err := lockForRuleMatches(ctx, tx, account, out.transfers, plannedEntries(decisions)...); err != nil {
			return nil, err
		}
	}
	refused, err := postEntries(ctx, tx, plannedEntries(decisions))
	if err != nil {
		return nil, err
	}
	for _, d := range decisions {
		if why := refused[d.entry]; why != nil {
			if err := out.add(d.rule, d.line, remapOwnerAccount(remapSplits(why, len(d.becomes.Splits)))); err != nil {
				return nil, err
			}
			continue
		}
		d.becomes.JournalEntryId, d.becomes.BankRuleId = d.entry.GetId(), d.rule.rule.Id
		proto.Reset(d.line)
		proto.Merge(d.line, d.becomes)
		out.decided = append(out.decided, d.line)
	}
	return out, nil
}

// bookTransfers books the transfers of the rules, after the lines have been stored.
func (f *importDecisions) bookTransfers(ctx context.Context, tx *db.Tx) error {
	for _, d := range f.transfers {
		if err := d.rule.applyTransferRule(ctx, tx, d.line.Id); err != nil {
			if err := f.add(d.rule, d.line, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// planDecisions applies the rules to lines without posting the entries.
func (f *importDecisions) planDecisions(
	rules []matcher, account *pb.BankAccount, lines []*pb.BankStatementLine, owner ownerLookup,
) (decisions []plannedDecision, err error) {
	for _, l := range lines {
		m, matched := firstMatch(rules, l)
		if !matched {
			continue
		}
		if m.rule.TransferBankAccountId != "" {
			f.transfers = append(f.transfers, ruleMatch{m, l})
			continue
		}
		d := plannedDecision{rule: m, line: l, becomes: proto.CloneOf(l)}
		if d.entry, err = m.plan(account, d.becomes, owner); err == nil {
			decisions = append(decisions, d)
		} else if err = f.add(m, l, err); err != nil {
			return nil, err
		}
	}
	return decisions, nil
}

// plannedEntries returns the entries of those decisions that post one.
func plannedEntries(decisions []plannedDecision) (entries []*pb.JournalEntry) {
	for _, d := range decisions {
		if d.entry != nil {
			entries = append(entries, d.entry)
		}
	}
	return entries
}

// postEntries posts entries. It returns the error of each refused entry, and nil for each posted
// one.
func postEntries(
	ctx context.Context, tx *db.Tx, entries []*pb.JournalEntry,
) (refused map[*pb.JournalEntry]error, err error) {
	refusals, err := ledger.PostEach(ctx, tx, entries)
	if err != nil {
		return nil, err
	}
	refused = map[*pb.JournalEntry]error{}
	for i, e := range entries {
		refused[e] = refusals[i]
	}
	return refused, nil
}

// plan applies the rule to a line and returns the entry to post, or nil if the rule posts none.
func (m matcher) plan(account *pb.BankAccount, l *pb.BankStatementLine, owner ownerLookup) (*pb.JournalEntry, error) {
	splits, err := m.moveLine(l, owner)
	if err != nil || splits == nil {
		return nil, err
	}
	entry, err := newLineEntry(l, account, lineEntry{splits: splits})
	return entry, remapOwnerAccount(err)
}

// ownerLookup returns the id of the account to which a personal line is booked.
type ownerLookup func(l *pb.BankStatementLine) (string, error)

// newOwnerLookup returns an ownerLookup for posting.
func newOwnerLookup(ctx context.Context, tx *db.Tx) ownerLookup {
	return cachedOwnerLookup(func(l *pb.BankStatementLine) (string, error) { return findOwnerAccount(ctx, tx, l, "") })
}

// newOwnerPreview returns an ownerLookup that adds no account. It returns "" for an account that
// the first posting will add.
func newOwnerPreview(ctx context.Context, tx *db.Tx) ownerLookup {
	return cachedOwnerLookup(func(l *pb.BankStatementLine) (string, error) {
		account, err := ledger.FindRoleAccount(ctx, tx, ownerRole(l))
		return account.GetId(), err
	})
}

// cachedOwnerLookup returns an ownerLookup that caches the results of find: one account for money
// out, and one for money in.
func cachedOwnerLookup(find ownerLookup) ownerLookup {
	type found struct {
		account string
		err     error
	}
	known := map[bool]found{}
	return func(l *pb.BankStatementLine) (string, error) {
		out := l.Amount.Amount[0] == '-'
		f, again := known[out]
		if !again {
			f.account, f.err = find(l)
			known[out] = f
		}
		return f.account, f.err
	}
}

// ruleWarnings collects the reasons why rules could not decide lines. Identical reasons of one rule
// are counted together.
type ruleWarnings struct{ list []*ruleWarning }

// ruleWarning is a reason why a rule could not decide some lines.
type ruleWarning struct {
	rule, message, first string
	lines                int
}

// add records err as a warning if it is a refusal. It returns any other error.
func (c *ruleWarnings) add(m matcher, l *pb.BankStatementLine, err error) error {
	var refusal *fault.Error
	if !errors.As(err, &refusal) || refusal.Cause != nil {
		return err
	}
	for _, other := range c.list {
		if other.rule == m.rule.DisplayName && other.message == refusal.Message {
			other.lines++
			return nil
		}
	}
	c.list = append(c.list, &ruleWarning{m.rule.DisplayName, refusal.Message, l.BookedDate, 1})
	return nil
}

// messages returns the warnings in the order in which they first occurred.
func (c *ruleWarnings) messages() (out []string) {
	for _, one := range c.list {
		which := "the line of " + one.first
		if one.lines > 1 {
			which = fmt.Sprintf("%d lines, the first of %s", one.lines, one.first)
		}
		out = append(out, fmt.Sprintf("The rule %q does not decide %s: %s", one.rule, which, one.message))
	}
	return out
}
