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
			if err := completeMessage(api, s, d); err != nil {
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
func completeMessage(api *api, s *schema, d protoreflect.MessageDescriptor) error {
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
		required, err := completeProperty(property, field)
		if err != nil {
			return fmt.Errorf("%s: %w", field.Name(), err)
		}
		// What is only sent cannot be required of an answer; see requireSent.
		if required && !property.WriteOnly {
			s.Required = append(s.Required, field.JSONName())
		}
		if !required && mayBeNull(api, field) {
			property.allowNull()
		}
	}
	s.Properties.arrange(order)
	return nil
}

// completeProperty writes a field's rules into its schema and says whether it is required.
func completeProperty(s *schema, f protoreflect.FieldDescriptor) (bool, error) {
	s.unwrapAllOf()
	if isDate(f) {
		s.date(f)
	}
	s.Immutable = behaves(f, annotations.FieldBehavior_IMMUTABLE)
	if options, ok := f.Options().(*descriptorpb.FieldOptions); ok && options.GetDebugRedact() {
		s.Sensitive = true
	}
	demanded, err := applyRules(s, f)
	required := demanded || behaves(f, annotations.FieldBehavior_REQUIRED)
	// An empty text is an absent one, so what is required is not empty.
	if required && f.Kind() == protoreflect.StringKind && !f.IsList() && s.Format == "" && s.MinLength == nil {
		s.MinLength = new(uint64(1))
	}
	return required, err
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
	if f.Kind() != protoreflect.MessageKind || f.IsList() || f.IsMap() || f.Message().FullName() == "google.protobuf.Value" {
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

// patchOf is the schema of a PATCH body: the resource's own fields that a caller may
// send, none of them required.
func patchOf(s *schema, what string) *schema {
	patch := &schema{
		Type:        "object",
		Description: "The fields of " + what + " to be changed; what is left out stays.",
		Properties:  &ordered[*schema]{},
	}
	for _, key := range s.Properties.keys {
		property := s.Properties.values[key]
		if !property.ReadOnly && key != "id" {
			patch.Properties.set(key, property)
		}
	}
	return patch
}

// requireSent is the schema of a creating body: the record, and required of it what
// only a caller sends.
func requireSent(record protoreflect.MessageDescriptor) *schema {
	body := &schema{Ref: schemaRef + string(record.FullName())}
	for i := range record.Fields().Len() {
		f := record.Fields().Get(i)
		if behaves(f, annotations.FieldBehavior_INPUT_ONLY) && behaves(f, annotations.FieldBehavior_REQUIRED) {
			body.Required = append(body.Required, f.JSONName())
		}
	}
	if len(body.Required) > 0 {
		body.AllOf, body.Ref = []*schema{{Ref: body.Ref}}, ""
	}
	return body
}
