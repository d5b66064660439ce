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

// Guard refuses a verb for reasons beyond the record's state. It returns the error of each record
// at its index, nil if it accepts the record. It should check all records of a page with one
// statement.
type Guard[R proto.Message] func(ctx context.Context, tx *db.Tx, records []R) (refusals []error, err error)

// verbGuard is a guard and the verbs that it checks.
type verbGuard[R proto.Message] struct {
	verbs []string
	guard Guard[R]
	// existingOnly is true for a guard that depends on records which reference the record. It is
	// not run for new records.
	existingOnly bool
}

// Lifecycle sets the lifecycle of the records. Its verbs appear in allowed_actions, and Step
// executes them.
func (k *Kind[R]) Lifecycle(l *state.Lifecycle[R]) *Kind[R] {
	k.lifecycle = l
	return k
}

// Guard adds a guard to a verb. The guard runs before the verb and to fill in allowed_actions, so
// that an offered verb is one that is accepted. A verb outside the lifecycle depends on its guards
// alone.
func (k *Kind[R]) Guard(verb string, g Guard[R]) *Kind[R] { return k.GuardAll(g, verb) }

// GuardAll is Guard for several verbs that share a guard. For allowed_actions the guard runs once
// for all of them.
func (k *Kind[R]) GuardAll(g Guard[R], verbs ...string) *Kind[R] {
	k.guards = append(k.guards, verbGuard[R]{verbs: verbs, guard: g})
	return k
}

// GuardExisting is Guard for a guard that depends on records which reference the record. The guard
// is not run for a new record, which nothing references yet.
func (k *Kind[R]) GuardExisting(verb string, g Guard[R]) *Kind[R] {
	k.guards = append(k.guards, verbGuard[R]{verbs: []string{verb}, guard: g, existingOnly: true})
	return k
}

// GuardEach is GuardAll for a guard that needs only the record itself.
func (k *Kind[R]) GuardEach(refusal func(tx *db.Tx, r R) error, verbs ...string) *Kind[R] {
	return k.GuardAll(func(_ context.Context, tx *db.Tx, records []R) ([]error, error) {
		refusals := make([]error, len(records))
		for i, r := range records {
			refusals[i] = refusal(tx, r)
		}
		return refusals, nil
	}, verbs...)
}

// Prepare sets the function that runs when a verb is executed, after its state is checked and
// before its guards. The function locks the rows that the guards read, and loads the figures they
// need.
func (k *Kind[R]) Prepare(verb string, f func(ctx context.Context, tx *db.Tx, r R) error) *Kind[R] {
	if k.preparers == nil {
		k.preparers = map[string]func(context.Context, *db.Tx, R) error{}
	}
	k.preparers[verb] = f
	return k
}

// Step is the body of a custom method that is a verb of the lifecycle. It locks the record,
// compares the caller's etag, runs the guards, changes the state, and runs the rules. It then
// stores the record with the verb's event.
func (k *Kind[R]) Step(ctx context.Context, d *db.DB, key, verb string, rules ...Rule[R]) (R, error) {
	return db.Write(ctx, d, func(ctx context.Context, tx *db.Tx) (R, error) {
		return k.StepByCaller(ctx, tx, key, verb, rules...)
	})
}

// StepByCaller is Step inside a transaction. Like Step it is limited to the caller's reach and
// compares the etag.
func (k *Kind[R]) StepByCaller(ctx context.Context, tx *db.Tx, key, verb string, rules ...Rule[R]) (R, error) {
	return k.modify(ctx, tx, key, k.lifecycle.Event(verb), k.lockWithinReach,
		append([]Rule[R]{k.CheckEtag, k.Transition(verb)}, rules...))
}

// StepIn is Step inside a transaction, on the system side: it ignores the caller's reach and does
// not compare the etag.
func (k *Kind[R]) StepIn(ctx context.Context, tx *db.Tx, key, verb string, rules ...Rule[R]) (R, error) {
	return k.Modify(ctx, tx, key, k.lifecycle.Event(verb), append([]Rule[R]{k.Transition(verb)}, rules...)...)
}

// Transition is the rule that executes a verb: it runs the preparer, the guards and the gate, and
// then changes the state.
func (k *Kind[R]) Transition(verb string) Rule[R] {
	return func(ctx context.Context, tx *db.Tx, was, r R) error {
		if k.lifecycle.Refusal(verb, r) == "" {
			if prepare := k.preparers[verb]; prepare != nil {
				if err := prepare(ctx, tx, r); err != nil {
					return err
				}
			}
			if err := k.CheckGuards(ctx, tx, verb, r); err != nil {
				return err
			}
			if err := k.passGate(ctx, tx, verb, was, r); err != nil {
				return err
			}
		}
		return k.lifecycle.Move(verb, r)
	}
}

// CheckGuards runs the guards of a verb in order, up to the first that refuses the record.
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

// verbs returns the verbs in allowed_actions, except archive and unarchive.
func (k *Kind[R]) verbs() (verbs []string) {
	if k.lifecycle != nil {
		verbs = k.lifecycle.Verbs()
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

// setAllowedActions sets the allowed_actions of each record: the verbs that the caller may use, and
// why the others are refused.
func (k *Kind[R]) setAllowedActions(ctx context.Context, tx *db.Tx, records []R, fresh bool) error {
	permitted, err := k.withinReach(ctx, tx, k.writePermission, records)
	if err != nil {
		return err
	}
	actions := make([][]*typev1.AllowedAction, len(records))
	for i, r := range records {
		if k.archivable {
			actions[i] = archiveActions(k.table.Archived(r), permitted[i])
		}
	}
	refusals, err := k.verbRefusals(ctx, tx, records, permitted, fresh)
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
		list := m.NewField(k.actionsField).List()
		for _, a := range actions[i] {
			list.Append(protoreflect.ValueOfMessage(a.ProtoReflect()))
		}
		m.Set(k.actionsField, protoreflect.ValueOfList(list))
	}
	return nil
}

// archiveActions returns the allowed actions archive and unarchive of a record.
func archiveActions(archived, permitted bool) []*typev1.AllowedAction {
	archive, unarchive := "", "It is not archived."
	if archived {
		archive, unarchive = "It is archived.", ""
	}
	return []*typev1.AllowedAction{
		state.Action("archive", permitted, archive), state.Action("unarchive", permitted, unarchive),
	}
}

// verbRefusals returns for each verb why each record refuses it, "" if the record accepts it. A
// guard runs once for all of its verbs. It gets the records whose state and earlier guards accept
// at least one of these verbs.
func (k *Kind[R]) verbRefusals(
	ctx context.Context, tx *db.Tx, records []R, permitted []bool, fresh bool,
) (map[string][]string, error) {
	why := map[string][]string{}
	for _, verb := range k.verbs() {
		why[verb] = make([]string, len(records))
		if k.lifecycle == nil || !slices.Contains(k.lifecycle.Verbs(), verb) {
			continue
		}
		for i, r := range records {
			why[verb][i] = k.lifecycle.Refusal(verb, r)
		}
	}
	for _, g := range k.guards {
		if fresh && g.existingOnly {
			continue
		}
		var checked []R
		var at []int
		for i, r := range records {
			if permitted[i] && slices.ContainsFunc(g.verbs, func(verb string) bool { return why[verb][i] == "" }) {
				checked, at = append(checked, r), append(at, i)
			}
		}
		if len(checked) == 0 {
			continue
		}
		refusals, err := g.guard(ctx, tx, checked)
		if err != nil {
			return nil, err
		}
		for j, refusal := range refusals {
			for _, verb := range g.verbs {
				if refusal != nil && why[verb][at[j]] == "" {
					why[verb][at[j]] = refusalSentence(refusal)
				}
			}
		}
	}
	return why, nil
}

// refusalSentence returns a refusal as a sentence about the record. A refusal of request fields
// begins with the field.
func refusalSentence(refusal error) string {
	message := strings.TrimPrefix(fault.From(refusal).Message, "The request is invalid: ")
	return strings.ToUpper(message[:min(1, len(message))]) + message[min(1, len(message)):]
}
