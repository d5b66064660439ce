package cashflow

import "github.com/google/uuid"

// cashMoved is the cash that an entry received, without transfers between cash accounts, and the
// change in cash.
type cashMoved struct {
	received, net int64
	// transfer is true if cash moved from one cash account to another.
	transfer bool
}

// without returns the cash that remains without a part of the change.
func (c cashMoved) without(part int64) cashMoved {
	net := c.net - part
	return cashMoved{received: max(net, 0), net: net, transfer: c.transfer}
}

// cashByAccount collects the cash lines of an entry by account.
type cashByAccount []accountCash

type accountCash struct {
	account        uuid.UUID
	received, paid int64
}

func (m *cashByAccount) add(l Line) {
	at := -1
	for i := range *m {
		if (*m)[i].account == l.Account.ID {
			at = i
		}
	}
	if at < 0 {
		at = len(*m)
		*m = append(*m, accountCash{account: l.Account.ID})
	}
	(*m)[at].received += max(l.Minor, 0)
	(*m)[at].paid += max(-l.Minor, 0)
}

// moved returns the cash received and paid. What one account received and another paid is a
// transfer, which is part of cash management (IAS 7.9). Receipts and payments of the same account
// are shown gross (IAS 7.21).
func (m cashByAccount) moved() (out cashMoved) {
	var in, gone int64
	for _, a := range m {
		both := min(a.received, a.paid)
		out.received += both
		in += a.received - both
		gone += a.paid - both
	}
	between := min(in, gone)
	out.transfer = between > 0
	out.received += in - between
	out.net = in - gone
	return out
}
