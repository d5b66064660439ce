package ledger

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/sheet"
)

// ImportEcbRates imports the European Central Bank's reference rates. Existing rates are kept.
func (s *Service) ImportEcbRates(
	ctx context.Context, req *pb.ImportEcbRatesRequest,
) (*pb.ImportEcbRatesResponse, error) {
	all, err := readECB(req.GetContent())
	if err != nil {
		return nil, fault.InvalidFor(
			optionsv1.Reason_EXCHANGE_RATE_FILE_UNREADABLE, fault.At("content", "cannot be read: %s", err),
		)
	}
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ImportEcbRatesResponse, error) {
		added, err := missingRates(ctx, tx, all)
		if err != nil {
			return nil, err
		}
		out := &pb.ImportEcbRatesResponse{RateCount: int32(len(all)), NewCount: int32(len(added))}
		for _, r := range all {
			if out.StartDate == "" || r.Date < out.StartDate {
				out.StartDate = r.Date
			}
			out.EndDate = max(out.EndDate, r.Date)
		}
		at := func(int) string { return "content" }
		return out, exchangeRates.InsertMany(ctx, tx, added, at)
	})
}

// missingRates returns the rates for whose date and currency no rate is stored.
func missingRates(ctx context.Context, tx *db.Tx, all []*pb.ExchangeRate) ([]*pb.ExchangeRate, error) {
	var dates, currencies []string
	for _, r := range all {
		dates, currencies = append(dates, r.Date), append(currencies, r.ToCurrencyCode)
	}
	rows, err := tx.Query(ctx, `
select r.date::text || r.to_currency_code
from unnest($2::text[]::date[], $3::text[]) as n (date, currency)
join finance.exchange_rates r
  on r.org_id = $1
  and r.date = n.date
  and r.from_currency_code = 'EUR'
  and r.to_currency_code = n.currency`, tx.Call().Organization.ID, dates, currencies)
	if err != nil {
		return nil, err
	}
	stored, err := pgx.CollectRows(rows, pgx.RowTo[string])
	isStored := map[string]bool{}
	for _, k := range stored {
		isStored[k] = true
	}
	var missing []*pb.ExchangeRate
	for _, r := range all {
		if !isStored[r.Date+r.ToCurrencyCode] {
			missing = append(missing, proto.CloneOf(r))
		}
	}
	return missing, err
}

// ecbDocument is the ECB's XML file. It has a Cube element for each day, and in it one for each
// currency with the price of one euro.
type ecbDocument struct {
	Days []struct {
		Time  string `xml:"time,attr"`
		Rates []struct {
			Currency string `xml:"currency,attr"`
			Rate     string `xml:"rate,attr"`
		} `xml:"Cube"`
	} `xml:"Cube>Cube"`
}

// readECB reads the ECB's XML or CSV file of one day or of many. It skips currencies that no longer
// exist.
func readECB(content []byte) ([]*pb.ExchangeRate, error) {
	read := readECBCSV
	if bytes.HasPrefix(bytes.TrimLeft(content, " \r\n\t\ufeff"), []byte("<")) {
		read = readECBXML
	}
	all, err := read(content)
	if err == nil && len(all) == 0 {
		err = errors.New("the file has no rates")
	}
	return all, err
}

func readECBXML(content []byte) (all []*pb.ExchangeRate, err error) {
	var doc ecbDocument
	if err := xml.Unmarshal(content, &doc); err != nil {
		return nil, errors.New(sheet.DescribeDamage(err))
	}
	for _, day := range doc.Days {
		for _, r := range day.Rates {
			if all, err = appendECBRate(all, day.Time, r.Currency, r.Rate); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

func readECBCSV(content []byte) (all []*pb.ExchangeRate, err error) {
	reader := csv.NewReader(bytes.NewReader(content))
	reader.FieldsPerRecord, reader.TrimLeadingSpace = -1, true
	header, err := reader.Read()
	if err != nil || !strings.EqualFold(strings.TrimSpace(header[0]), "Date") {
		return nil, errors.New("the file is neither the ECB's XML nor its CSV")
	}
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, errors.New(sheet.DescribeDamage(err))
		}
		for i := 1; i < len(row) && i < len(header); i++ {
			if all, err = appendECBRate(
				all, parseECBDate(row[0]), strings.TrimSpace(header[i]), strings.TrimSpace(row[i]),
			); err != nil {
				return nil, err
			}
		}
	}
}

// parseECBDate converts a date of the daily CSV file, such as "20 November 2026". The CSV file of
// all days has dates such as 2026-11-20, which are returned as they are.
func parseECBDate(text string) string {
	if t, err := time.Parse("2 January 2006", strings.TrimSpace(text)); err == nil {
		return t.Format(time.DateOnly)
	}
	return strings.TrimSpace(text)
}

// appendECBRate appends the rate of a currency on a date. It skips unknown currencies and missing
// rates.
func appendECBRate(all []*pb.ExchangeRate, date, currency, rate string) ([]*pb.ExchangeRate, error) {
	if _, known := money.Digits(currency); !known || rate == "" || rate == "N/A" {
		return all, nil
	}
	if _, err := calendar.ParseBusinessDate(date); err != nil {
		return nil, fmt.Errorf("the date %.20q %w", date, err)
	}
	if parsed, err := readRate("rate", &rate); err != nil || parsed.IsZero() {
		return nil, fmt.Errorf("the rate of %s on %s is not a valid rate: %.40q", currency, date, rate)
	}
	return append(all, &pb.ExchangeRate{
		Date: date, FromCurrencyCode: "EUR", ToCurrencyCode: currency, Rate: rate, Source: pb.ExchangeRate_ECB,
	}), nil
}
