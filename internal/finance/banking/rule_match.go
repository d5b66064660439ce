package banking

import (
	"regexp"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/money"
)

// matcher is a bank rule prepared for matching lines.
type matcher struct {
	rule *pb.BankRule
	// texts and names are in lower case; accounts are plain numbers.
	texts, names, accounts []string
	pattern                *regexp.Regexp
}

// newMatcher prepares a rule for matching and compiles its pattern. Patterns are RE2 expressions,
// so that matching takes time linear in the text whatever a caller sends.
func newMatcher(r *pb.BankRule) (matcher, error) {
	m := matcher{rule: r}
	for _, t := range r.GetTexts() {
		m.texts = append(m.texts, strings.ToLower(t))
	}
	for _, n := range r.GetCounterpartyNames() {
		m.names = append(m.names, strings.ToLower(n))
	}
	for _, a := range r.GetCounterpartyAccounts() {
		m.accounts = append(m.accounts, normalizeAccountNumber(a))
	}
	if r.GetPattern() == "" {
		return m, nil
	}
	var err error
	m.pattern, err = regexp.Compile("(?i)" + r.GetPattern())
	return m, err
}

// matches reports whether a line meets all conditions of the rule. Lines of zero never match.
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
	return m.inText(l) && m.inCounterparty(l) &&
		isWithinBounds(max(minor, -minor), l.Amount.CurrencyCode, r.MinAmount, r.MaxAmount)
}

// taxCodesOf returns the tax codes of rules.
func taxCodesOf(rules []matcher) (codes []string) {
	for _, m := range rules {
		if m.rule.TaxCodeId != "" {
			codes = append(codes, m.rule.TaxCodeId)
		}
		for _, s := range m.rule.Splits {
			if s.TaxCodeId != "" {
				codes = append(codes, s.TaxCodeId)
			}
		}
	}
	return codes
}

// inText reports whether a line contains one of the rule's texts and matches its pattern.
// The pattern is tried on the counterparty's name and on the description separately, so that `^`
// and `$` mean the start and end of either.
func (m matcher) inText(l *pb.BankStatementLine) bool {
	if m.pattern != nil && !m.pattern.MatchString(l.GetCounterpartyName()) && !m.pattern.MatchString(l.GetDescription()) {
		return false
	}
	return containsAny(l.GetCounterpartyName()+"\n"+l.GetDescription(), m.texts)
}

// inCounterparty reports whether the line's counterparty has one of the rule's names and one of
// its account numbers.
func (m matcher) inCounterparty(l *pb.BankStatementLine) bool {
	if !containsAny(l.GetCounterpartyName(), m.names) {
		return false
	}
	return len(m.accounts) == 0 || slices.Contains(m.accounts, normalizeAccountNumber(l.GetCounterpartyAccount()))
}

// containsAny reports whether text contains one of several parts given in lower case, ignoring the
// case of text. It returns true if there are no parts.
func containsAny(text string, parts []string) bool {
	text = strings.ToLower(text)
	return len(parts) == 0 || slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}

// isWithinBounds reports whether an amount is between two bounds, each of which may be nil. It
// returns false if a bound is in another currency.
func isWithinBounds(minor int64, currency string, minAmount, maxAmount *typepb.Money) bool {
	for i, bound := range []*typepb.Money{minAmount, maxAmount} {
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
