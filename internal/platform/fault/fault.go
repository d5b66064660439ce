// Package fault owns what a refusal looks like: a gRPC code, a reason for programs,
// a sentence for people, and the fields, record or delay it is about. It promises
// that every error that leaves the server has exactly one reason and that nothing
// internal is in its words. Who refuses, and why, is left to everybody else.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// Error is a refusal or a failure.
type Error struct {
	Code    codes.Code
	Reason  optionsv1.Reason
	Message string
	// Fields are what is wrong with the request, all at once.
	Fields []Field
	// Preconditions are what stands in the way of a FailedPrecondition, where that is
	// more than the reason itself.
	Preconditions []Precondition
	// SubjectID is the record that the error is about, if any.
	SubjectID string
	// Record is the current record where the refusal answers with it.
	Record proto.Message
	// RetryAfter is how long to wait before trying again; 0 says nothing.
	RetryAfter time.Duration
	// Metadata is more for programs.
	Metadata map[string]string
	// Cause is logged and never shown.
	Cause error
}

// Field is one thing that is wrong with a request.
type Field struct {
	// Path is the field in the caller's JSON, such as `lines[0].accountId`.
	Path string
	// Message says what is wrong and what would be right.
	Message string
}

// Precondition is one thing that stands in the way of a request.
type Precondition struct {
	// Type says for programs what it is, such as `DRAFT_ENTRIES`, and Subject which
	// record or list it is about.
	Type, Subject string
	// Message says what is to be done about it.
	Message string
}

// At makes a field violation.
func At(path, format string, args ...any) Field {
	return Field{Path: path, Message: fmt.Sprintf(format, args...)}
}

// JSONName spells a proto field as the caller's JSON does.
func JSONName(snake string) string {
	parts := strings.Split(snake, "_")
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, "")
}

// Error is the message, with the cause where there is one, for the log.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.Cause.Error()
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Invalid refuses fields of a request. (400)
func Invalid(fields ...Field) *Error {
	return InvalidFor(optionsv1.Reason_FIELDS_INVALID, fields...)
}

// maxNamed is how many violations the sentence for people names; programs get more.
const maxNamed = 5

// InvalidFor refuses fields of a request for a reason of its own. (400)
func InvalidFor(reason optionsv1.Reason, fields ...Field) *Error {
	var words []string
	for i, f := range fields {
		if i == maxNamed {
			words = append(words, fmt.Sprintf("and %d more", len(fields)-maxNamed))
			break
		}
		words = append(words, strings.TrimSpace(f.Path+" "+f.Message))
	}
	return &Error{Code: codes.InvalidArgument, Reason: reason, Message: "The request is invalid: " + strings.Join(words, "; ") + ".", Fields: fields}
}

// NotFound says that there is no such record in the caller's organization. (404)
func NotFound(what, id string) *Error {
	return &Error{Code: codes.NotFound, Reason: optionsv1.Reason_RECORD_NOT_FOUND, Message: fmt.Sprintf("There is no %s %q.", what, id), SubjectID: id}
}

// Refuse says that the state of things does not allow the request. (400)
func Refuse(reason optionsv1.Reason, format string, args ...any) *Error {
	return New(codes.FailedPrecondition, reason, format, args...)
}

// Taken says that something which must be unique is in use already. (409)
func Taken(reason optionsv1.Reason, format string, args ...any) *Error {
	return New(codes.AlreadyExists, reason, format, args...)
}

// New makes an error of any code.
func New(code codes.Code, reason optionsv1.Reason, format string, args ...any) *Error {
	return &Error{Code: code, Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// PermissionMissing says that neither the caller's role nor scopes grant a permission that
// is needed. (403)
func PermissionMissing(permission string) *Error {
	e := New(codes.PermissionDenied, optionsv1.Reason_PERMISSION_MISSING, "The caller needs the permission %s.", permission)
	e.Metadata = map[string]string{"permission": permission}
	return e
}

// Busy says that there is no room for the request at the moment. (503)
func Busy(reason optionsv1.Reason, message string) *Error {
	return &Error{Code: codes.Unavailable, Reason: reason, Message: message, RetryAfter: time.Second}
}

// TooLarge says that amounts add up to more than can be shown. (400)
func TooLarge() *Error {
	return Refuse(optionsv1.Reason_SUM_OUT_OF_RANGE, "Amounts add up to more than can be shown.")
}

// Internal hides a failure of the server behind one word. (500)
func Internal(cause error) *Error {
	return &Error{Code: codes.Internal, Reason: optionsv1.Reason_INTERNAL_FAULT, Message: "internal", Cause: cause}
}

// About says which record the error is about.
func (e *Error) About(id string) *Error {
	e.SubjectID = id
	return e
}

// List gathers what is wrong, so that it is all said at once.
type List struct {
	fields []Field
	reason optionsv1.Reason
}

// Append adds violations.
func (l *List) Append(fields ...Field) { l.fields = append(l.fields, fields...) }

// Add takes the violations of err in under a path, and returns an err that is none.
func (l *List) Add(under string, err error) error {
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

// Gather is Add of an err that is none or has nothing but violations in it.
func (l *List) Gather(under string, err error) { _ = l.Add(under, err) }

// Err refuses what was gathered, or is nil. The reason is that of the violations if
// they had one of their own.
func (l *List) Err() error {
	switch {
	case len(l.fields) == 0:
		return nil
	case l.reason != 0:
		return InvalidFor(l.reason, l.fields...)
	}
	return Invalid(l.fields...)
}
