package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// examplesJSON contains the examples of responses by schema and those of bodies by operation.
//
//go:embed examples.json
var examplesJSON []byte

type examples struct {
	Schemas  *ordered[json.RawMessage] `json:"schemas"`
	Requests *ordered[json.RawMessage] `json:"requests"`
}

// addExamples adds the examples and rejects those that the API could not parse.
func addExamples(api *api, doc *document) error {
	all := &examples{}
	if err := decode(examplesJSON, all); err != nil {
		return fmt.Errorf("examples.json: %w", err)
	}
	if err := addSchemaExamples(api, doc, all); err != nil {
		return fmt.Errorf("examples.json: %w", err)
	}
	if err := addRequestExamples(api, doc, all); err != nil {
		return fmt.Errorf("examples.json: %w", err)
	}
	return nil
}

func addSchemaExamples(api *api, doc *document, all *examples) error {
	messages := api.messages()
	for _, name := range all.Schemas.keys {
		s, ok := doc.Components.Schemas.get(name)
		if !ok || messages[name] == nil {
			return fmt.Errorf("unknown schema %s", name)
		}
		example, err := responseExample(messages[name], s, all.Schemas.values[name])
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.Examples = []json.RawMessage{example}
	}
	return nil
}

// responseExample completes an example with its empty fields, as the API returns it.
func responseExample(d protoreflect.MessageDescriptor, s *schema, example []byte) (json.RawMessage, error) {
	m := dynamicpb.NewMessage(d)
	if err := protojson.Unmarshal(example, m); err != nil {
		return nil, err
	}
	whole, err := protojson.MarshalOptions{EmitUnpopulated: true}.Marshal(m)
	if err != nil {
		return nil, err
	}
	fields := &ordered[json.RawMessage]{}
	if err := json.Unmarshal(whole, fields); err != nil {
		return nil, err
	}
	for _, name := range slices.Clone(fields.keys) {
		if _, ok := s.Properties.get(name); !ok { // only sent
			fields.remove(name)
		}
	}
	return marshal(fields)
}

// messages returns all messages of the API by their short names.
func (a *api) messages() map[string]protoreflect.MessageDescriptor {
	out := map[string]protoreflect.MessageDescriptor{}
	var take func(protoreflect.MessageDescriptors)
	take = func(list protoreflect.MessageDescriptors) {
		for i := range list.Len() {
			out[shortName(string(list.Get(i).FullName()))] = list.Get(i)
			take(list.Get(i).Messages())
		}
	}
	a.files.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(string(file.Package()), "backoffice.") {
			take(file.Messages())
		}
		return true
	})
	return out
}

func checkExample(d protoreflect.MessageDescriptor, example []byte) error {
	return protojson.Unmarshal(example, dynamicpb.NewMessage(d))
}

// addRequestExamples adds an example to each JSON body. References to existing records are
// placeholders such as `<id of a bank account>`. Without an example, an update sends a field
// from the example of the create request, and a body without required fields is empty.
func addRequestExamples(api *api, doc *document, all *examples) error {
	used := map[string]bool{}
	var missing []error
	for _, m := range api.methods {
		if m.bodyMessage() == nil {
			continue // none, or a file
		}
		id := operationID(m)
		body := doc.findOperation(camelPath(m.path), m.verb).RequestBody.Content.values[jsonType]
		own, ok := all.Requests.get(id)
		used[id] = ok
		body.Example = own
		if !ok {
			var err error
			if body.Example, err = all.minimalBody(doc, id, body.Schema); err != nil {
				missing = append(missing, fmt.Errorf("%s: %w", id, err))
				continue
			}
		}
		if err := checkExample(m.bodyMessage(), body.Example); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
	}
	for _, id := range all.Requests.keys {
		if !used[id] {
			missing = append(missing, fmt.Errorf("no operation %s has a body", id))
		}
	}
	return errors.Join(missing...)
}

// minimalBody returns the smallest valid body. It fails if the body has required fields.
func (all *examples) minimalBody(doc *document, id string, body *schema) (json.RawMessage, error) {
	s := doc.Components.Schemas.values[strings.TrimPrefix(body.Ref, schemaRef)]
	if len(s.Required) > 0 {
		return nil, fmt.Errorf("needs an example, since it requires %s", strings.Join(s.Required, ", "))
	}
	change := &ordered[json.RawMessage]{}
	collection, isUpdate := strings.CutSuffix(id, ".update")
	if !isUpdate {
		return marshal(change)
	}
	created := &ordered[json.RawMessage]{}
	if err := json.Unmarshal(all.Requests.values[collection+".create"], created); err != nil {
		return nil, fmt.Errorf("needs an example: %w", err)
	}
	for _, name := range created.keys {
		property, ok := s.Properties.get(name)
		if ok && !property.Immutable && property.Type != nil && !bytes.Contains(created.values[name], []byte("<")) {
			change.set(name, created.values[name])
			return marshal(change)
		}
	}
	return nil, fmt.Errorf("needs an example")
}
