package demo

import (
	"context"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// Account codes of the service-firm chart of accounts, and one of the previous program's chart.
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

// posting is a line of an entry, in cents. A credit is negative.
type posting struct {
	account string
	cents   int64
	kind    string // kind of work, may be empty
}

// entry is a journal entry that the studio posts.
type entry struct {
	day                    int
	description, reference string
	currency, rate         string
	postings               []posting
}

// entryMessage returns the entry as an API message.
func (s *studio) entryMessage(e entry, first calendar.Date) *financev1.JournalEntry {
	out := &financev1.JournalEntry{
		Date: dayIn(first, e.day).String(), Description: e.description, Reference: e.reference,
		CurrencyCode: e.currency, ExchangeRate: e.rate,
	}
	if e.currency == "" {
		e.currency = s.organization.GetCurrencyCode()
	}
	for _, p := range e.postings {
		out.Lines = append(out.Lines, &financev1.JournalLine{
			AccountId: s.accounts[p.account].GetId(), Amount: money.ToProto(p.cents, e.currency),
			DimensionValueIds: s.dimensionValues(p.kind),
		})
	}
	return out
}

// dimensionValues returns the dimension value of a kind of work, nil for an empty kind.
func (s *studio) dimensionValues(kind string) []string {
	if kind == "" {
		return nil
	}
	return []string{s.kinds[kind]}
}

// postEntries posts the entries of a month in one batch: all of them or none.
func (s *studio) postEntries(ctx context.Context, m month) error {
	request := &financev1.BatchCreateJournalEntriesRequest{}
	for _, e := range m.entries {
		request.Requests = append(request.Requests, &financev1.CreateJournalEntryRequest{
			JournalEntry: s.entryMessage(e, m.first),
		})
	}
	response := &financev1.BatchCreateJournalEntriesResponse{}
	if err := s.api.post(ctx, "/v1/journalEntries:batchCreate", request, response); err != nil {
		return err
	}
	for _, e := range response.GetJournalEntries() {
		s.entries[e.GetReference()] = e.GetId()
	}
	return nil
}

// reverseMistake posts an entry twice and reverses the duplicate.
func (s *studio) reverseMistake(ctx context.Context, m month) error {
	mistake := s.entryMessage(entry{day: 29, description: "Prints, entered twice", postings: []posting{
		{account: materials, cents: 214_35, kind: projectWork}, {account: checking, cents: -214_35},
	}}, m.first)
	if err := s.api.post(ctx, "/v1/journalEntries", mistake, mistake); err != nil {
		return err
	}
	reversal := &financev1.JournalEntry{}
	request := &financev1.ReverseJournalEntryRequest{Date: mistake.GetDate()}
	if err := s.api.post(ctx, "/v1/journalEntries/"+mistake.GetId()+":reverse", request, reversal); err != nil {
		return err
	}
	s.addNote("An entry was a mistake. Posted entries never change; a reversal corrected it: %s.",
		reversal.GetDescription())
	return nil
}
