package tax

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// Cause is why the register has an amount.
type Cause string

// Causes of amounts. On the accrual basis each counts on its date. On the cash basis those of
// documents count as their open amount is settled, and all others on their date.
const (
	// Document is a document with an open amount: an invoice, a bill, a credit note. A journal entry
	// whose lines have tax codes is one without an open amount.
	Document Cause = "DOCUMENT"
	// Reduction is a discount or a write-off, which reduces the taxes of a document.
	Reduction Cause = "REDUCTION"
	// Deposit is money received before the invoice.
	Deposit Cause = "DEPOSIT"
	// DepositUse is the use of such money, which releases its taxes.
	DepositUse Cause = "DEPOSIT_USE"
	// Reversal undoes amounts of any cause.
	Reversal Cause = "REVERSAL"
)

// Amount is a tax and the amount on which it is computed, for one component of a tax code. Amounts
// of credit notes, reductions and reversals have opposite signs. Amounts are in minor units.
type Amount struct {
	// Date is a civil date such as 2027-01-31.
	Date string
	// Use is SALES or PURCHASES.
	Use   pb.TaxCode_Use
	Cause Cause
	// TaxCodeID is required. ComponentID is empty if the rate of the code has no components.
	TaxCodeID, ComponentID string
	// TaxRateID and TaxAgencyID follow from the component, or else from the code and its country. A
	// reversal keeps them.
	TaxRateID, TaxAgencyID string
	// AccountID is the account to which the tax was posted.
	AccountID string
	// Name is the name of the component, Percent such as "8.25".
	Name, Percent string
	Effect        pb.TaxRate_Effect
	// Category defaults to that of the code.
	Category pb.TaxCode_Category
	// DocumentID is the document of which the tax is, such as an invoice, also of a discount.
	DocumentID, DocumentNumber string
	// ContactID is the customer or the vendor.
	ContactID string
	Currency  string
	// Taxable is the amount on which the tax is computed, in the currency of the document, and
	// BaseTaxable in the organization's currency.
	Taxable, BaseTaxable int64
	Tax, BaseTax         int64
	// BaseRecoverable is the part of a tax on purchases that the organization recovers.
	BaseRecoverable int64
	// Item is the open amount of a document, by which the cash basis counts. It is empty if nothing
	// is open, and for other causes.
	Item Item
	// EntryID is the journal entry that posted the tax, or empty.
	EntryID string
}

// Item is what is open of a document: a receivable or a credit, with the UUID of its document and
// the total in minor units of the document's currency.
type Item struct {
	// Side is RECEIVABLE or CREDIT, as in the movements of receivables.
	Side  string
	ID    uuid.UUID
	Total int64
}

// Record adds amounts to the register, in the transaction that posts them. It sets the categories
// of the amounts that have none.
func Record(ctx context.Context, tx *db.Tx, amounts []Amount) error {
	if len(amounts) == 0 {
		return nil
	}
	rows := registerRows{}
	for _, a := range amounts {
		if err := rows.add(a); err != nil {
			return err
		}
	}
	c := tx.Call()
	found, err := tx.Query(ctx, insertAmounts, c.Organization.ID, c.Now(), rows.ids, rows.dates, rows.uses, rows.causes,
		rows.codes, rows.components, rows.accounts, rows.names, rows.effects, rows.percents, rows.categories, rows.documents,
		rows.numbers, rows.contacts, rows.currencies, rows.taxables, rows.taxes, rows.baseTaxables, rows.baseTaxes,
		rows.recoverables, rows.sides, rows.items, rows.totals, rows.entries, rows.rates, rows.agencies)
	if err != nil {
		return err
	}
	categories := map[uuid.UUID]string{}
	var code uuid.UUID
	var category string
	if _, err := pgx.ForEachRow(found, []any{&code, &category}, func() error {
		categories[code] = category
		return nil
	}); err != nil {
		return err
	}
	for i := range amounts {
		if amounts[i].Category == pb.TaxCode_CATEGORY_UNSPECIFIED {
			amounts[i].Category = pb.TaxCode_Category(pb.TaxCode_Category_value[categories[rows.codes[i]]])
		}
	}
	return nil
}

// insertAmounts takes the rate and the agency from the component, and the category from the code. A
// reversal has those of the amount that it undoes. Amounts that waited while a return was locked
// were not seen by it, so they are known later.
const insertAmounts = `
insert into finance.tax_amounts (org_id, id, date, use, cause, tax_code_id, tax_rate_id, component_id, tax_agency_id,
  account_id, tax_name, effect, percent, category, document_id, document_number, contact_id, currency, taxable_minor,
  tax_minor, base_taxable_minor, base_tax_minor, base_recoverable_minor, item_side, item_id, item_total_minor,
  journal_entry_id, create_time)
select o.org_id, n.id, n.date, n.use, n.cause, n.code,
  case when n.cause = 'REVERSAL' then n.rate else coalesce(c.tax_rate_id,
    case when n.use = 'SALES' then k.sales_tax_rate_id else k.purchase_tax_rate_id end) end,
  n.component,
  case when n.cause = 'REVERSAL' then n.agency else coalesce(c.tax_agency_id, (
    select a.id
    from finance.tax_agencies a
    where a.org_id = $1
    and a.region_code = k.region_code
    and k.region_code <> ''
    order by a.archive_time nulls first, a.id
    limit 1
  )) end, n.account, n.name, n.effect, n.percent,
  case when n.category = '' then k.category else n.category end, n.document, n.number, n.contact, n.currency, n.taxable,
  n.tax, n.base_taxable, n.base_tax, n.recoverable, n.side, n.item, n.total, n.entry,
  greatest($2, (
    select max(l.known_time) + interval '1 microsecond'
    from finance.tax_returns l
    where l.org_id = $1
    and l.state <> 'DRAFT'
  ))
from platform.organizations o
cross join unnest($3::uuid[], $4::text[]::date[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::uuid[], $10::text[], $11::text[],
  $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::bigint[], $19::bigint[],
  $20::bigint[], $21::bigint[], $22::bigint[], $23::text[], $24::uuid[], $25::bigint[], $26::uuid[], $27::uuid[],
  $28::uuid[])
  as n (id, date, use, cause, code, component, account, name, effect, percent, category, document, number, contact,
    currency, taxable, tax, base_taxable, base_tax, recoverable, side, item, total, entry, rate, agency)
join finance.tax_codes k
  on k.org_id = $1
  and k.id = n.code
left join finance.tax_rate_components c
  on c.org_id = $1
  and c.id = n.component
where o.org_id = $1
returning tax_code_id, category`

// registerRows are the columns of new rows.
type registerRows struct {
	ids, codes                                                []uuid.UUID
	dates, uses, causes, names, effects, percents, categories []string
	documents, numbers, contacts, currencies                  []string
	components, accounts, items, entries, rates, agencies     []*uuid.UUID
	sides                                                     []*string
	taxables, taxes, baseTaxables, baseTaxes, recoverables    []int64
	totals                                                    []*int64
}

// add adds an amount.
func (r *registerRows) add(a Amount) error {
	code, err := id.Parse(taxCodes.Prefix(), a.TaxCodeID)
	if err != nil {
		return err
	}
	for _, ref := range []struct {
		column     *[]*uuid.UUID
		prefix, to string
	}{
		{&r.components, "txc", a.ComponentID}, {&r.accounts, "acc", a.AccountID}, {&r.entries, "jrn", a.EntryID},
		{&r.rates, "txr", a.TaxRateID}, {&r.agencies, "txa", a.TaxAgencyID},
	} {
		key, err := parseOptional(ref.prefix, ref.to)
		if err != nil {
			return err
		}
		*ref.column = append(*ref.column, key)
	}
	category := ""
	if a.Category != pb.TaxCode_CATEGORY_UNSPECIFIED {
		category = a.Category.String()
	}
	r.ids, r.codes, r.dates = append(r.ids, id.New()), append(r.codes, code), append(r.dates, a.Date)
	r.uses, r.causes = append(r.uses, a.Use.String()), append(r.causes, string(a.Cause))
	r.names, r.percents = append(r.names, a.Name), append(r.percents, a.Percent)
	r.effects, r.categories = append(r.effects, a.Effect.String()), append(r.categories, category)
	r.documents, r.numbers = append(r.documents, a.DocumentID), append(r.numbers, a.DocumentNumber)
	r.contacts, r.currencies = append(r.contacts, a.ContactID), append(r.currencies, a.Currency)
	r.taxables, r.baseTaxables = append(r.taxables, a.Taxable), append(r.baseTaxables, a.BaseTaxable)
	r.taxes, r.baseTaxes = append(r.taxes, a.Tax), append(r.baseTaxes, a.BaseTax)
	r.recoverables = append(r.recoverables, a.BaseRecoverable)
	if a.Item.Total == 0 {
		r.sides, r.items, r.totals = append(r.sides, nil), append(r.items, nil), append(r.totals, nil)
		return nil
	}
	r.sides, r.items = append(r.sides, &a.Item.Side), append(r.items, &a.Item.ID)
	r.totals = append(r.totals, &a.Item.Total)
	return nil
}

// parseOptional returns the UUID of an identifier, or nil if it is empty.
func parseOptional(prefix, text string) (*uuid.UUID, error) {
	if text == "" {
		return nil, nil
	}
	key, err := id.Parse(prefix, text)
	return &key, err
}

// RecordedOf returns the amounts of a document, sorted by the time they were recorded.
func RecordedOf(ctx context.Context, tx *db.Tx, documentID string) ([]Amount, error) {
	return recorded(ctx, tx, "document_id", documentID)
}

// recorded returns the amounts whose column has a value, sorted by the time they were recorded.
func recorded(ctx context.Context, tx *db.Tx, column string, value any) ([]Amount, error) {
	rows, err := tx.Query(ctx, `
select date, use, cause, tax_code_id, tax_rate_id, component_id, tax_agency_id, account_id, tax_name, effect, percent,
  category, document_id, document_number, contact_id, currency, taxable_minor, tax_minor, base_taxable_minor,
  base_tax_minor, base_recoverable_minor, coalesce(item_side, ''), item_id, coalesce(item_total_minor, 0),
  journal_entry_id
from finance.tax_amounts
where org_id = $1
and `+column+` = $2
order by create_time, id`, tx.Call().Organization.ID, value)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanAmount)
}

// scanAmount reads a row of the register.
func scanAmount(row pgx.CollectableRow) (a Amount, err error) {
	var on calendar.Date
	var use, effect, category string
	var code uuid.UUID
	var rate, component, agency, account, item, entry *uuid.UUID
	if err := row.Scan(&on, &use, &a.Cause, &code, &rate, &component, &agency, &account, &a.Name, &effect, &a.Percent,
		&category, &a.DocumentID, &a.DocumentNumber, &a.ContactID, &a.Currency, &a.Taxable, &a.Tax, &a.BaseTaxable,
		&a.BaseTax, &a.BaseRecoverable, &a.Item.Side, &item, &a.Item.Total, &entry); err != nil {
		return a, err
	}
	a.Date = on.String()
	a.Use = pb.TaxCode_Use(pb.TaxCode_Use_value[use])
	a.Effect = pb.TaxRate_Effect(pb.TaxRate_Effect_value[effect])
	a.Category = pb.TaxCode_Category(pb.TaxCode_Category_value[category])
	a.TaxCodeID, a.TaxRateID = id.Format("txk", code), formatOptional("txr", rate)
	a.ComponentID, a.TaxAgencyID = formatOptional("txc", component), formatOptional("txa", agency)
	a.AccountID, a.EntryID = formatOptional("acc", account), formatOptional("jrn", entry)
	if item != nil {
		a.Item.ID = *item
	}
	return a, nil
}

// formatOptional returns the identifier of a UUID, or "" if it is nil.
func formatOptional(prefix string, key *uuid.UUID) string {
	if key == nil {
		return ""
	}
	return id.Format(prefix, *key)
}
