// Package state describes the lifecycles of records as data: which verb leads from which states to
// which, and which event it records. A record changes its state only by a verb of its lifecycle,
// and a verb that is offered as allowed is one that is accepted. What else a verb does is left to
// the resource.
package state

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/fault"
)

// State is a generated enum of states.
type State interface {
	~int32
	String() string
	Descriptor() protoreflect.EnumDescriptor
}

// Step is one verb of a lifecycle.
type Step[S State] struct {
	// Verb is the custom method, as in its REST path.
	Verb string
	// Event is the last part of the type of the event that the verb records, such as `completed`.
	Event string
	// From are the states in which the verb is accepted. To is the state that it leads to; the zero
	// state keeps the current one.
	From []S
	To   S
}

// Lifecycle is the verbs of a record R.
type Lifecycle[R any] struct{ verbs []verb[R] }

// verb is a Step of any state type.
type verb[R any] struct {
	name, event string
	// everyState is true if the verb is accepted in every state.
	everyState bool
	// refusal returns why the record does not accept the verb, or "".
	refusal func(R) string
	move    func(R)
}

// New returns the lifecycle of a record whose state is in the field that at returns.
func New[R any, S State](at func(R) *S, steps []Step[S]) *Lifecycle[R] {
	l := &Lifecycle[R]{}
	for _, step := range steps {
		l.verbs = append(l.verbs, verb[R]{
			name: step.Verb, event: step.Event, everyState: containsAll(step.From),
			refusal: func(r R) string {
				if slices.Contains(step.From, *at(r)) {
					return ""
				}
				return "The state is " + (*at(r)).String() + "; it must be " + joinNames(step.From) + "."
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

// containsAll reports whether all states are in a list. The zero state is none.
func containsAll[S State](states []S) bool {
	var zero S
	values := zero.Descriptor().Values()
	for i := range values.Len() {
		if n := S(values.Get(i).Number()); n != 0 && !slices.Contains(states, n) {
			return false
		}
	}
	return true
}

// joinNames joins the names of states by "or".
func joinNames[S State](states []S) string {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = s.String()
	}
	return strings.Join(names, " or ")
}

// Verbs returns the verbs as the steps list them.
func (l *Lifecycle[R]) Verbs() []string {
	names := make([]string, len(l.verbs))
	for i, v := range l.verbs {
		names[i] = v.name
	}
	return names
}

// Event returns the last part of the type of the event that a verb records, or "" if there is
// none.
func (l *Lifecycle[R]) Event(verb string) string {
	if i := l.indexOf(verb); i >= 0 {
		return l.verbs[i].event
	}
	return ""
}

// AcceptsEveryState reports whether a verb is accepted in every state, so that the state never
// refuses it.
func (l *Lifecycle[R]) AcceptsEveryState(verb string) bool {
	i := l.indexOf(verb)
	return i >= 0 && l.verbs[i].everyState
}

// Move changes the record to the state that the verb leads to. It fails with STATE_REFUSES_ACTION
// if the state does not accept the verb.
func (l *Lifecycle[R]) Move(verb string, r R) error {
	if why := l.Refusal(verb, r); why != "" {
		return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "%s", why)
	}
	l.verbs[l.indexOf(verb)].move(r)
	return nil
}

// Refusal returns why the record's state does not accept the verb, or "".
func (l *Lifecycle[R]) Refusal(verb string, r R) string {
	i := l.indexOf(verb)
	if i < 0 {
		return "There is no verb " + verb + "."
	}
	return l.verbs[i].refusal(r)
}

func (l *Lifecycle[R]) indexOf(name string) int {
	return slices.IndexFunc(l.verbs, func(v verb[R]) bool { return v.name == name })
}

// Action returns the allowed action of a verb: whether the caller may use the verb, and why not.
func Action(verb string, permitted bool, refusal string) *typev1.AllowedAction {
	switch {
	case !permitted:
		return &typev1.AllowedAction{Verb: verb, Reason: "The caller has no permission to change it."}
	case refusal != "":
		return &typev1.AllowedAction{Verb: verb, Reason: refusal}
	}
	return &typev1.AllowedAction{Verb: verb, Allowed: true}
}
