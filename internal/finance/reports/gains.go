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

// maxGains is how many gains a report lists.
const maxGains = 1000

//go:embed realised_gains.sql
var selectRealisedGains string

// GetRealisedGains answers the exchange gains and losses of a period.
func (s *Service) GetRealisedGains(ctx context.Context, req *pb.GetRealisedGainsRequest) (*pb.RealisedGains, error) {
	asked, err := linesColumn(call.From(ctx), req)
	if err != nil {
		return nil, err
	}
	return s.realisedGains(ctx, asked, maxGains)
}

// realisedGains are the gains that are asked for, so many of them at most, and their total.
func (s *Service) realisedGains(ctx context.Context, asked column, most int) (*pb.RealisedGains, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.RealisedGains, error) {
		rows, err := tx.Query(ctx, selectRealisedGains, tx.Call().Organization.ID, asked.start.String(), asked.end.String(), asked.values(), asked.known())
		if err != nil {
			return nil, err
		}
		base := tx.Call().Organization.CurrencyCode
		out := &pb.RealisedGains{StartDate: asked.start.String(), EndDate: asked.end.String()}
		var entry uuid.UUID
		var date, description, currency string
		var minor, total int64
		if _, err := pgx.ForEachRow(rows, []any{&entry, &date, &description, &currency, &minor}, func() error {
			total += minor
			if out.Truncated = len(out.Gains) == most; !out.Truncated {
				out.Gains = append(out.Gains, &pb.RealisedGains_Gain{
					Date: date, JournalEntryId: id.Format("jrn", entry), Description: description, CurrencyCode: currency, Gain: money.Of(minor, base),
				})
			}
			return nil
		}); err != nil {
			return nil, err
		}
		out.Total = money.Of(total, base)
		return out, nil
	})
}

// GetUnrealisedGains answers what foreign balances would gain at the rates of a day.
func (s *Service) GetUnrealisedGains(ctx context.Context, req *pb.GetUnrealisedGainsRequest) (*pb.UnrealisedGains, error) {
	var violations fault.List
	asOf := date(&violations, "asOf", req.GetAsOf(), call.From(ctx).Today())
	if err := violations.Err(); err != nil {
		return nil, err
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.UnrealisedGains, error) {
		valuations, err := ledger.Valuations(ctx, tx, "asOf", asOf)
		if err != nil {
			return nil, err
		}
		total, err := ledger.TotalGain(valuations)
		return &pb.UnrealisedGains{AsOf: asOf.String(), Valuations: valuations, Total: money.Of(total, tx.Call().Organization.CurrencyCode)}, err
	})
}
