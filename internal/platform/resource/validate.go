package resource

import (
	"context"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// checkRecord checks a record before the rules: its fields, and the records it newly references. It
// reports all violations at once.
func (k *Kind[R]) checkRecord(ctx context.Context, tx *db.Tx, was, r R) error {
	var violations fault.List
	// Validating sorts lists, and paths of references count in the caller's order.
	fromFields := k.table.NewReferences(was, r)
	if err := violations.Merge("", k.validate(tx.Call(), r)); err != nil {
		return err
	}
	violations.MergeViolations("", k.checkDeputy(r))
	invalid, references, err := k.checkCustomFields(ctx, tx, was, r)
	if err != nil {
		return err
	}
	violations.Append(invalid...)
	references = append(references, fromFields...)
	if err := k.lockResponsible(ctx, tx, was, r); err != nil {
		return err
	}
	if err := violations.Merge("", checkReferences(ctx, tx, references)); err != nil {
		return err
	}
	return violations.Err()
}

// Check is the rule that checks a changed record as Update does: its fields and its new references.
func (k *Kind[R]) Check(ctx context.Context, tx *db.Tx, was, r R) error {
	return k.checkRecord(ctx, tx, was, r)
}

// validate reports all violations in a record's fields: missing required fields, limits declared in
// the proto, and values that no column accepts. A column does not repeat that a field is invalid.
func (k *Kind[R]) validate(c *call.Call, r R) error {
	var violations fault.List
	m := r.ProtoReflect()
	violations.Append(k.schema.check(m, "")...)
	if err := violations.Merge("", fault.CheckLimits(m.Interface())); err != nil {
		return err
	}
	if err := violations.MergeNew("", k.table.Validate(c, r)); err != nil {
		return err
	}
	return violations.Err()
}

// RequestValidator checks a request's own fields, and finds values anywhere in it that cannot be
// stored. It leaves the rest of the records in the request to Create and Update, which have the
// whole record.
type RequestValidator struct{ shape *schema }

// NewRequestValidator reads the schema of a request. body is the field that is the body over REST,
// "" if the body is the whole request or absent.
func NewRequestValidator(d protoreflect.MessageDescriptor, body string) *RequestValidator {
	r := schemaReader{schemas: map[schemaKey]*schema{}, request: true, body: protoreflect.Name(body)}
	return &RequestValidator{r.read(d, false)}
}

// Normalize normalizes the text that people type in a request's own fields.
func (c *RequestValidator) Normalize(req proto.Message) { c.shape.normalize(req.ProtoReflect()) }

// Validate reports all violations in a request's own fields.
func (c *RequestValidator) Validate(req proto.Message) error {
	var violations fault.List
	violations.Append(c.shape.check(req.ProtoReflect(), "")...)
	if err := violations.Err(); err != nil {
		return err // the declared limits apply to storable values only
	}
	return fault.CheckLimits(req, protovalidate.WithFilter(c))
}

// ShouldValidate implements protovalidate.Filter. It skips the records in a request.
func (c *RequestValidator) ShouldValidate(m protoreflect.Message, _ protoreflect.Descriptor) bool {
	return table.ResourceOption(m.Descriptor()) == nil
}
