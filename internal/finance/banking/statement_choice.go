package banking

import (
	"fmt"
	"strings"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/fault"
)

// chooseStatements returns the statements of the bank account: those with its number or, in a
// format that has names only, its name. If its number is not known yet, it returns the statements
// of the only account in the file. It fails with STATEMENT_ACCOUNT_AMBIGUOUS if no statement fits.
// It warns of a number that is written in another way, or that cannot be compared.
func chooseStatements(
	all []statement.Statement, number, name string,
) (chosen []statement.Statement, warnings []string, err error) {
	numbers := map[string]bool{}
	var uncertain []statement.Statement
	written := ""
	for _, s := range all {
		numbers[s.AccountNumber] = true
		match := s.MatchAccount(number)
		switch {
		case match == statement.AnotherNotation:
			written = s.AccountNumber
			chosen = append(chosen, s)
		// In a format without account numbers, the caller's choice of bank account decides.
		case match == statement.SameAccount, strings.EqualFold(s.AccountNumber, name), s.AccountNumber == "":
			chosen = append(chosen, s)
		case match == statement.UnknownAccount && number != "":
			uncertain = append(uncertain, s)
		}
	}
	if len(chosen) == 0 && len(uncertain) > 0 && len(numbers) == 1 {
		chosen, written = uncertain, uncertain[0].AccountNumber
	}
	switch {
	case len(chosen) > 0:
		if written != "" {
			warnings = append(warnings, fmt.Sprintf(
				"The file writes the account number %q, and the bank account has %q. Check that they are one account.",
				written, number))
		}
		if other := len(all) - len(chosen); other > 0 {
			warnings = append(warnings, fmt.Sprintf("%d statements of other accounts were left out.", other))
		}
		return chosen, warnings, nil
	case len(numbers) > 1:
		return nil, nil, fault.InvalidFor(optionsv1.Reason_STATEMENT_ACCOUNT_AMBIGUOUS,
			fault.At("content", "has statements of %d accounts, none with the bank account's number %q or its name %q",
				len(numbers), number, name))
	case number != "" && len(all) > 0:
		return nil, nil, fault.InvalidFor(optionsv1.Reason_STATEMENT_ACCOUNT_AMBIGUOUS,
			fault.At("content", "is of account %q, but the bank account has the number %q; "+
				"choose another bank account or correct its number", all[0].AccountNumber, number))
	}
	return all, warnings, nil
}

// ungrouped removes what people and banks put between the groups of an account number.
var ungrouped = strings.NewReplacer(" ", "", "-", "")
