package customfields

import (
	"context"
	"fmt"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

// maxFields is the maximum number of custom fields of a resource that are not archived.
const maxFields = 50

// checkDefinition checks the parts of a definition that depend on its type and on the resources of
// the server.
func checkDefinition(_ context.Context, tx *db.Tx, _, f *pb.CustomField) error {
	var violations fault.List
	if message := resourceOf(tx, f.Resource); message == nil || !message.HasCustomFields() {
		violations.Append(fault.At("resource", "names no resource with custom fields"))
	}
	only := func(field string, isSet bool, kind pb.CustomField_Type) {
		if isSet && f.Type != kind {
			violations.Append(fault.At(field, "is only for the type %s", kind))
		}
	}
	only("choices", len(f.Choices) > 0, pb.CustomField_CHOICE)
	only("currencyCode", f.CurrencyCode != "", pb.CustomField_MONEY)
	only("unit", f.Unit != "", pb.CustomField_NUMBER)
	only("referencedResource", f.ReferencedResource != "", pb.CustomField_RECORD)
	switch f.Type {
	case pb.CustomField_CHOICE:
		violations.Append(checkChoices(f.Choices)...)
	case pb.CustomField_MONEY:
		if _, known := money.Digits(f.CurrencyCode); !known && f.CurrencyCode != "" {
			violations.Append(fault.At("currencyCode", "must be an ISO 4217 code such as USD"))
		}
	case pb.CustomField_RECORD:
		if resourceOf(tx, f.ReferencedResource) == nil {
			violations.Append(fault.At("referencedResource", "names no resource, such as projects"))
		}
	}
	return violations.Err()
}

// checkChoices requires a choice that is not archived, and different values.
func checkChoices(choices []*pb.CustomField_Choice) (out []fault.Field) {
	values, offered := map[string]bool{}, 0
	for i, c := range choices {
		if values[c.Value] {
			out = append(out, fault.At(fmt.Sprintf("choices[%d].value", i), "is the value of another choice"))
		}
		values[c.Value] = true
		if !c.Archived {
			offered++
		}
	}
	if offered == 0 {
		out = append(out, fault.At("choices", "must have a choice that is not archived"))
	}
	return out
}

// annotated is a table whose records can have custom fields.
type annotated interface {
	table.Binding
	HasCustomFields() bool
}

// resourceOf returns the table of a resource, nil if the server has no such resource.
func resourceOf(tx *db.Tx, collection string) annotated {
	for _, kind := range tx.Kinds().All() {
		of, isKind := kind.(resource.AnyKind)
		if !isKind {
			continue
		}
		bound, isAnnotated := of.Binding().(annotated)
		if isAnnotated && table.ResourceOption(bound.Message()).GetCollection() == collection {
			return bound
		}
	}
	return nil
}

// checkLimit refuses another custom field of a resource that has 50. It locks the organization, so
// that concurrent requests count each other's fields.
func checkLimit(ctx context.Context, tx *db.Tx, was, f *pb.CustomField) error {
	if was.GetId() != "" && was.GetArchiveTime() == nil {
		return nil // it was not archived and counts already
	}
	if err := identity.LockOrganization(ctx, tx); err != nil {
		return err
	}
	var count int
	err := tx.QueryRow(ctx, `
select count(*)
from platform.custom_fields
where org_id = $1
and resource = $2
and archive_time is null`, tx.Call().Organization.ID, f.Resource).Scan(&count)
	if err == nil && count >= maxFields {
		return fault.Refuse(optionsv1.Reason_CUSTOM_FIELD_LIMIT_REACHED,
			"The resource %s has %d custom fields. Archive one first.", f.Resource, count)
	}
	return err
}

// checkStoredValues refuses a change that would make stored values invalid: another type, currency
// or referenced resource, or fewer choices. It locks the definition, so that no value is stored
// concurrently.
func checkStoredValues(ctx context.Context, tx *db.Tx, was, f *pb.CustomField) error {
	key, err := customFields.Table().Key(f.Id)
	if err != nil {
		return err
	}
	var removed []string
	for _, choice := range was.Choices {
		if !hasChoice(f, choice.Value) {
			removed = append(removed, choice.Value)
		}
	}
	isOther := f.Type != was.Type || f.ReferencedResource != was.ReferencedResource ||
		f.CurrencyCode != "" && f.CurrencyCode != was.CurrencyCode
	if !isOther && len(removed) == 0 {
		return nil
	}
	var hasValues bool
	if _, err := tx.Exec(ctx, tx.Locking(0, `
select
from platform.custom_fields
where org_id = $1
and id = $2
for update`), tx.Call().Organization.ID, key); err != nil {
		return err
	}
	err = tx.QueryRow(ctx, `
select exists (
  select
  from platform.custom_values
  where org_id = $1
  and custom_field_id = $2
  and ($3 or value = any($4))
)`, tx.Call().Organization.ID, key, isOther, removed).Scan(&hasValues)
	if err == nil && hasValues {
		return fault.Refuse(optionsv1.Reason_CUSTOM_FIELD_HAS_VALUES,
			"Records have values that the change would make invalid.").WithSubject(f.Id)
	}
	return err
}

func hasChoice(f *pb.CustomField, value string) bool {
	for _, c := range f.Choices {
		if c.Value == value {
			return true
		}
	}
	return false
}
