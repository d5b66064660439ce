package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// examplesJSON holds a record of each main schema, and bodies for operations where
// such a record is not what a caller would send.
//
//go:embed examples.json
var examplesJSON []byte

type examples struct {
	Schemas  *ordered[json.RawMessage] `json:"schemas"`
	Requests *ordered[json.RawMessage] `json:"requests"`
}

// addExamples refuses an example that the API itself would not read.
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
	addIDExamples(doc, all)
	return nil
}

func addSchemaExamples(api *api, doc *document, all *examples) error {
	messages := api.messages()
	for _, name := range all.Schemas.keys {
		s, ok := doc.Components.Schemas.get(name)
		if !ok || messages[name] == nil {
			return fmt.Errorf("there is no schema %s", name)
		}
		example := all.Schemas.values[name]
		if err := reads(messages[name], example); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.Examples = []json.RawMessage{example}
	}
	return nil
}

// messages are all messages of the API by their short names.
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

func reads(d protoreflect.MessageDescriptor, example []byte) error {
	return protojson.Unmarshal(example, dynamicpb.NewMessage(d))
}

func addRequestExamples(api *api, doc *document, all *examples) error {
	used := map[string]bool{}
	for _, m := range api.methods {
		if m.body == "" {
			continue
		}
		id := operationID(m)
		body, isJSON := doc.find(camelPath(m.path), m.verb).RequestBody.Content.get(jsonType)
		if !isJSON {
			continue // a file
		}
		sent := m.descriptor.Input()
		if m.body != "*" {
			sent = sent.Fields().ByName(protoreflect.Name(m.body)).Message()
		}
		example, ok := all.Requests.get(id)
		switch {
		case ok:
			used[id] = true
			if err := reads(sent, example); err != nil {
				return fmt.Errorf("%s: %w", id, err)
			}
			body.Example = example
		case m.body != "*" && m.verb == "POST":
			var err error
			if body.Example, err = sendable(doc, all, shortName(string(sent.FullName()))); err != nil {
				return err
			}
		}
	}
	for _, id := range all.Requests.keys {
		if !used[id] {
			return fmt.Errorf("no operation %s takes a body", id)
		}
	}
	return nil
}

// sendable is the schema's example without what only the server writes.
func sendable(doc *document, all *examples, name string) (json.RawMessage, error) {
	whole, ok := all.Schemas.get(name)
	if !ok {
		return nil, nil
	}
	record := &ordered[json.RawMessage]{}
	if err := json.Unmarshal(whole, record); err != nil {
		return nil, err
	}
	sent := &ordered[json.RawMessage]{}
	properties := doc.Components.Schemas.values[name].Properties
	for _, key := range record.keys {
		value := record.values[key]
		isEmpty := bytes.Equal(value, []byte(`""`)) || bytes.Equal(value, []byte(`null`))
		if key == "id" || key == "etag" || properties.values[key].ReadOnly || isEmpty {
			continue
		}
		sent.set(key, value)
	}
	return marshal(sent)
}

// addIDExamples shows in each path parameter what an identifier looks like.
func addIDExamples(doc *document, all *examples) {
	ids := map[string]string{}
	for _, name := range all.Schemas.keys {
		var record struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(all.Schemas.values[name], &record) == nil && record.ID != "" {
			ids[strings.ToLower(name[:1])+name[1:]+"Id"] = record.ID
		}
	}
	doc.operations(func(_, _ string, op *operation) {
		for _, p := range op.Parameters {
			if id := ids[p.Name]; id != "" && p.In == "path" {
				p.Example = id
			}
		}
	})
}
