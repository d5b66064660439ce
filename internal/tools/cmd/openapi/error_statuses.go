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

// errorStatus is an HTTP error status with its reasons.
type errorStatus struct {
	status  int
	reasons []string
	lines   []string
}

// sharedResponses are responses that operations share, by status and reasons.
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

// errorStatuses returns the error statuses of the method: those common to methods of its shape,
// and those that it declares.
func (a *api) errorStatuses(m *method, op *operation) ([]errorStatus, error) {
	var out []errorStatus
	seen := map[string]bool{}
	for _, name := range append(commonReasons(m, op), m.reasons...) {
		r, ok := a.reasons[name]
		if !ok {
			return nil, fmt.Errorf("unknown reason %s", name)
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		out = addReason(out, r.status, name, r.text)
		if name == "ETAG_MISMATCH" && acceptsEtag(m) {
			out = addReason(out, http.StatusPreconditionFailed, name,
				"`If-Match` does not match the current version of the record.")
		}
	}
	slices.SortStableFunc(out, func(x, y errorStatus) int { return x.status - y.status })
	return out, nil
}

func addReason(list []errorStatus, status int, name, text string) []errorStatus {
	i := slices.IndexFunc(list, func(r errorStatus) bool { return r.status == status })
	if i < 0 {
		i = len(list)
		list = append(list, errorStatus{status: status})
	}
	list[i].reasons = append(list[i].reasons, name)
	list[i].lines = append(list[i].lines, "- `"+name+"`: "+text)
	return list
}

// commonReasons returns the reasons of every method with the same shape.
func commonReasons(m *method, op *operation) []string {
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
	when(len(m.mediaTypes) > 0, "LINK_INVALID", "LINK_EXPIRED")
	when(!m.public, "CREDENTIAL_MISSING", "CREDENTIAL_INVALID")
	when(len(m.permissions) > 0, "PERMISSION_MISSING")
	when(strings.Contains(m.path, "{") || has("ids"), "RECORD_NOT_FOUND")
	when(choosesID(m), "ID_TAKEN")
	when(sets(m, "externalId"), "EXTERNAL_ID_TAKEN")
	when(sets(m, "customFields") || m.attaches, "REFERENCE_NOT_FOUND")
	when(sets(m, "customFields"), "REFERENCE_ARCHIVED")
	when(!m.reads && (acceptsEtag(m) || itemsHaveEtags(m)), "ETAG_MISMATCH")
	when(!m.reads, "IDEMPOTENCY_KEY_REUSED")
	return append(names, "RATE_LIMITED", "TEMPORARILY_UNAVAILABLE")
}

// choosesID reports whether the method creates a record with an ID that the caller can choose.
func choosesID(m *method) bool {
	if m.verb != http.MethodPost || m.body == "" || m.body == "*" {
		return false
	}
	record := m.descriptor.Input().Fields().ByName(protoreflect.Name(m.body)).Message()
	if record == nil {
		return false
	}
	id := record.Fields().ByName("id")
	return id != nil && hasBehavior(id, annotations.FieldBehavior_IDENTIFIER)
}

// sets reports whether the body of the method contains a record with the field.
func sets(m *method, field string) bool {
	return !m.reads && slices.ContainsFunc(m.bodyFields(), func(path string) bool {
		return path == field || strings.HasSuffix(path, "."+field)
	})
}

func (r errorStatus) response() *response {
	if name, ok := sharedResponses[strconv.Itoa(r.status)+" "+strings.Join(r.reasons, " ")]; ok {
		return &response{Ref: "#/components/responses/" + name}
	}
	content := &ordered[*mediaType]{}
	content.set(jsonType, &mediaType{Schema: &schema{Ref: schemaRef + "Error"}})
	content.set("application/problem+json", &mediaType{Schema: &schema{Ref: schemaRef + "Problem"}})
	return &response{
		Description: strings.TrimSpace(statusDescriptions[r.status]+" Reasons:") + "\n\n" + strings.Join(r.lines, "\n"),
		Content:     content,
		reasons:     r.reasons,
	}
}

var statusDescriptions = map[int]string{
	http.StatusForbidden:  "The caller's role or scopes do not allow the request.",
	http.StatusBadRequest: "The request is invalid, or the current state of the records does not allow it.",
	http.StatusNotFound:   "The record does not exist in the caller's organization.",
	http.StatusConflict:   "The request conflicts with a stored record or another request.",
}
