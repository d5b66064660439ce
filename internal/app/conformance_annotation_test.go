package app_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
)

// kindsWithoutAnnotations are the resources without metadata and external_id, each with the reason.
var kindsWithoutAnnotations = map[string]string{
	"acknowledgmentRequests": "they are on a record, which can be annotated",
	"approvalRequests":       "they are on a record, which can be annotated",
	"attachments":            "they are on a record, which can be annotated",
	"comments":               "they are on a record, which can be annotated",
	"documentLinks":          "they are of a document, which can be annotated",
	"paymentProviderEvents":  "the provider sends them; their checkout can be annotated",
	"payouts":                "the provider reports them; their account can be annotated",
	"devices":                "a device is a way to reach a person",
	"notifications":          "the server creates them; their subject can be annotated",
	"holidays":               "a holiday is a day of the calendar",
	"labels":                 "a label annotates records itself",
	"numberSeries":           "the server defines them; a series is its own identifier",
	"schedules":              "each belongs to a record, which can be annotated",
	"watchers":               "they are on a record, which can be annotated",
	"receivables":            "the server creates them with their document, which can be annotated",
	"dunningNotices":         "a run creates them; their invoices and customers can be annotated",
	"customerCredits":        "the server creates them with their document, which can be annotated",
	"accountRoles":           "the server defines them; a role is its own identifier",
	"accountingPeriods":      "the server creates them with their fiscal year, which can be annotated",
	"bankStatements":         "the server creates them with their import, which can be annotated",
	"emailSuppressions":      "a suppression is an address",
	"emailTemplates":         "a template is the text of a kind of email",
	"inboundAddresses":       "an inbound address is an address",
	"inboundMessages":        "they arrive by email; the record that one is filed on can be annotated",
	"senderAddresses":        "a sender is an address",
	"sentEmails":             "the server creates them; their subject can be annotated",
	"events":                 "the history never changes",
	"files":                  "a file is the content of other records, which can be annotated",
	"journalLines":           "posted lines never change; their entry can be annotated",
	"journalSeals":           "the server seals the books with them, and they never change",
	"operations":             "they report the progress of a request and are short-lived",
	"timers":                 "a timer is short-lived, and its time entries can be annotated",
	"organizations":          "an organization is the only record of its kind",
}

// TestResourcesHaveAnnotations checks that every resource has metadata, external_id and
// custom_fields, or a reason why not.
func TestResourcesHaveAnnotations(t *testing.T) {
	t.Parallel()
	for _, k := range kinds() {
		fields := fieldsOf(k.message)
		has, reason := fields["metadata"] && fields["external_id"], kindsWithoutAnnotations[k.option.GetCollection()]
		if has == (reason != "") {
			t.Errorf("%s: got annotations %v, and the reason against them %q", k.option.GetCollection(), has, reason)
		}
		if has != fields["custom_fields"] && k.option.GetCollection() != "customFields" {
			t.Errorf("%s: got custom fields %v, want %v", k.option.GetCollection(), fields["custom_fields"], has)
		}
		if has && k.methods["Update"] == nil {
			t.Errorf("%s: got annotations and no Update method", k.option.GetCollection())
		}
	}
}

// annotations checks that metadata and the external id of a record are stored, merged and
// validated.
func (s suite) annotations() {
	if !fieldsOf(s.k.message)["metadata"] {
		return
	}
	made := s.createAnnotated()
	s.checkMetadata(made, map[string]string{"order": "4711", "city": "Zürich"})
	same := s.annotate(made, map[string]string{"order": "4711"}, "metadata")
	if text(same, "etag") != text(made, "etag") {
		s.t.Errorf("the same metadata: got the etag %s, want %s", text(same, "etag"), text(made, "etag"))
	}
	merged := s.annotate(made, map[string]string{"order": "4712", "camelCase": "1"}, "metadata")
	s.checkMetadata(merged, map[string]string{"order": "4712", "city": "Zürich", "camelCase": "1"})
	s.checkEvent(made, ".updated")
	one := s.annotate(merged, map[string]string{"order": "ignored", "camelCase": "2", "a.b": "3"},
		"metadata.camelCase", "metadata.a.b")
	s.checkMetadata(one, map[string]string{"order": "4712", "city": "Zürich", "camelCase": "2", "a.b": "3"})
	fewer := s.annotate(one, map[string]string{"order": "", "city": "Basel"}, "metadata", "metadata.a.b")
	s.checkMetadata(fewer, map[string]string{"city": "Basel", "camelCase": "2"})
	s.checkMetadata(s.read(text(made, "id")), map[string]string{"city": "Basel", "camelCase": "2"})
	s.checkMetadata(s.annotate(fewer, nil, "metadata"), nil)
	s.checkMetadataLimits(made)
	s.checkExternalID()
}

// createAnnotated creates a record with metadata and an external id.
func (s suite) createAnnotated() protoreflect.Message {
	s.t.Helper()
	pairs, external := map[string]string{"order": "4711", "city": "Zürich"}, uniqueCode()
	if s.k.methods["Create"] == nil {
		return s.annotate(s.createAndRead(), pairs, "metadata")
	}
	fields := s.createRequest()
	record := fields[s.k.singular].(proto.Message).ProtoReflect()
	withEmpty := maps.Clone(pairs)
	withEmpty["empty"] = ""
	set(record, "metadata", withEmpty)
	set(record, "external_id", external)
	made, err := s.call("Create", fields)
	if err != nil {
		s.t.Fatalf("create: %v", err)
	}
	if got := text(made, "external_id"); got != external {
		s.t.Errorf("got the external id %q, want %q", got, external)
	}
	return made
}

// annotate updates the metadata of a record.
func (s suite) annotate(record protoreflect.Message, pairs map[string]string, paths ...string) protoreflect.Message {
	s.t.Helper()
	patch := empty(s.k.message)
	set(patch, "metadata", pairs)
	updated, err := s.updateFields(record, patch, paths...)
	if err != nil {
		s.t.Fatalf("%v with the mask %v: %v", pairs, paths, err)
	}
	return updated
}

// updateFields updates the fields of a record that the paths name.
func (s suite) updateFields(record, patch protoreflect.Message, paths ...string) (protoreflect.Message, error) {
	current := s.read(text(record, "id"))
	set(patch, "etag", text(current, "etag"))
	return s.call("Update", map[string]any{s.k.singular + "_id": text(record, "id"),
		s.k.singular: patch.Interface(), "update_mask": maskOf(s, paths)})
}

func (s suite) checkMetadata(record protoreflect.Message, want map[string]string) {
	s.t.Helper()
	got := map[string]string{}
	record.Get(s.k.message.Fields().ByName("metadata")).Map().Range(
		func(key protoreflect.MapKey, value protoreflect.Value) bool {
			got[key.String()] = value.String()
			return true
		})
	if !maps.Equal(got, want) {
		s.t.Errorf("got the metadata %v, want %v", got, want)
	}
}

// checkMetadataLimits checks that too many pairs and too long keys and values are rejected.
func (s suite) checkMetadataLimits(record protoreflect.Message) {
	many := map[string]string{}
	for i := range 51 {
		many[fmt.Sprint("key", i)] = "1"
	}
	long := strings.Repeat("k", 41)
	for field, pairs := range map[string]map[string]string{
		"metadata": many, "metadata." + long: {long: "1"}, "metadata.key": {"key": strings.Repeat("v", 501)},
		"metadata.nul": {"nul": "a\x00"},
	} {
		patch := empty(s.k.message)
		set(patch, "metadata", pairs)
		_, err := s.updateFields(record, patch, "metadata")
		s.wantError(err, codes.InvalidArgument, optionsv1.Reason_FIELDS_INVALID)
		if got := apptest.Fields(err); !slices.Contains(got, field) {
			s.t.Errorf("got the violations %v, want one of %s", got, field)
		}
	}
}

// checkExternalID checks that external ids are unique and can be filtered by.
func (s suite) checkExternalID() {
	first, second, external := s.createAndRead(), s.createAndRead(), "erp "+uniqueCode()
	patch := empty(s.k.message)
	set(patch, "external_id", external)
	if got, err := s.updateFields(first, patch, "external_id"); err != nil || text(got, "external_id") != external {
		s.t.Fatalf("got %v, %v, want the external id %s", got, err, external)
	}
	_, err := s.updateFields(second, patch, "external_id")
	s.wantError(err, codes.AlreadyExists, optionsv1.Reason_EXTERNAL_ID_TAKEN)
	s.wantRecord(err, text(first, "id"))
	if got := apptest.Fields(err); !slices.Equal(got, []string{"externalId"}) {
		s.t.Errorf("got the violations %v, want externalId", got)
	}
	if s.k.methods["Create"] != nil {
		fields := s.createRequest()
		set(fields[s.k.singular].(proto.Message).ProtoReflect(), "external_id", external)
		_, err := s.call("Create", fields)
		s.wantError(err, codes.AlreadyExists, optionsv1.Reason_EXTERNAL_ID_TAKEN)
		s.wantRecord(err, text(first, "id"))
	}
	s.checkFound(fmt.Sprintf("external_id = %q", external), text(first, "id"))
	both := fmt.Sprintf("(id = %q OR id = %q) AND ", text(first, "id"), text(second, "id"))
	s.checkFound(both+`external_id = ""`, text(second, "id"))
	s.checkFound(both+`external_id:*`, text(first, "id"))
	if _, err := s.updateFields(first, empty(s.k.message), "external_id"); err != nil {
		s.t.Errorf("removing the external id: %v", err)
	}
	if _, err := s.updateFields(second, patch, "external_id"); err != nil {
		s.t.Errorf("the external id that became free: %v", err)
	}
}

// wantRecord checks that an error contains the record with an identifier.
func (s suite) wantRecord(err error, key string) {
	s.t.Helper()
	for _, d := range status.Convert(err).Details() {
		if m, ok := d.(proto.Message); ok && m.ProtoReflect().Descriptor() == s.k.message {
			if got := text(m.ProtoReflect(), "id"); got != key {
				s.t.Errorf("got the record %s in the error, want %s", got, key)
			}
			return
		}
	}
	s.t.Errorf("got %v, want the record in the error", err)
}

// checkFound checks that a filter finds one record.
func (s suite) checkFound(filter, key string) {
	s.t.Helper()
	response, err := s.call("List", map[string]any{"filter": filter})
	if err != nil {
		s.t.Fatalf("%s: %v", filter, err)
	}
	if got := s.ids(response); !slices.Equal(got, []string{key}) {
		s.t.Errorf("%s: got %v, want %s", filter, got, key)
	}
}
