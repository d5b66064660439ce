package app_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// platformFixtures are the fixtures of the platform's kinds of record by the message's full name.
var platformFixtures = map[string]fixture{
	"backoffice.platform.v1.Organization": {
		create: func(_ *testing.T, o *apptest.Organization) string { return o.Organization.GetId() },
		patch:  &platformv1.Organization{DisplayName: "Acme & Sons"}, fields: []string{"display_name"},
		immutable: &platformv1.Organization{CurrencyCode: "EUR"},
	},
	"backoffice.platform.v1.Person": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &platformv1.Person{DisplayName: uniqueName("Pat"), Email: uniqueCode() + "@acme.example"}
		},
		patch: &platformv1.Person{GivenName: "Patricia"}, fields: []string{"given_name"},
	},
	"backoffice.platform.v1.ApiKey": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &platformv1.ApiKey{DisplayName: uniqueName("Key"), Role: platformv1.ApiKey_AUDITOR,
				Scopes: []string{"finance.*"}}
		},
		patch: &platformv1.ApiKey{DisplayName: "Renamed"}, fields: []string{"display_name"},
		immutable: &platformv1.ApiKey{Role: platformv1.ApiKey_OWNER},
	},
	"backoffice.platform.v1.CustomField": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &platformv1.CustomField{Resource: "vendors", Key: uniqueCode(), DisplayName: "Color",
				Type: platformv1.CustomField_TEXT}
		},
		patch: &platformv1.CustomField{DisplayName: "Hue"}, fields: []string{"display_name"},
		immutable: &platformv1.CustomField{Resource: "projects"},
	},
	"backoffice.platform.v1.Event": {
		create: func(t *testing.T, o *apptest.Organization) string {
			list, err := platformv1.NewHistoryServiceClient(o).ListEvents(t.Context(), &platformv1.ListEventsRequest{})
			if err != nil || len(list.GetEvents()) == 0 {
				t.Fatalf("no events: %v", err)
			}
			return list.GetEvents()[0].GetId()
		},
	},
	"backoffice.platform.v1.File": {
		create: func(t *testing.T, o *apptest.Organization) string {
			f, err := platformv1.NewFilesServiceClient(o).UploadFile(t.Context(),
				&platformv1.UploadFileRequest{FileName: "a.txt", Content: []byte(uniqueName("bytes"))})
			if err != nil {
				t.Fatal(err)
			}
			return f.GetId()
		},
	},
	"backoffice.platform.v1.Schedule": {create: createSchedule},
	"backoffice.platform.v1.NumberSeries": {
		create: func(t *testing.T, o *apptest.Organization) string {
			list, err := platformv1.NewNumberSeriesServiceClient(o).ListNumberSeries(t.Context(),
				&platformv1.ListNumberSeriesRequest{})
			if err != nil {
				t.Fatal(err)
			}
			return list.GetNumberSeries()[0].GetId()
		},
		patch: &platformv1.NumberSeries{Format: "JE-{NUMBER:6}"}, fields: []string{"format"},
	},
	"backoffice.platform.v1.Holiday": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &platformv1.Holiday{DisplayName: uniqueName("Closure"), Date: uniqueDate()}
		},
		patch: &platformv1.Holiday{DisplayName: "Company day"}, fields: []string{"display_name"},
	},
	"backoffice.platform.v1.Operation": {create: createOperation},
	"backoffice.platform.v1.Attachment": {
		record: func(t *testing.T, o *apptest.Organization) proto.Message {
			return &platformv1.Attachment{SubjectId: o.Owner.GetId(), FileId: upload(t, o, "a.txt", uniqueName("bytes"))}
		},
		patch: &platformv1.Attachment{Purpose: "receipt"}, fields: []string{"purpose"},
		immutable: &platformv1.Attachment{SubjectId: "prs_01k9zzzzzzzzzzzzzzzzzzzzzz"},
	},
	"backoffice.platform.v1.Comment": {
		record: func(_ *testing.T, o *apptest.Organization) proto.Message {
			return &platformv1.Comment{SubjectId: o.Owner.GetId(),
				BodyMarkdown: uniqueName("Welcome") + ", @[" + o.Owner.GetId() + "]"}
		},
		patch: &platformv1.Comment{BodyMarkdown: "Welcome back"}, fields: []string{"body_markdown"},
		immutable: &platformv1.Comment{SubjectId: "prs_01k9zzzzzzzzzzzzzzzzzzzzzz"},
	},
	"backoffice.platform.v1.Label": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &platformv1.Label{DisplayName: uniqueName("Label"), Color: "#1f6feb"}
		},
		patch: &platformv1.Label{Description: "When it cannot wait."}, fields: []string{"description"},
	},
	"backoffice.platform.v1.Absence": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &platformv1.Absence{StartDate: "2026-12-21", EndDate: "2026-12-31", Message: uniqueName("Away")}
		},
		patch: &platformv1.Absence{Message: "Back on January 4."}, fields: []string{"message"},
	},
	"backoffice.platform.v1.Watcher": {create: createWatcher},
	"backoffice.platform.v1.AcknowledgmentRequest": {
		record: func(_ *testing.T, o *apptest.Organization) proto.Message {
			return &platformv1.AcknowledgmentRequest{SubjectId: o.Owner.GetId(), DueDate: "2026-12-31", Everyone: true,
				Message: uniqueName("Please read")}
		},
	},
	"backoffice.platform.v1.ApprovalPolicy": {
		record: func(_ *testing.T, o *apptest.Organization) proto.Message { return approvalPolicy(o) },
		patch:  &platformv1.ApprovalPolicy{Condition: "amount > 20000"}, fields: []string{"condition"},
		immutable: &platformv1.ApprovalPolicy{ApprovalKind: "finance.other"},
	},
	"backoffice.platform.v1.ApprovalRequest": {create: createApprovalRequest},
	"backoffice.platform.v1.SentEmail":       {create: createSentEmail},
	"backoffice.platform.v1.Notification":    {create: createNotification},
	"backoffice.platform.v1.Device": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &platformv1.Device{DisplayName: uniqueName("Server"), Transport: platformv1.Device_WEBHOOK,
				Endpoint: "https://hooks.acme.example/" + uniqueCode()}
		},
	},
	"backoffice.platform.v1.EmailSuppression": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &platformv1.EmailSuppression{Email: uniqueCode() + "@acme.example"}
		},
	},
	"backoffice.platform.v1.EmailTemplate": {
		record: func(_ *testing.T, o *apptest.Organization) proto.Message {
			return &platformv1.EmailTemplate{
				EmailKind: "platform.notification", LanguageCode: nextLanguage(o), Subject: "{{.title}}", Text: "{{.title}}",
			}
		},
		patch: &platformv1.EmailTemplate{Text: "News: {{.title}}."}, fields: []string{"text"},
		immutable: &platformv1.EmailTemplate{LanguageCode: "xx"},
	},
	"backoffice.platform.v1.InboundAddress": {
		record: func(_ *testing.T, o *apptest.Organization) proto.Message {
			return &platformv1.InboundAddress{DisplayName: uniqueName("Inbox"), OwnerId: o.Owner.GetId()}
		},
		patch: &platformv1.InboundAddress{DisplayName: "Office"}, fields: []string{"display_name"},
		immutable: &platformv1.InboundAddress{Purpose: "BILLS"},
	},
	"backoffice.platform.v1.InboundMessage": {create: createInboundMessage},
	"backoffice.platform.v1.SenderAddress": {
		record: func(*testing.T, *apptest.Organization) proto.Message {
			return &platformv1.SenderAddress{Email: uniqueCode() + "@acme.example", DisplayName: "Acme"}
		},
		patch: &platformv1.SenderAddress{DisplayName: "Acme & Sons"}, fields: []string{"display_name"},
		immutable: &platformv1.SenderAddress{Email: "other@acme.example"},
	},
}
