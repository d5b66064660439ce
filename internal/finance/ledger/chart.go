package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/identity"
)

// defaultTemplate is the chart of an organization that asks for none.
const defaultTemplate = "service-firm"

// ApplyTemplate gives a new organization the chart of accounts that its sign-up
// names, or the default one.
func ApplyTemplate(ctx context.Context, tx *db.Tx, name string) error {
	if name == "" {
		name = defaultTemplate
	}
	_, err := applyTemplate(ctx, tx, "chartTemplate", name)
	return err
}

// ApplyChartTemplate adds the accounts of a template that are missing.
func (s *Service) ApplyChartTemplate(ctx context.Context, req *pb.ApplyChartTemplateRequest) (*pb.ApplyChartTemplateResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ApplyChartTemplateResponse, error) {
		added, err := applyTemplate(ctx, tx, "template", req.GetTemplate())
		return &pb.ApplyChartTemplateResponse{Accounts: added}, err
	})
}

// applyTemplate adds what is missing of the template that a field names.
func applyTemplate(ctx context.Context, tx *db.Tx, field, name string) ([]*pb.Account, error) {
	template, known := templates[name]
	if !known {
		return nil, fault.InvalidFor(optionsv1.Reason_CHART_TEMPLATE_UNKNOWN,
			fault.At(field, "must be one of %s", strings.Join(slices.Sorted(maps.Keys(templates)), ", ")))
	}
	if err := identity.Alone(ctx, tx); err != nil {
		return nil, err
	}
	taken, err := takenCodes(ctx, tx, template)
	if err != nil {
		return nil, err
	}
	missing := template.without(taken)
	at := func(i int) string { return fmt.Sprintf("accounts[%d]", i) }
	return missing, accounts.InsertMany(ctx, tx, missing, at, classify, keepCurrency)
}

const selectCodes = `
select code
from finance.accounts
where org_id = $1
and code = any($2)`

func takenCodes(ctx context.Context, tx *db.Tx, c chart) ([]string, error) {
	codes := make([]string, len(c))
	for i, a := range c {
		codes[i] = a.code
	}
	rows, err := tx.Query(ctx, selectCodes, tx.Call().Organization.ID, codes)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// without makes the accounts of a chart whose codes are not taken.
func (c chart) without(taken []string) []*pb.Account {
	var out []*pb.Account
	for _, a := range c {
		if !slices.Contains(taken, a.code) {
			out = append(out, &pb.Account{Code: a.code, DisplayName: a.name, Type: typeOf(a.subtype), Subtype: a.subtype})
		}
	}
	return out
}
