package reports

import (
	"context"
	_ "embed"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

// maxGains is the maximum number of gains that a report lists.
const maxGains = 1000

//go:embed realized_gains.sql
var selectRealizedGains string

// GetRealizedGains returns the exchange gains and losses that were realized in a period.
func (s *Service) GetRealizedGains(ctx context.Context, req *pb.GetRealizedGainsRequest) (*pb.RealizedGains, error) {
	selection, err := s.linesColumn(ctx, req)
	if err != nil {
		return nil, err
	}
	return s.realizedGains(ctx, selection, maxGains)
}

// realizedGains returns the selected gains, at most limit of them, and the total of all.
func (s *Service) realizedGains(ctx context.Context, selection column, limit int) (*pb.RealizedGains, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.RealizedGains, error) {
		rows, err := tx.Query(ctx, selectRealizedGains, tx.Call().Organization.ID, selection.start.String(),
			selection.end.String(), selection.withinArg(), selection.knownAtArg())
		if err != nil {
			return nil, err
		}
		base := tx.Call().Organization.CurrencyCode
		out := &pb.RealizedGains{StartDate: selection.start.String(), EndDate: selection.end.String()}
		var entry uuid.UUID
		var date, description, currency string
		var minor, total int64
		if _, err := pgx.ForEachRow(rows, []any{&entry, &date, &description, &currency, &minor}, func() error {
			total += minor
			if out.Truncated = len(out.Gains) == limit; !out.Truncated {
				out.Gains = append(out.Gains, &pb.RealizedGains_Gain{
					Date: date, JournalEntryId: id.Format("jrn", entry),
					Description: description, CurrencyCode: currency, Gain: money.ToProto(minor, base),
				})
			}
			return nil
		}); err != nil {
			return nil, err
		}
		out.Total = money.ToProto(total, base)
		return out, nil
	})
}

// GetUnrealizedGains returns what foreign balances would gain at the rates of a day.
func (s *Service) GetUnrealizedGains(
	ctx context.Context, req *pb.GetUnrealizedGainsRequest,
) (*pb.UnrealizedGains, error) {
	var violations fault.List
	asOf := parseDate(&violations, "asOf", req.GetAsOf(), call.From(ctx).Today())
	if err := violations.Err(); err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.UnrealizedGains, error) {
		valuations, err := ledger.Valuations(ctx, tx, "asOf", asOf)
		if err != nil {
			return nil, err
		}
		total, err := ledger.TotalGain(valuations)
		return &pb.UnrealizedGains{
			AsOf: asOf.String(), Valuations: valuations, Total: money.ToProto(total, tx.Call().Organization.CurrencyCode),
		}, err
	})
}
