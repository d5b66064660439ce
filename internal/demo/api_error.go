package demo

import (
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
)

// apiError is an error response of the API.
type apiError struct {
	code    int
	message string
	reason  string
	fields  []string
	// blockers are the failed preconditions.
	blockers []string
}

// parseError parses an error response, which is a google.rpc.Status in JSON.
func parseError(code int, raw []byte) error {
	response := &statuspb.Status{}
	if err := protojson.Unmarshal(raw, response); err != nil {
		return fmt.Errorf("the server returned status %d without a reason: is it Backoffice?", code)
	}
	r := &apiError{code: code, message: response.GetMessage()}
	for _, detail := range status.FromProto(response).Details() {
		r.addDetail(detail)
	}
	return r
}

func (r *apiError) addDetail(detail any) {
	switch d := detail.(type) {
	case *errdetails.ErrorInfo:
		r.reason = d.GetReason()
	case *errdetails.BadRequest:
		for _, v := range d.GetFieldViolations() {
			r.fields = append(r.fields, v.GetField()+" "+v.GetDescription())
		}
	case *errdetails.PreconditionFailure:
		for _, v := range d.GetViolations() {
			r.blockers = append(r.blockers, v.GetDescription())
		}
	}
}

// Error returns the error as a single line.
func (r *apiError) Error() string {
	if len(r.fields) == 0 {
		return fmt.Sprintf("%d %s: %s", r.code, r.reason, r.message)
	}
	return fmt.Sprintf("%d %s: %s", r.code, r.reason, strings.Join(r.fields, "; "))
}
