package ledger

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// nameDimensionValues replaces the projects and departments among the dimension values of lines by
// their values.
func nameDimensionValues(entries []*pb.JournalEntry) {
	for _, e := range entries {
		for _, l := range e.Lines {
			for i, v := range l.GetDimensionValueIds() {
				l.DimensionValueIds[i] = DimensionValueID(v)
			}
		}
	}
}

// CheckDimensionValues refuses dimension values that do not exist or are archived, and two values
// of the same dimension. It replaces projects and departments by their values. Records call it that
// post lines with the values later.
func CheckDimensionValues(ctx context.Context, tx *db.Tx, values []string) error {
	k, err := lockDimensionValues(ctx, tx, values)
	if err != nil {
		return err
	}
	return checkDimensionValuesActive(k, values)
}

// CheckCarriedValues is CheckDimensionValues for a line that carries the values of what it bills,
// which can be archived by now.
func CheckCarriedValues(ctx context.Context, tx *db.Tx, values []string) error {
	_, err := lockDimensionValues(ctx, tx, values)
	return err
}

// lockDimensionValues locks dimension values. It refuses those that do not exist, and two values of
// the same dimension.
func lockDimensionValues(ctx context.Context, tx *db.Tx, values []string) (*references, error) {
	k, err := lockReferences(ctx, tx, &pb.JournalEntry{Lines: []*pb.JournalLine{{DimensionValueIds: values}}})
	if err != nil {
		return nil, err
	}
	return k, checkDimensionValuesExist(k, values)
}

// carriesValues reports whether the lines of an entry carry the dimension values of a customer's
// document. The package of the document checks them, since what a document bills, credits or
// settles stays with a project that is archived.
func carriesValues(source pb.JournalEntry_Source) bool {
	switch source {
	case pb.JournalEntry_INVOICE, pb.JournalEntry_CREDIT_NOTE, pb.JournalEntry_ALLOCATION, pb.JournalEntry_WRITE_OFF:
		return true
	}
	return false
}

// FindDimensionValues returns the dimension values that exist, by id.
func FindDimensionValues(ctx context.Context, tx *db.Tx, ids []string) (map[string]*pb.DimensionValue, error) {
	return dimensionValues.Table().GetExisting(ctx, tx, ids)
}

// checkDimensionValuesExist refuses dimension values that do not exist, and two values of the same
// dimension.
func checkDimensionValuesExist(k *references, values []string) error {
	var violations fault.List
	taken := map[uuid.UUID]string{}
	for i, v := range values {
		at := fmt.Sprintf("dimensionValueIds[%d]", i)
		if _, err := id.Parse("dmv", v); err != nil {
			violations.Append(fault.At(at, "%s", err))
			continue
		}
		use, ok := k.values[v]
		if !ok {
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
				fault.At(at, "names a record that does not exist")))
			continue
		}
		if other, again := taken[use.dimension]; again && other != v {
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_DIMENSION_REPEATED,
				fault.At(at, "is of the same dimension as %s", other)))
		}
		taken[use.dimension] = v
	}
	return violations.Err()
}

// checkDimensionValuesActive refuses archived dimension values.
func checkDimensionValuesActive(k *references, values []string) error {
	var violations fault.List
	for i, v := range values {
		if k.values[v].archived {
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_REFERENCE_ARCHIVED,
				fault.At(fmt.Sprintf("dimensionValueIds[%d]", i), "names an archived dimension value")))
		}
	}
	return violations.Err()
}
