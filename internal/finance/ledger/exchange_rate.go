package ledger

import (
	"context"

	"github.com/shopspring/decimal"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var exchangeRates = resource.New(table.New("finance.exchange_rates",
	table.Date("date", func(r *pb.ExchangeRate) *string { return &r.Date }).Filter().Sort("exchange_rates_by_date"),
	table.Text("from_currency_code", func(r *pb.ExchangeRate) *string { return &r.FromCurrencyCode }).Filter(),
	table.Text("to_currency_code", func(r *pb.ExchangeRate) *string { return &r.ToCurrencyCode }).Filter(),
	table.Decimal("rate", rateDigits, func(r *pb.ExchangeRate) *string { return &r.Rate }),
	table.Enum("source", func(r *pb.ExchangeRate) *pb.ExchangeRate_Source { return &r.Source }).Filter(),
)).Open()

// CreateExchangeRate creates a rate.
func (s *Service) CreateExchangeRate(ctx context.Context, req *pb.CreateExchangeRateRequest) (*pb.ExchangeRate, error) {
	return exchangeRates.Create(ctx, s.db, req.GetExchangeRate(), setManualSource, checkExchangeRate)
}

// GetExchangeRate returns a rate.
func (s *Service) GetExchangeRate(ctx context.Context, req *pb.GetExchangeRateRequest) (*pb.ExchangeRate, error) {
	return exchangeRates.Get(ctx, s.db, req.GetExchangeRateId())
}

// BatchGetExchangeRates returns several rates.
func (s *Service) BatchGetExchangeRates(
	ctx context.Context, req *pb.BatchGetExchangeRatesRequest,
) (*pb.BatchGetExchangeRatesResponse, error) {
	list, err := exchangeRates.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetExchangeRatesResponse{ExchangeRates: list}, err
}

// ListExchangeRates returns a page of rates.
func (s *Service) ListExchangeRates(
	ctx context.Context, req *pb.ListExchangeRatesRequest,
) (*pb.ListExchangeRatesResponse, error) {
	page, err := exchangeRates.List(ctx, s.db, req)
	return &pb.ListExchangeRatesResponse{ExchangeRates: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateExchangeRate updates a rate. Entries that were posted at the rate keep their amounts.
func (s *Service) UpdateExchangeRate(ctx context.Context, req *pb.UpdateExchangeRateRequest) (*pb.ExchangeRate, error) {
	return exchangeRates.Update(
		ctx, s.db, req.GetExchangeRateId(), req.GetExchangeRate(), req.GetUpdateMask(), setManualSource, checkExchangeRate,
	)
}

// DeleteExchangeRate deletes a rate. Entries that were posted at the rate keep their amounts.
func (s *Service) DeleteExchangeRate(ctx context.Context, req *pb.DeleteExchangeRateRequest) (*emptypb.Empty, error) {
	return exchangeRates.Delete(ctx, s.db, req.GetExchangeRateId())
}

// ConvertAmount converts an amount to another currency at the rate of a day.
func (s *Service) ConvertAmount(ctx context.Context, req *pb.ConvertAmountRequest) (*pb.ConvertAmountResponse, error) {
	c := call.From(ctx)
	to := req.GetToCurrencyCode()
	if to == "" {
		to = c.Organization.CurrencyCode
	}
	var violations fault.List
	minor, err := readMoney("amount", &typepb.Money{Amount: req.GetAmount(), CurrencyCode: req.GetFromCurrencyCode()}, to)
	violations.MergeViolations("", err)
	if _, known := money.Digits(to); !known {
		violations.Append(fault.At("toCurrencyCode", "must be an ISO 4217 code"))
	}
	on := c.Today()
	if req.GetDate() != "" {
		if on, err = calendar.ParseBusinessDate(req.GetDate()); err != nil {
			violations.Append(fault.At("date", "%s", err))
		}
	}
	if err := violations.Err(); err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ConvertAmountResponse, error) {
		rates, err := readRates(ctx, tx, []string{req.GetFromCurrencyCode(), to}, on, on)
		if err != nil {
			return nil, err
		}
		rate, parts, ok := rates.find(req.GetFromCurrencyCode(), to, on)
		if !ok {
			return nil, missingRateError("fromCurrencyCode", req.GetFromCurrencyCode(), on)
		}
		converted, err := money.Convert(minor, req.GetFromCurrencyCode(), to, rate)
		if err != nil {
			return nil, fault.Invalid(fault.At("amount", "%s", err))
		}
		out := &pb.ConvertAmountResponse{Amount: money.ToProto(converted, to), ExchangeRate: rate.String()}
		out.Rates, err = exchangeRates.Table().GetMany(ctx, tx, rateIDs(parts))
		return out, err
	})
}

// missingRateError returns the error of a field whose currency has no exchange rate on a day.
func missingRateError(field, currency string, on calendar.Date) error {
	return fault.InvalidFor(optionsv1.Reason_EXCHANGE_RATE_MISSING,
		fault.At(
			field, "requires an exchange rate, but none is stored for %s on %s or in the %d days before", currency, on,
			maxRateAge,
		))
}

// setManualSource marks a rate as entered by a caller, even if an imported rate is updated.
func setManualSource(_ context.Context, _ *db.Tx, _, r *pb.ExchangeRate) error {
	r.Source = pb.ExchangeRate_MANUAL
	return nil
}

// checkExchangeRate refuses unknown or equal currencies, and a missing or invalid rate.
func checkExchangeRate(_ context.Context, _ *db.Tx, _, r *pb.ExchangeRate) error {
	var violations fault.List
	for field, code := range map[string]string{
		"fromCurrencyCode": r.FromCurrencyCode, "toCurrencyCode": r.ToCurrencyCode,
	} {
		if _, known := money.Digits(code); !known {
			violations.Append(fault.At(field, "must be an ISO 4217 code"))
		}
	}
	if r.FromCurrencyCode == r.ToCurrencyCode {
		violations.Append(fault.At("toCurrencyCode", "must be another currency"))
	}
	rate, err := readRate("rate", &r.Rate)
	violations.MergeViolations("", err)
	if err == nil && rate.Equal(decimal.Decimal{}) {
		violations.Append(fault.At("rate", "is required"))
	}
	return violations.Err()
}
