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

// Operation is an operation of the document, which describes one method.
type Operation struct {
	ID         string `json:"operationId"`
	Method     string `json:"x-grpc-method"`
	Security   []any
	Parameters []Parameter
	Body       struct{ Content Content } `json:"requestBody"`
	Responses  map[string]OperationResponse

	// Verb is the HTTP method, and Path the path template.
	Verb, Path string `json:"-"`

	document *Document
}

// Parameter is a parameter of an operation, or a reference to a shared one.
type Parameter struct {
	Ref      string `json:"$ref"`
	Name, In string
	Required bool
}

// OperationResponse is a response of an operation, or a reference to a shared one.
type OperationResponse struct {
	Ref     string `json:"$ref"`
	Content Content
}

// Content describes a body by media type.
type Content map[string]struct {
	Schema struct {
		Ref string `json:"$ref"`
	}
	Example  json.RawMessage
	Examples map[string]Example
}

// Example is an example value, or a reference to a shared one.
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

// Example returns the operation's example of the error with a reason, under an HTTP status.
func (op *Operation) Example(status, reason string) (json.RawMessage, bool) {
	response := op.Responses[status]
	if name, shared := strings.CutPrefix(response.Ref, "#/components/responses/"); shared {
		response = op.document.Components.Responses[name]
	}
	example, ok := response.Content[jsonType].Examples[reason]
	if name, shared := strings.CutPrefix(example.Ref, "#/components/examples/"); shared {
		example = op.document.Components.Examples[name]
	}
	return example.Value, ok
}

// HasParameter reports whether the operation has the named parameter.
func (op *Operation) HasParameter(name string) bool {
	return slices.ContainsFunc(op.Parameters, func(p Parameter) bool {
		if shared, ok := strings.CutPrefix(p.Ref, "#/components/parameters/"); ok {
			p = op.document.Components.Parameters[shared]
		}
		return p.Name == name
	})
}

// Requires reports whether the operation has a required parameter in a location, such as `query`.
func (op *Operation) Requires(in string) bool {
	return slices.ContainsFunc(op.Parameters, func(p Parameter) bool { return p.In == in && p.Required })
}
