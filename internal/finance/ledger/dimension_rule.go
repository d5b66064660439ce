package ledger

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// selectDimensionRules selects the rules of accounts, with their defaults that are not archived.
const selectDimensionRules = `
select r.account_id, r.dimension_id, v.id, r.required
from finance.account_dimension_rules r
left join finance.dimension_values v
on v.org_id = $1
and v.id = r.default_value_id
and v.archive_time is null
where r.org_id = $1
and r.account_id = any($2)
order by r.account_id, r.line_number`

// dimensionRule is a rule of an account for the lines posted to it.
type dimensionRule struct {
	dimension uuid.UUID
	// value is the default, or "" if there is none or it is archived.
	value    string
	required bool
}

func (k *references) scanDimensionRules(rows pgx.Rows) error {
	var account uuid.UUID
	var value *uuid.UUID
	var r dimensionRule
	_, err := pgx.ForEachRow(rows, []any{&account, &r.dimension, &value, &r.required}, func() error {
		rule := r
		if rule.value = ""; value != nil {
			rule.value = id.Format("dmv", *value)
			k.values[rule.value] = postingDimensionValue{dimension: r.dimension}
		}
		key := id.Format("acc", account)
		k.dimensionRules[key] = append(k.dimensionRules[key], rule)
		return nil
	})
	return err
}

// setDefaultValues adds the default dimension values of the accounts to lines without a value of
// the dimension.
func setDefaultValues(e *pb.JournalEntry, k *references) {
	for i, l := range e.Lines {
		if undoesLine(e, i) {
			continue
		}
		for _, r := range k.dimensionRules[l.GetAccountId()] {
			if r.value != "" && k.valueOf(r.dimension, l) == "" {
				l.DimensionValueIds = append(l.DimensionValueIds, r.value)
			}
		}
	}
}

// checkRequiredValues refuses a line that lacks a value which its account requires and has no
// default for. Revaluations and opening balances need none, because no caller chose their lines.
func checkRequiredValues(k *references, source pb.JournalEntry_Source, l *pb.JournalLine) error {
	if source == pb.JournalEntry_CURRENCY_REVALUATION || source == pb.JournalEntry_OPENING_BALANCE_IMPORT {
		return nil
	}
	var violations fault.List
	for _, r := range k.dimensionRules[l.GetAccountId()] {
		if r.required && r.value == "" && k.valueOf(r.dimension, l) == "" {
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_DIMENSION_REQUIRED,
				fault.At("dimensionValueIds", "must have a value of the dimension %s, which the account requires",
					id.Format("dim", r.dimension))))
		}
	}
	return violations.Err()
}

// checkDimensionRules refuses two rules of an account for one dimension, and a default that is a
// value of another dimension.
func checkDimensionRules(ctx context.Context, tx *db.Tx, _, a *pb.Account) error {
	var violations fault.List
	seen := map[string]bool{}
	for i, r := range a.DimensionRules {
		at := fmt.Sprintf("dimensionRules[%d]", i)
		if seen[r.GetDimensionId()] {
			violations.Append(fault.At(at+".dimensionId", "has a rule already"))
		}
		seen[r.GetDimensionId()] = true
		if r.GetDefaultValueId() == "" {
			continue
		}
		v, err := dimensionValues.Find(ctx, tx, r.GetDefaultValueId())
		if err != nil {
			return err
		}
		if v.DimensionId != r.GetDimensionId() {
			violations.Append(fault.At(at+".defaultValueId", "is not a value of %s", r.GetDimensionId()))
		}
	}
	return violations.Err()
}
