package demo

import (
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
)

// refusal is the server's no, with its reasons.
type refusal struct {
	code    int
	message string
	reason  string
	fields  []string
	// against is what speaks against it.
	against []string
}

// refusalOf reads an error answer: a google.rpc.Status in JSON.
func refusalOf(code int, raw []byte) error {
	answer := &statuspb.Status{}
	if err := protojson.Unmarshal(raw, answer); err != nil {
		return fmt.Errorf("the server answered %d and no reason: is it a Backoffice?", code)
	}
	r := &refusal{code: code, message: answer.GetMessage()}
	for _, detail := range status.FromProto(answer).Details() {
		r.note(detail)
	}
	return r
}

func (r *refusal) note(detail any) {
	switch d := detail.(type) {
	case *errdetails.ErrorInfo:
		r.reason = d.GetReason()
	case *errdetails.BadRequest:
		for _, v := range d.GetFieldViolations() {
			r.fields = append(r.fields, v.GetField()+" "+v.GetDescription())
		}
	case *errdetails.PreconditionFailure:
		for _, v := range d.GetViolations() {
			r.against = append(r.against, v.GetDescription())
		}
	}
}

// Error says all of it in one line.
func (r *refusal) Error() string {
	if len(r.fields) == 0 {
		return fmt.Sprintf("%d %s: %s", r.code, r.reason, r.message)
	}
	return fmt.Sprintf("%d %s: %s", r.code, r.reason, strings.Join(r.fields, "; "))
}
