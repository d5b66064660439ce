package resource

import (
	"context"
	"errors"

	"google.golang.org/protobuf/proto"

	"backoffice/internal/platform/db"
)

// Gate lets a verb wait that the guards accept, for somebody's approval as an example. It may
// store what it waits for. was is the record as it is stored, r what the verb is to change.
type Gate[R proto.Message] func(ctx context.Context, tx *db.Tx, was, r R) (wait bool, err error)

// errWaits ends the rules of a verb that waits at its gate.
var errWaits = errors.New("the verb waits at its gate")

// Gate sets the gate of a verb of the life. It is asked between the guards and the move. A verb
// that waits stores nothing but what the gate stored, and returns the record unchanged.
func (k *Kind[R]) Gate(verb string, g Gate[R]) *Kind[R] {
	if k.gates == nil {
		k.gates = map[string]Gate[R]{}
	}
	k.gates[verb] = g
	return k
}

// pass returns errWaits if the verb has a gate at which it waits.
func (k *Kind[R]) pass(ctx context.Context, tx *db.Tx, verb string, was, r R) error {
	gate := k.gates[verb]
	if gate == nil {
		return nil
	}
	if wait, err := gate(ctx, tx, was, r); err != nil || !wait {
		return err
	}
	return errWaits
}
