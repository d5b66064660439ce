package taxreturns

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
)

// taxLine is a tax of a document on a day.
type taxLine struct {
	Date                                           string
	ID, TaxCodeID                                  uuid.UUID
	Use, Cause, TaxName, Effect, Percent, Category string
	ComponentID, TaxAgencyID, JournalEntryID       *uuid.UUID
	Code                                           string
	DocumentID, DocumentNumber, ContactID          string
	Currency                                       string
	TaxableMinor, TaxMinor                         int64
	BaseTaxableMinor, BaseTaxMinor                 int64
	Adjustment                                     bool
}

// cursor is where a page of the register ended.
type cursor struct {
	Date string    `json:"date"`
	ID   uuid.UUID `json:"id"`
}

// registerFilter narrows the register. Nil and empty values select everything.
type registerFilter struct {
	use                 string
	code, component     *uuid.UUID
	contact, documentID string
}

// GetTaxRegister returns a page of the taxes of a period.
func (s *Service) GetTaxRegister(ctx context.Context, req *pb.GetTaxRegisterRequest) (*pb.TaxRegister, error) {
	paging, from, err := s.paging(ctx, req)
	if err != nil {
		return nil, err
	}
	filter, err := readFilter(req)
	if err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.TaxRegister, error) {
		selected, err := readSelection(ctx, tx, req)
		if err != nil {
			return nil, err
		}
		lines, err := readLines(ctx, tx, selected, filter, from, paging.Size+1)
		if err != nil {
			return nil, err
		}
		out := &pb.TaxRegister{StartDate: selected.start.String(), EndDate: selected.end.String(), Basis: selected.basis}
		if len(lines) > paging.Size {
			lines = lines[:paging.Size]
			last, err := json.Marshal(cursor{lines[paging.Size-1].Date, lines[paging.Size-1].ID})
			if err != nil {
				return nil, err
			}
			out.NextPageToken = paging.Next(last)
		}
		out.Amounts, err = describeLines(ctx, tx, lines)
		return out, err
	})
}

// paging reads the page that a request asks for, and where the page before ended.
func (s *Service) paging(ctx context.Context, req *pb.GetTaxRegisterRequest) (resource.Paging, cursor, error) {
	from := cursor{Date: "-infinity"}
	paging, err := resource.NewPaging(s.db.Keys(), call.From(ctx), req, req.GetStartDate(), req.GetEndDate(),
		req.GetTaxAgencyId(), req.GetBasis().String(), fmt.Sprint(req.GetKnownAt().AsTime()), req.GetUse().String(),
		req.GetTaxCodeId(), req.GetComponentId(), req.GetContactId(), req.GetDocumentId())
	if err != nil || paging.After == nil {
		return paging, from, err
	}
	if err := json.Unmarshal(paging.After, &from); err != nil {
		return paging, from, fault.InvalidFor(optionsv1.Reason_PAGE_TOKEN_INVALID, fault.At("pageToken", "is broken"))
	}
	return paging, from, nil
}

// readFilter returns the filter of a request.
func readFilter(req *pb.GetTaxRegisterRequest) (f registerFilter, err error) {
	var violations fault.List
	parse := func(field, prefix, text string) *uuid.UUID {
		if text == "" {
			return nil
		}
		key, err := id.Parse(prefix, text)
		if err != nil {
			violations.Append(fault.At(field, "%s", err))
		}
		return &key
	}
	f.code, f.component = parse("taxCodeId", "txk", req.GetTaxCodeId()), parse("componentId", "txc", req.GetComponentId())
	f.contact, f.documentID = req.GetContactId(), req.GetDocumentId()
	if req.GetUse() == pb.TaxCode_SALES || req.GetUse() == pb.TaxCode_PURCHASES {
		f.use = req.GetUse().String()
	}
	return f, violations.Err()
}

// readLines returns up to limit selected taxes after a position, sorted by date.
func readLines(
	ctx context.Context, tx *db.Tx, s selection, f registerFilter, from cursor, limit int,
) ([]taxLine, error) {
	return db.Collect[taxLine](ctx, tx, `
with lines as (
`+s.lines()+`
)
select l.date::text as date, l.id, l.tax_code_id, l.use, l.cause, l.tax_name, l.effect, l.percent, l.category,
  l.component_id, l.tax_agency_id, l.journal_entry_id, k.code, l.document_id, l.document_number, l.contact_id,
  l.currency, l.taxable_minor, l.tax_minor, l.base_taxable_minor, l.base_tax_minor, false as adjustment
from lines l
join finance.tax_codes k
  on k.org_id = $1
  and k.id = l.tax_code_id
where (l.date, l.id) > ($6::date, $7::uuid)
and ($8 = '' or l.use = $8)
and ($9::uuid is null or l.tax_code_id = $9)
and ($10::uuid is null or l.component_id = $10)
and ($11 = '' or l.contact_id = $11)
and ($12 = '' or l.document_id = $12)
order by l.date, l.id
limit $13`, s.parameters(tx, from.Date, from.ID, f.use, f.code, f.component, f.contact, f.documentID, limit)...)
}

// describeLines returns taxes as the API shows them.
func describeLines(ctx context.Context, tx *db.Tx, lines []taxLine) (out []*pb.TaxAmount, err error) {
	names, err := contactNames(ctx, tx, lines)
	if err != nil {
		return nil, err
	}
	base := tx.Call().Organization.CurrencyCode
	for _, l := range lines {
		out = append(out, &pb.TaxAmount{Date: l.Date, Cause: pb.TaxAmount_Cause(pb.TaxAmount_Cause_value[l.Cause]),
			Use: useOf(l.Use), TaxAgencyId: optionalID("txa", l.TaxAgencyID), TaxCodeId: id.Format("txk", l.TaxCodeID),
			Code: l.Code, ComponentId: optionalID("txc", l.ComponentID), DisplayName: l.TaxName, Percent: l.Percent,
			Effect: effectOf(l.Effect), Category: categoryOf(l.Category), DocumentId: l.DocumentID,
			DocumentNumber: l.DocumentNumber, ContactId: l.ContactID, ContactName: names[l.ContactID],
			TaxableAmount: money.ToProto(l.TaxableMinor, l.Currency), TaxAmount: money.ToProto(l.TaxMinor, l.Currency),
			BaseTaxableAmount: money.ToProto(l.BaseTaxableMinor, base), BaseTaxAmount: money.ToProto(l.BaseTaxMinor, base),
			JournalEntryId: optionalID("jrn", l.JournalEntryID), Adjustment: l.Adjustment})
	}
	return out, nil
}

// contactNames returns the names of customers and vendors by their identifiers.
func contactNames(ctx context.Context, tx *db.Tx, lines []taxLine) (map[string]string, error) {
	names := map[string]string{}
	keys := map[string][]uuid.UUID{}
	for _, l := range lines {
		for _, prefix := range []string{"cus", "ven"} {
			if key, err := id.Parse(prefix, l.ContactID); err == nil {
				keys[prefix] = append(keys[prefix], key)
			}
		}
	}
	type contact struct {
		ID          uuid.UUID
		DisplayName string
	}
	for prefix, list := range keys {
		table := map[string]string{"cus": "finance.customers", "ven": "finance.vendors"}[prefix]
		found, err := db.Collect[contact](ctx, tx, `
select id, display_name
from `+table+`
where org_id = $1
and id = any($2)`, tx.Call().Organization.ID, list)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			names[id.Format(prefix, c.ID)] = c.DisplayName
		}
	}
	return names, nil
}
