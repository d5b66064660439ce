// Package state owns the lives of records as data: which verb leads from which
// states to which, and which event that is. It promises that a record changes its state
// in no other way and that what it says is allowed is what would be accepted. What happens
// on the way is left to the resource.
package state

import (
	"slices"
	"strings"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
)

// State is a generated enum of states.
type State interface {
	~int32
	String() string
}

// Step is one verb of a life.
type Step[S State] struct {
	// Verb is the custom method, as in its path.
	Verb string
	// Event ends the type of the events that it records, such as `completed`.
	Event string
	// From are the states in which it may be called, To the state it leads to; the zero
	// state: it stays in the one it is in.
	From []S
	To   S
}

// Lifecycle is all the verbs of a record R.
type Lifecycle[R any] struct{ verbs []verb[R] }

// verb is a step whatever the type of the state.
type verb[R any] struct {
	name, event string
	// refusal says why the verb is not accepted, or "".
	refusal func(R) string
	move    func(R)
}

// New is the life of a record whose state is at a place.
func New[R any, S State](at func(R) *S, steps []Step[S]) *Lifecycle[R] {
	l := &Lifecycle[R]{}
	for _, step := range steps {
		l.verbs = append(l.verbs, verb[R]{
			name: step.Verb, event: step.Event,
			refusal: func(r R) string {
				if slices.Contains(step.From, *at(r)) {
					return ""
				}
				return "It is " + (*at(r)).String() + "; needed is " + spell(step.From) + "."
			},
			move: func(r R) {
				if step.To != 0 {
					*at(r) = step.To
				}
			},
		})
	}
	return l
}

func spell[S State](states []S) string {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = s.String()
	}
	return strings.Join(names, " or ")
}

// Verbs are the verbs in their order.
func (l *Lifecycle[R]) Verbs() []string {
	names := make([]string, len(l.verbs))
	for i, v := range l.verbs {
		names[i] = v.name
	}
	return names
}

// Event ends the type of the events that a verb records, "" for none.
func (l *Lifecycle[R]) Event(verb string) string {
	if i := l.find(verb); i >= 0 {
		return l.verbs[i].event
	}
	return ""
}

// Move takes the record to where the verb leads, or refuses.
func (l *Lifecycle[R]) Move(verb string, r R) error {
	if why := l.Refusal(verb, r); why != "" {
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "%s", why)
	}
	l.verbs[l.find(verb)].move(r)
	return nil
}

// Refusal says why the record's state does not allow the verb, or "".
func (l *Lifecycle[R]) Refusal(verb string, r R) string {
	i := l.find(verb)
	if i < 0 {
		return "There is no verb " + verb + "."
	}
	return l.verbs[i].refusal(r)
}

func (l *Lifecycle[R]) find(name string) int {
	return slices.IndexFunc(l.verbs, func(v verb[R]) bool { return v.name == name })
}

// Action says whether a verb would be accepted, and why not.
func Action(verb string, permitted bool, refusal string) *typev1.AllowedAction {
	switch {
	case !permitted:
		return &typev1.AllowedAction{Verb: verb, Reason: "The caller has no permission to change it."}
	case refusal != "":
		return &typev1.AllowedAction{Verb: verb, Reason: refusal}
	}
	return &typev1.AllowedAction{Verb: verb, Allowed: true}
}
