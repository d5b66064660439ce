package ledger

import (
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/fault"
)

// choice is what the caller said of a line, or nil.
func (o *opening) choice(line int) *pb.ImportOpeningBalancesRequest_AccountChoice {
	for _, c := range o.req.GetAccountChoices() {
		if int(c.GetLineNumber()) == line {
			return c
		}
	}
	return nil
}

// knownChoices refuses choices of rows that are not there or that two choices are of, and
// of accounts that are not.
func (o *opening) knownChoices() error {
	lines := map[int32]bool{}
	for _, b := range o.file.Rows {
		lines[int32(b.Line)] = true
	}
	var violations fault.List
	for i, c := range o.req.GetAccountChoices() {
		at := func(field string) string { return fmt.Sprintf("accountChoices[%d].%s", i, field) }
		if !lines[c.GetLineNumber()] {
			violations.Append(fault.At(at("lineNumber"), "must be the line of a row with a balance, and of one choice"))
		}
		delete(lines, c.GetLineNumber())
		if c.GetAccountId() != "" && o.chart.byID[c.GetAccountId()] == nil {
			violations.Append(fault.At(at("accountId"), "names a record that does not exist"))
		}
		if c.GetType() != 0 && c.GetSubtype() != 0 && typeOf(c.GetSubtype()) != c.GetType() {
			violations.Append(fault.At(at("subtype"), "%s is a kind of %s, and the type is %s", c.GetSubtype(), typeOf(c.GetSubtype()), c.GetType()))
		}
	}
	return violations.Err()
}

// subtypeChosen is the subtype that a choice says, or that of its type.
func subtypeChosen(c *pb.ImportOpeningBalancesRequest_AccountChoice) pb.Account_Subtype {
	if c.GetSubtype() != pb.Account_SUBTYPE_UNSPECIFIED {
		return c.GetSubtype()
	}
	return otherSubtype(c.GetType())
}
