package fault

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// Domain is the domain of every ErrorInfo.
const Domain = "backoffice"

// Limits on an answer that refuses, in bytes, so that a caller cannot ask for a large
// one and that it fits into the trailers that gRPC clients accept.
const (
	maxViolations  = 20
	maxMessage     = 1000
	maxDescription = 400
	maxName        = 100
	maxRecord      = 4 << 10
)

// violationCount says in an error's metadata how many violations there are, where they
// are more than the answer lists.
const violationCount = "violationCount"

// GRPCStatus is the error as it goes over the wire.
func (e *Error) GRPCStatus() *status.Status {
	s := status.New(e.Code, wire(e.Message, maxMessage))
	withDetails, err := s.WithDetails(e.details()...)
	if err != nil {
		return s
	}
	return withDetails
}

// wire makes text that may quote what a caller sent fit for an answer: UTF-8 without
// control characters, of at most so many bytes.
func wire(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(text[:min(len(text), most+utf8.UTFMax)], "\ufffd"))
	if len(text) <= most {
		return text
	}
	end := most - len("…")
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

func (e *Error) details() []protoadapt.MessageV1 {
	out := []protoadapt.MessageV1{e.errorInfo()}
	if fields := e.fields(); len(fields) > 0 {
		bad := &errdetails.BadRequest{}
		for _, f := range fields[:min(len(fields), maxViolations)] {
			bad.FieldViolations = append(bad.FieldViolations, &errdetails.BadRequest_FieldViolation{
				Field: wire(f.Path, maxName), Description: wire(f.Message, maxDescription),
			})
		}
		out = append(out, bad)
	}
	if e.Code == codes.FailedPrecondition {
		out = append(out, e.preconditions())
	}
	if e.SubjectID != "" {
		out = append(out, &errdetails.ResourceInfo{ResourceName: wire(e.SubjectID, maxName)})
	}
	if e.RetryAfter > 0 {
		out = append(out, &errdetails.RetryInfo{RetryDelay: durationpb.New(e.RetryAfter)})
	}
	if e.Record != nil && proto.Size(e.Record) <= maxRecord {
		out = append(out, protoadapt.MessageV1Of(e.Record))
	}
	return out
}

// fields are what is wrong with the request; of what is taken, the fields that the reason
// is about.
func (e *Error) fields() []Field {
	if len(e.Fields) > 0 || e.Code != codes.AlreadyExists {
		return e.Fields
	}
	value := e.Reason.Descriptor().Values().ByNumber(e.Reason.Number())
	if value == nil {
		return nil
	}
	var out []Field
	names, _ := proto.GetExtension(value.Options(), optionsv1.E_ReasonFields).([]string)
	for _, name := range names {
		out = append(out, Field{Path: name, Message: e.Message})
	}
	return out
}

func (e *Error) errorInfo() *errdetails.ErrorInfo {
	info := &errdetails.ErrorInfo{Reason: e.Reason.String(), Domain: Domain, Metadata: e.Metadata}
	if n := max(len(e.Fields), len(e.Preconditions)); n > maxViolations {
		info.Metadata = maps.Clone(e.Metadata)
		if info.Metadata == nil {
			info.Metadata = map[string]string{}
		}
		info.Metadata[violationCount] = strconv.Itoa(n)
	}
	return info
}

// preconditions are what stands in the way: the refusal itself if nothing else does.
func (e *Error) preconditions() *errdetails.PreconditionFailure {
	all := e.Preconditions
	if len(all) == 0 {
		all = []Precondition{{Type: e.Reason.String(), Subject: e.SubjectID, Message: e.Message}}
	}
	out := &errdetails.PreconditionFailure{}
	for _, p := range all[:min(len(all), maxViolations)] {
		out.Violations = append(out.Violations, &errdetails.PreconditionFailure_Violation{
			Type: p.Type, Subject: wire(p.Subject, maxName), Description: wire(p.Message, maxDescription),
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
