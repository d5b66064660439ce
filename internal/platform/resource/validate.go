package resource

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// sound says all that is wrong with a record beside the rules: its fields, and what they
// newly name.
func (k *Kind[R]) sound(ctx context.Context, tx *db.Tx, was, r R) error {
	var violations fault.List
	if err := violations.Merge("", k.validate(tx.Call(), r)); err != nil {
		return err
	}
	if err := violations.Merge("", checkReferences(ctx, tx, k.table.NewReferences(was, r))); err != nil {
		return err
	}
	return violations.Err()
}

// validate says all that is wrong with a record's fields: required ones that are
// missing, bounds declared in the proto, and values that no column takes.
func (k *Kind[R]) validate(c *call.Call, r R) error {
	var violations fault.List
	m := r.ProtoReflect()
	violations.Append(k.shape.check(m, "")...)
	if err := violations.Merge("", bounds(m.Interface())); err != nil {
		return err
	}
	if err := violations.Merge("", k.table.Validate(c, r)); err != nil {
		return err
	}
	return violations.Err()
}

// RequestValidator says all that is wrong with a request's own fields, and which values in it
// nothing can store. The rest of the records in it is left to Create and Update, which
// know the whole record.
type RequestValidator struct{ shape *shape }

// NewRequestValidator reads what the proto says of a request, of which body is the field that
// is the body over REST, "" where it is the whole request or none.
func NewRequestValidator(d protoreflect.MessageDescriptor, body string) *RequestValidator {
	r := shapeReader{known: map[known]*shape{}, request: true, body: protoreflect.Name(body)}
	return &RequestValidator{r.read(d, false)}
}

// Normalize spells the text that people type in a request's own fields in one way.
func (c *RequestValidator) Normalize(req proto.Message) { c.shape.tidy(req.ProtoReflect()) }

// Validate refuses a request for its own fields.
func (c *RequestValidator) Validate(req proto.Message) error {
	var violations fault.List
	violations.Append(c.shape.check(req.ProtoReflect(), "")...)
	if err := violations.Err(); err != nil {
		return err // the bounds are those of values that are values
	}
	return bounds(req, protovalidate.WithFilter(c))
}

// ShouldValidate implements protovalidate.Filter: what is inside a record is left out.
func (c *RequestValidator) ShouldValidate(m protoreflect.Message, _ protoreflect.Descriptor) bool {
	return table.ResourceOption(m.Descriptor()) == nil
}

// bounds checks a message against what its proto declares.
func bounds(m proto.Message, options ...protovalidate.ValidationOption) error {
	err := protovalidate.Validate(m, options...)
	var invalid *protovalidate.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	var violations fault.List
	for _, v := range invalid.Violations {
		violations.Append(fault.At(jsonPath(v), "%s", v.Proto.GetMessage()))
	}
	return violations.Err()
}

// jsonPath spells a violation's field as the caller's JSON does.
func jsonPath(v *protovalidate.Violation) string {
	var path strings.Builder
	for _, element := range v.Proto.GetField().GetElements() {
		if path.Len() > 0 {
			path.WriteByte('.')
		}
		path.WriteString(fault.JSONName(element.GetFieldName()))
		if element.HasIndex() {
			fmt.Fprintf(&path, "[%d]", element.GetIndex())
		}
	}
	return path.String()
}
