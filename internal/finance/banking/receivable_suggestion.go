package banking

import (
	"context"
	_ "embed"
	"slices"
	"strings"
	"unicode"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

//go:embed receivable_suggestion.sql
var selectReceivables string

//go:embed payer_suggestion.sql
var selectPayers string

// Limits of the search for receivables.
const (
	maxReceivables  = 10_000 // receivables for all lines
	maxPerPayer     = maxParts
	maxPayerLines   = 10 // earlier lines of a payee that tell the customer
	maxNumberWords  = 4  // words of a bank text that are one number, such as INV 2026 0042
	minNumberLength = 4
)

// readReceivables is the permission to see receivables in suggestions.
const readReceivables = "finance.receivables.read"

// openReceivable is a receivable that a line may pay. The fields are the columns of
// receivable_suggestion.sql.
type openReceivable struct {
	ID                uuid.UUID
	Number, NumberKey string
	Customer          uuid.UUID
	CustomerName      string
	Date, Currency    string
	LateCharge        bool
	Open              int64
	DiscountDate      string
	Discount          int64
}

// due returns what is to be paid on a day, and whether that is after the discount.
func (r openReceivable) due(day string) (minor int64, discounted bool) {
	if r.Discount > 0 && day <= r.DiscountDate {
		return r.Open - r.Discount, true
	}
	return r.Open, false
}

// openReceivables are the receivables that lines may pay.
type openReceivables struct {
	byAmount   map[openSum][]openReceivable
	byNumber   map[string][]openReceivable
	byCustomer map[uuid.UUID][]openReceivable
	// deposits are the deposit requests whose numbers lines may name.
	deposits map[string][]openDeposit
	// payers are the customers by the payees and counterparties of lines.
	payers map[string][]uuid.UUID
	isCut  bool
}

// loadReceivables reads the receivables that lines with an open amount may pay.
func (s *suggester) loadReceivables(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) error {
	incoming := slices.DeleteFunc(slices.Clone(lines), func(l *pb.BankStatementLine) bool { return s.open[l.Id] <= 0 })
	if len(incoming) == 0 || !tx.Call().Allows(readReceivables) {
		return nil
	}
	r := &s.receivables
	if err := r.loadPayers(ctx, tx, incoming); err != nil {
		return err
	}
	var numbers []string
	var payers []uuid.UUID
	for _, l := range incoming {
		numbers = append(numbers, numbersIn(l)...)
		payers = append(payers, r.payersOf(l)...)
	}
	found, err := db.Collect[openReceivable](ctx, tx, selectReceivables, tx.Call().Organization.ID,
		s.openAmounts(incoming), numbers, payers, maxPerPayer, maxReceivables)
	if err != nil {
		return err
	}
	if err := r.loadDeposits(ctx, tx, numbers); err != nil {
		return err
	}
	r.isCut = len(found) == maxReceivables
	r.byAmount, r.byNumber = map[openSum][]openReceivable{}, map[string][]openReceivable{}
	r.byCustomer = map[uuid.UUID][]openReceivable{}
	for _, o := range found {
		r.byNumber[o.NumberKey] = append(r.byNumber[o.NumberKey], o)
		r.byCustomer[o.Customer] = append(r.byCustomer[o.Customer], o)
		at := openSum{o.Currency, o.Open}
		r.byAmount[at] = append(r.byAmount[at], o)
		if o.Discount > 0 {
			at.minor -= o.Discount
			r.byAmount[at] = append(r.byAmount[at], o)
		}
	}
	return nil
}

// loadPayers reads which customers the payees and counterparties of lines are.
func (r *openReceivables) loadPayers(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) error {
	var names []string
	for _, l := range lines {
		if l.CounterpartyName != "" {
			names = append(names, strings.ToLower(l.CounterpartyName))
		}
	}
	found, err := db.Collect[struct {
		Name     string
		Customer uuid.UUID
	}](ctx, tx, selectPayers, tx.Call().Organization.ID, namedPayeesOf(lines), names, maxPayerLines)
	r.payers = map[string][]uuid.UUID{}
	for _, f := range found {
		r.payers[f.Name] = append(r.payers[f.Name], f.Customer)
	}
	return err
}

// payersOf returns the customers who may be the payer of a line, each once.
func (r *openReceivables) payersOf(l *pb.BankStatementLine) (payers []uuid.UUID) {
	for _, c := range slices.Concat(r.payers[l.Payee], r.payers[strings.ToLower(l.CounterpartyName)]) {
		if !slices.Contains(payers, c) {
			payers = append(payers, c)
		}
	}
	return payers
}

// suggestPayments suggests to record the payment of a deposit request whose number the line names,
// or of receivables: of those whose numbers it names, of one that has its amount, or of several of
// the payer that add up to it.
func (s *suggester) suggestPayments(l *pb.BankStatementLine) (all []*suggestion, cut bool) {
	open := s.open[l.Id]
	if open <= 0 || s.receivables.byAmount == nil {
		return nil, false
	}
	all = s.receivables.suggestDeposits(l, open)
	named := s.receivables.namedIn(l)
	if o := s.receivables.suggestNamed(l, named, open); o != nil {
		all = append(all, o)
	}
	for _, r := range s.receivables.byAmount[openSum{l.Amount.CurrencyCode, open}] {
		due, _ := r.due(l.BookedDate)
		if r.Date > l.BookedDate || due != open && r.Open != open || slices.Contains(named, r) || len(all) > maxCandidates {
			continue
		}
		var score scorecard
		score.add(pointsOpenEntry, "%s is open with the same amount.", r.Number)
		s.receivables.addPayer(&score, l, r)
		all = append(all, score.suggestPayment(l, open, r))
	}
	sets, cutSets := s.receivables.suggestSets(l, open)
	return append(all, sets...), cutSets || s.receivables.isCut || len(all) > maxCandidates
}

// namedIn returns the receivables whose numbers a line names, if they are all of one customer. Late
// charges come last, because a payment goes to the principal first.
func (r *openReceivables) namedIn(l *pb.BankStatementLine) (named []openReceivable) {
	for _, key := range numbersIn(l) {
		for _, o := range r.byNumber[key] {
			isKnown := slices.ContainsFunc(named, func(n openReceivable) bool { return n.ID == o.ID })
			if o.Currency == l.Amount.CurrencyCode && o.Date <= l.BookedDate && !isKnown {
				named = append(named, o)
			}
		}
	}
	for _, o := range named {
		if o.Customer != named[0].Customer {
			return nil
		}
	}
	slices.SortStableFunc(named, func(a, b openReceivable) int {
		switch {
		case a.LateCharge == b.LateCharge:
			return 0
		case a.LateCharge:
			return 1
		}
		return -1
	})
	return named
}

// suggestNamed suggests to pay the receivables that a line names, or nil if it names none.
func (r *openReceivables) suggestNamed(l *pb.BankStatementLine, named []openReceivable, open int64) *suggestion {
	if len(named) == 0 {
		return nil
	}
	var due, without int64
	numbers := make([]string, len(named))
	for i, o := range named {
		minor, _ := o.due(l.BookedDate)
		due, without, numbers[i] = due+minor, without+o.Open, o.Number
	}
	var score scorecard
	score.add(pointsNumber, "The bank's text contains %s.", strings.Join(numbers, ", "))
	switch currency := l.Amount.CurrencyCode; {
	case open == due || open == without:
		score.add(pointsOpenEntry, "The open amount is the same.")
	case open < due:
		score.add(0, "It pays a part of %s %s.", money.Format(due, currency), currency)
	default:
		score.add(0, "It pays more than %s %s; the rest is a credit.", money.Format(due, currency), currency)
	}
	r.addPayer(&score, l, named[0])
	return score.suggestPayment(l, open, named...)
}

// suggestSets suggests receivables of the payer of a line that add up to it.
func (r *openReceivables) suggestSets(l *pb.BankStatementLine, open int64) (all []*suggestion, cut bool) {
	for _, payer := range r.payersOf(l) {
		var from []openReceivable
		var parts []int64
		for _, o := range r.byCustomer[payer] {
			if o.Currency == l.Amount.CurrencyCode && o.Date <= l.BookedDate {
				due, _ := o.due(l.BookedDate)
				from, parts = append(from, o), append(parts, due)
			}
		}
		sets, cutHere := findSums(open, parts, 2)
		cut = cut || cutHere
		for _, set := range sets {
			var chosen []openReceivable
			for _, i := range set {
				chosen = append(chosen, from[i])
			}
			var score scorecard
			score.add(pointsTogether, "%d receivables add up to the amount.", len(set))
			r.addPayer(&score, l, chosen[0])
			all = append(all, score.suggestPayment(l, open, chosen...))
		}
	}
	return all, cut
}

// addPayer adds points if the customer of a receivable may be the payer of a line.
func (r *openReceivables) addPayer(s *scorecard, l *pb.BankStatementLine, o openReceivable) {
	switch {
	case slices.Contains(r.payers[strings.ToLower(l.CounterpartyName)], o.Customer):
		s.add(pointsPayer, "The counterparty has the name of the customer.")
	case slices.Contains(r.payers[l.Payee], o.Customer):
		s.add(pointsPayer, "Earlier lines like it were paid by %s.", o.CustomerName)
	}
}

// suggestPayment returns the suggestion to record the payment of receivables of one customer. They
// are paid in the given order, until the amount is used up. Discounts are taken only if the amount
// is less than all that is open.
func (s scorecard) suggestPayment(l *pb.BankStatementLine, open int64, paid ...openReceivable) *suggestion {
	p := &pb.BankMatch_ReceivedPayment{CustomerId: id.Format("cus", paid[0].Customer),
		Amount: money.ToProto(open, l.Amount.CurrencyCode)}
	left, whole := open, int64(0)
	for _, r := range paid {
		whole += r.Open
	}
	for _, r := range paid {
		if left <= 0 {
			break
		}
		due, discounted := r.due(l.BookedDate)
		takes := discounted && left >= due && open < whole
		if takes {
			left -= due
		} else {
			left -= r.Open
		}
		p.Allocations = append(p.Allocations,
			&pb.Payment_NewAllocation{ReceivableId: id.Format("rcv", r.ID), TakeDiscount: takes})
	}
	m := newMatch([]*pb.BankStatementLine{l})
	m.Payments = []*pb.BankMatch_ReceivedPayment{p}
	return &suggestion{Score: s.score(), Reasons: s.reasons, BankMatch: m}
}

// numbersIn returns what may be numbers of documents in the text of a line, as receivables keep
// them in number_key: letters and digits of up to maxNumberWords words that follow one another.
func numbersIn(l *pb.BankStatementLine) (numbers []string) {
	words := strings.FieldsFunc(strings.ToUpper(searchText(l)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for i := range words {
		for n := 1; n <= maxNumberWords && i+n <= len(words); n++ {
			key := strings.Join(words[i:i+n], "")
			if len(key) >= minNumberLength && strings.ContainsFunc(key, unicode.IsDigit) {
				numbers = append(numbers, key)
			}
		}
	}
	return numbers
}
