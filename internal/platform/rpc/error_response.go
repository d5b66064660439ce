package rpc

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

const requestIDHeader = "X-Request-Id"

// writeError writes an error as the JSON of google.rpc.Status, or as RFC 9457 problem details if
// the caller accepts them.
func (g *gateway) writeError(
	ctx context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, err error,
) {
	s := statusOf(err)
	header := w.Header()
	if md, ok := runtime.ServerMetadataFromContext(ctx); ok {
		for key, name := range outgoing {
			for _, v := range md.HeaderMD.Get(key) {
				header.Set(name, v)
			}
		}
	}
	if header.Get(requestIDHeader) == "" {
		header.Set(requestIDHeader, id.Format("req", id.New()))
	}
	s = withRequestID(s, header.Get(requestIDHeader))
	if wait := retryDelay(s); wait > 0 {
		header.Set("Retry-After", retryAfter(wait))
	}
	if s.Code() == codes.Unauthenticated {
		header.Set("WWW-Authenticate", `Bearer realm="backoffice"`)
	}
	code := HTTPCode(s)
	if strings.Contains(r.Header.Get("Accept"), "application/problem+json") {
		writeProblem(w, s, code)
		return
	}
	raw, _ := protojson.Marshal(s.Proto())
	header.Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(raw)
}

// statusOf returns the status of an error. It adds the reason to errors of the generated handlers,
// which concern the body or the query.
func statusOf(err error) *status.Status {
	if isFault(err) {
		return fault.From(err).GRPCStatus()
	}
	s := status.Convert(err)
	if s.Code() != codes.InvalidArgument || errorInfo(s) != nil {
		return s
	}
	if fields, ok := readBodyError(s.Message()); ok {
		return fault.InvalidFor(optionsv1.Reason_BODY_INVALID, fields...).GRPCStatus()
	}
	return fault.InvalidFor(optionsv1.Reason_QUERY_PARAMETER_INVALID, fault.At("query", "cannot be read")).GRPCStatus()
}

func errorInfo(s *status.Status) *errdetails.ErrorInfo {
	for _, d := range s.Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok {
			return info
		}
	}
	return nil
}

// withRequestID adds the request id to an error that arose before the method was called. The chain
// adds it to other errors.
func withRequestID(s *status.Status, requestID string) *status.Status {
	for _, d := range s.Details() {
		if _, ok := d.(*errdetails.RequestInfo); ok {
			return s
		}
	}
	if with, err := s.WithDetails(&errdetails.RequestInfo{RequestId: requestID}); err == nil {
		return with
	}
	return s
}

func retryDelay(s *status.Status) time.Duration {
	for _, d := range s.Details() {
		if info, ok := d.(*errdetails.RetryInfo); ok {
			return info.GetRetryDelay().AsDuration()
		}
	}
	return 0
}

// retryAfter formats a delay as whole seconds, at least 1.
func retryAfter(wait time.Duration) string {
	return fmt.Sprintf("%.0f", max(1, wait.Seconds()))
}

// httpCodes are the HTTP statuses of reasons that have another one than their gRPC code.
var httpCodes = map[string]int{
	optionsv1.Reason_METHOD_NOT_ALLOWED.String():        http.StatusMethodNotAllowed,
	optionsv1.Reason_BODY_TOO_LARGE.String():            http.StatusRequestEntityTooLarge,
	optionsv1.Reason_TUS_VERSION_NOT_SUPPORTED.String(): http.StatusPreconditionFailed,
	optionsv1.Reason_PART_MEDIA_TYPE_WRONG.String():     http.StatusUnsupportedMediaType,
	optionsv1.Reason_PART_CHECKSUM_DIFFERS.String():     460, // as the tus protocol says
}

// HTTPCode returns the HTTP status of an error.
func HTTPCode(s *status.Status) int {
	info := errorInfo(s)
	if info.GetMetadata()[ifMatchFailed] != "" {
		return http.StatusPreconditionFailed
	}
	if code, ok := httpCodes[info.GetReason()]; ok {
		return code
	}
	return runtime.HTTPStatusFromCode(s.Code())
}

// problem is RFC 9457 problem details, extended by the reason and the violations.
type problem struct {
	Type     string             `json:"type"`
	Title    string             `json:"title"`
	Status   int                `json:"status"`
	Detail   string             `json:"detail"`
	Instance string             `json:"instance,omitempty"`
	Reason   string             `json:"reason,omitempty"`
	Errors   []problemViolation `json:"errors,omitempty"`
}

type problemViolation struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

func writeProblem(w http.ResponseWriter, s *status.Status, code int) {
	p := problem{Type: "about:blank", Title: http.StatusText(code), Status: code, Detail: s.Message(),
		Instance: w.Header().Get(requestIDHeader), Reason: errorInfo(s).GetReason()}
	for _, d := range s.Details() {
		if bad, ok := d.(*errdetails.BadRequest); ok {
			for _, v := range bad.GetFieldViolations() {
				p.Errors = append(p.Errors, problemViolation{v.GetField(), v.GetDescription()})
			}
		}
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(p)
}

// routingError refuses an unknown path, or a method that the path does not support.
func (g *gateway) routingError(
	ctx context.Context, mux *runtime.ServeMux, m runtime.Marshaler, w http.ResponseWriter, r *http.Request, _ int,
) {
	if methods := g.routes.allowedMethods(r.URL.Path); len(methods) > 0 {
		w.Header().Set("Allow", strings.Join(methods, ", "))
		g.writeError(ctx, mux, m, w, r, fault.New(codes.Unimplemented, optionsv1.Reason_METHOD_NOT_ALLOWED,
			"%s supports %s, not %s.", r.URL.Path, strings.Join(methods, ", "), r.Method))
		return
	}
	g.writeError(ctx, mux, m, w, r, fault.New(codes.NotFound, optionsv1.Reason_ROUTE_NOT_FOUND,
		"There is no path %s; /openapi.json lists all paths.", r.URL.Path))
}
