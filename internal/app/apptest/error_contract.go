package apptest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// commonReasons may end every request; the document names them once, under `default`.
var commonReasons = []string{"ROUTE_NOT_FOUND", "METHOD_NOT_ALLOWED", "INTERNAL_FAULT", "DEADLINE_PASSED", "REQUEST_CANCELED"}

// sentError is what programs read of an error.
type sentError struct {
	Code    int
	Details []struct {
		Type   string `json:"@type"`
		Reason string
	}
}

func (e sentError) reason() string {
	for _, d := range e.Details {
		if d.Reason != "" {
			return d.Reason
		}
	}
	return ""
}

// shape is the error's gRPC code with the kinds of its details but for a record, sorted.
func (e sentError) shape() string {
	kinds := []string{strconv.Itoa(e.Code)}
	for _, d := range e.Details {
		kind, isDetail := strings.CutPrefix(d.Type, "type.googleapis.com/google.rpc.")
		// Only some of what a reason is about has a record, which the message names.
		if isDetail && kind != "ResourceInfo" {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return strings.Join(kinds, " ")
}

// holdError compares an operation's error with the example in the document.
func holdError(op *Operation, code int, raw []byte) error {
	var sent, shown sentError
	if err := json.Unmarshal(raw, &sent); err != nil {
		return err
	}
	reason := sent.reason()
	if slices.Contains(commonReasons, reason) {
		return nil
	}
	example, ok := op.Example(strconv.Itoa(code), reason)
	if !ok {
		return fmt.Errorf("%s does not document %s under %d", op.ID, reason, code)
	}
	if err := json.Unmarshal(example, &shown); err != nil {
		return err
	}
	if sent.shape() != shown.shape() {
		return fmt.Errorf("%s sends %s as %s and documents %s", op.ID, reason, sent.shape(), shown.shape())
	}
	return nil
}

// holdStatus is holdError of an error over gRPC.
func holdStatus(t testing.TB, method string, err error) {
	t.Helper()
	c, readErr := readContract()
	if readErr != nil {
		t.Fatal(readErr)
	}
	s, op := status.Convert(err), c.byMethod[method]
	if Reason(err) == 0 || op == nil {
		return // the caller gave it up, or there is no such method
	}
	code := runtime.HTTPStatusFromCode(s.Code())
	if Reason(err) == optionsv1.Reason_BODY_TOO_LARGE {
		code = http.StatusRequestEntityTooLarge
	}
	raw, marshalErr := protojson.Marshal(s.Proto())
	if marshalErr == nil {
		marshalErr = holdError(op, code, raw)
	}
	if marshalErr != nil {
		t.Errorf("%s does not refuse as documented: %v\n%.2000s", method, marshalErr, raw)
	}
}
