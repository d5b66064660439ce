// Package fault defines the errors that the API returns: a gRPC code, a reason for programs,
// a message for people, and the fields, record or retry delay that the error concerns. It
// guarantees that every error that leaves the server has exactly one reason and reveals no
// internals. Other packages decide when to refuse a request and why.
package fault

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// Error is an error that the API returns: a refused request or a server failure.
type Error struct {
	Code    codes.Code
	Reason  optionsv1.Reason
	Message string
	// Fields are all invalid fields of the request.
	Fields []Field
	// Preconditions list what must be resolved first. An empty list means the reason alone, if
	// the code is FailedPrecondition.
	Preconditions []Precondition
	// SubjectID is the id of the record that the error concerns, such as `ven_…`, or "" if there is
	// none.
	SubjectID string
	// Record is the current version of the record, if the error includes it.
	Record proto.Message
	// RetryAfter is how long to wait before retrying; 0 gives no advice.
	RetryAfter time.Duration
	// Metadata holds further details for programs.
	Metadata map[string]string
	// Cause is logged and never sent to the caller.
	Cause error
}

// Field is a violation: one invalid field of a request.
type Field struct {
	// Path locates the field in the caller's JSON, such as `lines[0].accountId`.
	Path string
	// Message says what is wrong and what is valid.
	Message string
}

// Precondition is a condition that must be resolved before the request can succeed.
type Precondition struct {
	// Type identifies the condition for programs, such as `DRAFT_ENTRIES`. Subject is the record
	// or list that it concerns.
	Type, Subject string
	// Message says how to resolve the condition.
	Message string
}

// At returns a violation of the field at path.
func At(path, format string, args ...any) Field {
	return Field{Path: path, Message: fmt.Sprintf(format, args...)}
}

// JSONName returns the JSON name of a proto field: `display_name` becomes `displayName`.
func JSONName(snake string) string {
	parts := strings.Split(snake, "_")
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, "")
}

// Error returns the message and the cause, if any, for the log.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Invalid returns an error that lists invalid fields of a request. (400)
func Invalid(fields ...Field) *Error {
	return InvalidFor(optionsv1.Reason_FIELDS_INVALID, fields...)
}

// maxNamed is how many violations the message lists; the error's details list more.
const maxNamed = 5

// InvalidFor is Invalid with a reason more specific than FIELDS_INVALID. (400)
func InvalidFor(reason optionsv1.Reason, fields ...Field) *Error {
	var words []string
	for i, f := range fields {
		if i == maxNamed {
			words = append(words, fmt.Sprintf("and %d more", len(fields)-maxNamed))
			break
		}
		words = append(words, strings.TrimSpace(f.Path+" "+f.Message))
	}
	return &Error{
		Code: codes.InvalidArgument, Reason: reason, Fields: fields,
		Message: "The request is invalid: " + strings.Join(words, "; ") + ".",
	}
}

// NotFound reports that the caller's organization has no record of a type with an id. (404)
func NotFound(what, id string) *Error {
	return &Error{
		Code: codes.NotFound, Reason: optionsv1.Reason_RECORD_NOT_FOUND, SubjectID: id,
		Message: fmt.Sprintf("There is no %s %q.", what, id),
	}
}

// Refuse reports that the current state of a record does not allow the request. (400)
func Refuse(reason optionsv1.Reason, format string, args ...any) *Error {
	return New(codes.FailedPrecondition, reason, format, args...)
}

// Taken reports that a value which must be unique is already in use. (409)
func Taken(reason optionsv1.Reason, format string, args ...any) *Error {
	return New(codes.AlreadyExists, reason, format, args...)
}

// New returns an error with any code.
func New(code codes.Code, reason optionsv1.Reason, format string, args ...any) *Error {
	return &Error{Code: code, Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// PermissionMissing reports that the caller's role and scopes do not grant a permission that
// the request requires. (403)
func PermissionMissing(permission string) *Error {
	e := New(
		codes.PermissionDenied, optionsv1.Reason_PERMISSION_MISSING, "The caller needs the permission %s.", permission,
	)
	e.Metadata = map[string]string{"permission": permission}
	return e
}

// Busy reports that the server has no capacity for the request right now. (503)
func Busy(reason optionsv1.Reason, message string) *Error {
	return &Error{Code: codes.Unavailable, Reason: reason, Message: message, RetryAfter: time.Second}
}

// SumOutOfRange reports that a sum of amounts exceeds the range of an amount. (400)
func SumOutOfRange() *Error {
	return Refuse(optionsv1.Reason_SUM_OUT_OF_RANGE, "Amounts add up to more than can be shown.")
}

// Internal reports a server failure. The caller does not see the cause. (500)
func Internal(cause error) *Error {
	return &Error{Code: codes.Internal, Reason: optionsv1.Reason_INTERNAL_FAULT, Message: "internal", Cause: cause}
}

// WithSubject sets the id of the record that the error concerns.
func (e *Error) WithSubject(id string) *Error {
	e.SubjectID = id
	return e
}

// MapFields returns an error with each of its fields replaced by what field returns, so that a
// caller sees the fields of the request and not those of records that were made from it. Fields
// that become equal are returned once. Errors without fields are returned unchanged.
func MapFields(err error, field func(Field) Field) error {
	var e *Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	var fields []Field
	for _, f := range e.Fields {
		if mapped := field(f); !slices.Contains(fields, mapped) {
			fields = append(fields, mapped)
		}
	}
	return InvalidFor(e.Reason, fields...)
}

// List collects violations, so that one error reports all of them.
type List struct {
	fields []Field
	reason optionsv1.Reason
}

// Append adds violations.
func (l *List) Append(fields ...Field) { l.fields = append(l.fields, fields...) }

// Merge merges the violations of err into the list, below the path under. It returns an err that
// has no violations.
func (l *List) Merge(under string, err error) error {
	var e *Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	if e.Reason != optionsv1.Reason_FIELDS_INVALID {
		l.reason = e.Reason
	}
	for _, f := range e.Fields {
		l.Append(Field{Path: strings.Trim(under+"."+f.Path, "."), Message: f.Message})
	}
	return nil
}

// MergeNew is Merge without the violations of fields that the list already contains, so that two
// checks of the same field report it once.
func (l *List) MergeNew(under string, err error) error {
	var found List
	if err := found.Merge(under, err); err != nil {
		return err
	}
	known := slices.Clone(l.fields)
	for _, f := range found.fields {
		if !slices.ContainsFunc(known, func(k Field) bool { return k.Path == f.Path }) {
			l.Append(f)
			l.reason = cmp.Or(found.reason, l.reason)
		}
	}
	return nil
}

// MergeViolations is Merge for an err that is nil or has violations.
func (l *List) MergeViolations(under string, err error) { _ = l.Merge(under, err) }

// Err returns an error that lists the collected violations, or nil if there are none. Its
// reason is the last specific reason that was merged, or else FIELDS_INVALID.
func (l *List) Err() error {
	switch {
	case len(l.fields) == 0:
		return nil
	case l.reason != 0:
		return InvalidFor(l.reason, l.fields...)
	}
	return Invalid(l.fields...)
}
