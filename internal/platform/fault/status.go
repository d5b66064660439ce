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

// Limits on an error response, so that a caller cannot provoke a large one and that it fits
// into the trailers that gRPC clients accept. All but maxViolations, a count, are in bytes.
const (
	maxViolations  = 20
	maxMessage     = 1000
	maxDescription = 400
	maxName        = 100
	maxRecord      = 4 << 10
)

// violationCount is the metadata key for the number of violations. It is set if the response
// does not list all of them.
const violationCount = "violationCount"

// GRPCStatus returns the gRPC status that is sent to the caller.
func (e *Error) GRPCStatus() *status.Status {
	s := status.New(e.Code, sanitize(e.Message, maxMessage))
	withDetails, err := s.WithDetails(e.details()...)
	if err != nil {
		return s
	}
	return withDetails
}

// sanitize prepares text that may quote the request for a response: valid UTF-8 without control
// characters, truncated to at most limit bytes.
func sanitize(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(text[:min(len(text), limit+utf8.UTFMax)], "\ufffd"))
	if len(text) <= limit {
		return text
	}
	end := limit - len("…")
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

func (e *Error) details() []protoadapt.MessageV1 {
	out := []protoadapt.MessageV1{e.errorInfo()}
	if fields := e.violations(); len(fields) > 0 {
		bad := &errdetails.BadRequest{}
		for _, f := range fields[:min(len(fields), maxViolations)] {
			bad.FieldViolations = append(bad.FieldViolations, &errdetails.BadRequest_FieldViolation{
				Field: sanitize(f.Path, maxName), Description: sanitize(f.Message, maxDescription),
			})
		}
		out = append(out, bad)
	}
	if e.Code == codes.FailedPrecondition {
		out = append(out, e.preconditions())
	}
	if e.SubjectID != "" {
		out = append(out, &errdetails.ResourceInfo{ResourceName: sanitize(e.SubjectID, maxName)})
	}
	if e.RetryAfter > 0 {
		out = append(out, &errdetails.RetryInfo{RetryDelay: durationpb.New(e.RetryAfter)})
	}
	if e.Record != nil && proto.Size(e.Record) <= maxRecord {
		out = append(out, protoadapt.MessageV1Of(e.Record))
	}
	return out
}

// violations returns the violations to report. For AlreadyExists without violations, these are the
// fields that the reason declares.
func (e *Error) violations() []Field {
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

// preconditions returns the error's preconditions. If there are none, the error itself is the only
// one.
func (e *Error) preconditions() *errdetails.PreconditionFailure {
	all := e.Preconditions
	if len(all) == 0 {
		all = []Precondition{{Type: e.Reason.String(), Subject: e.SubjectID, Message: e.Message}}
	}
	out := &errdetails.PreconditionFailure{}
	for _, p := range all[:min(len(all), maxViolations)] {
		out.Violations = append(out.Violations, &errdetails.PreconditionFailure_Violation{
			Type: p.Type, Subject: sanitize(p.Subject, maxName), Description: sanitize(p.Message, maxDescription),
		})
	}
	return out
}

// From converts any error to an Error. An Error is returned unchanged. A PostgreSQL error is
// converted by the constraint it names. A full disk is a temporary failure. Any unexpected error
// becomes Internal.
func From(err error) *Error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.DeadlineExceeded):
		e = New(codes.DeadlineExceeded, optionsv1.Reason_DEADLINE_PASSED, "The request exceeded its deadline.")
		e.Cause = err
		return e
	case errors.Is(err, context.Canceled):
		e = New(codes.Canceled, optionsv1.Reason_REQUEST_CANCELED, "The caller canceled the request.")
		e.Cause = err
		return e
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return unavailable(err)
	}
	if e = fromPostgres(err); e != nil {
		return e
	}
	return Internal(err)
}
