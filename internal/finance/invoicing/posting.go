package invoicing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// posting is the entry of an invoice.
type posting struct {
	// account holds the receivable, and payable is its amount in minor units.
	account string
	payable int64
	// base is the receivable in the organization's currency.
	base int64
	// parts are the other lines of the entry, and firstLine the line of the invoice from which the
	// part comes, or -1 for taxes.
	parts     []*pb.Receivable_Part
	firstLine []int
	// taxes are its taxes by tax code and component, and posted the lines of the posted entry.
	taxes  *tax.Sums
	posted []*pb.JournalLine
}

// newPosting returns the posting of an invoice: its lines by account and dimension values, and its
// taxes by account.
func newPosting(ctx context.Context, tx *db.Tx, i *pb.Invoice) (posting, error) {
	account, err := ledger.RoleAccount(ctx, tx, pb.AccountRole_RECEIVABLE)
	if err != nil {
		return posting{}, err
	}
	return newPostingOn(i, account)
}

// newPostingOn returns the posting of an invoice whose receivable an account holds.
func newPostingOn(i *pb.Invoice, account string) (p posting, err error) {
	p.account = account
	if p.payable, err = payableAmount(i); err != nil {
		return p, err
	}
	sums := &partSums{currency: i.CurrencyCode, index: map[string]int{}}
	for n, l := range i.Lines {
		if err := sums.add(n, l.AccountId, l.DimensionValueIds, false, l.NetAmount.Amount, 1); err != nil {
			return p, err
		}
	}
	for _, t := range i.Taxes {
		if err := sums.addTax(t); err != nil {
			return p, err
		}
	}
	p.parts, p.firstLine = sums.parts()
	p.taxes, err = newTaxSums(i)
	return p, err
}

// post posts the entry, and reads the receivable in the organization's currency.
func (p *posting) post(ctx context.Context, tx *db.Tx, i *pb.Invoice) error {
	e := p.entry(i)
	if len(e.Lines) == 0 {
		return nil // an invoice over nothing
	}
	if err := ledger.Post(ctx, tx, e); err != nil {
		return p.mapFields(err)
	}
	i.JournalEntryId, p.posted = e.Id, e.Lines
	if p.payable == 0 {
		return nil
	}
	var err error
	p.base, err = money.Parse(e.Lines[0].BaseAmount.GetAmount(), e.Lines[0].BaseAmount.GetCurrencyCode())
	return err
}

// entry returns the entry of an invoice.
func (p *posting) entry(i *pb.Invoice) *pb.JournalEntry {
	return &pb.JournalEntry{Date: i.IssueDate, Source: pb.JournalEntry_INVOICE, SourceId: i.Id,
		CurrencyCode: i.CurrencyCode, ExchangeRate: i.ExchangeRate, Description: "Invoice to " + i.CustomerName,
		Reference: i.Reference, Lines: p.lines(i)}
}

// lines returns the lines of the entry.
func (p *posting) lines(i *pb.Invoice) (lines []*pb.JournalLine) {
	if p.payable != 0 {
		lines = append(lines, &pb.JournalLine{AccountId: p.account, Amount: money.ToProto(p.payable, i.CurrencyCode)})
	}
	for _, part := range p.parts {
		lines = append(lines, &pb.JournalLine{AccountId: part.AccountId, Amount: money.Negated(part.Amount),
			DimensionValueIds: slices.Clone(part.DimensionValueIds)})
	}
	return lines
}

// mapFields attributes errors of the entry to the fields of the invoice.
func (p *posting) mapFields(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		if f.Path == "date" {
			return fault.Field{Path: "issueDate", Message: f.Message}
		}
		if strings.HasSuffix(f.Path, "exchangeRate") {
			return fault.Field{Path: "exchangeRate", Message: f.Message}
		}
		first := 1 // after the line of the receivable
		if p.payable == 0 {
			first = 0
		}
		for n, line := range p.firstLine {
			prefix := fmt.Sprintf("lines[%d].", first+n)
			if rest, ok := strings.CutPrefix(f.Path, prefix); ok && line >= 0 {
				return fault.Field{Path: fmt.Sprintf("lines[%d].%s", line, rest), Message: f.Message}
			}
		}
		return fault.Field{Path: "lines", Message: "cannot be posted: " + f.Path + " " + f.Message}
	})
}

// partSums adds up parts by account and dimension values.
type partSums struct {
	currency string
	index    map[string]int
	sums     []partSum
}

type partSum struct {
	account string
	values  []string
	tax     bool
	minor   int64
	line    int
}

// add adds an amount, times a sign, to the sum of an account and dimension values.
func (s *partSums) add(line int, account string, values []string, isTax bool, amount string, sign int64) error {
	minor, err := money.Parse(amount, s.currency)
	if err != nil {
		return err
	}
	sorted := slices.Sorted(slices.Values(values))
	key := fmt.Sprint(account, isTax, sorted)
	at, known := s.index[key]
	if !known {
		at = len(s.sums)
		s.index[key] = at
		s.sums = append(s.sums, partSum{account: account, values: sorted, tax: isTax, line: line})
	}
	s.sums[at].minor += sign * minor
	return nil
}

// addTax adds a tax. What the customer withholds is a claim on the authority, and a reverse charge
// is not posted.
func (s *partSums) addTax(t *pb.TaxCalculation_Tax) error {
	switch t.Effect {
	case pb.TaxRate_REVERSE_CHARGED:
		return nil
	case pb.TaxRate_WITHHELD:
		return s.add(-1, t.AccountId, nil, true, t.Amount.Amount, -1)
	}
	return s.add(-1, t.AccountId, nil, true, t.Amount.Amount, 1)
}

// parts returns the sums that are not zero.
func (s *partSums) parts() (parts []*pb.Receivable_Part, lines []int) {
	for _, sum := range s.sums {
		if sum.minor == 0 {
			continue
		}
		parts = append(parts, &pb.Receivable_Part{AccountId: sum.account, Amount: money.ToProto(sum.minor, s.currency),
			Tax: sum.tax, DimensionValueIds: sum.values})
		lines = append(lines, sum.line)
	}
	return parts, lines
}
