package main

import (
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// splitSchemas gives a message separate schemas for requests and for responses. A response
// always has all of its fields, so that clients need not check for missing ones. A request has
// the fields that a caller may send, and requires few. The response schema keeps the message's
// name. The request schema is called, for example, VendorCreate for a resource and MoneyInput
// for a part.
func splitSchemas(api *api, doc *document) error {
	bodies, responses := doc.bodySchemas()
	returned, err := doc.variants(api, responses, toResponseSchema)
	if err != nil {
		return err
	}
	bodies = append(bodies, api.proposedSchemas(returned)...)
	sent, err := doc.variants(api, bodies, toRequestSchema)
	if err != nil {
		return err
	}
	names := api.requestNames(sent, returned)
	rename := func(s *schema) {
		if name, ok := names[strings.TrimPrefix(s.Ref, schemaRef)]; ok {
			s.Ref = schemaRef + name
		}
	}
	for _, root := range bodies {
		root.walk(rename)
	}
	for name, s := range returned {
		doc.Components.Schemas.set(name, s)
	}
	for name, s := range sent {
		s.walk(rename)
		if to, ok := names[name]; ok {
			doc.Components.Schemas.set(to, s)
		} else if returned[name] == nil {
			doc.Components.Schemas.set(name, s)
		}
	}
	return nil
}

// bodySchemas returns the schemas of all request bodies and of all success responses.
func (d *document) bodySchemas() (bodies, responses []*schema) {
	add := func(list *[]*schema, content *ordered[*mediaType]) {
		for _, m := range content.values {
			*list = append(*list, m.Schema)
		}
	}
	d.eachOperation(func(_, _ string, op *operation) {
		if op.RequestBody != nil {
			add(&bodies, op.RequestBody.Content)
		}
		if success, ok := op.Responses.get("200"); ok {
			add(&responses, success.Content)
		}
	})
	return bodies, responses
}

// reachableSchemas returns the names of the schemas that the roots reference, directly or
// indirectly.
func (d *document) reachableSchemas(roots []*schema) map[string]bool {
	names := map[string]bool{}
	var take func(*schema)
	take = func(s *schema) {
		if name, isRef := strings.CutPrefix(s.Ref, schemaRef); isRef && !names[name] {
			names[name] = true
			d.Components.Schemas.values[name].walk(take)
		}
	}
	for _, root := range roots {
		root.walk(take)
	}
	return names
}

// variant changes the schema of a message into that of one direction.
type variant func(*api, *schema, protoreflect.MessageDescriptor)

// variants makes a variant of each message that the roots reference, directly or indirectly. It
// is keyed by name.
func (d *document) variants(api *api, roots []*schema, make variant) (map[string]*schema, error) {
	out := map[string]*schema{}
	var err error
	var take func(*schema)
	take = func(s *schema) {
		name, isRef := strings.CutPrefix(s.Ref, schemaRef)
		if !isRef || out[name] != nil || err != nil {
			return
		}
		whole := d.Components.Schemas.values[name]
		if whole == nil || len(whole.Enum) > 0 {
			return
		}
		if out[name], err = whole.clone(); err != nil {
			return
		}
		if message, findErr := api.files.FindDescriptorByName(protoreflect.FullName(name)); findErr == nil {
			make(api, out[name], message.(protoreflect.MessageDescriptor))
		}
		out[name].walk(take)
	}
	for _, root := range roots {
		root.walk(take)
	}
	return out, err
}

// proposedSchemas returns the parts of responses that callers send back unchanged.
func (a *api) proposedSchemas(returned map[string]*schema) (list []*schema) {
	for name, s := range returned {
		d, err := a.files.FindDescriptorByName(protoreflect.FullName(name))
		if message, ok := d.(protoreflect.MessageDescriptor); err == nil && ok {
			s.eachField(message, func(_ string, property *schema, f protoreflect.FieldDescriptor) {
				if a.isProposed(f) {
					list = append(list, property)
				}
			})
		}
	}
	return list
}

// requestNames returns the new names of request schemas that differ from the response schema,
// themselves or in one of their parts.
func (a *api) requestNames(sent, returned map[string]*schema) map[string]string {
	names := map[string]string{}
	for again := true; again; {
		again = false
		for name, s := range sent {
			if names[name] != "" || returned[name] == nil {
				continue
			}
			differs := !equalSchemas(s, returned[name])
			s.walk(func(part *schema) { differs = differs || names[strings.TrimPrefix(part.Ref, schemaRef)] != "" })
			if differs {
				names[name], again = name+a.requestSuffix(name), true
			}
		}
	}
	return names
}

func (a *api) requestSuffix(name string) string {
	d, err := a.files.FindDescriptorByName(protoreflect.FullName(name))
	if message, ok := d.(protoreflect.MessageDescriptor); err == nil && ok && a.isResource(message) {
		return "Create"
	}
	return "Input"
}

// toRequestSchema removes output-only fields and requires what a caller must send.
func toRequestSchema(_ *api, s *schema, d protoreflect.MessageDescriptor) {
	s.eachField(d, func(name string, property *schema, f protoreflect.FieldDescriptor) {
		switch {
		case property.ReadOnly:
			s.Properties.remove(name)
		case isRequired(property, f):
			s.Required = append(s.Required, name)
		case isMessage(f):
			property.allowNull()
		}
		property.ReadOnly, property.WriteOnly = false, false
	})
}

// toResponseSchema removes input-only fields and requires the fields that responses always
// have. These are all except the fields of a oneof, which includes proto3 optional fields.
func toResponseSchema(api *api, s *schema, d protoreflect.MessageDescriptor) {
	s.eachField(d, func(name string, property *schema, f protoreflect.FieldDescriptor) {
		switch {
		case property.WriteOnly:
			s.Properties.remove(name)
		case f.ContainingOneof() == nil:
			s.Required = append(s.Required, name)
			if mayBeNull(api, f) {
				property.allowNull()
			}
		}
		property.ReadOnly, property.WriteOnly, property.Immutable = false, false, false
	})
}

// eachField visits the properties of a message's schema with their fields.
func (s *schema) eachField(
	d protoreflect.MessageDescriptor, visit func(string, *schema, protoreflect.FieldDescriptor),
) {
	for i := range d.Fields().Len() {
		f := d.Fields().Get(i)
		if s.Properties == nil {
			return
		}
		if property, ok := s.Properties.get(f.JSONName()); ok {
			visit(f.JSONName(), property, f)
		}
	}
}

// isRequired reports whether a caller must send the field: the proto says so, or the bounds of
// its schema reject the empty value.
func isRequired(s *schema, f protoreflect.FieldDescriptor) bool {
	atLeast := func(bound *uint64) bool { return bound != nil && *bound > 0 && !f.HasPresence() }
	return hasBehavior(f, annotations.FieldBehavior_REQUIRED) || rulesOf(f).GetRequired() ||
		atLeast(s.MinItems) || atLeast(s.MinLength)
}

// isMessage reports whether the field is a single message, which may be absent.
func isMessage(f protoreflect.FieldDescriptor) bool {
	return f.Kind() == protoreflect.MessageKind && !f.IsList() && !f.IsMap() &&
		f.Message().FullName() != "google.protobuf.Value"
}

// clone returns a deep copy of a schema.
func (s *schema) clone() (*schema, error) {
	text, err := marshal(s)
	if err != nil {
		return nil, err
	}
	out := &schema{}
	if err := decode(text, out); err != nil {
		return nil, fmt.Errorf("cloning a schema: %w", err)
	}
	return out, nil
}
