package receivables

import (
	"cmp"
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/table"
)

// Lock locks a receivable, and returns it if it exists. Documents are locked after their
// receivables.
func Lock(ctx context.Context, tx *db.Tx, receivableID string) ([]*pb.Receivable, error) {
	if _, err := receivables.Table().Key(receivableID); err != nil {
		return nil, nil // the caller refuses the document
	}
	existing, err := receivables.Table().GetExisting(ctx, tx, []string{receivableID})
	if err != nil || existing[receivableID] == nil {
		return nil, err
	}
	return receivables.Table().LockMany(ctx, tx, []string{receivableID})
}

// lockReceivable locks a receivable, and then its document.
func (s *Service) lockReceivable(ctx context.Context, tx *db.Tx, key string) (*pb.Receivable, error) {
	r, err := receivables.Table().Lock(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	return r, s.lockDocuments(ctx, tx, []*pb.Receivable{r})
}

// lockDocuments locks the documents of locked receivables, which the packages above own.
func (s *Service) lockDocuments(ctx context.Context, tx *db.Tx, list []*pb.Receivable) error {
	for _, h := range s.hooks {
		if h.LockDocuments == nil {
			continue
		}
		if err := h.LockDocuments(ctx, tx, list); err != nil {
			return err
		}
	}
	return nil
}

// lockAllocated locks the receivables that a payment settles, sorted by id, and their
// documents. Those that do not exist are left to the allocations, which refuse them.
func (s *Service) lockAllocated(
	ctx context.Context, tx *db.Tx, allocated []*pb.Payment_NewAllocation,
) ([]*pb.Receivable, error) {
	var keys []string
	for _, n := range allocated {
		n.ReceivableId = ReceivableID(n.ReceivableId)
		if _, err := receivables.Table().Key(n.ReceivableId); err == nil {
			keys = append(keys, n.ReceivableId)
		}
	}
	existing, err := receivables.Table().GetExisting(ctx, tx, keys)
	if err != nil {
		return nil, err
	}
	slices.Sort(keys)
	keys = slices.DeleteFunc(slices.Compact(keys), func(key string) bool { return existing[key] == nil })
	locked, err := receivables.Table().LockMany(ctx, tx, keys)
	if err != nil {
		return nil, err
	}
	return locked, s.lockDocuments(ctx, tx, locked)
}

// LockForSettlement locks what the postings of a day will lock that use a credit to settle
// receivables. lines are those of the entry that creates the credit. A transaction that posts
// several entries calls it before the first.
func LockForSettlement(
	ctx context.Context, tx *db.Tx, date string, lines []*pb.JournalLine, list []*pb.Receivable,
) error {
	e, err := SettlementEntry(ctx, tx, date, lines, list)
	if err != nil {
		return err
	}
	return ledger.LockForPosting(ctx, tx, e)
}

// SettlementEntry returns an entry with the date, accounts and dimension values of all postings
// that use a credit to settle receivables, for a caller that locks them together with others.
func SettlementEntry(
	ctx context.Context, tx *db.Tx, date string, lines []*pb.JournalLine, list []*pb.Receivable,
) (*pb.JournalEntry, error) {
	all := slices.Clone(lines)
	for _, role := range []pb.AccountRole_Role{
		pb.AccountRole_CUSTOMER_DEPOSITS, pb.AccountRole_DISCOUNTS_GIVEN, pb.AccountRole_REALIZED_GAINS,
		pb.AccountRole_ROUNDING,
	} {
		account, err := ledger.RoleAccount(ctx, tx, role)
		if err != nil {
			return nil, err
		}
		all = append(all, &pb.JournalLine{AccountId: account})
	}
	for _, r := range list {
		nothing := money.ToProto(0, r.TotalAmount.CurrencyCode)
		all = append(all, &pb.JournalLine{AccountId: r.AccountId, Amount: nothing})
		for _, part := range r.Parts {
			all = append(all, &pb.JournalLine{AccountId: part.AccountId, Amount: nothing,
				DimensionValueIds: slices.Clone(part.DimensionValueIds)})
		}
	}
	return &pb.JournalEntry{Date: date, Lines: all}, nil
}

// LockAllocationsOf locks the active allocations of the credit of a document, the credit, what they
// settle, and another receivable, with the documents of all receivables.
func (s *Service) LockAllocationsOf(ctx context.Context, tx *db.Tx, documentID, receivableID string) error {
	_, err := s.lockActiveAllocations(ctx, tx, []string{CreditID(documentID)}, receivableID)
	return err
}

// lockActiveAllocations locks the active allocations of credits, the credits, what they settle and
// other receivables, and returns the allocations sorted by id.
func (s *Service) lockActiveAllocations(
	ctx context.Context, tx *db.Tx, creditIDs []string, others ...string,
) ([]*pb.Allocation, error) {
	found, err := activeAllocations(ctx, tx, creditIDs)
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(found))
	for i, a := range found {
		keys[i] = a.Id
	}
	if _, err := allocations.Table().LockMany(ctx, tx, keys); err != nil {
		return nil, err
	}
	if _, err := customerCredits.Table().LockMany(ctx, tx, creditIDs); err != nil {
		return nil, err
	}
	// The locks of the credits keep others from adding and undoing allocations.
	active, err := activeAllocations(ctx, tx, creditIDs)
	if err != nil {
		return nil, err
	}
	if len(active) != len(found) {
		return nil, db.RowsChanged("an allocation changed before it was locked")
	}
	var settled []*pb.Payment_NewAllocation
	for _, a := range active {
		settled = append(settled, &pb.Payment_NewAllocation{ReceivableId: a.ReceivableId})
	}
	for _, key := range others {
		settled = append(settled, &pb.Payment_NewAllocation{ReceivableId: key})
	}
	_, err = s.lockAllocated(ctx, tx, settled)
	return active, err
}

// activeAllocations returns the active allocations of credits, sorted by id.
func activeAllocations(ctx context.Context, tx *db.Tx, creditIDs []string) (active []*pb.Allocation, err error) {
	for _, creditID := range creditIDs {
		key, err := id.Parse("ccr", creditID)
		if err != nil {
			return nil, err
		}
		of, _, err := allocations.Table().Select(ctx, tx, table.Query{
			Within: []table.Equal{
				{Column: "customer_credit_id", Value: key}, {Column: "state", Value: pb.Allocation_ACTIVE.String()},
			},
			Limit: maxAllocations,
		})
		if err != nil {
			return nil, err
		}
		active = append(active, of...)
	}
	slices.SortFunc(active, func(a, b *pb.Allocation) int { return cmp.Compare(a.Id, b.Id) })
	return active, nil
}
