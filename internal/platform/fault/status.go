package fault

import (
	"context"
	"errors"
	"strings"
	"syscall"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// Domain is the domain of every ErrorInfo.
const Domain = "backoffice"

// GRPCStatus is the error as it goes over the wire.
func (e *Error) GRPCStatus() *status.Status {
	// A message may quote what the caller sent, which need not be UTF-8; the wire is.
	s := status.New(e.Code, strings.ToValidUTF8(e.Message, "\ufffd"))
	withDetails, err := s.WithDetails(e.details()...)
	if err != nil {
		return s
	}
	return withDetails
}

func (e *Error) details() []protoadapt.MessageV1 {
	out := []protoadapt.MessageV1{&errdetails.ErrorInfo{Reason: e.Reason.String(), Domain: Domain, Metadata: e.Metadata}}
	if len(e.Fields) > 0 {
		bad := &errdetails.BadRequest{}
		for _, f := range e.Fields {
			bad.FieldViolations = append(bad.FieldViolations, &errdetails.BadRequest_FieldViolation{
				Field: strings.ToValidUTF8(f.Path, "\ufffd"), Description: strings.ToValidUTF8(f.Message, "\ufffd"),
			})
		}
		out = append(out, bad)
	}
	if e.Code == codes.FailedPrecondition {
		out = append(out, e.preconditions())
	}
	if e.SubjectID != "" {
		out = append(out, &errdetails.ResourceInfo{ResourceName: strings.ToValidUTF8(e.SubjectID, "\ufffd")})
	}
	if e.RetryAfter > 0 {
		out = append(out, &errdetails.RetryInfo{RetryDelay: durationpb.New(e.RetryAfter)})
	}
	if e.Record != nil {
		out = append(out, protoadapt.MessageV1Of(e.Record))
	}
	return out
}

// preconditions are what stands in the way: the refusal itself if nothing else does.
func (e *Error) preconditions() *errdetails.PreconditionFailure {
	all := e.Preconditions
	if len(all) == 0 {
		all = []Precondition{{Type: e.Reason.String(), Subject: e.SubjectID, Message: e.Message}}
	}
	out := &errdetails.PreconditionFailure{}
	for _, p := range all {
		out.Violations = append(out.Violations, &errdetails.PreconditionFailure_Violation{
			Type: p.Type, Subject: p.Subject, Description: strings.ToValidUTF8(p.Message, "\ufffd"),
		})
	}
	return out
}

// From makes an Error of any error: a refusal stays as it is, a statement's error
// is read by the constraint it broke, a full disk is for now, and what nobody foresaw
// is Internal.
func From(err error) *Error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Code: codes.DeadlineExceeded, Reason: optionsv1.Reason_DEADLINE_PASSED, Message: "The request took longer than it may.", Cause: err}
	case errors.Is(err, context.Canceled):
		return &Error{Code: codes.Canceled, Reason: optionsv1.Reason_REQUEST_CANCELED, Message: "The caller gave the request up.", Cause: err}
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return unavailable(err)
	}
	if e = fromPostgres(err); e != nil {
		return e
	}
	return Internal(err)
}
