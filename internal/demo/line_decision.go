package demo

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// minScore is the lowest score of a suggestion that is accepted.
const minScore = 70

// undecidedLines returns the lines that need a decision, sorted by date.
func (s *studio) undecidedLines(ctx context.Context) ([]*financev1.BankStatementLine, error) {
	query := url.Values{"filter": {"state = UNMATCHED"}, "orderBy": {"booked_date"}, "pageSize": {"500"}}
	page := &financev1.ListBankStatementLinesResponse{}
	err := s.api.get(ctx, "/v1/bankStatementLines?"+query.Encode(), page)
	return page.GetBankStatementLines(), err
}

// decide calls a custom method that decides a line, such as "categorize", and updates line with the
// response.
func (s *studio) decide(ctx context.Context, line *financev1.BankStatementLine, verb string, how proto.Message) error {
	if err := s.api.post(ctx, "/v1/bankStatementLines/"+line.GetId()+":"+verb, how, line); err != nil {
		return fmt.Errorf("%s %s: %w", verb, line.GetDescription(), err)
	}
	return nil
}

// categorize assigns a line to accounts.
func (s *studio) categorize(ctx context.Context, line *financev1.BankStatementLine, parts []posting) error {
	return s.decide(ctx, line, "categorize", &financev1.CategorizeBankStatementLineRequest{Splits: s.splits(parts)})
}

// splits returns the parts of a line. A posting without an amount covers the whole line.
func (s *studio) splits(parts []posting) (splits []*financev1.BankStatementLine_Split) {
	for _, p := range parts {
		split := &financev1.BankStatementLine_Split{
			AccountId: s.accounts[p.account].GetId(), DimensionValueIds: s.dimensionValues(p.kind),
		}
		if p.cents != 0 {
			split.Amount = money.ToProto(p.cents, currency)
		}
		splits = append(splits, split)
	}
	return splits
}

// decideExceptions decides the lines that the rules leave to people: payments by clients, and
// the unusual ones.
func (s *studio) decideExceptions(ctx context.Context, m month, lines []*financev1.BankStatementLine) error {
	for _, l := range lines {
		var err error
		switch with := l.GetCounterpartyName(); {
		case with == redwood.name:
			err = s.matchDollars(ctx, l)
		case l.GetDescription() == openingInvoiceNumber:
			err = s.createMatch(ctx, s.matchToOpening(l))
		case m.number == wireFeeMonth && with == clientOf(wireFeeMonth-1).name:
			err = s.matchLessFee(ctx, l, wireFeeMonth-1)
		case with == cameraShop.name:
			err = s.buyCamera(ctx, l)
		case with == groceries.name:
			err = s.markGroceries(ctx, m, l)
		case isClient(with):
			err = s.acceptMatch(ctx, l)
		}
		if err != nil {
			return err
		}
	}
	return s.reviewPersonal(ctx, m)
}

func isClient(name string) bool {
	for _, c := range append(clients[:], lakeview) {
		if c.name == name {
			return true
		}
	}
	return false
}

// acceptMatch accepts the best suggested match of a line.
func (s *studio) acceptMatch(ctx context.Context, l *financev1.BankStatementLine) error {
	response := &financev1.SuggestMatchesResponse{}
	if err := s.api.get(ctx, "/v1/bankStatementLines/"+l.GetId()+":suggest", response); err != nil {
		return err
	}
	for _, suggested := range response.GetSuggestions() {
		if suggested.GetBankMatch() == nil || suggested.GetScore() < minScore {
			continue
		}
		if s.matched++; s.matched == 1 {
			s.addNote("%s paid %s. The payment of its invoice was suggested with a score of %d out of 100, and accepted:",
				l.GetCounterpartyName(), groupThousands(l.GetAmount().GetAmount()), suggested.GetScore())
			for _, why := range suggested.GetReasons() {
				s.addNote("  - %s", why)
			}
		}
		return s.createMatch(ctx, suggested.GetBankMatch())
	}
	return fmt.Errorf("no match was suggested for %s from %s", l.GetDescription(), l.GetCounterpartyName())
}

func (s *studio) createMatch(ctx context.Context, m *financev1.BankMatch) error {
	return s.api.post(ctx, "/v1/bankMatches", m, m)
}

// matchToOpening returns a match of a line with the invoice that the opening entry holds.
func (s *studio) matchToOpening(l *financev1.BankStatementLine) *financev1.BankMatch {
	return &financev1.BankMatch{Lines: []*financev1.BankMatch_Line{{BankStatementLineId: l.GetId()}},
		Entries: []*financev1.BankMatch_Entry{
			{JournalEntryId: s.entries[openingInvoiceNumber], AccountId: s.accounts[receivable].GetId()},
		}}
}

// paymentOf returns a match that records the payment of an invoice.
func (s *studio) paymentOf(
	l *financev1.BankStatementLine, client party, allocation *financev1.Payment_NewAllocation,
) *financev1.BankMatch {
	return &financev1.BankMatch{Lines: []*financev1.BankMatch_Line{{BankStatementLineId: l.GetId()}},
		Payments: []*financev1.BankMatch_ReceivedPayment{
			{CustomerId: s.customers[client.name], Allocations: []*financev1.Payment_NewAllocation{allocation}},
		}}
}

// matchLessFee records the payment of a month's project from which the client's bank kept a fee.
func (s *studio) matchLessFee(ctx context.Context, l *financev1.BankStatementLine, project int) error {
	number := projectNumber(project)
	m := s.paymentOf(l, clientOf(project), &financev1.Payment_NewAllocation{ReceivableId: s.invoices[number]})
	m.Fees = []*financev1.BankMatch_Fee{
		{AccountId: s.accounts[bankFees].GetId(), Amount: money.ToProto(wireFee, currency), Memo: "Wire"},
	}
	if err := s.createMatch(ctx, m); err != nil {
		return err
	}
	s.addNote("%s paid %s: %s was received, and a fee of %s was split off.", l.GetCounterpartyName(), number,
		groupThousands(l.GetAmount().GetAmount()), decimal(wireFee))
	return nil
}

// matchDollars records the payment of an invoice in US dollars, which arrives in Canadian dollars.
func (s *studio) matchDollars(ctx context.Context, l *financev1.BankStatementLine) error {
	invoice := s.invoices[dollarInvoiceNumber()]
	m := s.paymentOf(l, redwood, &financev1.Payment_NewAllocation{ReceivableId: invoice, Amount: l.GetAmount(),
		SettledAmount: money.ToProto(dollars, "USD")})
	if err := s.createMatch(ctx, m); err != nil {
		return err
	}
	page := &financev1.ListAllocationsResponse{}
	query := url.Values{"filter": {fmt.Sprintf("receivable_id = %q", "rcv"+strings.TrimPrefix(invoice, "inv"))}}
	if err := s.api.get(ctx, "/v1/allocations?"+query.Encode(), page); err != nil {
		return err
	}
	for _, a := range page.GetAllocations() {
		s.addNote("%s paid its invoice of 4,000.00 USD: %s %s was received, an exchange gain of %s.",
			redwood.name, groupThousands(l.GetAmount().GetAmount()), currency, a.GetExchangeGain().GetAmount())
	}
	return nil
}

// buyCamera categorizes a purchase that no rule covers as equipment.
func (s *studio) buyCamera(ctx context.Context, l *financev1.BankStatementLine) error {
	s.addNote("A camera for %s is not an expense: it was booked as equipment, and is depreciated over four years.",
		groupThousands(unsigned(cameraCents)))
	return s.categorize(ctx, l, []posting{{account: equipment}})
}
