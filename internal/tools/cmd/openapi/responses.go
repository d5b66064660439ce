package main

import (
	"fmt"
	"strconv"
)

// addResponses lists the answer and, status by status, the refusals with their reasons.
func addResponses(api *api, m *method, op *operation) error {
	answer, ok := op.Responses.get("200")
	if !ok {
		return fmt.Errorf("has no answer")
	}
	completeAnswer(m, answer)
	responses := &ordered[*response]{}
	responses.set("200", answer)
	if m.reads && answersEtag(m) {
		responses.set("304", &response{Description: "Unchanged since the version in `If-None-Match`."})
	}
	refusals, err := api.refusals(m, op)
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

func completeAnswer(m *method, answer *response) {
	answer.Description = firstSentence(comment(m.descriptor.Output())) + "."
	if m.descriptor.Output().FullName() == "google.protobuf.Empty" {
		answer.Description = "Done; the body is an empty object."
	}
	if len(m.mediaTypes) > 0 {
		answer.Description = "The file."
		answer.Content = fileContent(m.mediaTypes)
	}
	answer.Headers = &ordered[*header]{}
	add := func(name, component string) {
		answer.Headers.set(name, &header{Ref: "#/components/headers/" + component})
	}
	if len(m.mediaTypes) > 0 {
		add("Content-Disposition", "ContentDisposition")
	}
	if answersEtag(m) {
		add("ETag", "ETag")
	}
	if !m.reads {
		add("Idempotency-Replayed", "IdempotencyReplayed")
	}
	add("X-Request-Id", "RequestId")
}

// fileContent is the bytes of a file of one of the media types.
func fileContent(mediaTypes []string) *ordered[*mediaType] {
	content := &ordered[*mediaType]{}
	for _, name := range mediaTypes {
		content.set(name, &mediaType{Schema: &schema{Type: "string", Format: "binary"}})
	}
	return content
}
