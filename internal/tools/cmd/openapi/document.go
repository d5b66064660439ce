package main

import "encoding/json"

// These types are the part of OpenAPI 3.1 that the document uses. What
// protoc-gen-openapiv3 writes is read into them strictly, so that a newer version
// that says more is noticed.

// These types are the part of OpenAPI 3.1 that the document uses. The output of
// protoc-gen-openapiv3 is decoded into them strictly, so that additions by a newer version are
// noticed.
type document struct {
	OpenAPI    string              `json:"openapi"`
	Info       info                `json:"info"`
	Servers    []server            `json:"servers,omitempty"`
	Security   []securityNeed      `json:"security,omitempty"`
	Tags       []tag               `json:"tags,omitempty"`
	Paths      *ordered[*pathItem] `json:"paths"`
	Components components          `json:"components"`
}

type info struct {
	Title       string   `json:"title"`
	Version     string   `json:"version"`
	Description string   `json:"description,omitempty"`
	License     *license `json:"license,omitempty"`
}

type license struct {
	Name       string `json:"name"`
	Identifier string `json:"identifier,omitempty"`
}

type server struct {
	URL         string `json:"url"`
	Description string `json:"description,omitempty"`
}

// securityNeed maps a security scheme to its OAuth scopes.
type securityNeed map[string][]string

type tag struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

type pathItem struct {
	Get    *operation `json:"get,omitempty"`
	Post   *operation `json:"post,omitempty"`
	Put    *operation `json:"put,omitempty"`
	Patch  *operation `json:"patch,omitempty"`
	Delete *operation `json:"delete,omitempty"`
}

type operation struct {
	Tags        []string            `json:"tags,omitempty"`
	Summary     string              `json:"summary,omitempty"`
	Description string              `json:"description,omitempty"`
	OperationID string              `json:"operationId"`
	Parameters  []*parameter        `json:"parameters,omitempty"`
	RequestBody *requestBody        `json:"requestBody,omitempty"`
	Responses   *ordered[*response] `json:"responses"`
	Deprecated  bool                `json:"deprecated,omitempty"`
	// Security has no omitempty: an empty list means that no credential is needed.
	Security    []securityNeed   `json:"security"`
	Method      string           `json:"x-grpc-method,omitempty"`
	Permissions []string         `json:"x-permissions,omitempty"`
	Reasons     *ordered[string] `json:"x-reasons,omitzero"`
}

type parameter struct {
	Ref         string  `json:"$ref,omitempty"`
	Name        string  `json:"name,omitempty"`
	In          string  `json:"in,omitempty"`
	Description string  `json:"description,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Deprecated  bool    `json:"deprecated,omitempty"`
	Schema      *schema `json:"schema,omitempty"`
	Example     any     `json:"example,omitempty"`
}

type requestBody struct {
	Description string               `json:"description,omitempty"`
	Required    bool                 `json:"required,omitempty"`
	Content     *ordered[*mediaType] `json:"content"`
}

type mediaType struct {
	Schema   *schema            `json:"schema,omitempty"`
	Example  json.RawMessage    `json:"example,omitempty"`
	Examples *ordered[*example] `json:"examples,omitzero"`
}

type example struct {
	Ref     string          `json:"$ref,omitempty"`
	Summary string          `json:"summary,omitempty"`
	Value   json.RawMessage `json:"value,omitempty"`
}

type response struct {
	Ref         string               `json:"$ref,omitempty"`
	Description string               `json:"description,omitempty"`
	Headers     *ordered[*header]    `json:"headers,omitzero"`
	Content     *ordered[*mediaType] `json:"content,omitzero"`

	// reasons are the reasons of an error. Each has an example.
	reasons []string
}

type header struct {
	Ref         string  `json:"$ref,omitempty"`
	Description string  `json:"description,omitempty"`
	Schema      *schema `json:"schema,omitempty"`
}

type components struct {
	SecuritySchemes *ordered[*securityScheme] `json:"securitySchemes,omitzero"`
	Parameters      *ordered[*parameter]      `json:"parameters,omitzero"`
	Headers         *ordered[*header]         `json:"headers,omitzero"`
	Responses       *ordered[*response]       `json:"responses,omitzero"`
	Examples        *ordered[*example]        `json:"examples,omitzero"`
	Schemas         *ordered[*schema]         `json:"schemas,omitzero"`
}

type securityScheme struct {
	Type        string `json:"type"`
	Scheme      string `json:"scheme,omitempty"`
	Description string `json:"description,omitempty"`
}

type schema struct {
	Ref string `json:"$ref,omitempty"`
	// Type is a type name, or a list of type names that includes null.
	Type                 any               `json:"type,omitempty"`
	Format               string            `json:"format,omitempty"`
	ContentMediaType     string            `json:"contentMediaType,omitempty"`
	Description          string            `json:"description,omitempty"`
	Enum                 []string          `json:"enum,omitempty"`
	Const                string            `json:"const,omitempty"`
	AllOf                []*schema         `json:"allOf,omitempty"`
	AnyOf                []*schema         `json:"anyOf,omitempty"`
	OneOf                []*schema         `json:"oneOf,omitempty"`
	Not                  *schema           `json:"not,omitempty"`
	Items                *schema           `json:"items,omitempty"`
	Properties           *ordered[*schema] `json:"properties,omitzero"`
	Required             []string          `json:"required,omitempty"`
	AdditionalProperties any               `json:"additionalProperties,omitempty"`
	PropertyNames        *schema           `json:"propertyNames,omitempty"`
	MinLength            *uint64           `json:"minLength,omitempty"`
	MaxLength            *uint64           `json:"maxLength,omitempty"`
	Pattern              string            `json:"pattern,omitempty"`
	Minimum              json.Number       `json:"minimum,omitempty"`
	Maximum              json.Number       `json:"maximum,omitempty"`
	ExclusiveMinimum     json.Number       `json:"exclusiveMinimum,omitempty"`
	ExclusiveMaximum     json.Number       `json:"exclusiveMaximum,omitempty"`
	MinItems             *uint64           `json:"minItems,omitempty"`
	MaxItems             *uint64           `json:"maxItems,omitempty"`
	UniqueItems          bool              `json:"uniqueItems,omitempty"`
	MinProperties        *uint64           `json:"minProperties,omitempty"`
	MaxProperties        *uint64           `json:"maxProperties,omitempty"`
	ReadOnly             bool              `json:"readOnly,omitempty"`
	WriteOnly            bool              `json:"writeOnly,omitempty"`
	Deprecated           bool              `json:"deprecated,omitempty"`
	Immutable            bool              `json:"x-immutable,omitempty"`
	Sensitive            bool              `json:"x-sensitive,omitempty"`
	EnumDescriptions     *ordered[string]  `json:"x-enum-descriptions,omitzero"`
	Examples             []json.RawMessage `json:"examples,omitempty"`
}

const jsonType = "application/json"

// eachOperation visits every operation.
func (d *document) eachOperation(visit func(path, verb string, op *operation)) {
	for _, path := range d.Paths.keys {
		item := d.Paths.values[path]
		for _, one := range []struct {
			verb string
			op   *operation
		}{{"GET", item.Get}, {"POST", item.Post}, {"PUT", item.Put}, {"PATCH", item.Patch}, {"DELETE", item.Delete}} {
			if one.op != nil {
				visit(path, one.verb, one.op)
			}
		}
	}
}

// eachSchema visits every schema of the document, parents before their parts.
func (d *document) eachSchema(visit func(*schema)) {
	for _, name := range d.Components.Schemas.keys {
		d.Components.Schemas.values[name].walk(visit)
	}
	for _, p := range d.Components.Parameters.values {
		p.Schema.walk(visit)
	}
	for _, h := range d.Components.Headers.values {
		h.Schema.walk(visit)
	}
	for _, r := range d.Components.Responses.values {
		walkContent(r.Content, visit)
	}
	d.eachOperation(func(_, _ string, op *operation) {
		for _, p := range op.Parameters {
			p.Schema.walk(visit)
		}
		if op.RequestBody != nil {
			walkContent(op.RequestBody.Content, visit)
		}
		for _, r := range op.Responses.values {
			walkContent(r.Content, visit)
		}
	})
}

// eachExample visits every example of a response.
func (d *document) eachExample(visit func(*example)) {
	of := func(r *response) {
		if r.Content == nil {
			return
		}
		for _, m := range r.Content.values {
			if m.Examples != nil {
				for _, e := range m.Examples.values {
					visit(e)
				}
			}
		}
	}
	for _, r := range d.Components.Responses.values {
		of(r)
	}
	d.eachOperation(func(_, _ string, op *operation) {
		for _, r := range op.Responses.values {
			of(r)
		}
	})
}

func walkContent(content *ordered[*mediaType], visit func(*schema)) {
	if content == nil {
		return
	}
	for _, m := range content.values {
		m.Schema.walk(visit)
	}
}

func (s *schema) walk(visit func(*schema)) {
	if s == nil {
		return
	}
	visit(s)
	for _, list := range [][]*schema{s.AllOf, s.AnyOf, s.OneOf, {s.Not, s.Items}} {
		for _, inner := range list {
			inner.walk(visit)
		}
	}
	if s.Properties != nil {
		for _, inner := range s.Properties.values {
			inner.walk(visit)
		}
	}
}
