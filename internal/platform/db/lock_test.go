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

// TestLocksKeepTheirOrder checks that locks are taken by rank, in a table by id, and that what is
// held already to be taken again.
func TestLocksKeepTheirOrder(t *testing.T) {
	t.Parallel()
	ctx, _, d := enter(t)
	first, second := db.Row{Table: "a", Key: id.New()}, db.Row{Table: "a", Key: id.New()}
	for name, c := range map[string]struct {
		lock func(tx *db.Tx)
		want string // of what it panics with
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
			tx.Locking(db.RankDocument, "", first)
			tx.Locking(db.RankBankAccount, "")
			tx.Locking(db.RankDocument, "", first)
		}, ""},
		"accepts a lower rank that was inserted": {func(tx *db.Tx) {
			tx.NoteHeld(first)
			tx.Locking(db.RankBankAccount, "")
			tx.Locking(db.RankDocument, "", first)
		}, ""},
		"accepts ascending ids": {func(tx *db.Tx) {
			tx.Locking(db.RankDocument, "", first)
			tx.Locking(db.RankDocument, "", second)
		}, ""},
		"rejects a lower id": {func(tx *db.Tx) {
			tx.Locking(db.RankDocument, "", second)
			tx.Locking(db.RankDocument, "", first)
		}, "a row of a after one of a higher id"},
		"accepts a table without a rank": {func(tx *db.Tx) {
			tx.Locking(db.RankOrganization, "")
			tx.Locking(0, "", first)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := db.Write(ctx, d, func(_ context.Context, tx *db.Tx) (*emptypb.Empty, error) {
				said := panicOf(func() { c.lock(tx) })
				places := regexp.MustCompile(`lock_test\.go:\d+`).FindAllString(said, -1)
				if (said == "") != (c.want == "") || !regexp.MustCompile(c.want).MatchString(said) {
					t.Errorf("want %q, got %q", c.want, said)
				}
				if said != "" && (len(places) != 2 || places[0] == places[1]) {
					t.Errorf("the places are %v in %q", places, said)
				}
				return &emptypb.Empty{}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func panicOf(f func()) (said string) {
	defer func() {
		if r := recover(); r != nil {
			said = fmt.Sprint(r)
		}
	}()
	f()
	return ""
}

// TestMovedIsTriedAgain runs a unit of work again whose rows changed before they were locked,
// and locks nothing new while it is frozen.
func TestMovedIsTriedAgain(t *testing.T) {
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
				t.Errorf("what is held is refused: %v", err)
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
