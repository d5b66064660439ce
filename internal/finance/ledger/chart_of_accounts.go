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

// defaultTemplate returns the chart template of an organization that signs up without choosing one.
func defaultTemplate(region string) string {
	if region == "US" {
		return "service-firm"
	}
	return "service-firm-generic"
}

// addFirstChart creates a new organization's chart of accounts from the template chosen at sign-up,
// or from the default template of its region, its account roles and the built-in dimensions.
func addFirstChart(ctx context.Context, tx *db.Tx, name, region string) error {
	if _, err := applyTemplate(ctx, tx, "chartTemplate", cmp.Or(name, defaultTemplate(region))); err != nil {
		return err
	}
	if err := addAccountRoles(ctx, tx); err != nil {
		return err
	}
	return addBuiltInDimensions(ctx, tx)
}

// ApplyChartTemplate creates the accounts of a template whose codes are not taken.
func (s *Service) ApplyChartTemplate(
	ctx context.Context, req *pb.ApplyChartTemplateRequest,
) (*pb.ApplyChartTemplateResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ApplyChartTemplateResponse, error) {
		added, err := applyTemplate(ctx, tx, "template", req.GetTemplate())
		return &pb.ApplyChartTemplateResponse{Accounts: added}, err
	})
}

// applyTemplate creates the accounts of a template whose codes are not taken. field is the
// request field with the name of the template; an unknown name is reported at that field.
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
	missing := template.missingAccounts(taken)
	at := func(i int) string { return fmt.Sprintf("accounts[%d]", i) }
	return missing, accounts.InsertMany(ctx, tx, missing, at, classifyAccount, setAccountCurrency)
}

const selectCodes = `
select code, id, type
from finance.accounts
where org_id = $1
and code = any($2)`

// takenCodes returns the codes of a template that existing accounts have. The code of an equity
// account, to which results can close, maps to the account's identifier. Other codes map to "".
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

// missingAccounts returns new accounts for the codes of a template that are not taken, with their
// closing accounts.
func (t template) missingAccounts(taken map[string]string) []*pb.Account {
	var out []*pb.Account
	byCode := maps.Clone(taken)
	for _, a := range t.chart {
		if _, exists := taken[a.code]; exists {
			continue
		}
		byCode[a.code] = id.Format("acc", id.New())
		out = append(out, &pb.Account{
			Id: byCode[a.code], Code: a.code, DisplayName: a.name, Type: typeOfSubtype(a.subtype), Subtype: a.subtype,
		})
	}
	for _, a := range out {
		a.ClosingAccountId = byCode[t.closings[a.Code]]
	}
	return out
}
