package demo

import (
	"context"
	"fmt"
	"net/url"

	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/money"
)

// sure is the least score of a suggestion that is accepted.
const sure = 70

// waiting are the lines that wait for a decision, by their days.
func (s *studio) waiting(ctx context.Context) ([]*financev1.BankStatementLine, error) {
	query := url.Values{"filter": {"state = UNMATCHED"}, "orderBy": {"booked_date"}, "pageSize": {"500"}}
	page := &financev1.ListBankStatementLinesResponse{}
	err := s.api.get(ctx, "/v1/bankStatementLines?"+query.Encode(), page)
	return page.GetBankStatementLines(), err
}

// decide asks for a decision about a line.
func (s *studio) decide(ctx context.Context, line *financev1.BankStatementLine, verb string, how proto.Message) error {
	if err := s.api.post(ctx, "/v1/bankStatementLines/"+line.GetId()+":"+verb, how, line); err != nil {
		return fmt.Errorf("%s %s: %w", verb, line.GetDescription(), err)
	}
	return nil
}

// categorize says of which accounts a line is.
func (s *studio) categorize(ctx context.Context, line *financev1.BankStatementLine, parts []posting) error {
	return s.decide(ctx, line, "categorize", &financev1.CategorizeBankStatementLineRequest{Splits: s.splits(parts)})
}

// splits are parts of a line; the whole of it where only an account is said.
func (s *studio) splits(parts []posting) (splits []*financev1.BankStatementLine_Split) {
	for _, p := range parts {
		split := &financev1.BankStatementLine_Split{AccountId: s.accounts[p.account].GetId(), DimensionValueIds: s.about(p.kind)}
		if p.cents != 0 {
			split.Amount = money.Of(p.cents, currency)
		}
		splits = append(splits, split)
	}
	return splits
}

// decideRest decides what the rules leave to people: what clients pay, and what is unusual.
func (s *studio) decideRest(ctx context.Context, m month, lines []*financev1.BankStatementLine) error {
	for _, l := range lines {
		var err error
		switch with := l.GetCounterpartyName(); {
		case with == redwood.name:
			err = s.matchDollars(ctx, l)
		case l.GetDescription() == openingNumber:
			err = s.match(ctx, s.matchTo(l, openingNumber))
		case m.number == feeMonth && with == clientOf(feeMonth-1).name:
			err = s.matchLessFee(ctx, l, invoiceNumber(feeMonth-1))
		case with == cameraShop.name:
			err = s.buyCamera(ctx, l)
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

// acceptMatch accepts the likeliest match that is suggested for a line.
func (s *studio) acceptMatch(ctx context.Context, l *financev1.BankStatementLine) error {
	answer := &financev1.SuggestMatchesResponse{}
	if err := s.api.get(ctx, "/v1/bankStatementLines/"+l.GetId()+":suggest", answer); err != nil {
		return err
	}
	for _, suggested := range answer.GetSuggestions() {
		if suggested.GetBankMatch() == nil || suggested.GetScore() < sure {
			continue
		}
		if s.matched++; s.matched == 1 {
			s.aside("%s paid %s. A match to its invoice was suggested with %d points of 100, and accepted:",
				l.GetCounterpartyName(), grouped(l.GetAmount().GetAmount()), suggested.GetScore())
			for _, why := range suggested.GetReasons() {
				s.aside("  - %s", why)
			}
		}
		return s.match(ctx, suggested.GetBankMatch())
	}
	return fmt.Errorf("no match is suggested for %s of %s", l.GetDescription(), l.GetCounterpartyName())
}

func (s *studio) match(ctx context.Context, m *financev1.BankMatch) error {
	return s.api.post(ctx, "/v1/bankMatches", m, m)
}

// matchTo is a match of a line to the invoice of that number.
func (s *studio) matchTo(l *financev1.BankStatementLine, invoice string) *financev1.BankMatch {
	return &financev1.BankMatch{
		Lines:   []*financev1.BankMatch_Line{{BankStatementLineId: l.GetId()}},
		Entries: []*financev1.BankMatch_Entry{{JournalEntryId: s.entries[invoice], AccountId: s.accounts[receivable].GetId()}},
	}
}

// matchLessFee matches what came in and what the client's bank kept.
func (s *studio) matchLessFee(ctx context.Context, l *financev1.BankStatementLine, invoice string) error {
	m := s.matchTo(l, invoice)
	m.Fees = []*financev1.BankMatch_Fee{{AccountId: s.accounts[bankFees].GetId(), Amount: money.Of(wireFee, currency), Memo: "Wire"}}
	if err := s.match(ctx, m); err != nil {
		return err
	}
	s.aside("%s paid %s: %s came in, and a fee of %s was split off.", l.GetCounterpartyName(), invoice, grouped(l.GetAmount().GetAmount()), decimal(wireFee))
	return nil
}

// matchDollars matches Canadian dollars to an invoice in those of the United States.
func (s *studio) matchDollars(ctx context.Context, l *financev1.BankStatementLine) error {
	m := s.matchTo(l, dollarInvoice)
	m.ExchangeDifference = true
	if err := s.match(ctx, m); err != nil {
		return err
	}
	s.aside("%s paid its invoice of 4,000.00 USD: %s %s came in, an exchange gain of %s.",
		redwood.name, grouped(l.GetAmount().GetAmount()), currency, m.GetExchangeGain().GetAmount())
	return nil
}

// buyCamera books a line that no rule knows to what the studio owns.
func (s *studio) buyCamera(ctx context.Context, l *financev1.BankStatementLine) error {
	s.aside("A camera of %s is no expense: it was booked to the equipment, and wears off over four years.", grouped(unsigned(cameraCents)))
	return s.categorize(ctx, l, []posting{{account: equipment}})
}
