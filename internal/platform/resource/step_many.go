package resource

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// ManyRule is a Rule for many records together. It modifies records in place and returns the error
// of each refused one at its index, nil for the others.
type ManyRule[R any] func(ctx context.Context, tx *db.Tx, records []R) (refusals []error, err error)

// StepMany executes a verb of the lifecycle on records that the transaction has locked. It runs
// each guard once for all of them, changes their state, and runs the rule. It returns the error of
// each refused record at its index. If there is none, it stores the records with the verb's event,
// otherwise it stores nothing and the caller must fail. It panics if the verb has a preparer or a
// gate, which treat one record at a time.
func (k *Kind[R]) StepMany(
	ctx context.Context, tx *db.Tx, verb string, locked []R, rule ManyRule[R],
) (after []R, refusals []error, err error) {
	if k.preparers[verb] != nil || k.gates[verb] != nil {
		panic("resource: " + k.collection + ": " + verb + " cannot be executed on many records")
	}
	if refusals, err = k.refusalsOf(ctx, tx, verb, locked); err != nil {
		return nil, nil, err
	}
	after = make([]R, len(locked))
	accepted, at := []R{}, []int{}
	for i, r := range locked {
		if after[i] = proto.CloneOf(r); refusals[i] != nil {
			continue
		}
		if err := k.lifecycle.Move(verb, after[i]); err != nil {
			return nil, nil, err
		}
		accepted, at = append(accepted, after[i]), append(at, i)
	}
	ruled, err := rule(ctx, tx, accepted)
	if err != nil {
		return nil, nil, err
	}
	for j, refusal := range ruled {
		refusals[at[j]] = refusal
	}
	if slices.ContainsFunc(refusals, func(err error) bool { return err != nil }) {
		return nil, refusals, nil
	}
	return after, refusals, k.StoreChanges(ctx, tx, k.lifecycle.Event(verb), locked, after)
}

// refusalsOf returns why each record refuses a verb: it is beyond the caller's reach, or its state
// or a guard refuses the verb.
func (k *Kind[R]) refusalsOf(ctx context.Context, tx *db.Tx, verb string, records []R) (refusals []error, err error) {
	refusals = make([]error, len(records))
	for i, r := range records {
		permission := k.requestPermission(tx.Call(), k.writePermission)
		if k.ownersWithin(tx.Call(), permission) != nil || k.ownership.subject != nil {
			refusals[i] = k.checkReached(ctx, tx, permission, r)
		}
		if why := k.lifecycle.Refusal(verb, r); why != "" && refusals[i] == nil {
			refusals[i] = fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "%s", why).WithSubject(k.table.ID(r))
		}
	}
	for _, g := range k.guards {
		if !slices.Contains(g.verbs, verb) {
			continue
		}
		var checked []R
		var at []int
		for i, r := range records {
			if refusals[i] == nil {
				checked, at = append(checked, r), append(at, i)
			}
		}
		if len(checked) == 0 {
			break
		}
		found, err := g.guard(ctx, tx, checked)
		if err != nil {
			return nil, err
		}
		for j, refusal := range found {
			refusals[at[j]] = refusal
		}
	}
	return refusals, nil
}

// StoreChanges stores records that the transaction has locked and changed in one round trip, with
// an event for each. before are the records as they were.
func (k *Kind[R]) StoreChanges(ctx context.Context, tx *db.Tx, event string, before, after []R) error {
	changes := make([][]byte, len(after))
	for i, r := range after {
		var err error
		if changes[i], err = k.diff(before[i].ProtoReflect(), r.ProtoReflect()); err != nil {
			return err
		}
	}
	if err := k.table.UpdateMany(ctx, tx, before, after); err != nil {
		return err
	}
	for i, r := range after {
		if err := k.Record(ctx, tx, db.Event{Type: event, Changes: changes[i]}, before[i], r); err != nil {
			return err
		}
	}
	return k.complete(ctx, tx, after...)
}
