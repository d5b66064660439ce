package tax

import (
	"context"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// Reverse adds the opposite of the amounts that an entry posted for a document, on the day and with
// the entry of its reversal. Both entries are empty for a document over nothing.
func Reverse(ctx context.Context, tx *db.Tx, documentID, entryID, date, reversalID string) error {
	recorded, err := RecordedOf(ctx, tx, documentID)
	if err != nil {
		return err
	}
	var undone []Amount
	for _, a := range recorded {
		if a.EntryID != entryID || a.Cause == Reversal {
			continue
		}
		undone = append(undone, a.reversed(date, reversalID))
	}
	return Record(ctx, tx, undone)
}

// reverseEntry adds the opposite of all amounts that an entry posted, on the day and with the entry
// of its reversal. The entry may be a reversal itself.
func reverseEntry(ctx context.Context, tx *db.Tx, entryID, date, reversalID string) error {
	key, err := id.Parse("jrn", entryID)
	if err != nil {
		return err
	}
	undone, err := recorded(ctx, tx, "journal_entry_id", key)
	for i, a := range undone {
		undone[i] = a.reversed(date, reversalID)
	}
	if err != nil {
		return err
	}
	return Record(ctx, tx, undone)
}

// reversed returns the opposite of an amount.
func (a Amount) reversed(date, entryID string) Amount {
	a.Date, a.Cause, a.EntryID, a.Item = date, Reversal, entryID, Item{}
	a.Taxable, a.Tax, a.BaseTaxable, a.BaseTax = -a.Taxable, -a.Tax, -a.BaseTaxable, -a.BaseTax
	a.BaseRecoverable = -a.BaseRecoverable
	return a
}

// Convert sets the amounts in the organization's currency, base, at the exchange rate of an entry.
// The rate is empty in that currency.
func Convert(amounts []Amount, base, rate string) error {
	var price decimal.Decimal
	if rate != "" {
		var err error
		if price, err = decimal.NewFromString(rate); err != nil {
			return err
		}
	}
	for i := range amounts {
		a := &amounts[i]
		if a.Currency == base {
			a.BaseTaxable, a.BaseTax = a.Taxable, a.Tax
			continue
		}
		var err error
		if a.BaseTaxable, err = money.Convert(a.Taxable, a.Currency, base, price); err != nil {
			return err
		}
		if a.BaseTax, err = money.Convert(a.Tax, a.Currency, base, price); err != nil {
			return err
		}
	}
	return nil
}

// Posted is what an entry posts to an account for taxes, credits positive, in minor units of the
// document's currency and of the organization's.
type Posted struct{ Tax, BaseTax int64 }

// Adjust changes the largest tax of each account by what rounding left, so that the taxes add up to
// what the entry posts to the account.
func Adjust(amounts []Amount, posted map[string]Posted) {
	rest, largest := map[string]Posted{}, map[string]int{}
	for i, a := range amounts {
		if a.Effect == pb.TaxRate_REVERSE_CHARGED {
			continue // not posted
		}
		left, known := rest[a.AccountID]
		if !known {
			left = posted[a.AccountID]
		}
		left.Tax, left.BaseTax = left.Tax-a.sign()*a.Tax, left.BaseTax-a.sign()*a.BaseTax
		rest[a.AccountID] = left
		if !known || absolute(a.BaseTax) > absolute(amounts[largest[a.AccountID]].BaseTax) {
			largest[a.AccountID] = i
		}
	}
	for account, i := range largest {
		amounts[i].Tax += amounts[i].sign() * rest[account].Tax
		amounts[i].BaseTax += amounts[i].sign() * rest[account].BaseTax
	}
}

// sign is -1 for a tax that is posted as a claim, because the customer withholds it.
func (a Amount) sign() int64 {
	if a.Effect == pb.TaxRate_WITHHELD {
		return -1
	}
	return 1
}

func absolute(n int64) int64 { return max(n, -n) }

// MoveContact makes the amounts of a contact those of another one, into which it is merged.
func MoveContact(ctx context.Context, tx *db.Tx, fromID, intoID string) error {
	_, err := tx.Exec(ctx, `
update finance.tax_amounts
set contact_id = $3
where org_id = $1
and contact_id = $2`, tx.Call().Organization.ID, fromID, intoID)
	return err
}

// NewItem returns the open amount of a document, which has the UUID of the document. total is in
// minor units.
func NewItem(side, prefix, itemID string, total int64) (Item, error) {
	if total == 0 {
		return Item{}, nil
	}
	key, err := id.Parse(prefix, itemID)
	return Item{Side: side, ID: key, Total: total}, err
}
