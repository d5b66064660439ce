package mail

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var templates = resource.New(table.New("platform.email_templates",
	table.Text("email_kind", func(t *pb.EmailTemplate) *string { return &t.EmailKind }).Filter(),
	table.Text("language_code", func(t *pb.EmailTemplate) *string { return &t.LanguageCode }).Filter(),
	table.Text("subject", func(t *pb.EmailTemplate) *string { return &t.Subject }),
	table.Text("text", func(t *pb.EmailTemplate) *string { return &t.Text }),
	table.Text("html", func(t *pb.EmailTemplate) *string { return &t.Html }),
)).Open()

// CreateEmailTemplate creates a template.
func (s *Service) CreateEmailTemplate(
	ctx context.Context, req *pb.CreateEmailTemplateRequest,
) (*pb.EmailTemplate, error) {
	return templates.Create(ctx, s.db, req.GetEmailTemplate(), s.checkTemplate)
}

// GetEmailTemplate returns a template.
func (s *Service) GetEmailTemplate(ctx context.Context, req *pb.GetEmailTemplateRequest) (*pb.EmailTemplate, error) {
	return templates.Get(ctx, s.db, req.GetEmailTemplateId())
}

// BatchGetEmailTemplates returns several templates.
func (s *Service) BatchGetEmailTemplates(
	ctx context.Context, req *pb.BatchGetEmailTemplatesRequest,
) (*pb.BatchGetEmailTemplatesResponse, error) {
	list, err := templates.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetEmailTemplatesResponse{EmailTemplates: list}, err
}

// ListEmailTemplates lists templates.
func (s *Service) ListEmailTemplates(
	ctx context.Context, req *pb.ListEmailTemplatesRequest,
) (*pb.ListEmailTemplatesResponse, error) {
	page, err := templates.List(ctx, s.db, req)
	return &pb.ListEmailTemplatesResponse{
		EmailTemplates: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateEmailTemplate updates a template.
func (s *Service) UpdateEmailTemplate(
	ctx context.Context, req *pb.UpdateEmailTemplateRequest,
) (*pb.EmailTemplate, error) {
	return templates.Update(ctx, s.db, req.GetEmailTemplateId(), req.GetEmailTemplate(), req.GetUpdateMask(),
		s.checkTemplate)
}

// DeleteEmailTemplate deletes a template.
func (s *Service) DeleteEmailTemplate(
	ctx context.Context, req *pb.DeleteEmailTemplateRequest,
) (*emptypb.Empty, error) {
	return templates.Delete(ctx, s.db, req.GetEmailTemplateId())
}

// PreviewEmailTemplate renders a template with the given values.
func (s *Service) PreviewEmailTemplate(
	ctx context.Context, req *pb.PreviewEmailTemplateRequest,
) (*pb.EmailContent, error) {
	r := req.GetEmailTemplate()
	k, err := s.kindOf(r)
	if err != nil {
		return nil, underTemplate(err)
	}
	values, err := previewValues(k.Variables, req.GetVariables())
	if err != nil {
		return nil, err
	}
	content, err := preview(call.From(ctx), k, r, values)
	if err != nil {
		return nil, underTemplate(err)
	}
	return &pb.EmailContent{Subject: content.Subject, Text: content.Text, Html: content.HTML}, nil
}

// underTemplate returns an error about a template as one about the template in a request.
func underTemplate(err error) error {
	var violations fault.List
	if err := violations.Merge("emailTemplate", err); err != nil {
		return err
	}
	return violations.Err()
}

// ListEmailKinds lists the kinds of mail.
func (s *Service) ListEmailKinds(context.Context, *pb.ListEmailKindsRequest) (*pb.ListEmailKindsResponse, error) {
	out := &pb.ListEmailKindsResponse{}
	for _, name := range slices.Sorted(maps.Keys(s.kinds)) {
		out.EmailKinds = append(out.EmailKinds, s.kinds[name].toProto())
	}
	return out, nil
}

// kindOf returns the kind of mail of a template. It refuses an unknown kind or language, and a kind
// about security: with its texts, an organization could send anything to addresses of others.
func (s *Service) kindOf(r *pb.EmailTemplate) (Kind, error) {
	var violations fault.List
	k, known := s.kinds[r.GetEmailKind()]
	if !known {
		violations.Append(fault.At("emailKind", "is not a kind of email; GET /v1/emailKinds lists them"))
	}
	if !paper.IsLanguage(r.GetLanguageCode()) {
		violations.Append(fault.At("languageCode", "must be one of %s, optionally with a region, such as de-AT",
			strings.Join(paper.Languages(), ", ")))
	}
	if err := violations.Err(); err != nil {
		return k, err
	}
	if k.Security {
		return k, fault.InvalidFor(optionsv1.Reason_EMAIL_KIND_FIXED,
			fault.At("emailKind", "is a kind of email about security, whose texts cannot be replaced"))
	}
	return k, nil
}

// checkTemplate is the rule that refuses a template which cannot be rendered.
func (s *Service) checkTemplate(_ context.Context, tx *db.Tx, _, r *pb.EmailTemplate) error {
	k, err := s.kindOf(r)
	if err != nil {
		return err
	}
	_, err = preview(tx.Call(), k, r, template.Sample(k.Variables))
	return err
}

// preview renders a template with values. It reports the problems of all its texts.
func preview(c *call.Call, k Kind, r *pb.EmailTemplate, values template.Values) (*template.Content, error) {
	source := template.Source{Subject: r.GetSubject(), Text: r.GetText(), HTML: r.GetHtml()}
	parts := source.Parts()
	var problems []fault.Field
	for _, part := range []template.Part{template.SubjectPart, template.TextPart, template.HTMLPart} {
		if err := template.Check(parts[part], k.Variables); err != nil {
			problems = append(problems, invalidPart(part, err))
		}
	}
	if len(problems) > 0 {
		return nil, fault.InvalidFor(optionsv1.Reason_EMAIL_TEMPLATE_INVALID, problems...)
	}
	l := paper.NewLanguage(r.GetLanguageCode(), c.Organization.RegionCode, c.Organization.Zone)
	content, err := template.Render(source, k.Variables, values, l, c.Organization.DisplayName)
	// Rendering finds problems that the check does not, such as an open attribute in HTML.
	var failed *template.PartError
	if errors.As(err, &failed) {
		return nil, fault.InvalidFor(optionsv1.Reason_EMAIL_TEMPLATE_INVALID, invalidPart(failed.Part, failed.Err))
	}
	return content, err
}

// invalidPart reports the problem of a text at its field.
func invalidPart(part template.Part, err error) fault.Field {
	return fault.At(string(part), "is not a valid template: %s", err)
}

// organizationTexts returns the organization's templates of a kind of mail by language.
func organizationTexts(ctx context.Context, tx *db.Tx, kind string) (map[string]template.Source, error) {
	type row struct{ LanguageCode, Subject, Text, HTML string }
	rows, err := db.Collect[row](ctx, tx, `
select t.language_code, t.subject, t.text, t.html
from platform.email_templates t
where t.org_id = $1
and t.email_kind = $2`, tx.Call().Organization.ID, kind)
	out := map[string]template.Source{}
	for _, r := range rows {
		out[r.LanguageCode] = template.Source{Subject: r.Subject, Text: r.Text, HTML: r.HTML}
	}
	return out, err
}
