package quotes

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/invoicing"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// target is a record that a conversion may create besides the invoice and the project.
type target struct {
	field, id string
	create    func(ctx context.Context, tx *db.Tx, q *pb.Quote, key string) (string, error)
}

func (s *Service) targets(req *pb.ConvertQuoteRequest) []target {
	return []target{
		{"procedureId", req.GetProcedureId(), s.hooks.StartProcedure},
		{"folderTemplateId", req.GetFolderTemplateId(), s.hooks.CreateFolder},
	}
}

// refuseTargets refuses fields that ask for a record that nothing creates, and fields of a project
// without a template.
func (s *Service) refuseTargets(req *pb.ConvertQuoteRequest) error {
	var violations fault.List
	violations.Append(projectFieldsWithoutTemplate(req)...)
	targets := s.targets(req)
	if s.hooks.CreateProject == nil {
		targets = append(targets, target{field: "projectTemplateId", id: req.GetProjectTemplateId()})
	}
	for _, t := range targets {
		if t.id != "" && t.create == nil {
			violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_CONVERSION_TARGET_UNAVAILABLE,
				fault.At(t.field, "must be empty, because nothing creates the record")))
		}
	}
	return violations.Err()
}

// createTargets creates the records that a conversion asks for, and returns their identifiers.
func (s *Service) createTargets(
	ctx context.Context, tx *db.Tx, q *pb.Quote, req *pb.ConvertQuoteRequest,
) (created []string, err error) {
	for _, t := range s.targets(req) {
		if t.id == "" {
			continue
		}
		key, err := t.create(ctx, tx, q, t.id)
		if err != nil {
			return nil, fault.MapFields(err, func(f fault.Field) fault.Field {
				return fault.Field{Path: t.field, Message: f.Message}
			})
		}
		created = append(created, key)
	}
	return created, nil
}

// projectFieldsWithoutTemplate refuses fields of a project in a request that asks for none.
func projectFieldsWithoutTemplate(req *pb.ConvertQuoteRequest) (fields []fault.Field) {
	if req.GetProjectTemplateId() != "" {
		return nil
	}
	for _, given := range []struct {
		field string
		isSet bool
	}{
		{"projectDisplayName", req.GetProjectDisplayName() != ""}, {"projectCode", req.GetProjectCode() != ""},
		{"projectStartDate", req.GetProjectStartDate() != ""}, {"projectOwnerId", req.GetProjectOwnerId() != ""},
		{"projectRoles", len(req.GetProjectRoles()) > 0},
	} {
		if given.isSet {
			fields = append(fields, fault.At(given.field, "must be empty without projectTemplateId"))
		}
	}
	return fields
}

// findConversion returns what an earlier call with the same template made of the same part of a
// quote, nil if it made nothing, or if its invoice was deleted or voided. It locks the quote, so
// that of two calls at once the later one finds what the earlier one made.
func findConversion(
	ctx context.Context, tx *db.Tx, req *pb.ConvertQuoteRequest,
) (*pb.ConvertQuoteResponse, error) {
	if req.GetProjectTemplateId() == "" {
		return nil, nil
	}
	q, err := quotes.LockByCaller(ctx, tx, req.GetQuoteId())
	if err != nil {
		return nil, err
	}
	if err := forgetDeletedProjects(ctx, tx, q); err != nil {
		return nil, err
	}
	project := createdProject(q, req.GetProjectTemplateId())
	if project == "" {
		return nil, nil
	}
	for _, c := range q.Conversions {
		if c.ProjectId != project || !asksFor(c, req) {
			continue
		}
		i, err := invoicing.FindInvoice(ctx, tx, c.InvoiceId)
		if err != nil {
			return nil, err
		}
		if i.State == pb.Invoice_VOID {
			continue
		}
		found, err := quotes.Find(ctx, tx, q.Id)
		return &pb.ConvertQuoteResponse{Quote: found, Invoice: i, CreatedIds: []string{project}}, err
	}
	return nil, nil
}

// partsOf returns the parts of lines that a request asks for.
func partsOf(req *pb.ConvertQuoteRequest) (parts []*pb.Quote_Conversion_Part) {
	for _, l := range req.GetLines() {
		parts = append(parts, &pb.Quote_Conversion_Part{QuoteLineId: l.QuoteLineId, Quantity: l.Quantity,
			Amount: l.Amount, Percent: l.Percent})
	}
	return parts
}

// asksFor reports whether a conversion made what a request asks for.
func asksFor(c *pb.Quote_Conversion, req *pb.ConvertQuoteRequest) bool {
	return c.Percent == req.GetPercent() &&
		slices.EqualFunc(c.Parts, partsOf(req), func(a, b *pb.Quote_Conversion_Part) bool { return proto.Equal(a, b) })
}

// createdProject returns the project that was created for a quote from a template, "" if none was.
func createdProject(q *pb.Quote, templateID string) string {
	at := slices.IndexFunc(q.CreatedProjects, func(p *pb.Quote_CreatedProject) bool {
		return p.ProjectTemplateId == templateID
	})
	if at < 0 {
		return ""
	}
	return q.CreatedProjects[at].ProjectId
}

// forgetDeletedProjects removes the projects that were deleted from those of a quote. A project
// exists as long as its dimension value does.
func forgetDeletedProjects(ctx context.Context, tx *db.Tx, q *pb.Quote) error {
	ids := make([]string, len(q.CreatedProjects))
	for n, p := range q.CreatedProjects {
		ids[n] = ledger.DimensionValueID(p.ProjectId)
	}
	values, err := ledger.FindDimensionValues(ctx, tx, ids)
	if err != nil {
		return err
	}
	q.CreatedProjects = slices.DeleteFunc(q.CreatedProjects, func(p *pb.Quote_CreatedProject) bool {
		return values[ledger.DimensionValueID(p.ProjectId)] == nil
	})
	return nil
}

// projectOf returns the project of a conversion: that of the template, which it creates once, or
// else the one that an earlier conversion created. It returns "" if there is none.
func (s *Service) projectOf(
	ctx context.Context, tx *db.Tx, q *pb.Quote, req *pb.ConvertQuoteRequest,
) (string, error) {
	if err := forgetDeletedProjects(ctx, tx, q); err != nil {
		return "", err
	}
	template := req.GetProjectTemplateId()
	if template == "" {
		if len(q.CreatedProjects) != 1 {
			return "", nil
		}
		return q.CreatedProjects[0].ProjectId, nil
	}
	if project := createdProject(q, template); project != "" {
		return project, nil
	}
	project, err := s.hooks.CreateProject(ctx, tx, q, req)
	if err != nil {
		return "", err
	}
	q.CreatedProjects = append(q.CreatedProjects,
		&pb.Quote_CreatedProject{ProjectTemplateId: template, ProjectId: project})
	return project, nil
}

// addProject adds a project to the lines of a draft, except to those that name a project
// themselves. An archived project is left out.
func addProject(ctx context.Context, tx *db.Tx, i *pb.Invoice, project string) error {
	if project == "" {
		return nil
	}
	value := ledger.DimensionValueID(project)
	ids := []string{value}
	for _, l := range i.Lines {
		ids = append(ids, l.DimensionValueIds...)
	}
	values, err := ledger.FindDimensionValues(ctx, tx, ids)
	if err != nil || values[value] == nil || values[value].ArchiveTime != nil {
		return err
	}
	for _, l := range i.Lines {
		named := slices.ContainsFunc(l.DimensionValueIds, func(other string) bool {
			return values[other].GetDimensionId() == values[value].DimensionId
		})
		if !named {
			l.DimensionValueIds = append(slices.Clone(l.DimensionValueIds), value)
		}
	}
	return nil
}
