package main

import (
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// completeSchemas says about each message and enum what protoc-gen-openapiv3 left out.
func completeSchemas(api *api, doc *document) error {
	doc.schemas(func(s *schema) { s.Description = unwrap(s.Description) })
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

// completeMessage does so for each property that the schema has, which may be fewer
// than the message has fields: path parameters are not in a body.
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
	s.Properties.arrange(order)
	return nil
}

// completeProperty writes a field's rules into its schema.
func completeProperty(s *schema, f protoreflect.FieldDescriptor) error {
	s.unwrapAllOf()
	if isDate(f) {
		s.date(f)
	}
	s.Immutable = behaves(f, annotations.FieldBehavior_IMMUTABLE)
	if options, ok := f.Options().(*descriptorpb.FieldOptions); ok && options.GetDebugRedact() {
		s.Sensitive = true
	}
	if err := translate(s, rulesOf(f)); err != nil {
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
	if behaves(f, annotations.FieldBehavior_REQUIRED) {
		s.Format = "date"
		return
	}
	s.Pattern = `^(\d{4}-\d{2}-\d{2})?$`
}

// unwrapAllOf puts a reference beside its description, which OpenAPI 3.1 allows and
// every reader of it shows better than an allOf of one.
func (s *schema) unwrapAllOf() {
	if len(s.AllOf) == 1 && s.AllOf[0].Ref != "" {
		s.Ref, s.AllOf = s.AllOf[0].Ref, nil
	}
}

// mayBeNull says whether answers write null where the field is absent. Answers that
// are no records always have all their parts, and so have records their times.
func mayBeNull(api *api, f protoreflect.FieldDescriptor) bool {
	if !isMessage(f) {
		return false
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
	return api.resource(owner)
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

// patchOf is the schema of a PATCH body: the fields of a resource that a caller may send,
// none of them required.
func patchOf(sent *schema, what string) *schema {
	sent.Properties.remove("id")
	return &schema{
		Type:        "object",
		Description: "The fields of " + what + " to be changed; what is left out stays.",
		Properties:  sent.Properties,
	}
}
