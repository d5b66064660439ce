package banking

import (
	"regexp"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
)

// matcher is a rule ready to be tried on lines.
type matcher struct {
	rule *pb.BankRule
	// texts and names are in small letters, accounts plain numbers.
	texts, names, accounts []string
	pattern                *regexp.Regexp
}

// newMatcher reads a rule's pattern, an RE2 expression, which takes time in proportion to
// the text whatever it says.
func newMatcher(r *pb.BankRule) (matcher, error) {
	m := matcher{rule: r}
	for _, t := range r.GetTexts() {
		m.texts = append(m.texts, strings.ToLower(t))
	}
	for _, n := range r.GetCounterpartyNames() {
		m.names = append(m.names, strings.ToLower(n))
	}
	for _, a := range r.GetCounterpartyAccounts() {
		m.accounts = append(m.accounts, plainNumber(a))
	}
	if r.GetPattern() == "" {
		return m, nil
	}
	var err error
	m.pattern, err = regexp.Compile("(?i)" + r.GetPattern())
	return m, err
}

// matches tells whether a line fulfils all of a rule's conditions.
func (m matcher) matches(l *pb.BankStatementLine) bool {
	minor, err := money.Parse(l.GetAmount().GetAmount(), l.GetAmount().GetCurrencyCode())
	if err != nil || minor == 0 {
		return false
	}
	r := m.rule
	switch {
	case r.BankAccountId != "" && r.BankAccountId != l.BankAccountId, r.TransferBankAccountId == l.BankAccountId:
		return false
	case r.Direction == pb.BankRule_IN && minor < 0, r.Direction == pb.BankRule_OUT && minor > 0:
		return false
	}
	return m.inText(l) && m.inCounterparty(l) && within(max(minor, -minor), l.Amount.CurrencyCode, r.MinAmount, r.MaxAmount)
}

// inText looks for the rule's texts and pattern in what the bank wrote, name and
// description each for itself, so that a pattern may say where one begins and ends.
func (m matcher) inText(l *pb.BankStatementLine) bool {
	if m.pattern != nil && !m.pattern.MatchString(l.GetCounterpartyName()) && !m.pattern.MatchString(l.GetDescription()) {
		return false
	}
	return containsAny(l.GetCounterpartyName()+"\n"+l.GetDescription(), m.texts)
}

// inCounterparty looks for the rule's names and accounts in the counterparty's.
func (m matcher) inCounterparty(l *pb.BankStatementLine) bool {
	if !containsAny(l.GetCounterpartyName(), m.names) {
		return false
	}
	return len(m.accounts) == 0 || slices.Contains(m.accounts, plainNumber(l.GetCounterpartyAccount()))
}

// containsAny tells whether a text contains one of several in small letters, whatever its
// case; all do when there are none.
func containsAny(text string, parts []string) bool {
	text = strings.ToLower(text)
	return len(parts) == 0 || slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}

// within tells whether an amount lies between two others. Amounts of another currency do
// not compare.
func within(minor int64, currency string, least, most *typepb.Money) bool {
	for i, bound := range []*typepb.Money{least, most} {
		if bound == nil {
			continue
		}
		limit, err := money.Parse(bound.Amount, bound.CurrencyCode)
		if err != nil || bound.CurrencyCode != currency || i == 0 && minor < limit || i == 1 && minor > limit {
			return false
		}
	}
	return true
}
