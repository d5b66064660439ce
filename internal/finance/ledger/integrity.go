package ledger

import (
	"context"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// IntegrityCheck checks the books against what another package makes of them.
type IntegrityCheck func(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error)

// addable is the rule without which the rules after it cannot be checked.
const addable = "Amounts add up to no more than can be shown."

// CheckIntegrity checks the books against themselves, in one snapshot.
func (s *Service) CheckIntegrity(ctx context.Context, _ *pb.CheckIntegrityRequest) (*pb.CheckIntegrityResponse, error) {
	return db.Read(ctx, s.db, s.Integrity)
}

// Integrity is CheckIntegrity inside a transaction.
func (s *Service) Integrity(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse, error) {
	out := &pb.CheckIntegrityResponse{Passed: true}
	for _, check := range s.integrityChecks() {
		found, err := check(ctx, tx)
		if err != nil && fault.From(err).Reason == optionsv1.Reason_SUM_OUT_OF_RANGE {
			// The database may have refused to add them up, and answers nothing after that.
			out.Passed, out.Checks = false, append(out.Checks, &pb.CheckIntegrityResponse_Check{Rule: addable, BrokenCount: 1})
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

// integrityChecks are the ledger's own, and those of the packages above it.
func (s *Service) integrityChecks() (all []IntegrityCheck) {
	for _, r := range integrityRules {
		all = append(all, r.check)
	}
	all = append(all, rollupsHold, sealsHold)
	for _, sub := range s.hooks.SubLedgers {
		all = append(all, sub.holds)
	}
	return append(all, s.hooks.IntegrityChecks...)
}

// integrityRule is what must hold of posted entries, with the query for those that break
// it.
type integrityRule struct{ rule, query string }

func (r integrityRule) check(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error) {
	count, ids, err := keysOf(ctx, tx, "jrn", r.query)
	return &pb.CheckIntegrityResponse_Check{Rule: r.rule, BrokenCount: count, JournalEntryIds: ids}, err
}

// rollupsHold compares the rollups with their lines.
func rollupsHold(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error) {
	differ, err := CountStaleRollups(ctx, tx)
	return &pb.CheckIntegrityResponse_Check{Rule: "Rollups are the sums of their lines.", BrokenCount: int32(differ)}, err
}

// sealsHold recomputes the chain of seals.
func sealsHold(ctx context.Context, tx *db.Tx) (*pb.CheckIntegrityResponse_Check, error) {
	chain, err := verify(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := &pb.CheckIntegrityResponse_Check{Rule: "Every sealed entry is here, and as it was sealed."}
	if !chain.Verified {
		out.BrokenCount, out.JournalEntryIds = 1, []string{chain.BrokenJournalEntryId}
	}
	return out, nil
}
