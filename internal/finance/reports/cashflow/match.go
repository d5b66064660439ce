package cashflow

import (
	pb "backoffice/gen/go/backoffice/finance/v1"
)

// matchRules say, in this order, which credits and debits of an entry are matched with each other
// before cash. Each takes the credit first. No standard prescribes the order; it follows what such
// entries mean: depreciation uses no cash, a loan pays for the asset bought with it, proceeds
// redeem the loan on the asset sold, and an account payable is owed for the expense beside it.
var matchRules = []func(credit, debit *item) bool{
	func(c, d *item) bool { return d.account.isDepreciation() && c.is(pb.Account_INVESTING) },
	func(c, d *item) bool { return c.is(pb.Account_FINANCING) && d.is(pb.Account_INVESTING) },
	func(c, d *item) bool { return c.is(pb.Account_INVESTING) && d.is(pb.Account_FINANCING) },
	func(c, d *item) bool {
		return c.section == d.section && (c.class == d.class || !c.is(pb.Account_OPERATING))
	},
	func(c, d *item) bool { return c.section == d.section },
	func(_, _ *item) bool { return true },
}

// matchWithoutCash matches credits with debits until the credits that remain are the cash received
// and the debits that remain are the cash paid. Cash received comes from credits only, and cash
// paid goes to debits only.
func (a *attributor) matchWithoutCash() {
	var credits, debits []*item
	var sum int64
	for _, i := range a.items {
		switch {
		case i.cash > 0:
			credits = append(credits, i)
			sum += i.cash
		case i.cash < 0:
			debits = append(debits, i)
		}
	}
	left := max(sum-a.cash.received, 0)
	for _, rule := range matchRules {
		for _, c := range credits {
			for _, d := range debits {
				if left > 0 && rule(c, d) {
					left -= a.match(c, d, left)
				}
			}
		}
	}
}

// match matches a credit with a debit by at most an amount, and returns the amount.
func (a *attributor) match(c, d *item, most int64) int64 {
	minor := min(c.cash, -d.cash, most)
	if minor <= 0 {
		return 0
	}
	c.cash -= minor
	d.cash += minor
	if c.is(pb.Account_OPERATING) != d.is(pb.Account_OPERATING) {
		c.outside += minor
		d.outside -= minor
	}
	if isTransaction(c, d) {
		a.nonCash = append(a.nonCash, Exchange{Debit: d.account.ID, Credit: c.account.ID, Minor: minor})
	}
	return minor
}

// isTransaction reports whether the match of a credit with a debit is an investing or financing
// transaction to disclose. Depreciation, gains on disposals and the derecognition of depreciation
// are no transactions, nor are transfers within equity.
func isTransaction(c, d *item) bool {
	switch {
	case c.is(pb.Account_OPERATING) && d.is(pb.Account_OPERATING),
		c.account.isReserve(), d.account.isReserve(),
		c.account.isExchange(), d.account.isExchange(),
		c.account.Type == pb.Account_EQUITY && d.account.Type == pb.Account_EQUITY:
		return false
	case c.account.isResult() && d.account.isResult():
		return false
	case c.account.isResult():
		return d.is(pb.Account_FINANCING)
	case d.account.isResult():
		return c.is(pb.Account_FINANCING)
	}
	return true
}
