package taxreturns

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// taxSum is the sum of a tax of one code and component, in minor units of the organization's
// currency.
type taxSum struct {
	Use, Effect, Category, TaxName, Percent string
	TaxCodeID                               uuid.UUID
	ComponentID, TaxAgencyID                *uuid.UUID
	Code, AgencyName                        string
	Taxable, Tax, Recoverable               int64
}

// GetTaxSummary returns the taxes of a period by agency, tax and tax code.
func (s *Service) GetTaxSummary(ctx context.Context, req *pb.GetTaxSummaryRequest) (*pb.TaxSummary, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.TaxSummary, error) {
		selected, err := readSelection(ctx, tx, req)
		if err != nil {
			return nil, err
		}
		return readSummary(ctx, tx, selected)
	})
}

// readSummary adds up the selected taxes.
func readSummary(ctx context.Context, tx *db.Tx, s selection) (*pb.TaxSummary, error) {
	sums, err := db.Collect[taxSum](ctx, tx, `
with lines as (
`+s.lines()+`
), sums as (
  select use, effect, category, tax_name, percent, tax_code_id, component_id, tax_agency_id,
    sum(base_taxable_minor)::bigint as taxable, sum(base_tax_minor)::bigint as tax,
    sum(base_recoverable_minor)::bigint as recoverable
  from lines
  group by use, effect, category, tax_name, percent, tax_code_id, component_id, tax_agency_id
)
select s.use, s.effect, s.category, s.tax_name, s.percent, s.tax_code_id, s.component_id, s.tax_agency_id, k.code,
  coalesce(a.display_name, '') as agency_name, s.taxable, s.tax, s.recoverable
from sums s
join finance.tax_codes k
  on k.org_id = $1
  and k.id = s.tax_code_id
left join finance.tax_agencies a
  on a.org_id = $1
  and a.id = s.tax_agency_id
where s.taxable <> 0
or s.tax <> 0`, s.parameters(tx)...)
	if err != nil {
		return nil, err
	}
	out := &pb.TaxSummary{StartDate: s.start.String(), EndDate: s.end.String(), Basis: s.basis}
	out.Agencies, err = describeAgencies(sums, tx.Call().Organization.CurrencyCode)
	return out, err
}

// describeAgencies groups sums by agency.
func describeAgencies(sums []taxSum, base string) (out []*pb.TaxSummary_Agency, err error) {
	slices.SortFunc(sums, compareSums)
	for len(sums) > 0 {
		n := slices.IndexFunc(sums, func(other taxSum) bool { return agencyID(other) != agencyID(sums[0]) })
		if n < 0 {
			n = len(sums)
		}
		agency, err := describeAgency(sums[:n], base)
		if err != nil {
			return nil, err
		}
		out, sums = append(out, agency), sums[n:]
	}
	return out, nil
}

// compareSums sorts by agency, use, tax, percentage and code.
func compareSums(a, b taxSum) int {
	return cmp.Or(cmp.Compare(a.AgencyName, b.AgencyName), cmp.Compare(agencyID(a), agencyID(b)),
		-cmp.Compare(a.Use, b.Use), cmp.Compare(a.TaxName, b.TaxName), percentOf(b).Cmp(percentOf(a)),
		cmp.Compare(a.Effect, b.Effect), cmp.Compare(componentID(a), componentID(b)), cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Category, b.Category))
}

func percentOf(s taxSum) decimal.Decimal {
	percent, _ := decimal.NewFromString(s.Percent) // written by this program
	return percent
}

func agencyID(s taxSum) string { return optionalID("txa", s.TaxAgencyID) }

func componentID(s taxSum) string { return optionalID("txc", s.ComponentID) }

// optionalID returns the identifier of a UUID, or "" if it is nil.
func optionalID(prefix string, key *uuid.UUID) string {
	if key == nil {
		return ""
	}
	return id.Format(prefix, *key)
}

// describeAgency returns the taxes of an agency from its sorted sums.
func describeAgency(sums []taxSum, base string) (*pb.TaxSummary_Agency, error) {
	out := &pb.TaxSummary_Agency{TaxAgencyId: agencyID(sums[0]), DisplayName: sums[0].AgencyName}
	var total netTax
	for len(sums) > 0 {
		first := sums[0]
		row := &pb.TaxSummary_Row{Use: useOf(first.Use), ComponentId: componentID(first), DisplayName: first.TaxName,
			Percent: first.Percent, Effect: effectOf(first.Effect)}
		var taxable, tax int64
		for len(sums) > 0 && isSameTax(sums[0], first) {
			s := sums[0]
			sums = sums[1:]
			total.add(s)
			taxable, tax = taxable+s.Taxable, tax+s.Tax
			row.Codes = append(row.Codes, &pb.TaxSummary_Code{TaxCodeId: id.Format("txk", s.TaxCodeID), Code: s.Code,
				Category: categoryOf(s.Category), TaxableAmount: money.ToProto(s.Taxable, base),
				TaxAmount: money.ToProto(s.Tax, base)})
		}
		if err := checkSums(taxable, tax); err != nil {
			return nil, err
		}
		row.TaxableAmount, row.TaxAmount = money.ToProto(taxable, base), money.ToProto(tax, base)
		out.Rows = append(out.Rows, row)
	}
	out.OutputTax, out.InputTax = money.ToProto(total.output, base), money.ToProto(total.input, base)
	out.WithheldTax, out.NetTax = money.ToProto(total.withheld, base), money.ToProto(total.net(), base)
	return out, checkSums(total.output, total.input, total.withheld, total.net())
}

// checkSums refuses sums that an amount cannot have.
func checkSums(sums ...int64) error {
	for _, s := range sums {
		if s > money.MaxMinor || s < -money.MaxMinor {
			return fault.SumOutOfRange()
		}
	}
	return nil
}

func isSameTax(a, b taxSum) bool {
	return a.Use == b.Use && componentID(a) == componentID(b) && a.TaxName == b.TaxName && a.Percent == b.Percent &&
		a.Effect == b.Effect
}

// netTax is what is owed to an agency, in minor units.
type netTax struct{ output, input, withheld int64 }

func (n netTax) net() int64 { return n.output - n.input - n.withheld }

// add adds a tax. A reverse charge on purchases is owed and recovered; one on sales is owed by the
// customer.
func (n *netTax) add(s taxSum) {
	sales := s.Use == pb.TaxCode_SALES.String()
	switch effectOf(s.Effect) {
	case pb.TaxRate_WITHHELD:
		if sales {
			n.withheld += s.Tax
		} else {
			n.output += s.Tax
		}
	case pb.TaxRate_REVERSE_CHARGED:
		if !sales {
			n.output, n.input = n.output+s.Tax, n.input+s.Recoverable
		}
	default:
		if sales {
			n.output += s.Tax
		} else {
			n.input += s.Recoverable
		}
	}
}

func useOf(name string) pb.TaxCode_Use { return pb.TaxCode_Use(pb.TaxCode_Use_value[name]) }

func effectOf(name string) pb.TaxRate_Effect { return pb.TaxRate_Effect(pb.TaxRate_Effect_value[name]) }

func categoryOf(name string) pb.TaxCode_Category {
	return pb.TaxCode_Category(pb.TaxCode_Category_value[name])
}
