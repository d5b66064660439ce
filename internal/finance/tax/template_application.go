package tax

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// ApplyTaxTemplate creates the agencies, rates and codes of a template that the organization does
// not have yet.
func (s *Service) ApplyTaxTemplate(
	ctx context.Context, req *pb.ApplyTaxTemplateRequest,
) (*pb.ApplyTaxTemplateResponse, error) {
	found, err := findTemplate(req.GetKey())
	if err != nil {
		return nil, err
	}
	chosen, err := chooseCodes(found, req.GetSubdivisionCodes())
	if err != nil {
		return nil, err
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ApplyTaxTemplateResponse, error) {
		a := application{template: chosen, response: &pb.ApplyTaxTemplateResponse{}}
		for _, step := range []func(context.Context, *db.Tx) error{a.addAgencies, a.addRates, a.addCodes} {
			if err := step(ctx, tx); err != nil {
				return nil, explainArchived(err)
			}
		}
		return a.response, nil
	})
}

// explainArchived replaces the refusal of an archived reference, whose path is not in the request.
func explainArchived(err error) error {
	if fault.From(err).Reason != optionsv1.Reason_REFERENCE_ARCHIVED {
		return err
	}
	return fault.Refuse(optionsv1.Reason_REFERENCE_ARCHIVED,
		"The template needs an agency or rate that is archived. Unarchive it first.")
}

// application is a template that is being applied.
type application struct {
	template *pb.TaxTemplate
	response *pb.ApplyTaxTemplateResponse
	// agencies and rates are identifiers by key.
	agencies, rates map[string]string
}

// part is a record that a template creates, with the name or code that no other record may have.
type part struct{ key, name string }

// addAgencies creates the missing agencies.
func (a *application) addAgencies(ctx context.Context, tx *db.Tx) error {
	var parts []part
	for _, agency := range a.template.Agencies {
		parts = append(parts, part{agency.Key, agency.DisplayName})
	}
	stored, err := findParts(ctx, tx, taxAgencies.Prefix(), selectAgencies, parts)
	if err != nil {
		return err
	}
	for _, agency := range a.template.Agencies {
		if stored[agency.Key] != "" {
			continue
		}
		a.response.TaxAgencies = append(a.response.TaxAgencies, &pb.TaxAgency{
			DisplayName: agency.DisplayName, RegionCode: agency.RegionCode, FilingBasis: agency.FilingBasis,
			FilingPeriodMonths: agency.FilingPeriodMonths, TemplateKey: agency.Key,
		})
	}
	if err := taxAgencies.InsertMany(ctx, tx, a.response.TaxAgencies, pathIn("taxAgencies"), completeAgency); err != nil {
		return err
	}
	for _, made := range a.response.TaxAgencies {
		stored[made.TemplateKey] = made.Id
	}
	a.agencies = stored
	return nil
}

// addRates creates the missing rates, and adds later percentages to those that the template
// created.
func (a *application) addRates(ctx context.Context, tx *db.Tx) error {
	var parts []part
	for _, rate := range a.template.Rates {
		parts = append(parts, part{rate.Key, rate.DisplayName})
	}
	stored, err := findParts(ctx, tx, taxRates.Prefix(), selectRates, parts)
	if err != nil {
		return err
	}
	for _, rate := range a.template.Rates {
		if key := stored[rate.Key]; key != "" {
			if err := a.extendRate(ctx, tx, key, rate); err != nil {
				return err
			}
			continue
		}
		made := &pb.TaxRate{DisplayName: rate.DisplayName, Kind: rate.Kind, TemplateKey: rate.Key}
		for _, c := range rate.Components {
			made.Components = append(made.Components, &pb.TaxRate_Component{
				DisplayName: c.DisplayName, TaxAgencyId: a.agencies[c.AgencyKey], Effect: c.Effect, Compound: c.Compound,
				RecoverablePercent: c.RecoverablePercent, Spans: cloneSpans(c.Spans),
			})
		}
		a.response.TaxRates = append(a.response.TaxRates, made)
	}
	if err := taxRates.InsertMany(ctx, tx, a.response.TaxRates, pathIn("taxRates"), checkRate); err != nil {
		return err
	}
	for _, made := range a.response.TaxRates {
		stored[made.TemplateKey] = made.Id
	}
	a.rates = stored
	return nil
}

// extendRate adds the percentages of the template that begin later than the last one of the stored
// rate. A rate that a person created or whose components changed is left alone.
func (a *application) extendRate(ctx context.Context, tx *db.Tx, key string, rate *pb.TaxTemplate_Rate) error {
	extended := false
	r, err := taxRates.Modify(ctx, tx, key, "updated", func(_ context.Context, _ *db.Tx, was, r *pb.TaxRate) error {
		extended = false
		if was.TemplateKey != rate.Key || len(was.Components) != len(rate.Components) {
			return nil
		}
		for i, c := range r.Components {
			last := c.Spans[len(c.Spans)-1].StartDate
			for _, span := range rate.Components[i].Spans {
				if span.StartDate > last {
					c.Spans, extended = append(c.Spans, proto.CloneOf(span)), true
				}
			}
		}
		return nil
	})
	if err == nil && extended {
		a.response.UpdatedTaxRates = append(a.response.UpdatedTaxRates, r)
	}
	return err
}

// addCodes creates the missing codes.
func (a *application) addCodes(ctx context.Context, tx *db.Tx) error {
	var parts []part
	for _, code := range a.template.Codes {
		parts = append(parts, part{code.Key, code.Code})
	}
	stored, err := findParts(ctx, tx, taxCodes.Prefix(), selectCodes, parts)
	if err != nil {
		return err
	}
	for _, code := range a.template.Codes {
		if stored[code.Key] != "" {
			continue
		}
		a.response.TaxCodes = append(a.response.TaxCodes, &pb.TaxCode{
			Code: code.Code, DisplayName: code.DisplayName, SalesTaxRateId: a.rates[code.SalesRateKey],
			PurchaseTaxRateId: a.rates[code.PurchaseRateKey], RegionCode: code.RegionCode,
			SubdivisionCode: code.SubdivisionCode, Category: code.Category, LegalNote: code.LegalNote, TemplateKey: code.Key,
		})
	}
	return taxCodes.InsertMany(ctx, tx, a.response.TaxCodes, pathIn("taxCodes"), checkCode)
}

// The records of an organization that a template may have created, with their keys and names.
const (
	selectAgencies = `
select id, template_key, display_name_key
from finance.tax_agencies
where org_id = $1
and (template_key = any($2) or display_name_key = any($3))`

	selectRates = `
select id, template_key, display_name_key
from finance.tax_rates
where org_id = $1
and (template_key = any($2) or display_name_key = any($3))`

	selectCodes = `
select id, template_key, code_key
from finance.tax_codes
where org_id = $1
and (template_key = any($2) or code_key = any($3))`
)

// findParts returns the identifiers of the stored records of a template, by key. A record with the
// key comes before one with the name.
func findParts(ctx context.Context, tx *db.Tx, prefix, sql string, parts []part) (map[string]string, error) {
	keys, names := make([]string, len(parts)), make([]string, len(parts))
	for i, p := range parts {
		keys[i], names[i] = p.key, strings.ToLower(p.name)
	}
	rows, err := tx.Query(ctx, sql, tx.Call().Organization.ID, keys, names)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byKey, byName := map[string]string{}, map[string]string{}
	for rows.Next() {
		var key uuid.UUID
		var templateKey, name string
		if err := rows.Scan(&key, &templateKey, &name); err != nil {
			return nil, err
		}
		byKey[templateKey], byName[name] = id.Format(prefix, key), id.Format(prefix, key)
	}
	stored := map[string]string{}
	for i, p := range parts {
		if stored[p.key] = byKey[p.key]; stored[p.key] == "" {
			stored[p.key] = byName[names[i]]
		}
	}
	return stored, rows.Err()
}

// pathIn returns the path of the i-th record in a list of the response.
func pathIn(list string) func(i int) string {
	return func(i int) string { return fmt.Sprintf("%s[%d]", list, i) }
}

func cloneSpans(spans []*pb.TaxRate_Span) (out []*pb.TaxRate_Span) {
	for _, span := range spans {
		out = append(out, proto.CloneOf(span))
	}
	return out
}
