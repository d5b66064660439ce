package salesdocuments

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/banking"
	"backoffice/internal/finance/dunning"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper/letter"
)

// dunningNoticeSource has no mail: package dunning mails notices, with the file of DunningHooks.
var dunningNoticeSource = source{read: readDunningNotice, permission: "finance.dunningNotices.read"}

// DunningHooks print the notices that package dunning mails.
func DunningHooks(p module.Platform) dunning.Hooks {
	s := New(p)
	return dunning.Hooks{Print: func(ctx context.Context, noticeID string) (*platformv1.File, error) {
		d, err := s.read(ctx, dunningNoticeSource, noticeID)
		if err != nil {
			return nil, err
		}
		return s.printToFile(ctx, d)
	}}
}

// readDunningNotice returns a dunning notice as it is printed, in the language of its text.
func readDunningNotice(ctx context.Context, tx *db.Tx, noticeID string) (*document, error) {
	n, err := dunning.FindNotice(ctx, tx, noticeID)
	if err != nil {
		return nil, err
	}
	d := &document{id: n.Id}
	if d.setting, err = newSetting(ctx, tx, n.CustomerId); err != nil {
		return nil, err
	}
	d.setting = d.in(n.LanguageCode, tx.Call().Organization.Zone)
	d.describeDunningNotice(n)
	if n.State == pb.DunningNotice_VOID {
		d.letter.Stamp = d.words.void
		d.refusal = fault.Refuse(optionsv1.Reason_DOCUMENT_NOT_SENDABLE, "The dunning notice is void.").WithSubject(n.Id)
		return d, nil
	}
	open, err := openOfNotice(ctx, tx, n)
	if err != nil {
		return nil, err
	}
	account, err := banking.AccountForCustomers(ctx, tx, n.CurrencyCode)
	if err != nil {
		return nil, err
	}
	d.addSettledSince(n, open)
	if !isZero(open) {
		d.letter.Payment = d.paymentTo(account, format(d.words.payNow, d.language.Money(open)), open, noticeReference(n))
	}
	d.public = d.publicDunningNotice(n, open, account, tx.Call().Today())
	return d, nil
}

// openOfNotice returns what is open today of the invoices and of the charges of a notice, at most
// what it asked for.
func openOfNotice(ctx context.Context, tx *db.Tx, n *pb.DunningNotice) (*typepb.Money, error) {
	open := int64(0)
	add := func(receivableID string, asked *typepb.Money) error {
		r, err := receivables.FindReceivable(ctx, tx, receivableID)
		if err == nil {
			open += min(minor(r.OpenAmount), minor(asked))
		}
		return err
	}
	for _, l := range n.Lines {
		if err := add(l.ReceivableId, l.OpenAmount); err != nil {
			return nil, err
		}
	}
	if n.ReceivableId != "" {
		if err := add(n.ReceivableId, n.ChargedAmount); err != nil {
			return nil, err
		}
	}
	return money.ToProto(open, n.CurrencyCode), nil
}

// maxReferences is the largest number of invoices that the reference of a transfer names.
const maxReferences = 3

// noticeReference returns what a transfer for a notice should refer to: its number, and those of
// its invoices if they are few.
func noticeReference(n *pb.DunningNotice) string {
	parts := []string{n.Number}
	if len(n.Lines) <= maxReferences {
		for _, l := range n.Lines {
			parts = append(parts, l.Number)
		}
	}
	return strings.Join(parts, " ")
}

// describeDunningNotice fills in what the record itself says, as of the date of the notice.
func (d *document) describeDunningNotice(n *pb.DunningNotice) {
	w, l := d.words, &d.letter
	d.fileName = w.dunningNotice + " " + n.Number
	l.Title = cmp.Or(strings.TrimSpace(n.Subject), d.fileName)
	l.Recipient = d.recipient(cmp.Or(n.CustomerName, d.customerName()), d.customer.GetBillingAddress())
	l.Facts = facts(letter.Fact{Label: w.issueDate, Value: d.date(n.Date)},
		letter.Fact{Label: w.number, Value: n.Number},
		letter.Fact{Label: w.customerTaxNumber, Value: d.customer.GetTaxNumber()})
	l.Introduction = strings.TrimSpace(n.Body)
	l.Table = d.reminderTable(n)
	l.Totals = []letter.Total{{Label: w.openInvoices, Amount: n.OpenAmount.GetAmount()}}
	for _, t := range []struct {
		label  string
		amount *typepb.Money
	}{{w.fee, n.Fee}, {w.fixedSum, n.FixedSum}, {w.interest, n.InterestAmount}, {w.tax, n.TaxAmount}} {
		if !isZero(t.amount) {
			l.Totals = append(l.Totals, letter.Total{Label: t.label, Amount: t.amount.GetAmount()})
		}
	}
	l.Totals = append(l.Totals, letter.Total{Label: format(w.totalDue, n.CurrencyCode), Amount: n.TotalAmount.GetAmount(),
		Kind: letter.Result})
}

// reminderTable returns the invoices of a notice. It has the steps if there are several, and a
// column for interest if any is charged.
func (s setting) reminderTable(n *pb.DunningNotice) letter.Table {
	w, charged, steps := s.words, !isZero(n.InterestAmount), map[string]bool{}
	for _, l := range n.Lines {
		steps[l.StepName] = true
	}
	t := letter.Table{Columns: []letter.Column{{Label: w.invoice}, {Label: w.issueDate}, {Label: w.dueDate},
		{Label: w.overdueDays, Number: true}, {Label: w.openAmount, Number: true}}}
	if charged {
		t.Columns = append(t.Columns, letter.Column{Label: w.interest, Number: true})
	}
	for _, l := range n.Lines {
		first := letter.Cell{Text: l.Number}
		if len(steps) > 1 {
			first.Detail = l.StepName
		}
		row := []letter.Cell{first, {Text: s.date(l.Date)}, {Text: s.date(l.DueDate)},
			{Text: strconv.Itoa(int(max(l.DaysOverdue, 0)))}, {Text: l.OpenAmount.GetAmount()}}
		if charged {
			row = append(row, letter.Cell{Text: l.InterestAmount.GetAmount()})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// addSettledSince lists what was settled since the date of a notice, and what is open.
func (d *document) addSettledSince(n *pb.DunningNotice, open *typepb.Money) {
	settled := minor(n.TotalAmount) - minor(open)
	if settled == 0 {
		return
	}
	d.letter.Totals = append(d.letter.Totals,
		letter.Total{Label: format(d.words.settledSince, d.date(n.Date)), Amount: money.Format(-settled, n.CurrencyCode)},
		letter.Total{Label: format(d.words.balance, n.CurrencyCode), Amount: open.GetAmount(), Kind: letter.Result})
}
