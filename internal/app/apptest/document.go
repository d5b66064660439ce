package apptest

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"backoffice/gen/openapi"
)

const jsonType = "application/json"

// Document is the part of the OpenAPI document that tests read.
type Document struct {
	Paths      map[string]map[string]*Operation
	Components struct {
		Parameters map[string]Parameter
		Responses  map[string]OperationResponse
		Examples   map[string]Example
		Schemas    map[string]struct{ Examples []json.RawMessage }
	}
}

// Operation is what the document says of one method.
type Operation struct {
	ID         string `json:"operationId"`
	Method     string `json:"x-grpc-method"`
	Security   []any
	Parameters []Parameter
	Body       struct{ Content Content } `json:"requestBody"`
	Responses  map[string]OperationResponse

	// Verb and Path are where it is found.
	Verb, Path string `json:"-"`

	document *Document
}

// Parameter is a parameter of an operation, or a reference to a shared one.
type Parameter struct {
	Ref      string `json:"$ref"`
	Name, In string
	Required bool
}

// OperationResponse is one answer of an operation, or a reference to a shared one.
type OperationResponse struct {
	Ref     string `json:"$ref"`
	Content Content
}

// Content is a body by its media type.
type Content map[string]struct {
	Schema struct {
		Ref string `json:"$ref"`
	}
	Example  json.RawMessage
	Examples map[string]Example
}

// Example is an example, or a reference to a shared one.
type Example struct {
	Ref   string `json:"$ref"`
	Value json.RawMessage
}

// ReadDocument reads the OpenAPI document.
var ReadDocument = sync.OnceValues(func() (*Document, error) {
	doc := &Document{}
	if err := json.Unmarshal(openapi.JSON, doc); err != nil {
		return nil, err
	}
	for path, item := range doc.Paths {
		for verb, op := range item {
			op.Verb, op.Path, op.document = strings.ToUpper(verb), path, doc
		}
	}
	return doc, nil
})

// Example is the error that the operation shows for a reason under a status.
func (op *Operation) Example(status, reason string) (json.RawMessage, bool) {
	answer := op.Responses[status]
	if name, shared := strings.CutPrefix(answer.Ref, "#/components/responses/"); shared {
		answer = op.document.Components.Responses[name]
	}
	example, ok := answer.Content[jsonType].Examples[reason]
	if name, shared := strings.CutPrefix(example.Ref, "#/components/examples/"); shared {
		example = op.document.Components.Examples[name]
	}
	return example.Value, ok
}

// HasParameter says whether the operation takes a parameter of the name.
func (op *Operation) HasParameter(name string) bool {
	return slices.ContainsFunc(op.Parameters, func(p Parameter) bool {
		if shared, ok := strings.CutPrefix(p.Ref, "#/components/parameters/"); ok {
			p = op.document.Components.Parameters[shared]
		}
		return p.Name == name
	})
}

// Requires says whether the operation requires a parameter in a place, such as `query`.
func (op *Operation) Requires(in string) bool {
	return slices.ContainsFunc(op.Parameters, func(p Parameter) bool { return p.In == in && p.Required })
}
