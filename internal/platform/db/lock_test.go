package db_test

import (
	"context"
	"fmt"
	"regexp"
	"testing"

	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// firstRow and secondRow are rows of a table in ascending order of their ids.
var firstRow, secondRow = db.Row{Table: "a", Key: id.New()}, db.Row{Table: "a", Key: id.New()}

// lockOrderCases are sequences of locks that follow the order or not.
var lockOrderCases = map[string]struct {
	lock func(tx *db.Tx)
	want string // part of the panic message, "" if there is none
}{
	"accepts ascending ranks": {func(tx *db.Tx) {
		tx.Locking(db.RankDocument, "")
		tx.Locking(db.RankBankAccount, "")
	}, ""},
	"rejects a lower rank": {func(tx *db.Tx) {
		tx.Locking(db.RankBankAccount, "")
		tx.Locking(db.RankDocument, "")
	}, `rank 20 after rows of rank 30`},
	"accepts a lower rank that is held": {func(tx *db.Tx) {
		tx.Locking(db.RankDocument, "", firstRow)
		tx.Locking(db.RankBankAccount, "")
		tx.Locking(db.RankDocument, "", firstRow)
	}, ""},
	"accepts a lower rank that was inserted": {func(tx *db.Tx) {
		tx.NoteHeld(firstRow)
		tx.Locking(db.RankBankAccount, "")
		tx.Locking(db.RankDocument, "", firstRow)
	}, ""},
	"accepts ascending ids": {func(tx *db.Tx) {
		tx.Locking(db.RankDocument, "", firstRow)
		tx.Locking(db.RankDocument, "", secondRow)
	}, ""},
	"rejects a lower id": {func(tx *db.Tx) {
		tx.Locking(db.RankDocument, "", secondRow)
		tx.Locking(db.RankDocument, "", firstRow)
	}, "a row of a after one of a higher id"},
	"accepts a table without a rank": {func(tx *db.Tx) {
		tx.Locking(db.RankOrganization, "")
		tx.Locking(0, "", firstRow)
	}, ""},
}

// TestLocksKeepTheirOrder checks that locks must follow the ranks, and the ids within a table, and
// that held rows may be locked again.
func TestLocksKeepTheirOrder(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	for name, c := range lockOrderCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := db.Write(ctx, d, func(_ context.Context, tx *db.Tx) (*emptypb.Empty, error) {
				message := panicOf(func() { c.lock(tx) })
				places := regexp.MustCompile(`lock_test\.go:\d+`).FindAllString(message, -1)
				if (message == "") != (c.want == "") || !regexp.MustCompile(c.want).MatchString(message) {
					t.Errorf("got panic %q, want %q", message, c.want)
				}
				if message != "" && (len(places) != 2 || places[0] == places[1]) {
					t.Errorf("got places %v in %q, want two", places, message)
				}
				return &emptypb.Empty{}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// panicOf returns the message of the panic in f, or "" if f does not panic.
func panicOf(f func()) (message string) {
	defer func() {
		if r := recover(); r != nil {
			message = fmt.Sprint(r)
		}
	}()
	f()
	return ""
}

// TestChangedRowsAreRetried checks that a transaction is retried if its rows changed before they
// were locked, and that WithoutNewLocks refuses new locks.
func TestChangedRowsAreRetried(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	held, other := db.Row{Table: "a", Key: id.New()}, db.Row{Table: "a", Key: id.New()}
	tries := 0
	_, err := db.Write(ctx, d, func(_ context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		tries++
		if err := tx.NoteLocks(db.RankDocument, held); err != nil {
			return nil, err
		}
		return &emptypb.Empty{}, tx.WithoutNewLocks(func() error {
			if err := tx.NoteLocks(db.RankDocument, held); err != nil {
				t.Errorf("a held row: got %v", err)
			}
			if tries == 1 {
				return tx.NoteLocks(db.RankDocument, other)
			}
			return nil
		})
	})
	if err != nil || tries != 2 {
		t.Errorf("got %v after %d tries", err, tries)
	}
}
