package resource

import (
	"context"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/customvalue"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// customFieldsPath begins the paths of violations in custom fields.
const customFieldsPath = "customFields."

// checkCustomFields checks the custom values of r that was does not have, and normalizes them. It
// returns the violations and the references that remain to be checked. It reads the definitions
// only if values changed, or if a request creates r and the resource has required fields.
func (k *Kind[R]) checkCustomFields(
	ctx context.Context, tx *db.Tx, was, r R,
) (violations []fault.Field, references []table.Reference, err error) {
	if !k.table.HasCustomFields() {
		return nil, nil, nil
	}
	stored, values := k.table.CustomValues(was), k.table.CustomValues(r)
	requested := k.table.ID(was) == "" && k.requiresCustomFields(tx.Call())
	if !requested && maps.EqualFunc(stored, values, func(a, b *structpb.Value) bool { return proto.Equal(a, b) }) {
		return nil, nil, nil
	}
	fields, err := k.table.CustomFields(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	normalized, invalid := map[string]*structpb.Value{}, map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		field, value := fields[key], values[key]
		if field != nil && proto.Equal(value, stored[key]) {
			normalized[key] = value
			continue
		}
		if value, err = normalizeCustomValue(field, value, tx.Call().Organization.CurrencyCode); err != nil {
			violations, invalid[key] = append(violations, fault.At(customFieldsPath+key, "%s", err)), true
			continue
		}
		if customvalue.IsEmpty(value) {
			continue
		}
		normalized[key] = value
		if field.IsReference() {
			references = append(references, table.Reference{
				Field: customFieldsPath + key, Prefix: field.Prefix, ID: value.GetStringValue(),
			})
		}
	}
	violations = append(violations, missingCustomValues(fields, stored, normalized, invalid, requested)...)
	k.table.SetCustomValues(r, normalized)
	return violations, references, nil
}

// normalizeCustomValue checks and normalizes a new value. field is nil if there is no such field.
func normalizeCustomValue(field *customvalue.Field, value *structpb.Value, currency string) (*structpb.Value, error) {
	switch {
	case field == nil:
		return nil, customvalue.ErrUnknown
	case customvalue.IsEmpty(value):
		return value, nil
	case field.Archived:
		return nil, customvalue.ErrArchived
	}
	return field.Normalize(value, currency)
}

// missingCustomValues returns a violation for each required field that has no value, but must have
// one: because the record is created by a request, or because it had a value. A value that was sent
// and is invalid is not missing.
func missingCustomValues(
	fields table.CustomFields, stored, normalized map[string]*structpb.Value, invalid map[string]bool, requested bool,
) (out []fault.Field) {
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		field := fields[key]
		isMissing := normalized[key] == nil && !invalid[key]
		if field.Required && !field.Archived && isMissing && (requested || stored[key] != nil) {
			out = append(out, fault.At(customFieldsPath+key, "is required"))
		}
	}
	return out
}

// requiresCustomFields reports whether the call is a request to create records of the kind, and
// these have required custom fields. Records that the server creates need not have them.
func (k *Kind[R]) requiresCustomFields(c *call.Call) bool {
	_, method, _ := strings.Cut(c.Method, "/")
	return (method == "Create"+string(k.table.Message().Name()) ||
		method == "BatchCreate"+strings.ToUpper(k.collection[:1])+k.collection[1:]) &&
		slices.Contains(c.Organization.RequiredCustomFieldsOf, k.collection)
}

// mergeStruct merges the values of a struct in patch into that of r; null removes the key. If patch
// has no values, it removes all. A path limits the merge to its first element.
func mergeStruct(r, patch protoreflect.Message, fd protoreflect.FieldDescriptor, path []string) {
	changes := patch.Get(fd).Message().Interface().(*structpb.Struct).GetFields()
	if len(path) == 0 && len(changes) == 0 {
		r.Clear(fd)
		return
	}
	merged := r.Mutable(fd).Message().Interface().(*structpb.Struct)
	if merged.Fields == nil {
		merged.Fields = map[string]*structpb.Value{}
	}
	keys := slices.Collect(maps.Keys(changes))
	if len(path) > 0 {
		keys = path[:1]
	}
	for _, key := range keys {
		if customvalue.IsEmpty(changes[key]) {
			delete(merged.Fields, key)
		} else {
			merged.Fields[key] = changes[key]
		}
	}
	if len(merged.Fields) == 0 {
		r.Clear(fd)
	}
}
