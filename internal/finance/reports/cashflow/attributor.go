package cashflow

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
)

// item is a line other than cash while its entry is attributed. Credits are positive.
type item struct {
	account *Account
	minor   int64
	// section and class are where the entry shows the line. They may differ from those of the
	// account.
	section pb.Account_CashFlowSection
	class   pb.Account_CashFlowClass
	// cash is the part of minor that no other line was matched with, which is cash in the end.
	cash int64
	// outside is the part of minor that was matched with lines of other activities.
	outside int64
}

func (i *item) is(s pb.Account_CashFlowSection) bool { return i.section == s }

// isCredit reports whether the item is on the credit side.
func (i *item) isCredit() bool { return i.minor > 0 }

// size returns the amount without its sign.
func (i *item) size() int64 { return max(i.minor, -i.minor) }

// attributor is an entry while its cash is attributed.
type attributor struct {
	items   []*item
	cash    cashMoved
	effect  int64
	nonCash []Exchange
}

func newAttributor(lines []Line) *attributor {
	a := &attributor{}
	var cash cashByAccount
	for _, l := range lines {
		if l.Account.IsCash() {
			cash.add(l)
			continue
		}
		a.items = append(a.items, &item{
			account: l.Account, minor: -l.Minor, cash: -l.Minor, section: l.Account.section(), class: l.Account.class(),
		})
	}
	a.cash = cash.moved()
	return a
}

// allMovements returns the movements of all operating accounts.
func (a *attributor) allMovements() (out []Movement) {
	for _, i := range a.items {
		if i.account.IsOperating() {
			out = append(out, Movement{i.account.ID, i.minor})
		}
	}
	return out
}

// separateExchangeEffect takes the exchange gains out of a transfer between cash accounts, and out
// of an entry that has no other lines. There they are differences on the cash itself, and neither
// received nor paid (IAS 7.28). Other exchange gains belong to what was settled.
func (a *attributor) separateExchangeEffect() {
	alone := true
	for _, i := range a.items {
		alone = alone && i.account.isExchange()
	}
	if !alone && !a.cash.transfer {
		return
	}
	for _, i := range a.items {
		if i.account.isExchange() {
			a.effect += i.minor
			i.cash, i.outside = 0, i.minor
		}
	}
	if a.effect != 0 {
		a.cash = a.cash.without(a.effect)
	}
}

// placeFollowers shows a difference from exchange rates or rounding where the largest other line
// is shown, and sales tax where the sale or purchase is shown.
func (a *attributor) placeFollowers() {
	for _, i := range a.items {
		if i.account.followsLargestLine() && i.cash != 0 {
			i.placeAs(largest(a.items, func(other *item) bool { return !other.account.IsContextual() }))
		}
	}
	a.placeTaxes(true)
	a.placeTaxes(false)
}

// placeTaxes shows the taxes on one side of the entry where the largest line that they are charged
// on is shown. A tax on the side of sales or purchases and of at most half of them is charged on
// them; receipts and payments are gross of tax. A tax against wages is withheld from them. Any
// other tax is a payment to, or from, the tax agency (IAS 7.14f).
func (a *attributor) placeTaxes(credits bool) {
	var tax, taxed int64
	for _, i := range a.items {
		if i.isCredit() == credits && i.account.isTax() {
			tax += i.size()
		}
		if i.isCredit() == credits && i.account.isTaxed() {
			taxed += i.size()
		}
	}
	base := largest(a.items, func(i *item) bool { return i.account.isTaxed() && i.isCredit() == credits })
	if tax > taxed/2 {
		base = largest(a.items, func(i *item) bool {
			return i.account.Subtype == pb.Account_PAYROLL_EXPENSE && i.isCredit() != credits && tax <= i.size()/2
		})
	}
	for _, i := range a.items {
		if i.account.isTax() && i.isCredit() == credits {
			i.placeAs(base)
		}
	}
}

// placeAs shows the item where another one is shown, if there is one.
func (i *item) placeAs(other *item) {
	if other != nil {
		i.section, i.class = other.section, other.class
	}
}

// largest returns the first of the largest items for which belongs returns true, or nil.
func largest(items []*item, belongs func(*item) bool) (out *item) {
	for _, i := range items {
		if belongs(i) && (out == nil || i.size() > out.size()) {
			out = i
		}
	}
	return out
}

// placeDisposalResults shows the gain or loss of a disposal with the proceeds, which are investing
// as a whole (IAS 7.14, 7.16b; ASC 230-10-45-12).
func (a *attributor) placeDisposalResults() {
	disposal := false
	for _, i := range a.items {
		sold := i.account.Type == pb.Account_ASSET && !i.account.isReserve() && i.is(pb.Account_INVESTING) &&
			!i.account.isTax() && i.isCredit()
		disposal = disposal || sold || i.account.isReserve() && !i.isCredit()
	}
	for _, i := range a.items {
		if disposal && i.account.isDisposalResult() {
			i.section = pb.Account_INVESTING
		}
	}
}

// attribution returns the result.
func (a *attributor) attribution() Attribution {
	out := Attribution{Effect: a.effect, NonCash: a.nonCash}
	for _, i := range a.items {
		if i.cash != 0 {
			f := Flow{Section: i.section, Account: i.account.ID, Minor: i.cash}
			if i.is(pb.Account_OPERATING) {
				f.Class = i.class
			}
			out.Flows = append(out.Flows, f)
		}
		excluded := i.outside
		if !i.is(pb.Account_OPERATING) {
			excluded = i.minor
		}
		if i.account.IsOperating() && excluded != 0 {
			out.Excluded = append(out.Excluded, Movement{i.account.ID, excluded})
		}
	}
	return out
}
