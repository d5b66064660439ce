package resource

import (
	"context"
	"errors"

	"google.golang.org/protobuf/proto"

	"backoffice/internal/platform/db"
)

// Gate can defer a verb that the guards accept, for example until someone approves it. The gate may
// store what the verb waits for. was is the stored record, r the record that the verb will change.
type Gate[R proto.Message] func(ctx context.Context, tx *db.Tx, was, r R) (wait bool, err error)

// errWaits stops a verb that must wait at its gate.
var errWaits = errors.New("the verb waits at its gate")

// Gate sets the gate of a verb of the lifecycle. Transition calls it after the guards and before
// the state changes. If the verb waits, only what the gate stored is kept, and the record is
// returned unchanged.
func (k *Kind[R]) Gate(verb string, g Gate[R]) *Kind[R] {
	if k.gates == nil {
		k.gates = map[string]Gate[R]{}
	}
	k.gates[verb] = g
	return k
}

// passGate returns errWaits if the verb has a gate and must wait.
func (k *Kind[R]) passGate(ctx context.Context, tx *db.Tx, verb string, was, r R) error {
	gate := k.gates[verb]
	if gate == nil {
		return nil
	}
	if wait, err := gate(ctx, tx, was, r); err != nil || !wait {
		return err
	}
	return errWaits
}
