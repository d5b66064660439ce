package invoicing

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// held is what an account holds in a currency. Debits are positive.
type held struct{ account, currency string }

// compare compares the documents with the opening balances. It refuses other sums, unless more will
// follow or nothing is saved. Sums that only lie on the other account, or in another currency, are
// moved.
func (o *openingImport) compare(ctx context.Context, tx *db.Tx) error {
	missing, err := o.missing(ctx, tx)
	if err != nil {
		return err
	}
	byAccount, net := map[string]int64{}, int64(0)
	for at, p := range missing {
		byAccount[at.account] += p.base
		net += p.base
	}
	if net == 0 && !o.req.GetPartial() {
		return o.move(ctx, tx, missing)
	}
	if err := o.describe(ctx, tx, byAccount); err != nil {
		return err
	}
	if net == 0 || o.req.GetPartial() || o.req.GetValidateOnly() {
		return nil
	}
	return o.refuse()
}

// missing returns by how much the documents that were taken over exceed what the opening balances
// hold, by account and currency. It sets the sums of the documents.
func (o *openingImport) missing(ctx context.Context, tx *db.Tx) (map[held]position, error) {
	openings, err := receivables.Openings(ctx, tx)
	if err != nil {
		return nil, err
	}
	missing := map[held]position{}
	for _, s := range openings {
		at, p := held{id.Format("acc", s.Account), s.Currency}, position{s.Minor, s.Base}
		o.response.Sums = append(o.response.Sums, &pb.ImportOpeningInvoicesResponse_Sum{AccountId: at.account,
			OpenAmount: money.ToProto(p.minor, s.Currency), OpenBaseAmount: money.ToProto(p.base, o.base)})
		if at.account == o.deposits {
			p = position{-p.minor, -p.base} // owed to customers
		}
		missing[at] = p
	}
	booked, err := o.booked(ctx, tx)
	for at, p := range booked {
		missing[at] = position{missing[at].minor - p.minor, missing[at].base - p.base}
	}
	maps.DeleteFunc(missing, func(_ held, p position) bool { return p == position{} })
	return missing, err
}

// booked returns what the opening balances hold on both accounts, with what earlier imports moved.
func (o *openingImport) booked(ctx context.Context, tx *db.Tx) (map[held]position, error) {
	accounts, err := id.ParseEach("acc", []string{o.receivable, o.deposits}, func(key string) string { return key })
	if err != nil {
		return nil, err
	}
	entry, err := id.Parse("jrn", o.entry.Id)
	if err != nil {
		return nil, err
	}
	rows, err := db.Collect[struct {
		Account     uuid.UUID
		Currency    string
		Minor, Base int64
	}](ctx, tx, `
select
  l.account_id as account,
  l.amount_currency as currency,
  sum(l.amount_minor)::bigint as minor,
  sum(l.base_amount_minor)::bigint as base
from finance.journal_entries e
join finance.journal_lines l on l.org_id = $1 and l.journal_entry_id = e.id
where e.org_id = $1
and e.date = $3
and (e.id = $4 or e.source = 'INVOICE' and e.source_id like 'jrn\_%')
and l.account_id = any($2)
group by l.account_id, l.amount_currency`, tx.Call().Organization.ID, accounts, o.date.String(), entry)
	booked := map[held]position{}
	for _, r := range rows {
		booked[held{id.Format("acc", r.Account), r.Currency}] = position{r.Minor, r.Base}
	}
	return booked, err
}

// move posts an entry that moves what the opening balances hold to the accounts and currencies of
// the documents, on the day of the opening balances.
func (o *openingImport) move(ctx context.Context, tx *db.Tx, missing map[held]position) error {
	if len(missing) == 0 {
		return nil
	}
	e := &pb.JournalEntry{Date: o.entry.Date, Source: pb.JournalEntry_INVOICE, SourceId: o.entry.Id,
		CurrencyCode: o.base, Description: "Open documents by account and currency"}
	for _, at := range slices.SortedFunc(maps.Keys(missing), func(a, b held) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.currency, b.currency))
	}) {
		e.Lines = append(e.Lines, &pb.JournalLine{AccountId: at.account,
			Amount: money.ToProto(missing[at].minor, at.currency), BaseAmount: money.ToProto(missing[at].base, o.base)})
	}
	if err := ledger.Post(ctx, tx, e); err != nil {
		return fault.MapFields(err, func(f fault.Field) fault.Field {
			return fault.At("content", "needs an entry on %s, whose %s %s", o.entry.Date, f.Path, f.Message)
		})
	}
	o.response.JournalEntryId = e.Id
	return nil
}

// describe sets the differences of both accounts.
func (o *openingImport) describe(ctx context.Context, tx *db.Tx, byAccount map[string]int64) error {
	booked, err := o.booked(ctx, tx)
	if err != nil {
		return err
	}
	for _, account := range []string{o.receivable, o.deposits} {
		if byAccount[account] == 0 {
			continue
		}
		sign, opening := int64(1), int64(0)
		if account == o.deposits {
			sign = -1
		}
		for at, p := range booked {
			if at.account == account {
				opening += sign * p.base
			}
		}
		difference := sign * byAccount[account]
		o.response.Differences = append(o.response.Differences, &pb.ImportOpeningInvoicesResponse_Difference{
			AccountId: account, OpeningBalance: money.ToProto(opening, o.base),
			Documents: money.ToProto(opening+difference, o.base), Difference: money.ToProto(difference, o.base)})
	}
	return nil
}

// refuse returns the error of documents that add up to other amounts than the opening balances.
func (o *openingImport) refuse() error {
	var parts []string
	for _, d := range o.response.Differences {
		parts = append(parts, "documents of "+d.Documents.Amount+" and an opening balance of "+d.OpeningBalance.Amount+
			", which differ by "+d.Difference.Amount+" "+o.base)
	}
	return fault.Refuse(optionsv1.Reason_OPENING_INVOICES_DIFFER, "There are %s. Correct the file, or set partial.",
		strings.Join(parts, "; and "))
}
