package main

import (
	"net/http"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// maxFieldDepth is how far below a body its fields are listed.
const maxFieldDepth = 4

// bodyFields are the fields that a caller may send in the method's body, as JSON paths such
// as `lines[0].accountId`, those further up first.
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
			if behaves(f, annotations.FieldBehavior_OUTPUT_ONLY) || at.depth == 0 && m.inPath(f) {
				continue
			}
			path := at.under + f.JSONName()
			paths = append(paths, path)
			if f.IsList() {
				path += "[0]"
				paths = append(paths, path)
			}
			if f.Message() != nil && !f.IsMap() && at.depth < maxFieldDepth {
				queue = append(queue, place{f.Message(), path + ".", at.depth + 1})
			}
		}
	}
	return paths
}

// bodyMessage is the message that the body is, or nil.
func (m *method) bodyMessage() protoreflect.MessageDescriptor {
	switch m.body {
	case "":
		return nil
	case "*":
		return m.descriptor.Input()
	}
	return m.descriptor.Input().Fields().ByName(protoreflect.Name(m.body)).Message()
}

// inPath says whether the request's field is a parameter of the path.
func (m *method) inPath(f protoreflect.FieldDescriptor) bool {
	return strings.Contains(m.path, "{"+string(f.Name())+"}")
}

// requiredFields are the fields of the body itself that a caller must send.
func (m *method) requiredFields() []string {
	body := m.bodyMessage()
	if body == nil || m.verb == http.MethodPatch {
		return nil
	}
	var names []string
	for i := range body.Fields().Len() {
		if f := body.Fields().Get(i); behaves(f, annotations.FieldBehavior_REQUIRED) {
			names = append(names, f.JSONName())
		}
	}
	return names
}
