package banking

import (
	"github.com/shopspring/decimal"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// matchAmounts holds the amounts of a match in minor units.
type matchAmounts struct {
	// currency is the bank account's currency, base the organization's currency.
	currency, base string
	// linesTotal is the total matched amount of the lines, in the bank account's currency.
	linesTotal int64
	entries    []matchedEntry
	// fees are the bank's fees, in the bank account's currency.
	fees []int64
	// exchangeDifference makes a difference between currencies an exchange gain or loss.
	exchangeDifference bool
	// rate is the price of the bank account's currency in the base currency, set if
	// needsRate.
	rate decimal.Decimal
}

// matchedEntry is the matched amount of an entry in its own currency and in the base currency.
// Debits are positive.
type matchedEntry struct {
	// onBank is true on the bank account's own ledger account, where the money is posted already.
	// That account holds the bank account's currency only.
	onBank      bool
	currency    string
	minor, base int64
}

// matchPosting holds the amounts that a match posts: the bank account's side in its currency and in
// the base currency, the fees and the exchange gain in the base currency. A loss is a negative
// gain.
type matchPosting struct {
	bank, bankBase int64
	feeBases       []int64
	gain           int64
}

// posting computes what a match has to post. In total the bank account must move by the amount of
// the lines. The part that its matched entries do not post yet is posted against the other
// matched accounts, the fees and the exchange gain:
//
//	bank = lines - entries on the bank account's own ledger account
//	gain = bank + fees - other entries, in the base currency
//
// The same formula serves receivables and payables, since money out and payables are both
// negative: paying 108 for a payable of 110 gains 2, receiving 108 for a receivable of 110
// loses 2.
func (m matchAmounts) posting() (matchPosting, error) {
	across := m.isCrossCurrency()
	if m.exchangeDifference && !across {
		return matchPosting{}, fault.InvalidFor(optionsv1.Reason_MATCH_WITHOUT_EXCHANGE,
			fault.At(
				"exchangeDifference", "is only for lines and entries in different currencies, but all are in %s", m.currency,
			))
	}
	if !across {
		if err := m.checkSum(m.excess(), m.currency, ""); err != nil {
			return matchPosting{}, err
		}
	}
	s, err := m.remainder()
	if err != nil || !across || m.exchangeDifference {
		return s, err
	}
	return s, m.checkSum(s.gain, m.base, " Add fees or set exchangeDifference.")
}

// isCrossCurrency reports whether an entry is in another currency than the lines.
func (m matchAmounts) isCrossCurrency() bool {
	for _, c := range m.entries {
		if c.currency != m.currency {
			return true
		}
	}
	return false
}

// hasOtherAccounts reports whether an entry is matched on another account than the bank account's
// own ledger account.
func (m matchAmounts) hasOtherAccounts() bool {
	for _, c := range m.entries {
		if !c.onBank {
			return true
		}
	}
	return false
}

// needsRate reports whether amounts must be converted from the bank account's currency to the base
// currency. Only entries on other accounts have a rate that may differ from the day's rate.
func (m matchAmounts) needsRate() bool { return m.currency != m.base && m.hasOtherAccounts() }

// excess returns by how much the lines plus fees exceed the entries, all in one currency.
func (m matchAmounts) excess() int64 {
	sum := m.linesTotal
	for _, f := range m.fees {
		sum += f
	}
	for _, c := range m.entries {
		sum -= c.minor
	}
	return sum
}

// checkSum refuses a match with a remaining difference. hint is added to the message.
func (m matchAmounts) checkSum(apart int64, currency, hint string) error {
	if apart == 0 {
		return nil
	}
	return fault.Refuse(
		optionsv1.Reason_MATCH_AMOUNT_DIFFERS, "The lines plus fees exceed the entries by %s %s.%s",
		money.Format(apart, currency), currency, hint,
	)
}

// remainder returns the amounts that are left to post.
func (m matchAmounts) remainder() (s matchPosting, err error) {
	s.bank = m.linesTotal
	for _, c := range m.entries {
		if c.onBank {
			s.bank -= c.minor
		} else {
			s.gain -= c.base
		}
	}
	if m.currency != m.base && !m.hasOtherAccounts() {
		return s, nil // all amounts are in one foreign currency; the ledger converts the entry as a whole
	}
	if s.bankBase, err = m.toBaseCurrency(s.bank); err != nil {
		return s, err
	}
	s.gain += s.bankBase
	for _, f := range m.fees {
		fee, err := m.toBaseCurrency(f)
		if err != nil {
			return s, err
		}
		s.feeBases, s.gain = append(s.feeBases, fee), s.gain+fee
	}
	return s, nil
}

// toBaseCurrency converts an amount from the bank account's currency to the base currency.
func (m matchAmounts) toBaseCurrency(minor int64) (int64, error) {
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
