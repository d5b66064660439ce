package main

import (
	"fmt"
	"strconv"
)

// addResponses lists the success response and the error statuses with their reasons.
func addResponses(api *api, m *method, op *operation) error {
	success, ok := op.Responses.get("200")
	if !ok {
		return fmt.Errorf("has no 200 response")
	}
	completeOKResponse(m, success)
	responses := &ordered[*response]{}
	responses.set("200", success)
	if m.reads && returnsEtag(m) {
		responses.set("304", &response{Description: "The record has not changed since the version in `If-None-Match`."})
	}
	refusals, err := api.errorStatuses(m, op)
	if err != nil {
		return err
	}
	for _, r := range refusals {
		responses.set(strconv.Itoa(r.status), r.response())
	}
	responses.set("default", &response{Ref: "#/components/responses/Error"})
	op.Responses = responses
	if len(m.reasons) > 0 {
		op.Reasons = &ordered[string]{}
		for _, name := range m.reasons {
			op.Reasons.set(name, api.reasons[name].text)
		}
	}
	return nil
}

func completeOKResponse(m *method, success *response) {
	success.Description = firstSentence(comment(m.descriptor.Output())) + "."
	if m.descriptor.Output().FullName() == "google.protobuf.Empty" {
		success.Description = "The request succeeded. The body is an empty object."
	}
	if len(m.mediaTypes) > 0 {
		success.Description = "The file."
		success.Content = fileContent(m.mediaTypes)
	}
	success.Headers = &ordered[*header]{}
	add := func(name, component string) {
		success.Headers.set(name, &header{Ref: "#/components/headers/" + component})
	}
	if len(m.mediaTypes) > 0 {
		add("Content-Disposition", "ContentDisposition")
	}
	if returnsEtag(m) {
		add("ETag", "ETag")
	}
	if !m.reads {
		add("Idempotency-Replayed", "IdempotencyReplayed")
	}
	add("X-Request-Id", "RequestId")
}

// fileContent returns the content of a binary file in one of the media types.
func fileContent(mediaTypes []string) *ordered[*mediaType] {
	content := &ordered[*mediaType]{}
	for _, name := range mediaTypes {
		content.set(name, &mediaType{Schema: &schema{Type: "string", Format: "binary"}})
	}
	return content
}
