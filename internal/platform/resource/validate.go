package resource

import (
	"errors"
	"fmt"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// validate says all that is wrong with a record's fields: required ones that are
// missing, bounds declared in the proto, and values that no column takes.
func (k *Kind[R]) validate(c *call.Call, r *R) error {
	var violations fault.List
	m := reflection(r)
	violations.Append(k.shape.check(m, "")...)
	if err := violations.Add("", bounds(m.Interface())); err != nil {
		return err
	}
	if err := violations.Add("", k.table.Check(c, r)); err != nil {
		return err
	}
	return violations.Err()
}

// RequestCheck says all that is wrong with a request's own fields. The records in it
// are left to Create and Update, which know the whole record.
type RequestCheck struct {
	shape   *shape
	records map[protoreflect.FullName]bool
}

// NewRequestCheck reads what the proto says of a request.
func NewRequestCheck(d protoreflect.MessageDescriptor) *RequestCheck {
	c := &RequestCheck{records: map[protoreflect.FullName]bool{}}
	c.shape = shapeOf(d, func(inner protoreflect.MessageDescriptor) bool {
		if table.ResourceOf(inner) == nil {
			return true
		}
		c.records[inner.FullName()] = true
		return false
	})
	return c
}

// Check refuses a request for its own fields.
func (c *RequestCheck) Check(req proto.Message) error {
	var violations fault.List
	violations.Append(c.shape.check(req.ProtoReflect(), "")...)
	if err := violations.Add("", bounds(req, protovalidate.WithFilter(c))); err != nil {
		return err
	}
	return violations.Err()
}

// ShouldValidate implements protovalidate.Filter: what is inside a record is left out.
func (c *RequestCheck) ShouldValidate(m protoreflect.Message, _ protoreflect.Descriptor) bool {
	return !c.records[m.Descriptor().FullName()]
}

func everything(protoreflect.MessageDescriptor) bool { return true }

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
