package resource

import (
	"context"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/state"
)

// Guard refuses a verb on records for more than their state: at its place, what refuses
// each of them, or nil. It asks for all records of a page with one statement.
type Guard[R any] func(ctx context.Context, tx *db.Tx, records []*R) (refusals []error, err error)

type guarded[R any] struct {
	verb  string
	guard Guard[R]
}

// Lives gives the records a life: its verbs are offered in allowed_actions and taken by
// Step.
func (k *Kind[R]) Lives(l *state.Life[R]) *Kind[R] {
	k.life = l
	return k
}

// Guard makes a verb be refused by more than the record's state. It is asked before the
// verb and for allowed_actions alike, so that what is offered is what is accepted. A verb
// that is not of the life depends on its guards alone.
func (k *Kind[R]) Guard(verb string, g Guard[R]) *Kind[R] {
	k.guards = append(k.guards, guarded[R]{verb, g})
	return k
}

// GuardEach is Guard by what the record itself says.
func (k *Kind[R]) GuardEach(verb string, refusal func(tx *db.Tx, r *R) error) *Kind[R] {
	return k.Guard(verb, func(_ context.Context, tx *db.Tx, records []*R) ([]error, error) {
		refusals := make([]error, len(records))
		for i, r := range records {
			refusals[i] = refusal(tx, r)
		}
		return refusals, nil
	})
}

// Step is the body of a custom method that is a verb of the record's life: it locks the
// record, compares the caller's etag, asks the guards, moves the state, runs the rules and
// stores what became of it with the verb's event.
func (k *Kind[R]) Step(ctx context.Context, d *db.DB, key, verb string, rules ...Rule[R]) (*R, error) {
	return k.Change(ctx, d, key, k.life.Event(verb), append([]Rule[R]{k.Moves(verb)}, rules...)...)
}

// StepIn is Step inside a unit of work, whatever the caller's reach and the version of the
// record.
func (k *Kind[R]) StepIn(ctx context.Context, tx *db.Tx, key, verb string, rules ...Rule[R]) (*R, error) {
	return k.Modify(ctx, tx, key, k.life.Event(verb), append([]Rule[R]{k.Moves(verb)}, rules...)...)
}

// Moves is the rule by which a verb is taken: the guards accept it, and the state moves.
func (k *Kind[R]) Moves(verb string) Rule[R] {
	return func(ctx context.Context, tx *db.Tx, _, r *R) error {
		if k.life.Refusal(verb, r) == "" {
			if err := k.Allows(ctx, tx, verb, r); err != nil {
				return err
			}
		}
		return k.life.Move(verb, r)
	}
}

// Allows refuses a verb that the guards refuse.
func (k *Kind[R]) Allows(ctx context.Context, tx *db.Tx, verb string, r *R) error {
	refusals, err := k.ask(ctx, tx, verb, []*R{r})
	if err != nil {
		return err
	}
	return refusals[0]
}

// ask asks the guards of a verb what refuses each record.
func (k *Kind[R]) ask(ctx context.Context, tx *db.Tx, verb string, records []*R) ([]error, error) {
	refusals := make([]error, len(records))
	for _, g := range k.guards {
		if g.verb != verb {
			continue
		}
		found, err := g.guard(ctx, tx, records)
		if err != nil {
			return nil, err
		}
		for i, refusal := range found {
			if refusals[i] == nil {
				refusals[i] = refusal
			}
		}
	}
	return refusals, nil
}

// verbs are the verbs that are offered beside archiving.
func (k *Kind[R]) verbs() (verbs []string) {
	if k.life != nil {
		verbs = k.life.Verbs()
	}
	for _, g := range k.guards {
		if !slices.Contains(verbs, g.verb) {
			verbs = append(verbs, g.verb)
		}
	}
	return verbs
}

// offerActions says of each record which verbs the caller may use on it, and why not the
// others.
func (k *Kind[R]) offerActions(ctx context.Context, tx *db.Tx, records []*R) error {
	permitted, err := k.reached(ctx, tx, k.permission, records)
	if err != nil {
		return err
	}
	actions := make([][]*typev1.AllowedAction, len(records))
	for i, r := range records {
		if k.archivable {
			actions[i] = archiveActions(k.table.Archived(r), permitted[i])
		}
	}
	for _, verb := range k.verbs() {
		refusals, err := k.refuse(ctx, tx, verb, records, permitted)
		if err != nil {
			return err
		}
		for i := range records {
			actions[i] = append(actions[i], state.Action(verb, permitted[i], refusals[i]))
		}
	}
	for i, r := range records {
		m := reflection(r)
		list := m.NewField(k.actions).List()
		for _, a := range actions[i] {
			list.Append(protoreflect.ValueOfMessage(a.ProtoReflect()))
		}
		m.Set(k.actions, protoreflect.ValueOfList(list))
	}
	return nil
}

func archiveActions(archived, permitted bool) []*typev1.AllowedAction {
	archive, unarchive := "", "It is not archived."
	if archived {
		archive, unarchive = "It is archived.", ""
	}
	return []*typev1.AllowedAction{state.Action("archive", permitted, archive), state.Action("unarchive", permitted, unarchive)}
}

// refuse says why each record does not take a verb, "" where it does. Guards are asked
// about the records whose state allows it.
func (k *Kind[R]) refuse(ctx context.Context, tx *db.Tx, verb string, records []*R, permitted []bool) ([]string, error) {
	why := make([]string, len(records))
	var open []*R
	var at []int
	for i, r := range records {
		if k.life != nil && slices.Contains(k.life.Verbs(), verb) {
			why[i] = k.life.Refusal(verb, r)
		}
		if why[i] == "" && permitted[i] {
			open, at = append(open, r), append(at, i)
		}
	}
	if len(open) == 0 {
		return why, nil
	}
	refusals, err := k.ask(ctx, tx, verb, open)
	for i, refusal := range refusals {
		if refusal != nil {
			why[at[i]] = fault.From(refusal).Message
		}
	}
	return why, err
}
