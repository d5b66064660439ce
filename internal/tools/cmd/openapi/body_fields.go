package main

import (
	"net/http"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// maxFieldDepth is the maximum nesting depth of listed body fields.
const maxFieldDepth = 4

// bodyFields returns the fields that a caller may send in the method's body, outer fields
// first. They are JSON paths such as `lines[0].accountId`.
func (m *method) bodyFields() []string {
	body := m.bodyMessage()
	if body == nil {
		return nil
	}
	type place struct {
		message protoreflect.MessageDescriptor
		under   string
		depth   int
	}
	var paths []string
	for queue := []place{{message: body}}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for i := range at.message.Fields().Len() {
			f := at.message.Fields().Get(i)
			if hasBehavior(f, annotations.FieldBehavior_OUTPUT_ONLY) || at.depth == 0 && m.inPath(f) {
				continue
			}
			path := at.under + f.JSONName()
			paths = append(paths, path)
			if f.IsList() {
				path += "[0]"
				paths = append(paths, path)
			}
			isOpen := f.Message() != nil && !strings.HasPrefix(string(f.Message().FullName()), "google.protobuf.")
			if isOpen && !f.IsMap() && at.depth < maxFieldDepth {
				queue = append(queue, place{f.Message(), path + ".", at.depth + 1})
			}
		}
	}
	return paths
}

// bodyMessage returns the message of the body, nil without one.
func (m *method) bodyMessage() protoreflect.MessageDescriptor {
	switch m.body {
	case "":
		return nil
	case "*":
		return m.descriptor.Input()
	}
	return m.descriptor.Input().Fields().ByName(protoreflect.Name(m.body)).Message()
}

// inPath reports whether the request field is a path parameter.
func (m *method) inPath(f protoreflect.FieldDescriptor) bool {
	return strings.Contains(m.path, "{"+string(f.Name())+"}")
}

// requiredFields returns the required top-level fields of the body.
func (m *method) requiredFields() []string {
	body := m.bodyMessage()
	if body == nil || m.verb == http.MethodPatch {
		return nil
	}
	var names []string
	for i := range body.Fields().Len() {
		if f := body.Fields().Get(i); hasBehavior(f, annotations.FieldBehavior_REQUIRED) {
			names = append(names, f.JSONName())
		}
	}
	return names
}
