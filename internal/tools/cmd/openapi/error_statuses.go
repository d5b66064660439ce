package main

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// refusal is one HTTP status with the reasons for it.
type refusal struct {
	status  int
	reasons []string
	lines   []string
}

// sharedResponses are said once in the document, by their status and reasons.
var sharedResponses = map[string]string{
	"401 CREDENTIAL_MISSING CREDENTIAL_INVALID":     "Unauthenticated",
	"403 PERMISSION_MISSING":                        "PermissionDenied",
	"404 RECORD_NOT_FOUND":                          "NotFound",
	"409 ETAG_MISMATCH IDEMPOTENCY_KEY_REUSED":      "Conflicting",
	"412 ETAG_MISMATCH":                             "VersionDiffers",
	"413 BODY_TOO_LARGE":                            "TooLarge",
	"429 RATE_LIMITED":                              "RateLimited",
	"503 TEMPORARILY_UNAVAILABLE":                   "Unavailable",
	"503 TEMPORARILY_UNAVAILABLE ORGANIZATION_BUSY": "Busy",
}

// refusals are the ways in which the method may refuse, by status: those that its
// shape brings with it and those that it declares.
func (a *api) refusals(m *method, op *operation) ([]refusal, error) {
	var out []refusal
	seen := map[string]bool{}
	for _, name := range append(shapeReasons(m, op), m.reasons...) {
		r, ok := a.reasons[name]
		if !ok {
			return nil, fmt.Errorf("there is no reason %s", name)
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		out = addReason(out, r.status, name, r.text)
		if name == "ETAG_MISMATCH" {
			out = addReason(out, http.StatusPreconditionFailed, name, "`If-Match` names another version than the record's.")
		}
	}
	slices.SortStableFunc(out, func(x, y refusal) int { return x.status - y.status })
	return out, nil
}

func addReason(list []refusal, status int, name, text string) []refusal {
	i := slices.IndexFunc(list, func(r refusal) bool { return r.status == status })
	if i < 0 {
		i = len(list)
		list = append(list, refusal{status: status})
	}
	list[i].reasons = append(list[i].reasons, name)
	list[i].lines = append(list[i].lines, "- `"+name+"`: "+text)
	return list
}

// shapeReasons are the reasons that every method of the same shape has.
func shapeReasons(m *method, op *operation) []string {
	input := m.descriptor.Input()
	has := func(field protoreflect.Name) bool { return input.Fields().ByName(field) != nil }
	var names []string
	when := func(condition bool, reasons ...string) {
		if condition {
			names = append(names, reasons...)
		}
	}
	when(true, "FIELDS_INVALID", "BODY_INVALID", "QUERY_PARAMETER_INVALID")
	when(m.body != "", "BODY_TOO_LARGE")
	when(has("page_token"), "PAGE_TOKEN_INVALID")
	when(has("filter"), "FILTER_INVALID")
	when(has("order_by"), "ORDER_BY_INVALID")
	when(!m.public, "CREDENTIAL_MISSING", "CREDENTIAL_INVALID")
	when(len(m.permissions) > 0, "PERMISSION_MISSING")
	when(strings.Contains(m.path, "{") || has("ids"), "RECORD_NOT_FOUND")
	when(choosesID(m), "ID_TAKEN")
	when(!m.reads && takesEtag(m), "ETAG_MISMATCH")
	when(!m.reads, "IDEMPOTENCY_KEY_REUSED")
	return append(names, "RATE_LIMITED", "TEMPORARILY_UNAVAILABLE")
}

// choosesID says whether the method creates a record whose id the caller may choose.
func choosesID(m *method) bool {
	if m.verb != http.MethodPost || m.body == "" || m.body == "*" {
		return false
	}
	record := m.descriptor.Input().Fields().ByName(protoreflect.Name(m.body)).Message()
	if record == nil {
		return false
	}
	id := record.Fields().ByName("id")
	return id != nil && behaves(id, annotations.FieldBehavior_IDENTIFIER)
}

func (r refusal) response() *response {
	if name, ok := sharedResponses[strconv.Itoa(r.status)+" "+strings.Join(r.reasons, " ")]; ok {
		return &response{Ref: "#/components/responses/" + name}
	}
	content := &ordered[*mediaType]{}
	content.set(jsonType, &mediaType{Schema: &schema{Ref: schemaRef + "Error"}})
	content.set("application/problem+json", &mediaType{Schema: &schema{Ref: schemaRef + "Problem"}})
	return &response{
		Description: strings.TrimSpace(statusWords[r.status]+" Reasons:") + "\n\n" + strings.Join(r.lines, "\n"),
		Content:     content,
		reasons:     r.reasons,
	}
}

var statusWords = map[int]string{
	http.StatusForbidden:  "The caller's role or scopes do not allow it.",
	http.StatusBadRequest: "The request is invalid, or the state of things does not allow it.",
	http.StatusNotFound:   "There is no such record in the caller's organization.",
	http.StatusConflict:   "The request conflicts with what is stored.",
}
