package banking

import (
	"github.com/shopspring/decimal"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// matching is what a match takes, as numbers.
type matching struct {
	// currency is the bank account's, base the organization's.
	currency, base string
	// taken is what is taken of the lines together, in the bank account's currency.
	taken  int64
	claims []claim
	// fees are what the bank kept, in the bank account's currency.
	fees []int64
	// exchange says that a difference between currencies is an exchange gain or loss.
	exchange bool
	// rate is the price of the bank account's currency in the base, where it is needed.
	rate decimal.Decimal
}

// claim is what is taken of an entry: debits positive, in its own currency and the base.
type claim struct {
	// own says that it is on the bank account's own ledger account, so that the money is
	// booked already.
	own         bool
	currency    string
	minor, base int64
}

// settlement is what is left to post: the bank account's side, and the gain, which is
// negative for a loss. The bank's side and the fees are in the bank account's currency and
// in the base.
type settlement struct {
	bank, bankBase int64
	feeBases       []int64
	gain           int64
}

// settle adds a match up. The bank account is to move what the lines say; what its entries
// have not booked is posted, against what they claim, the fees, and the exchange gain.
//
//	bank = lines - own claims
//	gain = bank + fees - other claims, in the base
//
// The one rule holds for claims and for debts, since money out and what is owed are both
// negative: to pay 108 for a debt of 110 gains 2, to be paid 108 for a claim of 110 loses 2.
func (m matching) settle() (settlement, error) {
	across := m.across()
	if m.exchange && !across {
		return settlement{}, fault.InvalidFor(optionsv1.Reason_MATCH_WITHOUT_EXCHANGE,
			fault.At("exchangeDifference", "is for lines and entries of different currencies, and all is in %s", m.currency))
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
	return s, m.addsUp(s.gain, m.base, " Give fees, or take it as an exchange difference.")
}

// across tells whether claims are in another currency than the lines.
func (m matching) across() bool {
	for _, c := range m.claims {
		if c.currency != m.currency {
			return true
		}
	}
	return false
}

// settles tells whether claims are on other accounts than the bank account's own.
func (m matching) settles() bool {
	for _, c := range m.claims {
		if !c.own {
			return true
		}
	}
	return false
}

// needsRate tells whether the bank account's currency must be turned into the base: only
// claims on other accounts are at a rate that may differ from the day's.
func (m matching) needsRate() bool { return m.currency != m.base && m.settles() }

// apart is by how much lines and fees exceed claims in one currency.
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

func (m matching) addsUp(apart int64, currency, hint string) error {
	if apart == 0 {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_MATCH_AMOUNT_DIFFERS, "The lines, with fees, exceed the entries by %s %s.%s", money.Format(apart, currency), currency, hint)
}

// unsettled is what is left to post.
func (m matching) unsettled() (s settlement, err error) {
	s.bank = m.taken
	for _, c := range m.claims {
		switch {
		case !c.own:
			s.gain -= c.base
		case c.currency == m.currency:
			s.bank -= c.minor
		default: // an account in the base holds what was booked in another currency at its value
			s.bank -= c.base
		}
	}
	if m.currency != m.base && !m.settles() {
		return s, nil // all is in one foreign currency, and turns into the base as a whole
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

// portion is the base amount of a part of what is open: what is taken last takes what
// rounding left.
func portion(part, open, openBase int64) int64 {
	return money.Allocate(openBase, []int64{magnitude(part), magnitude(open - part)})[0]
}

func magnitude(minor int64) int64 { return max(minor, -minor) }
