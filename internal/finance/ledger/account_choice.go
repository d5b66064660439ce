package ledger

import (
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/fault"
)

// accountChoices are the accounts or subtypes that the caller of an import chose for rows of its
// file.
type accountChoices []*pb.ImportOpeningBalancesRequest_AccountChoice

// of returns the choice for a line of the file, or nil.
func (choices accountChoices) of(line int) *pb.ImportOpeningBalancesRequest_AccountChoice {
	for _, c := range choices {
		if int(c.GetLineNumber()) == line {
			return c
		}
	}
	return nil
}

// check refuses choices for lines without a row or with another choice, for unknown accounts, and
// with a subtype that does not belong to the type. lines are those with a row, which it removes.
func (choices accountChoices) check(lines map[int32]bool, index *accountIndex) error {
	var violations fault.List
	for i, c := range choices {
		at := func(field string) string { return fmt.Sprintf("accountChoices[%d].%s", i, field) }
		if !lines[c.GetLineNumber()] {
			violations.Append(fault.At(at("lineNumber"),
				"must be the line of a row with an account, and must not be repeated in accountChoices"))
		}
		delete(lines, c.GetLineNumber())
		if c.GetAccountId() != "" && index.byID[c.GetAccountId()] == nil {
			violations.Append(fault.At(at("accountId"), "names a record that does not exist"))
		}
		if c.GetType() != 0 && c.GetSubtype() != 0 && typeOfSubtype(c.GetSubtype()) != c.GetType() {
			violations.Append(fault.At(at("subtype"), "%s belongs to type %s, but the type is %s", c.GetSubtype(),
				typeOfSubtype(c.GetSubtype()), c.GetType()))
		}
	}
	return violations.Err()
}

// chosenSubtype returns the subtype of a choice, by default the general subtype of its type.
func chosenSubtype(c *pb.ImportOpeningBalancesRequest_AccountChoice) pb.Account_Subtype {
	if c.GetSubtype() != pb.Account_SUBTYPE_UNSPECIFIED {
		return c.GetSubtype()
	}
	return otherSubtype(c.GetType())
}
