package invoicing

import (
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// creditTotal adds up the lines of a credit note.
type creditTotal struct {
	currency     string
	net, tax     int64
	taxes        []*pb.TaxCalculation_Tax
	bases, taxed []int64
	at           map[string]int
}

// add adds a line.
func (t *creditTotal) add(l *pb.CreditNote_Line) error {
	net, err := money.Parse(l.NetAmount.Amount, t.currency)
	if err != nil {
		return err
	}
	tax, err := money.Parse(l.TaxAmount.Amount, t.currency)
	if err != nil {
		return err
	}
	t.net, t.tax = t.net+net, t.tax+tax
	for _, of := range l.Taxes {
		n, known := t.at[of.ComponentId]
		if !known {
			n = len(t.taxes)
			t.at[of.ComponentId] = n
			t.taxes, t.bases, t.taxed = append(t.taxes, of), append(t.bases, 0), append(t.taxed, 0)
		}
		base, err := money.Parse(of.Base.Amount, t.currency)
		if err != nil {
			return err
		}
		minor, err := money.Parse(of.Amount.Amount, t.currency)
		if err != nil {
			return err
		}
		t.bases[n], t.taxed[n] = t.bases[n]+base, t.taxed[n]+minor
	}
	return nil
}

// set sets the totals of a credit note.
func (t *creditTotal) set(n *pb.CreditNote) error {
	n.NetAmount, n.TaxAmount = money.ToProto(t.net, t.currency), money.ToProto(t.tax, t.currency)
	n.TotalAmount, n.Taxes = money.ToProto(t.net+t.tax, t.currency), nil
	for at, of := range t.taxes {
		n.Taxes = append(n.Taxes, withAmounts(of, t.bases[at], t.taxed[at], t.currency))
	}
	return nil
}

// withAmounts returns a tax with other amounts.
func withAmounts(t *pb.TaxCalculation_Tax, base, minor int64, currency string) *pb.TaxCalculation_Tax {
	out := proto.CloneOf(t)
	out.Base, out.Amount = money.ToProto(base, currency), money.ToProto(minor, currency)
	return out
}
