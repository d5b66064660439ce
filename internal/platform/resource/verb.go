package resource

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/state"
)

// Guard refuses a verb on records for more than their state: at its place, what refuses
// each of them, or nil. It asks for all records of a page with one statement.
type Guard[R proto.Message] func(ctx context.Context, tx *db.Tx, records []R) (refusals []error, err error)

type guarded[R proto.Message] struct {
	verbs []string
	guard Guard[R]
	// byOthers is true for a guard that asks what other records make of one.
	byOthers bool
}

// Lifecycle gives the records a life: its verbs are offered in allowed_actions and taken by
// Step.
func (k *Kind[R]) Lifecycle(l *state.Lifecycle[R]) *Kind[R] {
	k.life = l
	return k
}

// Guard makes a verb be refused by more than the record's state. It is asked before the
// verb and for allowed_actions alike, so that what is offered is what is accepted. A verb
// that is not of the life depends on its guards alone.
func (k *Kind[R]) Guard(verb string, g Guard[R]) *Kind[R] { return k.GuardAll(g, verb) }

// GuardAll is Guard for several verbs that are refused for the same. allowed_actions ask it
// once for all of them.
func (k *Kind[R]) GuardAll(g Guard[R], verbs ...string) *Kind[R] {
	k.guards = append(k.guards, guarded[R]{verbs: verbs, guard: g})
	return k
}

// GuardExisting is Guard by what other records make of one. It is not asked about a record
// that is new, which nothing names yet.
func (k *Kind[R]) GuardExisting(verb string, g Guard[R]) *Kind[R] {
	k.guards = append(k.guards, guarded[R]{verbs: []string{verb}, guard: g, byOthers: true})
	return k
}

// GuardEach is GuardAll by what the record itself says.
func (k *Kind[R]) GuardEach(refusal func(tx *db.Tx, r R) error, verbs ...string) *Kind[R] {
	return k.GuardAll(func(_ context.Context, tx *db.Tx, records []R) ([]error, error) {
		refusals := make([]error, len(records))
		for i, r := range records {
			refusals[i] = refusal(tx, r)
		}
		return refusals, nil
	}, verbs...)
}

// Prepare sets the function that runs when a verb is taken, before its guards are asked: it
// locks what they look at, and fills in the figures that they read.
func (k *Kind[R]) Prepare(verb string, f func(ctx context.Context, tx *db.Tx, r R) error) *Kind[R] {
	if k.prepares == nil {
		k.prepares = map[string]func(context.Context, *db.Tx, R) error{}
	}
	k.prepares[verb] = f
	return k
}

// Step is the body of a custom method that is a verb of the record's life: it locks the
// record, compares the caller's etag, asks the guards, moves the state, runs the rules and
// stores what became of it with the verb's event.
func (k *Kind[R]) Step(ctx context.Context, d *db.DB, key, verb string, rules ...Rule[R]) (R, error) {
	return db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (R, error) {
		return k.StepByCaller(ctx, tx, key, verb, rules...)
	})
}

// StepByCaller is Step inside a unit of work.
func (k *Kind[R]) StepByCaller(ctx context.Context, tx *db.Tx, key, verb string, rules ...Rule[R]) (R, error) {
	return k.modify(ctx, tx, key, k.life.Event(verb), k.lockWithinReach, append([]Rule[R]{k.CheckEtag, k.Transition(verb)}, rules...))
}

// StepIn is Step inside a unit of work, whatever the caller's reach and the version of the
// record.
func (k *Kind[R]) StepIn(ctx context.Context, tx *db.Tx, key, verb string, rules ...Rule[R]) (R, error) {
	return k.Modify(ctx, tx, key, k.life.Event(verb), append([]Rule[R]{k.Transition(verb)}, rules...)...)
}

// Transition is the rule by which a verb is taken: the guards accept it, its gate lets it
// pass, and the state moves.
func (k *Kind[R]) Transition(verb string) Rule[R] {
	return func(ctx context.Context, tx *db.Tx, was, r R) error {
		if k.life.Refusal(verb, r) == "" {
			if prepare := k.prepares[verb]; prepare != nil {
				if err := prepare(ctx, tx, r); err != nil {
					return err
				}
			}
			if err := k.CheckGuards(ctx, tx, verb, r); err != nil {
				return err
			}
			if err := k.pass(ctx, tx, verb, was, r); err != nil {
				return err
			}
		}
		return k.life.Move(verb, r)
	}
}

// CheckGuards refuses a verb that the guards refuse. They are asked in order, up to the first that
// refuses it.
func (k *Kind[R]) CheckGuards(ctx context.Context, tx *db.Tx, verb string, r R) error {
	for _, g := range k.guards {
		if !slices.Contains(g.verbs, verb) {
			continue
		}
		refusals, err := g.guard(ctx, tx, []R{r})
		if err != nil {
			return err
		}
		if refusals[0] != nil {
			return refusals[0]
		}
	}
	return nil
}

// verbs are the verbs that are offered beside archiving.
func (k *Kind[R]) verbs() (verbs []string) {
	if k.life != nil {
		verbs = k.life.Verbs()
	}
	for _, g := range k.guards {
		for _, verb := range g.verbs {
			if !slices.Contains(verbs, verb) {
				verbs = append(verbs, verb)
			}
		}
	}
	return verbs
}

// offerActions says of each record which verbs the caller may use on it, and why not the
// others.
func (k *Kind[R]) offerActions(ctx context.Context, tx *db.Tx, records []R, fresh bool) error {
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
	refusals, err := k.refuse(ctx, tx, records, permitted, fresh)
	if err != nil {
		return err
	}
	for _, verb := range k.verbs() {
		for i := range records {
			actions[i] = append(actions[i], state.Action(verb, permitted[i], refusals[verb][i]))
		}
	}
	for i, r := range records {
		m := r.ProtoReflect()
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

// refuse returns by verb why each record does not take it, "" where it does. A guard is asked
// once for all of its verbs, about the records to which their state and the guards before it
// allow one of them.
func (k *Kind[R]) refuse(ctx context.Context, tx *db.Tx, records []R, permitted []bool, fresh bool) (map[string][]string, error) {
	why := map[string][]string{}
	for _, verb := range k.verbs() {
		why[verb] = make([]string, len(records))
		if k.life == nil || !slices.Contains(k.life.Verbs(), verb) {
			continue
		}
		for i, r := range records {
			why[verb][i] = k.life.Refusal(verb, r)
		}
	}
	for _, g := range k.guards {
		if fresh && g.byOthers {
			continue
		}
		var asked []R
		var at []int
		for i, r := range records {
			if permitted[i] && slices.ContainsFunc(g.verbs, func(verb string) bool { return why[verb][i] == "" }) {
				asked, at = append(asked, r), append(at, i)
			}
		}
		if len(asked) == 0 {
			continue
		}
		refusals, err := g.guard(ctx, tx, asked)
		if err != nil {
			return nil, err
		}
		for j, refusal := range refusals {
			for _, verb := range g.verbs {
				if refusal != nil && why[verb][at[j]] == "" {
					why[verb][at[j]] = sentenceOf(refusal)
				}
			}
		}
	}
	return why, nil
}

// sentenceOf is a refusal as a sentence about the record: that of fields of a request begins
// with the field.
func sentenceOf(refusal error) string {
	said := strings.TrimPrefix(fault.From(refusal).Message, "The request is invalid: ")
	return strings.ToUpper(said[:min(1, len(said))]) + said[min(1, len(said)):]
}
