package resource

import (
	"encoding/json"
	"slices"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/table"
)

// maxChanges is how many bytes of changes an event keeps. If the changes are larger, the event
// keeps only the names of the changed fields.
const maxChanges = 8 << 10

// fieldChange is one field's value before and after, as an event stores it.
type fieldChange struct {
	Field  string          `json:"field"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// diff returns the fields that differ, as JSON, or nil if none does. It omits the values of fields
// marked debug_redact or bound by Unrecorded.
func (k *Kind[R]) diff(before, after protoreflect.Message) (json.RawMessage, error) {
	changed := changedFields(before, after)
	if len(changed) == 0 {
		return nil, nil
	}
	changes, err := describeChanges(before, after, changed, k.table.UnrecordedFields())
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(changes)
	if err == nil && len(raw) > maxChanges {
		for i := range changes {
			changes[i].Before, changes[i].After = nil, nil
		}
		raw, err = json.Marshal(changes)
	}
	return raw, err
}

// changedFields returns the fields that differ.
func changedFields(before, after protoreflect.Message) (changed []protoreflect.FieldDescriptor) {
	fields := before.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if before.Has(fd) != after.Has(fd) || !before.Get(fd).Equal(after.Get(fd)) {
			changed = append(changed, fd)
		}
	}
	return changed
}

// onlyAnnotationsDiffer reports whether two versions of a record differ, but only in what people
// and integrations keep with it.
func onlyAnnotationsDiffer(before, after protoreflect.Message) bool {
	changed := changedFields(before, after)
	isOther := func(fd protoreflect.FieldDescriptor) bool { return !table.IsAnnotation(fd.Name()) }
	return len(changed) > 0 && !slices.ContainsFunc(changed, isOther)
}

// describeChanges returns the values of the changed fields before and after.
func describeChanges(
	before, after protoreflect.Message, changed []protoreflect.FieldDescriptor, unrecorded []string,
) ([]fieldChange, error) {
	was, err := jsonFields(before)
	if err != nil {
		return nil, err
	}
	is, err := jsonFields(after)
	if err != nil {
		return nil, err
	}
	out := make([]fieldChange, len(changed))
	for i, fd := range changed {
		out[i].Field = fd.JSONName()
		options, _ := fd.Options().(*descriptorpb.FieldOptions)
		if !options.GetDebugRedact() && !slices.Contains(unrecorded, string(fd.Name())) {
			out[i].Before, out[i].After = was[fd.JSONName()], is[fd.JSONName()]
		}
	}
	return out, nil
}

// isSealed reports whether a field is declared as sealed.
func isSealed(fd protoreflect.FieldDescriptor) bool {
	sealed, _ := proto.GetExtension(fd.Options(), optionsv1.E_Sealed).(bool)
	return sealed
}

// jsonFields returns the message's set fields as JSON, by their JSON names.
func jsonFields(m protoreflect.Message) (map[string]json.RawMessage, error) {
	raw, err := protojson.Marshal(m.Interface())
	if err != nil {
		return nil, err
	}
	var out map[string]json.RawMessage
	return out, json.Unmarshal(raw, &out)
}
