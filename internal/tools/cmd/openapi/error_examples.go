package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// violationsJSON describes, for each reason that concerns a request field, how to find such a
// field in an operation and what is wrong with it. Operations in which the reason concerns
// another field, or no field, are listed by operation ID.
//
//go:embed violations.json
var violationsJSON []byte

type violation struct {
	// Field is a pattern of the fields that the reason can concern. At is used if the operation
	// has no such field, for example for a field of the entry that it posts.
	Field string `json:"field"`
	At    string `json:"at"`
	// Of lists operations in which the reason concerns another field. Empty means no field, but
	// the state of a record.
	Of    map[string]string `json:"of"`
	Words string            `json:"words"`
}

// errorBody is the JSON body of an error.
type errorBody struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Details []any  `json:"details"`
}

const (
	detailPrefix = "type.googleapis.com/google.rpc."
	invalidCode  = 3
)

// grpcCodes maps HTTP statuses to gRPC codes.
var grpcCodes = map[int]int{
	400: 9, 401: 16, 403: 7, 404: 5, 405: 12, 409: 6, 412: 10, 413: 8, 415: 3, 429: 8, 460: 3, 499: 1, 500: 13,
	503: 14, 504: 4,
}

// abortedReasons are conflicts with another request rather than with a record.
var abortedReasons = []string{"ETAG_MISMATCH", "IDEMPOTENCY_KEY_REUSED", "UPLOAD_OFFSET_DIFFERS", "THUMBNAIL_PENDING"}

// addErrorExamples adds examples to each error status of each operation, one for each reason.
func addErrorExamples(api *api, doc *document) error {
	e := &errorExamples{api: api, violations: map[string]violation{}, shown: &ordered[*example]{}}
	if err := decode(violationsJSON, &e.violations); err != nil {
		return fmt.Errorf("violations.json: %w", err)
	}
	// Examples of the responses that operations share.
	var err error
	doc.eachExample(func(shared *example) {
		_, missing := e.add(strings.TrimPrefix(shared.Ref, exampleRef), "", "")
		err = errors.Join(err, missing)
	})
	err = errors.Join(err, e.checkOperations(doc))
	for _, m := range api.methods {
		op := doc.findOperation(camelPath(m.path), m.verb)
		for _, r := range op.Responses.values {
			err = errors.Join(err, e.addTo(m, op, r))
		}
	}
	slices.Sort(e.shown.keys)
	doc.Components.Examples = e.shown
	return err
}

// checkOperations rejects violations of operations that do not declare their reason.
func (e *errorExamples) checkOperations(doc *document) (err error) {
	declared := map[string]bool{}
	doc.eachOperation(func(_, _ string, op *operation) {
		for _, r := range op.Responses.values {
			for _, reason := range r.reasons {
				declared[op.OperationID+" "+reason] = true
			}
		}
	})
	for reason, v := range e.violations {
		for id := range v.Of {
			if !declared[id+" "+reason] {
				err = errors.Join(err, fmt.Errorf("violations.json: %s does not declare the reason %s", id, reason))
			}
		}
	}
	return err
}

const exampleRef = "#/components/examples/"

// errorExamples are the error examples that the document references.
type errorExamples struct {
	api        *api
	violations map[string]violation
	shown      *ordered[*example]
}

// addTo adds an example for each of its reasons to a response.
func (e *errorExamples) addTo(m *method, op *operation, r *response) error {
	if len(r.reasons) == 0 {
		return nil
	}
	list := &ordered[*example]{}
	for _, reason := range r.reasons {
		at, words := m.exampleViolation(op, reason, e.violations)
		name, err := e.add(reason, at, words)
		if err != nil {
			return err
		}
		list.set(reason, &example{Ref: exampleRef + name})
	}
	r.Content.values[jsonType].Examples = list
	return nil
}

// add adds the example of a reason for a field, or for none. The name contains both, so that
// operations with the same error share an example.
func (e *errorExamples) add(reason, at, words string) (name string, err error) {
	r, ok := e.api.reasons[reason]
	if !ok {
		return "", fmt.Errorf("unknown reason %s", reason)
	}
	name, body := reason, r.body(reason)
	if at != "" {
		name, body = reason+"."+strings.ReplaceAll(at, "[0]", ""), invalidBody(reason, at, words)
	}
	value, err := marshal(body)
	// The same field may be wrong in another way.
	for shown, taken := e.shown.get(name); taken && !bytes.Equal(shown.Value, value); shown, taken = e.shown.get(name) {
		name += "_other"
	}
	e.shown.set(name, &example{Summary: r.text, Value: value})
	return name, err
}

// exampleViolation returns the field of the operation that a reason concerns, and what is wrong
// with it.
func (m *method) exampleViolation(op *operation, reason string, violations map[string]violation) (at, words string) {
	switch {
	case reason == "FIELDS_INVALID":
		return m.invalidField(op)
	case reason == "BODY_INVALID" && m.body == "":
		return "body", "is not allowed for " + m.verb
	}
	v := violations[reason]
	if at, ok := v.Of[op.OperationID]; ok {
		return at, v.Words
	}
	if v.Field != "" {
		pattern := regexp.MustCompile(v.Field)
		for _, field := range append(op.queryNames(), m.bodyFields()...) {
			if pattern.MatchString(field) {
				return field, v.Words
			}
		}
	}
	if reason == "REFERENCE_NOT_FOUND" && m.attaches {
		return "Attach-Files[0]", "names a file that does not exist"
	}
	return v.At, v.Words
}

// queryNames returns the sorted names of the query parameters.
func (op *operation) queryNames() []string {
	var names []string
	for _, p := range op.Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	return names
}

// invalidField returns a field that the method validates, or else a header that all methods
// validate.
func (m *method) invalidField(op *operation) (at, words string) {
	if required := m.requiredFields(); len(required) > 0 {
		return required[0], "is required"
	}
	query := op.queryNames()
	for _, p := range op.Parameters {
		if f := requestField(m.descriptor.Input(), p.Name); p.In == "query" && p.Required && !f.IsList() {
			return p.Name, "is required"
		}
	}
	for i := range m.descriptor.Input().Fields().Len() {
		f := m.descriptor.Input().Fields().Get(i)
		switch name := f.JSONName(); {
		case !slices.Contains(query, name):
		case name == "pageSize":
			return name, "must not be negative"
		case isDate(f):
			return name, "must be a date such as \"2026-11-21\""
		case rulesOf(f) != nil && f.IsList():
			return name, "has more values than allowed"
		case rulesOf(f) != nil && f.Kind() == protoreflect.StringKind:
			return name, "is longer than allowed"
		}
	}
	if !m.reads {
		return "Idempotency-Key", "is longer than 255 characters"
	}
	return "Accept-Language", "must be printable ASCII"
}

func invalidBody(reason, at, words string) errorBody {
	violations := []any{map[string]string{"field": at, "description": words}}
	return errorBody{invalidCode, "The request is invalid: " + at + " " + words + ".", []any{
		errorInfo(reason),
		map[string]any{"@type": detailPrefix + "BadRequest", "fieldViolations": violations},
		requestInfo(),
	}}
}

// body returns the error of a reason that does not concern a field.
func (r reason) body(name string) errorBody {
	body := errorBody{grpcCodes[r.status], r.text, []any{errorInfo(name)}}
	add := func(kind string, more map[string]any) {
		more["@type"] = detailPrefix + kind
		body.Details = append(body.Details, more)
	}
	if r.status == http.StatusConflict && len(r.fields) > 0 {
		var violations []any
		for _, field := range r.fields {
			violations = append(violations, map[string]string{"field": field, "description": r.text})
		}
		add("BadRequest", map[string]any{"fieldViolations": violations})
	}
	switch r.status {
	case http.StatusBadRequest:
		violations := []any{map[string]string{"type": name, "description": r.text}}
		add("PreconditionFailure", map[string]any{"violations": violations})
	case http.StatusNotFound:
		add("ResourceInfo", map[string]any{"resourceName": "ven_01m7ys3zngevr88y42wdngtn4v"})
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		add("RetryInfo", map[string]any{"retryDelay": "1s"})
	}
	if slices.Contains(abortedReasons, name) {
		body.Code = 10
	}
	body.Details = append(body.Details, requestInfo())
	return body
}

func errorInfo(reason string) map[string]any {
	return map[string]any{"@type": detailPrefix + "ErrorInfo", "reason": reason, "domain": "backoffice"}
}

func requestInfo() map[string]any {
	return map[string]any{"@type": detailPrefix + "RequestInfo", "requestId": "req_01m7yt3v5de8fr9h9y4c6k1b2n"}
}
