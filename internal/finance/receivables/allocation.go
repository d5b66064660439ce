package receivables

import (
	"context"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var allocations = resource.New(table.New("finance.allocations",
	table.Ref("customer_id", "cus", func(a *pb.Allocation) *string { return &a.CustomerId }).Filter(),
	table.Ref("customer_credit_id", "ccr", func(a *pb.Allocation) *string { return &a.CustomerCreditId }).Filter(),
	table.Ref("receivable_id", "rcv", func(a *pb.Allocation) *string { return &a.ReceivableId }).Filter(),
	table.Date("date", func(a *pb.Allocation) *string { return &a.Date }).Filter().Sort("allocations_by_date"),
	table.Money("amount", func(a *pb.Allocation) **typepb.Money { return &a.Amount }),
	table.Minor("base_amount", func(a *pb.Allocation) **typepb.Money { return &a.BaseAmount }),
	table.Money("settled_amount", func(a *pb.Allocation) **typepb.Money { return &a.SettledAmount }),
	table.Minor("settled_base_amount", func(a *pb.Allocation) **typepb.Money { return &a.SettledBaseAmount }),
	table.Bool("take_discount", func(a *pb.Allocation) *bool { return &a.TakeDiscount }),
	table.Text("discount_reason", func(a *pb.Allocation) *string { return &a.DiscountReason }),
	table.Money("discount", func(a *pb.Allocation) **typepb.Money { return &a.Discount }),
	table.Bool("clear_difference", func(a *pb.Allocation) *bool { return &a.ClearDifference }),
	table.Money("difference", func(a *pb.Allocation) **typepb.Money { return &a.Difference }),
	table.Money("exchange_gain", func(a *pb.Allocation) **typepb.Money { return &a.ExchangeGain }),
	table.Enum("state", func(a *pb.Allocation) *pb.Allocation_State { return &a.State }).Filter(),
	table.Date("undo_date", func(a *pb.Allocation) *string { return &a.UndoDate }),
	table.Ref("journal_entry_id", "jrn", func(a *pb.Allocation) *string { return &a.JournalEntryId }).Filter(),
	table.Messages("released_taxes", func(a *pb.Allocation) *[]*pb.CustomerCredit_Tax { return &a.ReleasedTaxes }),
).Rank(db.RankDocument)).Lifecycle(allocationLifecycle).Open()

var allocationLifecycle = state.New(
	func(a *pb.Allocation) *pb.Allocation_State { return &a.State },
	[]state.Step[pb.Allocation_State]{
		{Verb: "undo", Event: "undone", From: []pb.Allocation_State{pb.Allocation_ACTIVE}, To: pb.Allocation_UNDONE},
	},
)

// CreateAllocation uses a credit to settle a receivable.
func (s *Service) CreateAllocation(ctx context.Context, req *pb.CreateAllocationRequest) (*pb.Allocation, error) {
	return allocations.Create(ctx, s.db, withSides(req.GetAllocation()), s.allocate)
}

// GetAllocation returns an allocation.
func (s *Service) GetAllocation(ctx context.Context, req *pb.GetAllocationRequest) (*pb.Allocation, error) {
	return allocations.Get(ctx, s.db, req.GetAllocationId())
}

// BatchGetAllocations returns several allocations.
func (s *Service) BatchGetAllocations(
	ctx context.Context, req *pb.BatchGetAllocationsRequest,
) (*pb.BatchGetAllocationsResponse, error) {
	list, err := allocations.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetAllocationsResponse{Allocations: list}, err
}

// ListAllocations lists allocations.
func (s *Service) ListAllocations(
	ctx context.Context, req *pb.ListAllocationsRequest,
) (*pb.ListAllocationsResponse, error) {
	page, err := allocations.List(ctx, s.db, req)
	return &pb.ListAllocationsResponse{Allocations: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateAllocation updates the metadata, the external id and the custom fields of an allocation.
func (s *Service) UpdateAllocation(ctx context.Context, req *pb.UpdateAllocationRequest) (*pb.Allocation, error) {
	return allocations.Update(ctx, s.db, req.GetAllocationId(), req.GetAllocation(), req.GetUpdateMask())
}

// UndoAllocation undoes an allocation.
func (s *Service) UndoAllocation(ctx context.Context, req *pb.UndoAllocationRequest) (*pb.Allocation, error) {
	return allocations.Step(ctx, s.db, req.GetAllocationId(), "undo", s.undoAllocation(req.GetDate()))
}

// Allocate stores an allocation of a credit to a receivable, for a document that settles another.
func (s *Service) Allocate(ctx context.Context, tx *db.Tx, a *pb.Allocation) error {
	return allocations.Insert(ctx, tx, withSides(a), s.allocate)
}

// withSides returns an allocation with the ids of the credit and the receivable of the documents
// that it names.
func withSides(a *pb.Allocation) *pb.Allocation {
	if a == nil {
		return nil
	}
	out := proto.CloneOf(a)
	out.CustomerCreditId, out.ReceivableId = CreditID(a.CustomerCreditId), ReceivableID(a.ReceivableId)
	return out
}

// allocate is the rule that creates an allocation: it locks credit and receivable, computes what is
// used and settled, posts it, and changes what is open of both.
func (s *Service) allocate(ctx context.Context, tx *db.Tx, _, a *pb.Allocation) error {
	if a.Date == "" {
		a.Date = tx.Call().Today().String()
	}
	c, r, err := s.lockSides(ctx, tx, a)
	if err != nil {
		return err
	}
	p, err := planAllocation(ctx, tx, a, c, r)
	if err != nil {
		return err
	}
	if a.ReleasedTaxes, err = releasedTaxes(c, p.used.minor); err != nil {
		return err
	}
	entry, err := allocationEntry(ctx, tx, a, c, r, p)
	if err != nil {
		return err
	}
	if err := ledger.Post(ctx, tx, entry); err != nil {
		return mapAllocationFields(err)
	}
	if err := recordReduction(ctx, tx, r, p.taxedDiscount(r), entry); err != nil {
		return err
	}
	p.describe(tx.Call().Organization.CurrencyCode, a, c, r)
	a.JournalEntryId, a.State = entry.Id, pb.Allocation_ACTIVE
	if err := recordDepositTaxes(ctx, tx, c, a.ReleasedTaxes, tax.DepositUse, -1, entry); err != nil {
		return err
	}
	m := movement{date: a.Date, by: p.used.negated(), cause: a.Id, entryID: entry.Id, taxes: a.ReleasedTaxes}
	if err := s.changeCredit(ctx, tx, c, m); err != nil {
		return err
	}
	m.by = p.settled.negated()
	return s.changeReceivable(ctx, tx, r, m)
}

// lockSides locks the credit and the receivable of an allocation, and sets their ids. It refuses
// those of different customers and days after that of the allocation.
func (s *Service) lockSides(
	ctx context.Context, tx *db.Tx, a *pb.Allocation,
) (*pb.CustomerCredit, *pb.Receivable, error) {
	if _, err := calendar.ParseBusinessDate(a.Date); err != nil {
		return nil, nil, fault.Invalid(fault.At("date", "%s", err))
	}
	c, err := lockCredit(ctx, tx, a.CustomerCreditId)
	if err != nil {
		return nil, nil, err
	}
	if _, err := receivables.Resolve(ctx, tx, "receivableId", a.ReceivableId); err != nil {
		return nil, nil, err
	}
	r, err := s.lockReceivable(ctx, tx, a.ReceivableId)
	if err != nil {
		return nil, nil, err
	}
	a.CustomerId = c.CustomerId
	if r.CustomerId != c.CustomerId {
		return nil, nil, fault.InvalidFor(optionsv1.Reason_ALLOCATION_ACROSS_CUSTOMERS,
			fault.At("receivableId", "is of another customer than the credit"))
	}
	if err := checkLater(a.Date, c.Date, "credit"); err != nil {
		return nil, nil, err
	}
	return c, r, checkLater(a.Date, r.Date, "receivable")
}

// lockCredit locks the credit that the field customerCreditId names.
func lockCredit(ctx context.Context, tx *db.Tx, key string) (*pb.CustomerCredit, error) {
	if _, err := customerCredits.Resolve(ctx, tx, "customerCreditId", key); err != nil {
		return nil, err
	}
	return customerCredits.Table().Lock(ctx, tx, key)
}

// undoAllocation returns the rule that undoes an allocation on a day, by default that of the
// allocation.
func (s *Service) undoAllocation(date string) resource.Rule[*pb.Allocation] {
	return func(ctx context.Context, tx *db.Tx, _, a *pb.Allocation) error {
		if err := checkLater(date, a.Date, "allocation"); err != nil {
			return err
		}
		c, err := customerCredits.Table().Lock(ctx, tx, a.CustomerCreditId)
		if err != nil {
			return err
		}
		r, err := s.lockReceivable(ctx, tx, a.ReceivableId)
		if err != nil {
			return err
		}
		reversal, err := ledger.Reverse(ctx, tx, a.JournalEntryId, date, "")
		if err != nil {
			return err
		}
		a.UndoDate = reversal.Date
		if err := reverseTaxes(ctx, tx, a, c, r, reversal); err != nil {
			return err
		}
		used, err := readPosition(a.Amount, a.BaseAmount)
		if err != nil {
			return err
		}
		settled, err := readSettled(a)
		if err != nil {
			return err
		}
		m := movement{date: reversal.Date, by: used, cause: a.Id, entryID: reversal.Id, taxes: a.ReleasedTaxes}
		if err := s.changeCredit(ctx, tx, c, m); err != nil {
			return err
		}
		m.by = settled
		return s.changeReceivable(ctx, tx, r, m)
	}
}

// reverseTaxes undoes in the tax register what an allocation changed: the taxes that its discount
// reduced, and those of a deposit that it released.
func reverseTaxes(
	ctx context.Context, tx *db.Tx, a *pb.Allocation, c *pb.CustomerCredit, r *pb.Receivable, reversal *pb.JournalEntry,
) error {
	if a.Discount != nil {
		if err := tax.Reverse(ctx, tx, r.DocumentId, a.JournalEntryId, reversal.Date, reversal.Id); err != nil {
			return err
		}
	}
	return reverseDepositTaxes(ctx, tx, a.ReleasedTaxes, c.DepositRequestId, a.JournalEntryId, reversal)
}

// readSettled returns what an allocation settles of a receivable, with the discount and a
// difference that the customer did not pay.
func readSettled(a *pb.Allocation) (position, error) {
	settled, err := readPosition(a.SettledAmount, a.SettledBaseAmount)
	for _, unpaid := range []*typepb.Money{a.Discount, a.Difference} {
		if err != nil || unpaid == nil {
			continue
		}
		var minor int64
		minor, err = money.Parse(unpaid.Amount, unpaid.CurrencyCode)
		settled.minor += max(minor, 0)
	}
	return settled, err
}

// UndoAllocationsOf undoes the active allocations of a credit on a day, or on the day of each.
// entryID is the entry of the credit's document, which the caller reverses next. If returned is not
// nil, the caller posts it instead.
func (s *Service) UndoAllocationsOf(
	ctx context.Context, tx *db.Tx, creditID, date, entryID string, returned *pb.JournalEntry,
) error {
	active, err := s.lockActiveAllocations(ctx, tx, []string{creditID})
	if err != nil {
		return err
	}
	entries := []string{entryID}
	for _, a := range active {
		entries = append(entries, a.JournalEntryId)
	}
	if err := ledger.LockForReversal(ctx, tx, entries); err != nil {
		return err
	}
	if returned != nil {
		if err := ledger.LockForPosting(ctx, tx, returned); err != nil {
			return err
		}
	}
	for _, a := range active {
		on := date
		if on != "" {
			on = max(on, a.Date)
		}
		if _, err := allocations.StepIn(ctx, tx, a.Id, "undo", s.undoAllocation(on)); err != nil {
			return err
		}
	}
	return nil
}
