package planning

import (
	"cmp"
	"context"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/quotes"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// QuotesHooks create the projects of accepted quotes.
func QuotesHooks() quotes.Hooks { return quotes.Hooks{CreateProject: createQuoteProject} }

// createQuoteProject creates a project from a template for the customer of a quote, and returns its
// identifier. Violations are at the fields of the request.
func createQuoteProject(
	ctx context.Context, tx *db.Tx, q *financev1.Quote, req *financev1.ConvertQuoteRequest,
) (string, error) {
	in := &pb.CreateProjectProjectTemplateRequest{
		ProjectTemplateId: req.GetProjectTemplateId(), DisplayName: req.GetProjectDisplayName(),
		Code: req.GetProjectCode(), StartDate: req.GetProjectStartDate(), CustomerId: q.CustomerId,
		OwnerId: req.GetProjectOwnerId(), Roles: req.GetProjectRoles(),
	}
	made, err := CreateProject(ctx, tx, in, func(t *pb.ProjectTemplate, p *pb.Project) error {
		return setQuoted(t, p, q)
	})
	if err != nil {
		if refusal := fault.From(err); refusal.Code == codes.NotFound {
			err = fault.InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND,
				fault.At("projectTemplateId", "names a project template that does not exist"))
		}
		return "", fault.MapFields(err, conversionField)
	}
	return made.GetProject().GetId(), nil
}

// setQuoted sets the currency of a project to that of a quote, and its budget to the net amount of
// the quote, unless the template has one. The milestones get no amounts, because the conversions of
// the quote bill them.
func setQuoted(t *pb.ProjectTemplate, p *pb.Project, q *financev1.Quote) error {
	for _, m := range t.Milestones {
		m.Amount = nil
	}
	if p.BudgetAmount != nil && p.BudgetAmount.CurrencyCode != q.CurrencyCode {
		return fault.Invalid(fault.At("projectTemplateId", "has a budget in %s, but the quote is in %s",
			p.BudgetAmount.CurrencyCode, q.CurrencyCode))
	}
	p.CurrencyCode = q.CurrencyCode
	if p.BudgetAmount == nil && p.Billing != pb.Project_NON_BILLABLE {
		p.BudgetAmount = proto.CloneOf(q.NetAmount)
	}
	return nil
}

// conversionFields are the fields of a conversion by those of the creation of a project.
var conversionFields = map[string]string{
	"displayName": "projectDisplayName", "code": "projectCode", "startDate": "projectStartDate",
	"ownerId": "projectOwnerId", "customerId": "customerId", "projectTemplateId": "projectTemplateId",
}

// conversionField attributes a violation of the creation of a project to the conversion of a quote.
func conversionField(f fault.Field) fault.Field {
	if role, found := strings.CutPrefix(f.Path, "roles."); found {
		return fault.Field{Path: "projectRoles." + role, Message: f.Message}
	}
	return fault.Field{Path: cmp.Or(conversionFields[f.Path], "projectTemplateId"), Message: f.Message}
}
