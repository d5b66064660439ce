package resource

import (
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// maxChanges bounds what an event keeps of a change; beyond it only names are kept.
const maxChanges = 8 << 10

// change is one field's value before and after, as an Event carries it.
type change struct {
	Field  string          `json:"field"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// difference lists the fields that changed, or nil when none did.
func difference(before, after protoreflect.Message) (json.RawMessage, error) {
	var changed []protoreflect.FieldDescriptor
	fields := before.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if before.Has(fd) != after.Has(fd) || !before.Get(fd).Equal(after.Get(fd)) {
			changed = append(changed, fd)
		}
	}
	if len(changed) == 0 {
		return nil, nil
	}
	changes, err := describe(before, after, changed)
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

func describe(before, after protoreflect.Message, changed []protoreflect.FieldDescriptor) ([]change, error) {
	was, err := byField(before)
	if err != nil {
		return nil, err
	}
	is, err := byField(after)
	if err != nil {
		return nil, err
	}
	out := make([]change, len(changed))
	for i, fd := range changed {
		out[i].Field = fd.JSONName()
		if options, _ := fd.Options().(*descriptorpb.FieldOptions); !options.GetDebugRedact() {
			out[i].Before, out[i].After = was[fd.JSONName()], is[fd.JSONName()]
		}
	}
	return out, nil
}

func byField(m protoreflect.Message) (map[string]json.RawMessage, error) {
	raw, err := protojson.Marshal(m.Interface())
	if err != nil {
		return nil, err
	}
	var out map[string]json.RawMessage
	return out, json.Unmarshal(raw, &out)
}
