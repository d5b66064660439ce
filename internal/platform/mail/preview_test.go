package mail_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/structpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// previewOf previews a template that prints every variable of the kind statement.
func previewOf(t *testing.T, s sender, variables map[string]any) (*pb.EmailContent, error) {
	t.Helper()
	given, err := structpb.NewStruct(variables)
	if err != nil {
		t.Fatal(err)
	}
	return s.PreviewEmailTemplate(t.Context(), &pb.PreviewEmailTemplateRequest{
		EmailTemplate: &pb.EmailTemplate{
			EmailKind: "test.statement", LanguageCode: "de", Subject: "{{.customer}}",
			Text: "{{.total}} {{.due}} {{.link}} {{.count}}{{range .lines}}\n{{.text}}: {{.amount}}{{end}}",
		},
		Variables: given,
	})
}

// TestPreviewUsesGivenValues previews a template with values and, for those left out, examples.
func TestPreviewUsesGivenValues(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	got, err := previewOf(t, s, map[string]any{
		"customer": "Café <Nord>", "total": map[string]any{"amount": "12.50", "currencyCode": "EUR"}, "due": "2026-12-24",
		"count": "3", "lines": []any{map[string]any{"text": "Beans"}, map[string]any{}},
	})
	want := "12,50\u00a0EUR 24.12.2026 https://example.com/ 3\nBeans: 1.234,50\u00a0USD\nExample: 1.234,50\u00a0USD\n"
	if err != nil || got.GetSubject() != "Café <Nord>" || got.GetText() != want {
		t.Fatalf("got %q, %q, %v", got.GetSubject(), got.GetText(), err)
	}
	if !strings.Contains(got.GetHtml(), "Café &lt;Nord&gt;") {
		t.Errorf("the value is not escaped in %s", got.GetHtml())
	}
}

func TestPreviewRefusesWrongValues(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	for field, variables := range map[string]map[string]any{
		"variables.nmae":           {"nmae": "x"},
		"variables.customer":       {"customer": 5},
		"variables.total":          {"total": "12.50"},
		"variables.due":            {"due": "tomorrow"},
		"variables.seen":           {"seen": "2026-10-31"},
		"variables.link":           {"link": "javascript:alert(1)"},
		"variables.count":          {"count": "many"},
		"variables.lines":          {"lines": "x"},
		"variables.lines[0]":       {"lines": []any{"x"}},
		"variables.lines[1].color": {"lines": []any{map[string]any{}, map[string]any{"color": "red"}}},
	} {
		_, err := previewOf(t, s, variables)
		apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, field)
	}
	_, err := previewOf(t, s, map[string]any{
		"total": map[string]any{"amount": "1.234", "currencyCode": "USD"}, "due": "x",
	})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "variables.due", "variables.total")
}
