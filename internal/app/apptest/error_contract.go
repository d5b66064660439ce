package apptest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"

	"backoffice/internal/platform/rpc"
)

// commonReasons are the reasons that any request may fail with. The document lists them once, under
// `default`.
var commonReasons = []string{
	"ROUTE_NOT_FOUND", "METHOD_NOT_ALLOWED", "INTERNAL_FAULT", "DEADLINE_PASSED", "REQUEST_CANCELED",
}

// errorBody is the part of an error's JSON that is compared with the document.
type errorBody struct {
	Code    int
	Details []struct {
		Type   string `json:"@type"`
		Reason string
	}
}

func (e errorBody) reason() string {
	for _, d := range e.Details {
		if d.Reason != "" {
			return d.Reason
		}
	}
	return ""
}

// shape returns the sorted gRPC code and types of details, except ResourceInfo.
func (e errorBody) shape() string {
	kinds := []string{strconv.Itoa(e.Code)}
	for _, d := range e.Details {
		kind, isDetail := strings.CutPrefix(d.Type, "type.googleapis.com/google.rpc.")
		// Whether an error is about a record depends on the request, not on the reason.
		if isDetail && kind != "ResourceInfo" {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return strings.Join(kinds, " ")
}

// checkError compares an operation's error with the example in the document.
func checkError(op *Operation, code int, raw []byte) error {
	var got, documented errorBody
	if err := json.Unmarshal(raw, &got); err != nil {
		return err
	}
	reason := got.reason()
	if slices.Contains(commonReasons, reason) {
		return nil
	}
	example, ok := op.Example(strconv.Itoa(code), reason)
	if !ok {
		return fmt.Errorf("%s does not document %s under %d", op.ID, reason, code)
	}
	if err := json.Unmarshal(example, &documented); err != nil {
		return err
	}
	if got.shape() != documented.shape() {
		return fmt.Errorf("%s: got %s as %q, documented as %q", op.ID, reason, got.shape(), documented.shape())
	}
	return nil
}

// checkStatus compares a gRPC error with the example in the document.
func checkStatus(t testing.TB, method string, err error) {
	t.Helper()
	c, readErr := readContract()
	if readErr != nil {
		t.Fatal(readErr)
	}
	s, op := status.Convert(err), c.byMethod[method]
	if Reason(err) == 0 || op == nil {
		return // the caller canceled the request, or the method does not exist
	}
	raw, marshalErr := protojson.Marshal(s.Proto())
	if marshalErr == nil {
		marshalErr = checkError(op, rpc.HTTPCode(s), raw)
	}
	if marshalErr != nil {
		t.Errorf("%s: the error does not match the OpenAPI document: %v\n%.2000s", method, marshalErr, raw)
	}
}
