// Package state owns the lives of records as data: which verb leads from which
// states to which. It promises that a record changes its state in no other way and
// that what it says is allowed is what would be accepted. What happens on the way
// is left to the resource.
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

// Step is one verb of a machine.
type Step[S State] struct {
	// Verb is the custom method, as in its path.
	Verb string
	// From are the states in which it may be called, To the state it leads to.
	From []S
	To   S
}

// Machine is all the verbs of a record.
type Machine[S State] []Step[S]

// Move takes the state to where the verb leads, or refuses.
func (m Machine[S]) Move(verb string, s *S) error {
	for _, step := range m {
		if step.Verb == verb && slices.Contains(step.From, *s) {
			*s = step.To
			return nil
		}
	}
	return fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION, "It is %s; %s needs %s.", (*s).String(), verb, m.from(verb))
}

func (m Machine[S]) from(verb string) string {
	var names []string
	for _, step := range m {
		if step.Verb == verb {
			for _, s := range step.From {
				names = append(names, s.String())
			}
		}
	}
	return strings.Join(names, " or ")
}

// Actions says of each verb whether it would be accepted from a state; permitted is
// whether the caller may change the record at all.
func (m Machine[S]) Actions(s S, permitted bool) []*typev1.AllowedAction {
	out := make([]*typev1.AllowedAction, 0, len(m))
	for _, step := range m {
		out = append(out, Action(step.Verb, permitted, slices.Contains(step.From, s), "It is "+s.String()+"; needed is "+m.from(step.Verb)+"."))
	}
	return out
}

// Action says whether one verb would be accepted, and why not.
func Action(verb string, permitted, possible bool, why string) *typev1.AllowedAction {
	switch {
	case !permitted:
		return &typev1.AllowedAction{Verb: verb, Reason: "The caller has no permission to change it."}
	case !possible:
		return &typev1.AllowedAction{Verb: verb, Reason: why}
	}
	return &typev1.AllowedAction{Verb: verb, Allowed: true}
}
