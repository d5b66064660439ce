package rpc

import (
	"encoding/base64"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// besideFile is the size of what a body may contain beside a file, in bytes.
const besideFile = 64 << 10

// bodyLimit returns the largest JSON body of a method in bytes: maxBody, or more if the request may
// contain a larger file.
func bodyLimit(input protoreflect.MessageDescriptor) int64 {
	limit := max(int64(maxBody), fileLimit(input))
	fields := input.Fields()
	for i := range fields.Len() {
		if f := fields.Get(i); f.Message() != nil && !f.IsList() && !f.IsMap() {
			limit = max(limit, fileLimit(f.Message()))
		}
	}
	return limit
}

// fileLimit returns the size of a body with the largest file that a message contains, or 0 if it
// contains none.
func fileLimit(message protoreflect.MessageDescriptor) (limit int64) {
	fields := message.Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if f.Kind() != protoreflect.BytesKind {
			continue
		}
		rules, _ := proto.GetExtension(f.Options(), validate.E_Field).(*validate.FieldRules)
		if longest := rules.GetBytes().GetMaxLen(); longest > 0 {
			limit = max(limit, int64(base64.StdEncoding.EncodedLen(int(longest)))+besideFile)
		}
	}
	return limit
}
