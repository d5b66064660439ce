package ledger

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/identity"
)

// defaultTemplate is the chart of an organization that asks for none.
func defaultTemplate(region string) string {
	if region == "US" {
		return "service-firm"
	}
	return "service-firm-generic"
}

// addFirstChart gives a new organization the chart of accounts that its sign-up
// names, or the default one of its region.
func addFirstChart(ctx context.Context, tx *db.Tx, name, region string) error {
	_, err := applyTemplate(ctx, tx, "chartTemplate", cmp.Or(name, defaultTemplate(region)))
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
	if err := identity.LockOrganization(ctx, tx); err != nil {
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
select code, id, type
from finance.accounts
where org_id = $1
and code = any($2)`

// takenCodes are the codes of a template that accounts have, with the accounts that are
// equity, to which results can close.
func takenCodes(ctx context.Context, tx *db.Tx, t template) (map[string]string, error) {
	var codes []string
	for _, a := range t.chart {
		codes = append(codes, a.code)
	}
	rows, err := tx.Query(ctx, selectCodes, tx.Call().Organization.ID, codes)
	if err != nil {
		return nil, err
	}
	taken := map[string]string{}
	var code, typ string
	var key uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&code, &key, &typ}, func() error {
		taken[code] = ""
		if typ == pb.Account_EQUITY.String() {
			taken[code] = id.Format("acc", key)
		}
		return nil
	})
	return taken, err
}

// without makes the accounts of a template whose codes are not taken.
func (t template) without(taken map[string]string) []*pb.Account {
	var out []*pb.Account
	byCode := maps.Clone(taken)
	for _, a := range t.chart {
		if _, there := taken[a.code]; there {
			continue
		}
		byCode[a.code] = id.Format("acc", id.New())
		out = append(out, &pb.Account{Id: byCode[a.code], Code: a.code, DisplayName: a.name, Type: typeOf(a.subtype), Subtype: a.subtype})
	}
	for _, a := range out {
		a.ClosingAccountId = byCode[t.closings[a.Code]]
	}
	return out
}
