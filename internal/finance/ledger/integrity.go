package ledger

import (
	"context"
	_ "embed"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// IntegrityCheck compares the books with the figures that another package derives from them.
type IntegrityCheck func(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error)

// sumsInRange is the rule that is broken if a check fails with SUM_OUT_OF_RANGE. The checks after
// it are not run.
const sumsInRange = "Sums of amounts are in range."

// CheckIntegrity checks in one snapshot that the books are consistent.
func (s *Service) CheckIntegrity(ctx context.Context, _ *pb.CheckIntegrityRequest) (*pb.CheckIntegrityResponse, error) {
	return db.Read(ctx, s.db, s.Integrity)
}

// Integrity runs the checks of CheckIntegrity inside a transaction.
func (s *Service) Integrity(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse, error) {
	out := &pb.CheckIntegrityResponse{Passed: true}
	for _, check := range s.integrityChecks() {
		found, err := check(ctx, tx)
		if err != nil && fault.From(err).Reason == optionsv1.Reason_SUM_OUT_OF_RANGE {
			// If the database failed to add the amounts up, the transaction is aborted, and further
			// checks cannot run in it.
			out.Passed, out.Checks = false, append(out.Checks, &pb.CheckIntegrityResponse_Check{
				Rule: sumsInRange, BrokenCount: 1,
			})
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		found.Passed = found.BrokenCount == 0
		out.Checks = append(out.Checks, found)
		out.Passed = out.Passed && found.Passed
	}
	return out, nil
}

// integrityChecks returns the checks of the ledger and of the packages above it.
func (s *Service) integrityChecks() (all []IntegrityCheck) {
	for _, r := range integrityRules {
		all = append(all, r.check)
	}
	all = append(all, checkRollupSums, checkCurrencyPositions, checkSealChain)
	for _, sub := range s.hooks.SubLedgers {
		all = append(all, sub.integrityCheck)
	}
	return append(all, s.hooks.IntegrityChecks...)
}

// integrityRule is a rule about journal entries. The query selects the keys of the entries that
// break it.
type integrityRule struct{ rule, query string }

func (r integrityRule) check(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error) {
	count, ids, err := findRecords(ctx, tx, "jrn", r.query)
	return &pb.CheckIntegrityResponse_Check{Rule: r.rule, BrokenCount: count, JournalEntryIds: ids}, err
}

// checkRollupSums compares the rollups with the sums of their lines.
func checkRollupSums(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error) {
	stale, err := CountStaleRollups(ctx, tx)
	return &pb.CheckIntegrityResponse_Check{Rule: "Rollups are the sums of their lines.", BrokenCount: int32(stale)}, err
}

//go:embed currency_position_check.sql
var countWrongPositions string

// checkCurrencyPositions compares the currency positions with the sums of their lines.
func checkCurrencyPositions(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error) {
	out := &pb.CheckIntegrityResponse_Check{Rule: "Currency positions are the sums of their lines."}
	org := tx.Call().Organization
	return out, tx.QueryRow(ctx, countWrongPositions, org.ID, org.CurrencyCode).Scan(&out.BrokenCount)
}

// checkSealChain recomputes the chain of seals and compares it with the stored one.
func checkSealChain(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error) {
	chain, err := verifySeals(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := &pb.CheckIntegrityResponse_Check{Rule: "Every sealed entry exists and is unchanged."}
	if !chain.Verified {
		out.BrokenCount, out.JournalEntryIds = 1, []string{chain.BrokenJournalEntryId}
	}
	return out, nil
}
