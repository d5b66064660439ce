package db

import "context"

// BeforeCommit runs fn once before the transaction is committed, after everything else it does. It
// is for work that depends on all writes of the transaction together. fn may write, and its error
// rolls the transaction back. A dry run runs it too.
func (tx *Tx) BeforeCommit(fn func(ctx context.Context, tx *Tx) error) {
	tx.beforeCommit = append(tx.beforeCommit, fn)
}

// runBeforeCommit runs the functions of BeforeCommit, also those that they add.
func (tx *Tx) runBeforeCommit(ctx context.Context) error {
	for len(tx.beforeCommit) > 0 {
		fn := tx.beforeCommit[0]
		tx.beforeCommit = tx.beforeCommit[1:]
		if err := fn(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}
