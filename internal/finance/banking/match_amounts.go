package banking

import (
	"github.com/shopspring/decimal"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// matching holds the amounts of a match in minor units.
type matching struct {
	// currency is the bank account's, base the organization's.
	currency, base string
	// taken is the total matched amount of the lines, in the bank account's currency.
	taken  int64
	claims []claim
	// fees are the bank's fees, in the bank account's currency.
	fees []int64
	// exchange makes a difference between currencies an exchange gain or loss.
	exchange bool
	// rate is the price of the bank account's currency in the base, set if needsRate.
	rate decimal.Decimal
}

// claim is the matched amount of an entry in its own currency and in the base. Debits are
// positive.
type claim struct {
	// own is true on the bank account's own ledger account, where the money is posted already.
	own         bool
	currency    string
	minor, base int64
}

// settlement holds the amounts that a match has to post: the bank account's side in its currency
// and in the base, the fees in the base, and the exchange gain, which is negative for a loss.
type settlement struct {
	bank, bankBase int64
	feeBases       []int64
	gain           int64
}

// settle computes what a match has to post. In total the bank account must move by the amount of
// the lines. The part that its matched entries do not post yet is posted against the other
// matched accounts, the fees and the exchange gain:
//
//	bank = lines - entries on the bank account's own ledger account
//	gain = bank + fees - other entries, in the base
//
// The same formula serves receivables and payables, since money out and payables are both
// negative: paying 108 for a payable of 110 gains 2, receiving 108 for a receivable of 110
// loses 2.
func (m matching) settle() (settlement, error) {
	across := m.across()
	if m.exchange && !across {
		return settlement{}, fault.InvalidFor(optionsv1.Reason_MATCH_WITHOUT_EXCHANGE,
			fault.At(
				"exchangeDifference", "is only for lines and entries in different currencies, but all are in %s", m.currency,
			))
	}
	if !across {
		if err := m.addsUp(m.apart(), m.currency, ""); err != nil {
			return settlement{}, err
		}
	}
	s, err := m.unsettled()
	if err != nil || !across || m.exchange {
		return s, err
	}
	return s, m.addsUp(s.gain, m.base, " Add fees or set exchangeDifference.")
}

// across reports whether an entry is in another currency than the lines.
func (m matching) across() bool {
	for _, c := range m.claims {
		if c.currency != m.currency {
			return true
		}
	}
	return false
}

// settles reports whether an entry is matched on another account than the bank account's own
// ledger account.
func (m matching) settles() bool {
	for _, c := range m.claims {
		if !c.own {
			return true
		}
	}
	return false
}

// needsRate reports whether amounts must be converted from the bank account's currency to the
// base. Only entries on other accounts have a rate that may differ from the day's.
func (m matching) needsRate() bool { return m.currency != m.base && m.settles() }

// apart returns by how much the lines plus fees exceed the entries, all in one currency.
func (m matching) apart() int64 {
	sum := m.taken
	for _, f := range m.fees {
		sum += f
	}
	for _, c := range m.claims {
		sum -= c.minor
	}
	return sum
}

// addsUp refuses a match with a remaining difference. hint is added to the message.
func (m matching) addsUp(apart int64, currency, hint string) error {
	if apart == 0 {
		return nil
	}
	return fault.Refuse(
		optionsv1.Reason_MATCH_AMOUNT_DIFFERS, "The lines plus fees exceed the entries by %s %s.%s",
		money.Format(apart, currency), currency, hint,
	)
}

// unsettled returns the amounts that are left to post.
func (m matching) unsettled() (s settlement, err error) {
	s.bank = m.taken
	for _, c := range m.claims {
		switch {
		case !c.own:
			s.gain -= c.base
		case c.currency == m.currency:
			s.bank -= c.minor
		default: // an account in the base counts amounts in other currencies at their base amount
			s.bank -= c.base
		}
	}
	if m.currency != m.base && !m.settles() {
		return s, nil // all amounts are in one foreign currency; the ledger converts the entry as a whole
	}
	if s.bankBase, err = m.inBase(s.bank); err != nil {
		return s, err
	}
	s.gain += s.bankBase
	for _, f := range m.fees {
		fee, err := m.inBase(f)
		if err != nil {
			return s, err
		}
		s.feeBases, s.gain = append(s.feeBases, fee), s.gain+fee
	}
	return s, nil
}

// inBase converts an amount from the bank account's currency to the base.
func (m matching) inBase(minor int64) (int64, error) {
	if m.currency == m.base {
		return minor, nil
	}
	in, err := money.Convert(minor, m.currency, m.base, m.rate)
	if err != nil {
		return 0, fault.SumOutOfRange()
	}
	return in, nil
}

// portion returns the base amount of a part of an open amount. Rounding differences end up in the
// last part.
func portion(part, open, openBase int64) int64 {
	return money.Allocate(openBase, []int64{magnitude(part), magnitude(open - part)})[0]
}

func magnitude(minor int64) int64 { return max(minor, -minor) }
