package banking

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/sheet"
)

// feedFormat is the format of lines that a request contains instead of a file.
const feedFormat statement.Format = "FEED"

// feedReader reads the lines of a request.
type feedReader struct {
	currency string // of the bank account
	file     statement.File
	from, to calendar.Date // the period that the request gives; zero if it gives none
	pending  int
}

// readFeed reads the lines of a request as a statement of a file. The request itself is stored as
// the file's content.
func (src *importFile) readFeed(i *pb.StatementImport, currency string) (err error) {
	var violations fault.List
	for field, isSet := range map[string]bool{
		"format":       i.Format > pb.StatementImport_AUTO && i.Format != pb.StatementImport_FEED,
		"csvProfileId": i.CsvProfileId != "",
		"dateOrder":    i.DateOrder != pb.DateOrder_DATE_ORDER_UNSPECIFIED,
	} {
		if isSet {
			violations.Append(fault.At(field, "is for files, and must not be set with feed"))
		}
	}
	r := feedReader{currency: currency, file: statement.File{Format: feedFormat}}
	s := statement.Statement{CurrencyCode: currency}
	r.from = readDay(&violations, "feed.startDate", i.Feed.StartDate)
	r.to = readDay(&violations, "feed.endDate", i.Feed.EndDate)
	if !r.from.IsZero() && !r.to.IsZero() && r.to.Before(r.from) {
		violations.Append(fault.At("feed.endDate", "must not be before startDate"))
	}
	s.OpeningBalance = r.readBalance(&violations, "feed.openingBalance", i.Feed.OpeningBalance)
	s.LedgerBalance = r.readBalance(&violations, "feed.closingBalance", i.Feed.ClosingBalance)
	if err := violations.Err(); err != nil {
		return err
	}
	for n, in := range i.Feed.Lines {
		if l, ok := r.readLine(n+1, in); ok {
			s.Lines = append(s.Lines, l)
		}
	}
	r.setPeriod(&s)
	if r.pending > 0 {
		r.file.Warnings = append(r.file.Warnings, fmt.Sprintf("Lines left out: %d, not booked (pending).", r.pending))
	}
	r.file.Statements = []statement.Statement{s}
	src.file = r.file
	src.content, err = feedContent(i.Feed)
	return err
}

// readDay returns a date of the request, and the zero Date if it is empty or invalid.
func readDay(violations *fault.List, field, text string) (d calendar.Date) {
	if text == "" {
		return d
	}
	d, err := calendar.ParseBusinessDate(text)
	if err != nil {
		violations.Append(fault.At(field, "%s", err))
	}
	return d
}

// readBalance returns a balance of the request without its date, or nil if it is not set or
// invalid.
func (r *feedReader) readBalance(violations *fault.List, field string, m *typepb.Money) *statement.Balance {
	if m == nil {
		return nil
	}
	minor, at, why := r.parseMoney(m)
	if why != "" {
		violations.Append(fault.At(field+at, "%s", why))
		return nil
	}
	return &statement.Balance{Amount: minor}
}

// parseMoney parses an amount in the currency of the bank account. If it cannot, it returns the
// path of the wrong field and the reason.
func (r *feedReader) parseMoney(m *typepb.Money) (minor int64, at, why string) {
	if code := m.GetCurrencyCode(); code != "" && code != r.currency {
		return 0, ".currencyCode", fmt.Sprintf("is %s, but the bank account is in %s", sheet.Excerpt(code), r.currency)
	}
	minor, err := money.Parse(m.GetAmount(), r.currency)
	if err != nil {
		return 0, ".amount", err.Error()
	}
	return minor, "", ""
}

// readLine reads a line. It adds all problems of the line to the file, and returns false if there
// are any or if the line is pending.
func (r *feedReader) readLine(number int, in *pb.StatementImport_Feed_Line) (l statement.Line, ok bool) {
	if in.GetPending() {
		r.pending++
		return l, false
	}
	before := len(r.file.Problems)
	add := func(field, value, message string) {
		r.file.Problems = append(r.file.Problems, statement.Problem{
			Line: number, Field: field, Value: sheet.Excerpt(sheet.CleanText(value)), Message: message,
		})
	}
	externalID := sheet.CleanText(in.GetExternalId())
	if externalID == "" {
		add("externalId", in.GetExternalId(), "is required")
	}
	date, err := calendar.ParseBusinessDate(in.GetBookedDate())
	switch {
	case err != nil:
		add("bookedDate", in.GetBookedDate(), err.Error())
	case !r.from.IsZero() && date.Before(r.from), !r.to.IsZero() && date.After(r.to):
		add("bookedDate", in.GetBookedDate(), "is outside of the feed's startDate and endDate")
	}
	var minor int64
	if in.GetAmount() == nil {
		add("amount", "", "is required")
	} else {
		var at, why string
		if minor, at, why = r.parseMoney(in.GetAmount()); why != "" {
			add("amount"+at, strings.TrimSpace(in.GetAmount().GetAmount()+" "+in.GetAmount().GetCurrencyCode()), why)
		}
	}
	l = statement.Line{
		Number: number, ExternalID: externalID, BankReference: externalID, Date: date, Amount: minor,
		Description: sheet.CleanText(in.GetDescription()), CounterpartyName: sheet.CleanText(in.GetCounterpartyName()),
		CounterpartyAccount: sheet.CleanText(in.GetCounterpartyAccount()), CheckNumber: sheet.CleanText(in.GetCheckNumber()),
		Kind: sheet.CleanText(in.GetTransactionType()), Details: cleanLines(in.GetDetails()),
		CorrectedReference: sheet.CleanText(in.GetReplacedExternalId()),
	}
	return l, len(r.file.Problems) == before
}

// cleanLines cleans each line of a text.
func cleanLines(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = sheet.CleanText(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// setPeriod sets the period of the statement and the days of its balances.
func (r *feedReader) setPeriod(s *statement.Statement) {
	s.From, s.To = r.from, r.to
	for n, l := range s.Lines {
		if r.from.IsZero() && (n == 0 || l.Date.Before(s.From)) {
			s.From = l.Date
		}
		if r.to.IsZero() && (n == 0 || l.Date.After(s.To)) {
			s.To = l.Date
		}
	}
	if s.OpeningBalance != nil {
		s.OpeningBalance.Date = s.From
	}
	if s.LedgerBalance != nil {
		s.LedgerBalance.Date = s.To
	}
}

// feedContent returns a feed as compact JSON.
func feedContent(feed *pb.StatementImport_Feed) ([]byte, error) {
	text, err := protojson.Marshal(feed)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = json.Compact(&out, text)
	return out.Bytes(), err
}
