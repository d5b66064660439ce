package main

import (
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// splitSchemas gives a message one schema for what callers send and another for what they
// get. An answer always has all its fields, so that clients need not ask whether they are
// there; a request has those that a caller may send, and requires few. The answer keeps the
// message's name; what is sent is called VendorCreate if it is a resource and MoneyInput if
// it is a part.
func splitSchemas(api *api, doc *document) error {
	bodies, answers := doc.roots()
	answered, err := doc.variants(api, answers, answeredSchema)
	if err != nil {
		return err
	}
	bodies = append(bodies, api.proposals(answered)...)
	sent, err := doc.variants(api, bodies, sentSchema)
	if err != nil {
		return err
	}
	names := api.sentNames(sent, answered)
	rename := func(s *schema) {
		if name, ok := names[strings.TrimPrefix(s.Ref, schemaRef)]; ok {
			s.Ref = schemaRef + name
		}
	}
	for _, root := range bodies {
		root.walk(rename)
	}
	for name, s := range answered {
		doc.Components.Schemas.set(name, s)
	}
	for name, s := range sent {
		s.walk(rename)
		if to, ok := names[name]; ok {
			doc.Components.Schemas.set(to, s)
		} else if answered[name] == nil {
			doc.Components.Schemas.set(name, s)
		}
	}
	return nil
}

// roots are the schemas of all bodies and of all answers that are no errors.
func (d *document) roots() (bodies, answers []*schema) {
	add := func(list *[]*schema, content *ordered[*mediaType]) {
		for _, m := range content.values {
			*list = append(*list, m.Schema)
		}
	}
	d.operations(func(_, _ string, op *operation) {
		if op.RequestBody != nil {
			add(&bodies, op.RequestBody.Content)
		}
		if answer, ok := op.Responses.get("200"); ok {
			add(&answers, answer.Content)
		}
	})
	return bodies, answers
}

// reached are the names of the schemas that the roots refer to, near or far.
func (d *document) reached(roots []*schema) map[string]bool {
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

// variant makes the schema of a message into that of one direction.
type variant func(*api, *schema, protoreflect.MessageDescriptor)

// variants makes a variant of each message that the roots refer to, near or far, by name.
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

// proposals are the parts of answers that are sent as they stand.
func (a *api) proposals(answered map[string]*schema) (list []*schema) {
	for name, s := range answered {
		d, err := a.files.FindDescriptorByName(protoreflect.FullName(name))
		if message, ok := d.(protoreflect.MessageDescriptor); err == nil && ok {
			s.eachField(message, func(_ string, property *schema, f protoreflect.FieldDescriptor) {
				if a.proposed(f) {
					list = append(list, property)
				}
			})
		}
	}
	return list
}

// sentNames are the names that what is sent gets where it differs from the answer, itself
// or in one of its parts.
func (a *api) sentNames(sent, answered map[string]*schema) map[string]string {
	names := map[string]string{}
	for again := true; again; {
		again = false
		for name, s := range sent {
			if names[name] != "" || answered[name] == nil {
				continue
			}
			differs := !same(s, answered[name])
			s.walk(func(part *schema) { differs = differs || names[strings.TrimPrefix(part.Ref, schemaRef)] != "" })
			if differs {
				names[name], again = name+a.sentSuffix(name), true
			}
		}
	}
	return names
}

func (a *api) sentSuffix(name string) string {
	d, err := a.files.FindDescriptorByName(protoreflect.FullName(name))
	if message, ok := d.(protoreflect.MessageDescriptor); err == nil && ok && a.resource(message) {
		return "Create"
	}
	return "Input"
}

// sentSchema leaves out what only the server writes and requires what a caller must send.
func sentSchema(_ *api, s *schema, d protoreflect.MessageDescriptor) {
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

// answeredSchema leaves out what only a caller sends and requires what answers always have:
// everything but the fields of a oneof, of which proto3 optional is one.
func answeredSchema(api *api, s *schema, d protoreflect.MessageDescriptor) {
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

// isRequired says whether a caller must send the field: the proto says so, or the bounds of
// its schema refuse the empty value.
func isRequired(s *schema, f protoreflect.FieldDescriptor) bool {
	atLeast := func(bound *uint64) bool { return bound != nil && *bound > 0 && !f.HasPresence() }
	return behaves(f, annotations.FieldBehavior_REQUIRED) || rulesOf(f).GetRequired() ||
		atLeast(s.MinItems) || atLeast(s.MinLength)
}

// isMessage says whether the field is one message, which may be absent.
func isMessage(f protoreflect.FieldDescriptor) bool {
	return f.Kind() == protoreflect.MessageKind && !f.IsList() && !f.IsMap() &&
		f.Message().FullName() != "google.protobuf.Value"
}

// clone copies a schema with all of its parts.
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
