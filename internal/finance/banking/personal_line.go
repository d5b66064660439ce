package banking

import (
	"context"
	"fmt"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// markPersonal posts a line to the owner's account, except for the splits that belong to the
// business. It uses the account accountID if set, or else the account with the owner's role. date
// is the date of the entry, by default the booked date.
func markPersonal(
	ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, accountID string, business []*pb.BankStatementLine_Split,
	date string,
) error {
	account, err := findOwnerAccount(ctx, tx, l, accountID)
	if err != nil {
		return err
	}
	owner := &pb.BankStatementLine_Split{AccountId: account}
	l.Personal = true
	if len(business) == 0 {
		decided := lineEntry{splits: []*pb.BankStatementLine_Split{owner}, date: date}
		return remapOwnerAccount(postLineEntry(ctx, tx, l, decided))
	}
	parts, rest, err := splitMixedLine(minorOf(l), l.Amount.CurrencyCode, business)
	if err != nil {
		return err
	}
	owner.Amount = money.ToProto(rest, l.Amount.CurrencyCode)
	splits := append(storedSplits(business, parts, l.Amount.CurrencyCode), owner)
	return remapBusinessSplits(postLineEntry(ctx, tx, l, lineEntry{splits: splits, date: date}), len(business))
}

// splitMixedLine returns the business parts of a mixed line, with the line's sign, and the
// personal remainder. It fails with SPLITS_DO_NOT_ADD_UP if nothing personal remains.
func splitMixedLine(
	whole int64, currency string, business []*pb.BankStatementLine_Split,
) (parts []int64, rest int64, err error) {
	var violations fault.List
	var sum int64
	for i, s := range business {
		part, err := parsePart(s.GetAmount(), currency)
		if err := violations.Merge(fmt.Sprintf("businessSplits[%d].amount", i), err); err != nil {
			return nil, 0, err
		}
		parts, sum = append(parts, part), sum+part
	}
	if err := violations.Err(); err != nil {
		return nil, 0, err
	}
	if whole < 0 && sum > 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
		sum = -sum
	}
	rest = whole - sum
	if rest == 0 || (rest < 0) != (whole < 0) || (sum < 0) != (whole < 0) {
		return nil, 0, fault.InvalidFor(optionsv1.Reason_SPLITS_DO_NOT_ADD_UP, fault.At("businessSplits",
			"add up to %s of the line's %s %s and leave no personal part", money.Format(sum, currency),
			money.Format(whole, currency), currency))
	}
	return parts, rest, nil
}

// remapBusinessSplits renames the fields in a posting error to those of the request. A path of a
// split becomes a path in businessSplits. The owner's split follows the businessCount business
// splits, and its account becomes accountId.
func remapBusinessSplits(err error, businessCount int) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		if path, ofOwner := strings.CutPrefix(f.Path, fmt.Sprintf("splits[%d].", businessCount)); ofOwner {
			return remapOwnerField(path, f.Message)
		}
		if strings.HasPrefix(f.Path, "splits") {
			return fault.Field{Path: "businessS" + f.Path[len("s"):], Message: f.Message}
		}
		return f
	})
}
