package main

import (
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// completeSchemas adds what protoc-gen-openapiv3 omits from each message and enum.
func completeSchemas(api *api, doc *document) error {
	doc.eachSchema(func(s *schema) { s.Description = unwrap(s.Description) })
	for _, name := range doc.Components.Schemas.keys {
		d, err := api.files.FindDescriptorByName(protoreflect.FullName(name))
		if err != nil {
			continue // one of the shared schemas
		}
		s := doc.Components.Schemas.values[name]
		switch d := d.(type) {
		case protoreflect.EnumDescriptor:
			completeEnum(s, d)
		case protoreflect.MessageDescriptor:
			if err := completeMessage(s, d); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

func completeEnum(s *schema, d protoreflect.EnumDescriptor) {
	s.EnumDescriptions = &ordered[string]{}
	for i := range d.Values().Len() {
		value := d.Values().Get(i)
		s.EnumDescriptions.set(string(value.Name()), comment(value))
	}
}

// completeMessage completes each property of the schema. A schema can have fewer properties
// than the message has fields, since path parameters are not in a body.
func completeMessage(s *schema, d protoreflect.MessageDescriptor) error {
	s.Required = nil
	if s.Properties == nil {
		return nil
	}
	var order []string
	for i := range d.Fields().Len() {
		field := d.Fields().Get(i)
		property, ok := s.Properties.get(field.JSONName())
		if !ok {
			continue
		}
		order = append(order, field.JSONName())
		if err := completeProperty(property, field); err != nil {
			return fmt.Errorf("%s: %w", field.Name(), err)
		}
	}
	s.Properties.sortKeys(order)
	return nil
}

// completeProperty adds a field's rules to its schema.
func completeProperty(s *schema, f protoreflect.FieldDescriptor) error {
	s.unwrapAllOf()
	if isDate(f) {
		s.date(f)
	}
	s.Immutable = hasBehavior(f, annotations.FieldBehavior_IMMUTABLE)
	if options, ok := f.Options().(*descriptorpb.FieldOptions); ok && options.GetDebugRedact() {
		s.Sensitive = true
	}
	if err := addRules(s, rulesOf(f)); err != nil {
		return err
	}
	// An empty text is an absent one, so what is required is not empty.
	if isRequired(s, f) && f.Kind() == protoreflect.StringKind && !f.IsList() && s.Format == "" && s.MinLength == nil {
		s.MinLength = new(uint64(1))
	}
	return nil
}

// isDate knows civil dates by their names, as the house names them.
func isDate(f protoreflect.FieldDescriptor) bool {
	if f.Kind() != protoreflect.StringKind || f.IsList() {
		return false
	}
	name := string(f.Name())
	return name == "date" || name == "as_of" || strings.HasSuffix(name, "_date")
}

// date says that a string is a civil date; unless it is required it may be empty, which
// a reader of the format alone would choke on.
func (s *schema) date(f protoreflect.FieldDescriptor) {
	if hasBehavior(f, annotations.FieldBehavior_REQUIRED) {
		s.Format = "date"
		return
	}
	s.Pattern = `^(\d{4}-\d{2}-\d{2})?$`
}

// unwrapAllOf inlines an allOf that contains only one reference. OpenAPI 3.1 allows a description
// next to the reference, and viewers render it better.
func (s *schema) unwrapAllOf() {
	if len(s.AllOf) == 1 && s.AllOf[0].Ref != "" {
		s.Ref, s.AllOf = s.AllOf[0].Ref, nil
	}
}

// mayBeNull reports whether responses contain null for an absent field. Responses that are not
// records have all their parts that are not optional, and records always have their timestamps.
func mayBeNull(api *api, f protoreflect.FieldDescriptor) bool {
	if !isMessage(f) {
		return false
	}
	if f.HasOptionalKeyword() {
		return true
	}
	if f.Name() == "create_time" || f.Name() == "update_time" {
		return false
	}
	owner := f.ContainingMessage()
	for {
		parent, ok := owner.Parent().(protoreflect.MessageDescriptor)
		if !ok {
			break
		}
		owner = parent
	}
	return api.isResource(owner)
}

func (s *schema) allowNull() {
	if s.Ref != "" {
		s.AnyOf = []*schema{{Ref: s.Ref}, {Type: "null"}}
		s.Ref = ""
		return
	}
	if name, ok := s.Type.(string); ok {
		s.Type = []string{name, "null"}
	}
}

// patchSchema returns the schema of a PATCH body: the fields of a resource that a caller may
// send, none of them required.
func patchSchema(sent *schema, what string) *schema {
	sent.Properties.remove("id")
	return &schema{
		Type:        "object",
		Description: "The fields of " + what + " to change. Omitted fields keep their values.",
		Properties:  sent.Properties,
	}
}
