package resource

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

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

// Guard adds a guard to a verb of allowed_actions: archive, unarchive, or a custom method. The
// guard runs before the verb and to fill in allowed_actions, so that an offered verb is one that is
// accepted. Step, Archive and Unarchive run it; the method of a verb outside the lifecycle runs it
// by CheckGuards. Guard panics for update and delete, which take rules instead.
func (k *Kind[R]) Guard(verb string, g Guard[R]) *Kind[R] { return k.GuardAll(g, verb) }

// GuardAll is Guard for several verbs that share a guard. For allowed_actions the guard runs once
// for all of them.
func (k *Kind[R]) GuardAll(g Guard[R], verbs ...string) *Kind[R] {
	return k.addGuard(verbGuard[R]{verbs: verbs, guard: g})
}

// GuardExisting is Guard for a guard that depends on records which reference the record. The guard
// is not run for a new record, which nothing references yet.
func (k *Kind[R]) GuardExisting(verb string, g Guard[R]) *Kind[R] {
	return k.addGuard(verbGuard[R]{verbs: []string{verb}, guard: g, existingOnly: true})
}

func (k *Kind[R]) addGuard(g verbGuard[R]) *Kind[R] {
	for _, verb := range g.verbs {
		k.requireAction(verb)
	}
	k.guards = append(k.guards, g)
	return k
}

// requireAction panics if a verb cannot be in allowed_actions, because then nothing would run its
// guards: it is a standard method, or archives records that cannot be archived.
func (k *Kind[R]) requireAction(verb string) {
	switch verb {
	case "create", "get", "batchGet", "list", "update", "delete":
		panic("resource: " + k.collection + ": " + verb + " is not in allowed_actions; pass rules to the method instead")
	case "archive", "unarchive":
		if !k.archivable {
			panic("resource: " + k.collection + " cannot be archived, so it has no verb " + verb)
		}
	}
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
	k.requireAction(verb)
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
			if err := k.prepareAndGuard(ctx, tx, verb, r); err != nil {
				return err
			}
			if err := k.passGate(ctx, tx, verb, was, r); err != nil {
				return err
			}
		}
		return k.lifecycle.Move(verb, r)
	}
}

// prepareAndGuard runs the preparer of a verb and then its guards.
func (k *Kind[R]) prepareAndGuard(ctx context.Context, tx *db.Tx, verb string, r R) error {
	if prepare := k.preparers[verb]; prepare != nil {
		if err := prepare(ctx, tx, r); err != nil {
			return err
		}
	}
	return k.CheckGuards(ctx, tx, verb, r)
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

// Actions returns the verbs in allowed_actions, in their order.
func (k *Kind[R]) Actions() (verbs []string) {
	if k.archivable {
		verbs = []string{"archive", "unarchive"}
	}
	if k.lifecycle != nil {
		verbs = append(verbs, k.lifecycle.Verbs()...)
	}
	for _, g := range k.guards {
		for _, verb := range g.verbs {
			if !slices.Contains(verbs, verb) {
				verbs = append(verbs, verb)
			}
		}
	}
	if len(k.table.SealedFields()) > 0 {
		verbs = append(verbs, sealedVerbs...)
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
	refusals, err := k.verbRefusals(ctx, tx, records, permitted, fresh)
	if err != nil {
		return err
	}
	lists := make([]protoreflect.List, len(records))
	for i, r := range records {
		lists[i] = r.ProtoReflect().NewField(k.actionsField).List()
	}
	for _, verb := range k.Actions() {
		mayUse, err := k.mayUse(ctx, tx, verb, records, permitted)
		if err != nil {
			return err
		}
		for i := range records {
			action := state.Action(verb, mayUse[i], refusals[verb][i])
			if !mayUse[i] && k.hasSealedVerb(verb) {
				action.Reason = "The caller has no permission to " + verb + " its sealed fields."
			}
			lists[i].Append(protoreflect.ValueOfMessage(action.ProtoReflect()))
		}
	}
	for i, r := range records {
		r.ProtoReflect().Set(k.actionsField, protoreflect.ValueOfList(lists[i]))
	}
	return nil
}

// stateRefusal returns why the record itself refuses a verb before its guards are asked, "" if it
// accepts the verb: its lifecycle, or whether it is archived.
func (k *Kind[R]) stateRefusal(verb string, r R) string {
	switch {
	case verb == "archive" && k.table.Archived(r):
		return "It is archived."
	case verb == "unarchive" && !k.table.Archived(r):
		return "It is not archived."
	case k.lifecycle != nil && slices.Contains(k.lifecycle.Verbs(), verb):
		return k.lifecycle.Refusal(verb, r)
	}
	return ""
}

// verbRefusals returns for each verb why each record refuses it, "" if the record accepts it. A
// guard runs once for all of its verbs. It gets the records whose state and earlier guards accept
// at least one of these verbs.
func (k *Kind[R]) verbRefusals(
	ctx context.Context, tx *db.Tx, records []R, permitted []bool, fresh bool,
) (map[string][]string, error) {
	why := map[string][]string{}
	for _, verb := range k.Actions() {
		why[verb] = make([]string, len(records))
		for i, r := range records {
			why[verb][i] = k.stateRefusal(verb, r)
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
