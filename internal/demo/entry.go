package demo

import (
	"context"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// Codes of the service firm's chart of accounts, and of one that the other program had.
const (
	checking       = "1000"
	savingsAccount = "1010"
	receivable     = "1210"
	equipment      = "1500"
	depreciated    = "1590"
	salesTax       = "2200"
	payrollDue     = "2300"
	loans          = "2500"
	ownersDraw     = "3100"
	revenue        = "4000"
	interestEarned = "4800"
	subcontractors = "5000"
	materials      = "5100"
	wages          = "6000"
	rent           = "6100"
	utilities      = "6110"
	telephone      = "6120"
	software       = "6210"
	travel         = "6400"
	insurance      = "6500"
	bankFees       = "6520"
	depreciation   = "6800"
	interestPaid   = "6900"
)

// posting is a line of an entry, in cents; a credit is negative.
type posting struct {
	account string
	cents   int64
	kind    string // of work
}

// entry is what the studio books itself.
type entry struct {
	day                    int
	description, reference string
	currency, rate         string
	postings               []posting
}

// message is the entry as the API takes it.
func (s *studio) message(e entry, first calendar.Date) *financev1.JournalEntry {
	out := &financev1.JournalEntry{
		Date: dayIn(first, e.day).String(), Description: e.description, Reference: e.reference,
		CurrencyCode: e.currency, ExchangeRate: e.rate,
	}
	if e.currency == "" {
		e.currency = s.organization.GetCurrencyCode()
	}
	for _, p := range e.postings {
		out.Lines = append(out.Lines, &financev1.JournalLine{
			AccountId: s.accounts[p.account].GetId(), Amount: money.Of(p.cents, e.currency), DimensionValueIds: s.about(p.kind),
		})
	}
	return out
}

// about is what a line is about: a kind of work, or nothing.
func (s *studio) about(kind string) []string {
	if kind == "" {
		return nil
	}
	return []string{s.kinds[kind]}
}

// post posts the entries of a month in one call: all of them or none.
func (s *studio) post(ctx context.Context, m month) error {
	request := &financev1.BatchCreateJournalEntriesRequest{}
	for _, e := range m.entries {
		request.Requests = append(request.Requests, &financev1.CreateJournalEntryRequest{JournalEntry: s.message(e, m.first)})
	}
	answer := &financev1.BatchCreateJournalEntriesResponse{}
	if err := s.api.post(ctx, "/v1/journalEntries:batchCreate", request, answer); err != nil {
		return err
	}
	for _, e := range answer.GetJournalEntries() {
		s.entries[e.GetReference()] = e.GetId()
	}
	return nil
}

// reverseMistake books something twice and takes it back.
func (s *studio) reverseMistake(ctx context.Context, m month) error {
	mistake := s.message(entry{day: 29, description: "Prints, entered twice", postings: []posting{
		{account: materials, cents: 214_35, kind: project}, {account: checking, cents: -214_35},
	}}, m.first)
	if err := s.api.post(ctx, "/v1/journalEntries", mistake, mistake); err != nil {
		return err
	}
	reversal := &financev1.JournalEntry{}
	request := &financev1.ReverseJournalEntryRequest{Date: mistake.GetDate()}
	if err := s.api.post(ctx, "/v1/journalEntries/"+mistake.GetId()+":reverse", request, reversal); err != nil {
		return err
	}
	s.aside("An entry was a mistake. What is posted is never changed; a reversal put it right: %s.", reversal.GetDescription())
	return nil
}
