package demo

import (
	"context"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// postYear posts the journal of the story in one call: all of it or nothing.
func (s *studio) postYear(ctx context.Context) error {
	b := &bookkeeper{today: s.today, accounts: s.accounts, currency: s.organization.GetCurrencyCode()}
	b.year()
	// A month's software is paid once; this is the mistake to put right.
	b.pay(s.today, "Design software, entered twice", software, 214_35)
	request := &financev1.BatchCreateJournalEntriesRequest{}
	for _, e := range b.entries {
		request.Requests = append(request.Requests, &financev1.CreateJournalEntryRequest{JournalEntry: e})
	}
	answer := &financev1.BatchCreateJournalEntriesResponse{}
	if err := s.api.post(ctx, "/v1/journalEntries:batchCreate", request, answer); err != nil {
		return err
	}
	s.entries = answer.GetJournalEntries()
	s.tell("\n%d entries since %s were posted in one call.", len(s.entries), firstMonth(s.today))
	return nil
}

func (s *studio) reverseMistake(ctx context.Context) error {
	mistake := s.entries[len(s.entries)-1]
	reversal := &financev1.JournalEntry{}
	if err := s.api.post(ctx, "/v1/journalEntries/"+mistake.GetId()+":reverse", &financev1.ReverseJournalEntryRequest{}, reversal); err != nil {
		return err
	}
	s.tell("One of them was a mistake; a reversal put it right: %s.", reversal.GetDescription())
	return nil
}
