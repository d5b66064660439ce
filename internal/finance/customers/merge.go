package customers

import (
	"context"
	"slices"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
)

// intoField is the field of a request that names the customer into which another one is merged.
const intoField = "intoCustomerId"

// MergeCustomer merges a customer into another one and returns the other.
func (s *Service) MergeCustomer(ctx context.Context, req *pb.MergeCustomerRequest) (*pb.Customer, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Customer, error) {
		from, into, err := s.lockBoth(ctx, tx, req.GetCustomerId(), req.GetIntoCustomerId())
		if err != nil {
			return nil, err
		}
		if from.GetMergedIntoId() == into.GetId() {
			return customers.Find(ctx, tx, into.GetId())
		}
		if err := checkMerge(ctx, tx, from, into); err != nil {
			return nil, err
		}
		return s.merge(ctx, tx, from, into)
	})
}

// lockBoth locks the documents of a customer and then both customers of a merge, sorted by
// identifier. Merges in opposite directions therefore wait for each other.
func (s *Service) lockBoth(ctx context.Context, tx *db.Tx, fromID, intoID string) (from, into *pb.Customer, err error) {
	if from, err = customers.GetByCaller(ctx, tx, fromID); err != nil {
		return nil, nil, err
	}
	if fromID == intoID {
		return nil, nil, fault.Invalid(fault.At(intoField, "must not be the customer itself"))
	}
	if err := checkExists(ctx, tx, intoID); err != nil {
		return nil, nil, err
	}
	for _, h := range s.hooks {
		if h.LockDocuments == nil {
			continue
		}
		if err := h.LockDocuments(ctx, tx, from); err != nil {
			return nil, nil, err
		}
	}
	locked, err := customers.Table().LockMany(ctx, tx, []string{fromID, intoID})
	if err != nil {
		return nil, nil, err
	}
	if fromID > intoID {
		slices.Reverse(locked)
	}
	return locked[0], locked[1], nil
}

// checkExists refuses to merge into a customer that does not exist.
func checkExists(ctx context.Context, tx *db.Tx, key string) error {
	if _, err := id.Parse(customers.Prefix(), key); err != nil {
		return resource.CheckSubject(db.Subject{}, intoField)
	}
	found, err := customers.Load(ctx, tx, []string{key})
	if err != nil {
		return err
	}
	found[0].Archived = false // checked once it is locked
	return resource.CheckSubject(found[0], intoField)
}

// checkMerge refuses to merge locked customers that cannot be one.
func checkMerge(ctx context.Context, tx *db.Tx, from, into *pb.Customer) error {
	if err := customers.CheckEtag(ctx, tx, from, from); err != nil {
		return err
	}
	if err := customers.CheckGuards(ctx, tx, "merge", from); err != nil {
		return err
	}
	err := resource.CheckSubject(db.Subject{
		Record: into, Referenceable: true, Archived: into.GetArchiveTime() != nil,
	}, intoField)
	if err != nil {
		return err
	}
	if from.GetCurrencyCode() != into.GetCurrencyCode() {
		return fault.Refuse(optionsv1.Reason_CUSTOMER_CURRENCY_DIFFERS,
			"The customer has the currency %s, and the customer into which it would be merged has %s.",
			from.GetCurrencyCode(), into.GetCurrencyCode()).WithSubject(from.GetId())
	}
	return nil
}

// merge moves what refers to one customer to another, adds its contacts, and archives it.
func (s *Service) merge(ctx context.Context, tx *db.Tx, from, into *pb.Customer) (*pb.Customer, error) {
	for _, h := range s.hooks {
		if h.Merge == nil {
			continue
		}
		if err := h.Merge(ctx, tx, from, into); err != nil {
			return nil, err
		}
	}
	archive := func(_ context.Context, tx *db.Tx, _, c *pb.Customer) error {
		c.MergedIntoId = into.GetId()
		if c.GetArchiveTime() == nil {
			c.ArchiveTime = timestamppb.New(tx.Call().Now())
		}
		return nil
	}
	if _, err := customers.Modify(ctx, tx, from.GetId(), "merged", archive); err != nil {
		return nil, err
	}
	return customers.Modify(ctx, tx, into.GetId(), "updated",
		func(_ context.Context, _ *db.Tx, _, c *pb.Customer) error { return addContacts(c, from.GetContacts()) })
}

// refuseMerged refuses to merge or unarchive a customer that was merged.
func refuseMerged(_ *db.Tx, c *pb.Customer) error {
	if c.GetMergedIntoId() == "" {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "The customer was merged into %s.", c.GetMergedIntoId()).
		WithSubject(c.GetId())
}
