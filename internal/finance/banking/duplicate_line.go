package banking

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

//go:embed duplicate_line.sql
var selectDuplicates string

// maxDuplicates is how many pairs a response returns. The query reads one more, to tell that there
// are more.
const maxDuplicates = 500

// Points that two lines score for being the same bank transaction; together they are 100.
const (
	pointsSameMoney = 40 // account and amount are the same
	pointsMoneyDay  = 30 // the dates are the same; ten less for each day apart
	pointsSameText  = 20 // the descriptions or counterparties share a word, or the references are equal
	pointsFormats   = 10 // the files are of two formats
	pointsCorrected = 60 // the second line names the first as the one it corrects
)

// similarLines are two lines that may be the same payment.
type similarLines struct {
	First, Second             uuid.UUID
	FirstFormat, SecondFormat string
}

// SuspectDuplicateLines returns pairs of lines that may be the same bank transaction, most likely
// pairs first.
func (s *Service) SuspectDuplicateLines(
	ctx context.Context, req *pb.SuspectDuplicateLinesRequest,
) (*pb.SuspectDuplicateLinesResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SuspectDuplicateLinesResponse, error) {
		var account *uuid.UUID
		if req.GetBankAccountId() != "" {
			if _, err := bankAccounts.Find(ctx, tx, req.GetBankAccountId()); err != nil {
				return nil, err
			}
			key, err := bankAccounts.Table().Key(req.GetBankAccountId())
			if err != nil {
				return nil, err
			}
			account = &key
		}
		found, err := db.Collect[similarLines](ctx, tx, selectDuplicates, tx.Call().Organization.ID, account)
		if err != nil {
			return nil, err
		}
		pairs, err := scorePairs(ctx, tx, found[:min(len(found), maxDuplicates)])
		return &pb.SuspectDuplicateLinesResponse{Pairs: pairs, Truncated: len(found) > maxDuplicates}, err
	})
}

// scorePairs reads the lines of pairs, scores each pair, and sorts the pairs by score.
func scorePairs(
	ctx context.Context, tx *db.Tx, found []similarLines,
) (pairs []*pb.SuspectDuplicateLinesResponse_Pair, err error) {
	var keys []string
	for _, a := range found {
		keys = append(keys, id.Format("bsl", a.First), id.Format("bsl", a.Second))
	}
	lines, err := bankStatementLines.Table().GetMany(ctx, tx, keys)
	if err != nil {
		return nil, err
	}
	for i, a := range found {
		pairs = append(pairs, scoreDuplicate(lines[2*i], lines[2*i+1], a.FirstFormat != a.SecondFormat))
	}
	slices.SortStableFunc(pairs, func(a, b *pb.SuspectDuplicateLinesResponse_Pair) int {
		return cmp.Compare(b.Score, a.Score)
	})
	return pairs, nil
}

// scoreDuplicate scores how likely two lines are the same transaction, with reasons. formats
// reports whether their files differ in format.
func scoreDuplicate(first, second *pb.BankStatementLine, formats bool) *pb.SuspectDuplicateLinesResponse_Pair {
	var s scorecard
	if corrects(first, second) || corrects(second, first) {
		s.add(pointsCorrected, "The bank says that one line corrects the other.")
	}
	if first.Amount.GetAmount() == second.Amount.GetAmount() {
		s.add(pointsSameMoney, "The account and the amount are the same.")
	}
	if days := daysBetween(first.BookedDate, second.BookedDate); days == 0 {
		s.add(pointsMoneyDay, "The date is the same.")
	} else {
		s.add(max(pointsMoneyDay-10*int32(days), 0), "The dates are %d days apart.", days)
	}
	if first.BankReference != "" && first.BankReference == second.BankReference {
		s.add(pointsSameText, "The bank's reference is the same.")
	} else if word := sharedWord(searchText(first), searchText(second)); word != "" {
		s.add(pointsSameText, "Both lines contain %q.", word)
	}
	if formats {
		s.add(pointsFormats, "The lines come from files of different formats.")
	}
	return &pb.SuspectDuplicateLinesResponse_Pair{
		FirstLine: first, SecondLine: second, Score: s.score(), Reasons: s.reasons,
	}
}

// corrects reports whether the bank says that a line replaces or cancels another one.
func corrects(l, other *pb.BankStatementLine) bool {
	return l.CorrectedReference != "" && l.CorrectedReference == other.BankReference
}

// DistinguishBankStatementLine records that two lines are different bank transactions, so that they
// are no longer suspected as duplicates.
func (s *Service) DistinguishBankStatementLine(
	ctx context.Context, req *pb.DistinguishBankStatementLineRequest,
) (*emptypb.Empty, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		l, err := bankStatementLines.Find(ctx, tx, req.GetBankStatementLineId())
		if err != nil {
			return nil, err
		}
		other, err := bankStatementLines.Resolve(ctx, tx, "otherLineId", req.GetOtherLineId())
		if err != nil {
			return nil, err
		}
		if other.Id == l.Id || other.BankAccountId != l.BankAccountId {
			return nil, fault.Invalid(fault.At("otherLineId", "must be another line of the same bank account"))
		}
		return &emptypb.Empty{}, markDistinct(ctx, tx, l, other)
	})
}

// markDistinct records that two lines are not duplicates. No effect if that is recorded already.
func markDistinct(ctx context.Context, tx *db.Tx, lines ...*pb.BankStatementLine) error {
	keys := make([]uuid.UUID, len(lines))
	for i, l := range lines {
		var err error
		if keys[i], err = bankStatementLines.Table().Key(l.Id); err != nil {
			return err
		}
	}
	slices.SortFunc(keys, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	tag, err := tx.Exec(ctx, `
insert into finance.distinct_statement_lines (org_id, first_line_id, second_line_id, create_time)
values ($1, $2, $3, $4)
on conflict do nothing`, tx.Call().Organization.ID, keys[0], keys[1], tx.Call().Now())
	if err == nil && tag.RowsAffected() > 0 {
		tx.Record(db.Event{Type: "finance.bankStatementLine.distinguished", SubjectID: lines[0].Id})
	}
	return err
}
