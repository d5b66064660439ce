package apptest

import (
	"slices"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// WantRefused fails the test unless an error of a gRPC call has a reason, and violations of exactly
// the fields.
func WantRefused(t testing.TB, err error, reason optionsv1.Reason, fields ...string) {
	t.Helper()
	if Reason(err) != reason || !slices.Equal(Fields(err), fields) {
		t.Errorf("got %v at %v, want %s at %v", err, Fields(err), reason, fields)
	}
}

// Reason returns the reason in an error of a gRPC call, or 0.
func Reason(err error) optionsv1.Reason {
	for _, d := range status.Convert(err).Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok {
			return optionsv1.Reason(optionsv1.Reason_value[info.GetReason()])
		}
	}
	return 0
}

// Fields returns the paths of the field violations in an error of a gRPC call.
func Fields(err error) []string {
	var paths []string
	for _, d := range status.Convert(err).Details() {
		if bad, ok := d.(*errdetails.BadRequest); ok {
			for _, v := range bad.GetFieldViolations() {
				paths = append(paths, v.GetField())
			}
		}
	}
	return paths
}
