package taxreturns

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/genproto/googleapis/api/httpbody"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/resource"
)

// GetTaxReturnRegister returns a page of the taxes of a return or of one of its boxes.
func (s *Service) GetTaxReturnRegister(
	ctx context.Context, req *pb.GetTaxReturnRegisterRequest,
) (*pb.TaxRegister, error) {
	paging, err := resource.NewPaging(s.db.Keys(), call.From(ctx), req, req.GetTaxReturnId(), req.GetBox(),
		fmt.Sprint(req.GetAdjustmentsOnly()))
	if err != nil {
		return nil, err
	}
	skipped := 0
	if paging.After != nil {
		if skipped, err = strconv.Atoi(string(paging.After)); err != nil {
			return nil, fault.InvalidFor(optionsv1.Reason_PAGE_TOKEN_INVALID, fault.At("pageToken", "is broken"))
		}
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.TaxRegister, error) {
		r, err := taxReturns.GetByCaller(ctx, tx, req.GetTaxReturnId())
		if err != nil {
			return nil, err
		}
		lines, err := readReturnLines(ctx, tx, r, req, skipped, paging.Size+1)
		if err != nil {
			return nil, err
		}
		out := &pb.TaxRegister{StartDate: r.StartDate, EndDate: r.EndDate, Basis: r.Basis}
		if len(lines) > paging.Size {
			lines = lines[:paging.Size]
			out.NextPageToken = paging.Next([]byte(strconv.Itoa(skipped + paging.Size)))
		}
		out.Amounts, err = describeLines(ctx, tx, lines)
		return out, err
	})
}

// readReturnLines returns up to limit taxes of a return after those that are skipped. The time
// until which postings count is stored, so the positions stay the same.
func readReturnLines(
	ctx context.Context, tx *db.Tx, r *pb.TaxReturn, req *pb.GetTaxReturnRegisterRequest, skipped, limit int,
) ([]taxLine, error) {
	kinds, isTax, err := kindsOfBox(r, req.GetBox())
	if err != nil {
		return nil, err
	}
	lines, err := newReturnLines(r)
	if err != nil {
		return nil, err
	}
	n := lines.first()
	return db.Collect[taxLine](ctx, tx, lines.statement()+fmt.Sprintf(`
select l.date::text as date, l.id, l.tax_code_id, l.use, l.cause, l.tax_name, l.effect, l.percent, l.category,
  l.component_id, l.tax_agency_id, l.journal_entry_id, k.code, l.document_id, l.document_number, l.contact_id,
  l.currency, l.taxable_minor, l.tax_minor, l.base_taxable_minor, l.base_tax_minor, l.adjustment
from lines l
join finance.tax_codes k
  on k.org_id = $1
  and k.id = l.tax_code_id
where ($%[1]d::text[] is null
  or concat_ws('/', l.use, l.effect, l.category, k.sales_tax_rate_id is null) = any($%[1]d))
and (l.base_tax_minor <> 0 or not $%[2]d)
and (l.adjustment or not $%[3]d)
order by l.adjustment, l.date, l.id
offset $%[4]d
limit $%[5]d`, n, n+1, n+2, n+3, n+4),
		lines.parameters(tx, kinds, isTax, req.GetAdjustmentsOnly(), skipped, limit)...)
}

// kindsOfBox returns the kinds of taxes that count in a box, or nil for all of them. isTax is true
// if the box adds up taxes, so that amounts without tax do not count.
func kindsOfBox(r *pb.TaxReturn, key string) (kinds []string, isTax bool, err error) {
	if key == "" {
		return nil, false, nil
	}
	f := forms[r.Form]
	if _, known := f.box(key); !known {
		return nil, false, fault.Invalid(fault.At("box", "is not a box of the form %s", r.Form))
	}
	terms := f.termsOf(key)
	isTax = !slices.ContainsFunc(terms, func(t term) bool { return t.quantity == taxable })
	for _, use := range []pb.TaxCode_Use{sales, purchases} {
		for _, effect := range pb.TaxRate_Effect_name {
			for _, category := range pb.TaxCode_Category_name {
				for _, only := range []bool{false, true} {
					k := taxKind{use.String(), effect, category, only}
					if slices.ContainsFunc(terms, func(t term) bool { return t.matches(k) }) {
						kinds = append(kinds, strings.Join([]string{k.Use, effect, category, sqlBool(only)}, "/"))
					}
				}
			}
		}
	}
	return kinds, isTax, nil
}

// sqlBool returns a truth value as concat_ws writes it.
func sqlBool(v bool) string {
	if v {
		return "t"
	}
	return "f"
}

// DownloadTaxReturn returns the boxes of a return as a file.
func (s *Service) DownloadTaxReturn(ctx context.Context, req *pb.DownloadTaxReturnRequest) (*httpbody.HttpBody, error) {
	r, err := taxReturns.Get(ctx, s.db, req.GetTaxReturnId())
	if err != nil {
		return nil, err
	}
	lines, err := newReturnLines(r)
	if err != nil {
		return nil, err
	}
	t := report{paper.Table{Title: "Tax Return", Columns: []paper.Column{
		{Label: "Box"}, {Label: "Description"}, {Label: "Amount", Kind: paper.Amount},
		{Label: "Of Which Adjustments", Kind: paper.Amount},
	}}}
	t.describe(call.From(ctx), lines.period)
	t.Notes = append(t.Notes, "State: "+strings.ToLower(r.State.String())+".")
	if r.FileDate != "" {
		t.Notes = append(t.Notes, strings.TrimSpace("Filed on "+r.FileDate+" "+r.FileReference)+".")
	}
	for _, b := range r.Boxes {
		t.AddEntry(0, b.Key, b.DisplayName, b.Amount.GetAmount(), b.AdjustmentAmount.GetAmount())
	}
	return writeFile(ctx, t.Table, req.GetFormat().String())
}
