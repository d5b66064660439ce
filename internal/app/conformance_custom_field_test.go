package app_test

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// customFields checks that the values of custom fields are stored, validated, merged, filtered and
// ordered.
func (s suite) customFields() {
	if !fieldsOf(s.k.message)["custom_fields"] {
		return
	}
	s.defineCustomFields()
	a, b, c := s.createAndRead(), s.createAndRead(), s.createAndRead()
	budget := map[string]any{"amount": "100.50", "currencyCode": "USD"}
	person := s.o.Owner.GetId()
	stored := s.setCustom(a, map[string]any{
		"note": " Zürich ", "hours": 7.5, "budget": map[string]any{"amount": "100.5"}, "due": "2026-11-21",
		"color": "red", "lead": person, "vendor": createFor(s.t, s.o, "ven"),
	})
	s.checkCustom(stored, map[string]any{"note": "Zürich", "hours": "7.5", "budget": budget, "color": "red"})
	s.checkEvent(a, ".updated")
	merged := s.setCustom(a, map[string]any{"note": nil, "hours": "-10.25"})
	s.checkCustom(merged, map[string]any{"note": nil, "hours": "-10.25", "budget": budget})
	s.checkCustom(s.read(text(a, "id")), map[string]any{"note": nil, "hours": "-10.25", "due": "2026-11-21"})
	s.setCustom(b, map[string]any{"hours": "9", "color": "green", "note": "Basel"})
	s.checkCustomViolations(a)
	s.filterByCustomFields(text(a, "id"), text(b, "id"))
	s.orderByCustomField(text(a, "id"), text(b, "id"), text(c, "id"))
	s.createWithCustomFields()
}

// defineCustomFields defines a custom field of each type.
func (s suite) defineCustomFields() {
	client := platformv1.NewCustomFieldsServiceClient(s.o)
	for key, f := range map[string]*platformv1.CustomField{
		"note": {Type: platformv1.CustomField_TEXT}, "hours": {Type: platformv1.CustomField_NUMBER},
		"budget": {Type: platformv1.CustomField_MONEY}, "due": {Type: platformv1.CustomField_DATE},
		"color": {Type: platformv1.CustomField_CHOICE, Choices: []*platformv1.CustomField_Choice{
			{Value: "red"}, {Value: "green"}, {Value: "blue", Archived: true}}},
		"lead":   {Type: platformv1.CustomField_PERSON},
		"vendor": {Type: platformv1.CustomField_RECORD, ReferencedResource: "vendors"},
	} {
		f.Resource, f.Key, f.DisplayName = s.k.option.GetCollection(), key, key
		if _, err := client.CreateCustomField(s.t.Context(),
			&platformv1.CreateCustomFieldRequest{CustomField: f}); err != nil {
			s.t.Fatal(err)
		}
	}
}

// setCustom updates custom fields of a record.
func (s suite) setCustom(record protoreflect.Message, values map[string]any) protoreflect.Message {
	s.t.Helper()
	updated, err := s.tryCustom(record, values)
	if err != nil {
		s.t.Fatalf("%v: %v", values, err)
	}
	return updated
}

func (s suite) tryCustom(record protoreflect.Message, values map[string]any) (protoreflect.Message, error) {
	s.t.Helper()
	custom, err := structpb.NewStruct(values)
	if err != nil {
		s.t.Fatal(err)
	}
	patch := empty(s.k.message)
	set(patch, "custom_fields", custom)
	return s.updateFields(record, patch, "custom_fields")
}

// checkCustom checks some custom values of a record; nil means that it has none.
func (s suite) checkCustom(record protoreflect.Message, want map[string]any) {
	s.t.Helper()
	got := record.Get(s.k.message.Fields().ByName("custom_fields")).Message().Interface().(*structpb.Struct)
	for key, value := range want {
		if fmt.Sprint(got.AsMap()[key]) != fmt.Sprint(value) {
			s.t.Errorf("got the custom fields %v, want %s to be %v", got, key, value)
		}
	}
}

// checkCustomViolations checks that invalid values are rejected together, each at its path.
func (s suite) checkCustomViolations(record protoreflect.Message) {
	invalid := map[string]any{
		"nonsense": "x", "hours": "many", "budget": map[string]any{"amount": 5}, "due": "2026-02-30", "color": "blue",
		"lead": id.Format("prs", id.New()), "vendor": s.o.Owner.GetId(), "note": strings.Repeat("x", 501),
	}
	_, err := s.tryCustom(record, invalid)
	if got := apptest.Fields(err); len(got) != len(invalid) {
		s.t.Errorf("got the violations %v, want %d", got, len(invalid))
	}
	for key := range invalid {
		if got := apptest.Fields(err); !slices.Contains(got, "customFields."+key) {
			s.t.Errorf("got the violations %v, want one of %s", got, key)
		}
	}
}

// filterByCustomFields filters records, of which a has -10.25 hours and is red, and b has 9.
func (s suite) filterByCustomFields(a, b string) {
	for filter, want := range map[string]string{
		`custom.hours > 8`: b, `custom.hours <= -10.25`: a, `custom.hours = 9`: b, `custom.color = "red"`: a,
		`custom.budget >= 100.5`: a, `custom.due < "2026-11-22"`: a, `custom.note:"base"`: b, `custom.note = "Bas*"`: b,
		`custom.lead:*`: a, `custom.lead = "` + s.o.Owner.GetId() + `"`: a,
		`custom.hours:* AND custom.color != "red"`: b, `NOT custom.hours > 8 AND custom.hours:*`: a,
	} {
		s.checkFound(filter, want)
	}
	for _, filter := range []string{
		`custom.nonsense = 1`, `custom.hours = "many"`, `custom.lead > "prs_1"`, `custom.hours:9`, `custom.due = "soon"`,
	} {
		_, err := s.call("List", map[string]any{"filter": filter})
		s.wantError(err, codes.InvalidArgument, optionsv1.Reason_FILTER_INVALID)
	}
}

// orderByCustomField pages through all records by hours: a has -10.25, b has 9, and others have
// none and come last.
func (s suite) orderByCustomField(a, b, c string) {
	for order, first := range map[string][]string{"custom.hours": {a, b}, "custom.hours desc": {b, a}} {
		var got []string
		for token := ""; ; {
			response, err := s.call("List", map[string]any{"order_by": order, "page_size": int32(1), "page_token": token})
			if err != nil {
				s.t.Fatalf("%s: %v", order, err)
			}
			got = append(got, s.ids(response)...)
			if token = text(response, "next_page_token"); token == "" {
				break
			}
		}
		all, err := s.call("List", map[string]any{"page_size": int32(500)})
		if err != nil {
			s.t.Fatal(err)
		}
		if !slices.Equal(got[:2], first) || !slices.Contains(got[2:], c) || len(got) != len(s.ids(all)) {
			s.t.Errorf("%s: got %v, want %v first and then the others of %v", order, got, first, s.ids(all))
		}
	}
	for _, order := range []string{"custom.nonsense", "custom.lead", "custom.hours sideways"} {
		_, err := s.call("List", map[string]any{"order_by": order})
		s.wantError(err, codes.InvalidArgument, optionsv1.Reason_ORDER_BY_INVALID)
	}
}

// createWithCustomFields creates a record with a custom value, and checks that a required field
// must be set.
func (s suite) createWithCustomFields() {
	if s.k.methods["Create"] == nil {
		return
	}
	fields := s.createRequest()
	custom, err := structpb.NewStruct(map[string]any{"hours": "1000"})
	if err != nil {
		s.t.Fatal(err)
	}
	set(fields[s.k.singular].(proto.Message).ProtoReflect(), "custom_fields", custom)
	made, err := s.call("Create", fields)
	if err != nil {
		s.t.Fatalf("create: %v", err)
	}
	s.checkCustom(made, map[string]any{"hours": "1000"})
	s.checkFound("custom.hours > 100", text(made, "id"))
	if s.k.methods["Delete"] != nil {
		if _, err := s.call("Delete", map[string]any{
			s.k.singular + "_id": text(made, "id"), "etag": text(made, "etag")}); err != nil {
			s.t.Errorf("deleting a record with a custom value: %v", err)
		}
	}
}
