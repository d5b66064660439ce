package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"backoffice/internal/scaffold/standard"
)

// step is a verb that changes the state of a record.
type step struct {
	// Verb is the custom method, as in its REST path. Event is the last part of its event's type.
	Verb, Event string
	// From are the states in which the verb is accepted. To is the state that it leads to.
	From []string
	To   string
}

var (
	verbName  = regexp.MustCompile(`^[a-z][a-zA-Z]*$`)
	eventName = regexp.MustCompile(`^[a-z][a-z_]*$`)
	stateName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
)

// parseVerb reads name:FROM[,FROM]:TO[:event].
func parseVerb(text string) (step, error) {
	parts := strings.Split(text, ":")
	if len(parts) < 3 || len(parts) > 4 || !verbName.MatchString(parts[0]) {
		return step{}, fmt.Errorf("%q is not name:FROM[,FROM]:TO[:event]", text)
	}
	s := step{Verb: parts[0], From: strings.Split(parts[1], ","), To: parts[2]}
	switch {
	case len(parts) == 4:
		s.Event = parts[3]
	case strings.ToLower(s.Verb) == s.Verb:
		s.Event = pastTense(s.Verb)
	}
	if !eventName.MatchString(s.Event) {
		return step{}, fmt.Errorf("%s needs the name of its event: %s:%s:%s:event", s.Verb, s.Verb, parts[1], s.To)
	}
	return s, nil
}

// checkLifecycle checks that the verbs and states belong together.
func (r *resource) checkLifecycle() error {
	if (len(r.States) == 0) != (len(r.Steps) == 0) {
		return fmt.Errorf("states change only by verbs: give both -state and -verb, or neither")
	}
	for i, s := range r.States {
		if !stateName.MatchString(s) || slices.Contains(r.States[:i], s) {
			return fmt.Errorf("%q is not a state, such as ACTIVE, or is repeated", s)
		}
	}
	for i, name := range r.States {
		if i > 0 && !slices.ContainsFunc(r.Steps, func(s step) bool { return s.To == name }) {
			return fmt.Errorf("no verb leads to the state %s", name)
		}
	}
	taken := map[string]bool{}
	for _, verb := range standard.Verbs {
		taken[strings.ToLower(verb[:1])+verb[1:]] = true
	}
	for _, s := range r.Steps {
		if taken[s.Verb] {
			return fmt.Errorf("there already is a verb %s", s.Verb)
		}
		taken[s.Verb] = true
		for _, name := range append(slices.Clone(s.From), s.To) {
			if !slices.Contains(r.States, name) {
				return fmt.Errorf("the verb %s has the unknown state %q", s.Verb, name)
			}
		}
	}
	return nil
}

// irregular are the past participles of irregular verbs.
var irregular = map[string]string{
	"begin": "begun", "hold": "held", "pay": "paid", "send": "sent", "sell": "sold", "withdraw": "withdrawn",
	"take": "taken", "undo": "undone", "write": "written", "lend": "lent", "split": "split", "submit": "submitted",
}

var shortSyllable = regexp.MustCompile(`^[^aeiou]*[aeiou][^aeiouwxy]$`)

// pastTense returns the past participle of a verb by the common rules of English.
func pastTense(verb string) string {
	last := verb[len(verb)-1]
	switch {
	case irregular[verb] != "":
		return irregular[verb]
	case last == 'e':
		return verb + "d"
	case last == 'y' && len(verb) > 1 && !strings.ContainsRune("aeiou", rune(verb[len(verb)-2])):
		return verb[:len(verb)-1] + "ied"
	case shortSyllable.MatchString(verb):
		return verb + string(last) + "ed"
	}
	return verb + "ed"
}

// Go returns the verb as it begins the name of its method, such as "Close".
func (s step) Go() string { return strings.ToUpper(s.Verb[:1]) + s.Verb[1:] }

// Does returns the verb in the third person, such as "closes". Its rules are those of plurals.
func (s step) Does() string {
	first, rest := s.Verb, ""
	if i := strings.IndexFunc(s.Verb, func(c rune) bool { return c < 'a' }); i > 0 {
		first, rest = s.Verb[:i], " "+strings.ToLower(s.Verb[i:])
	}
	if strings.HasSuffix(first, "o") {
		return first + "es" + rest
	}
	return plural(first) + rest
}

// StepComment returns the comment of the verb's method.
func (r *resource) StepComment(s step) string {
	does := s.Does()
	return strings.ToUpper(does[:1]) + does[1:] + " " + r.ANoun() + ". Fails with `STATE_REFUSES_ACTION` unless the " +
		r.Noun() + " is " + strings.Join(s.From, " or ") + "."
}

// StateComment returns the comment of a state: whether a new record has it, and the verbs that lead
// to it.
func (r *resource) StateComment(name string) string {
	var verbs []string
	for _, s := range r.Steps {
		if s.To == name {
			verbs = append(verbs, "`"+s.Verb+"`")
		}
	}
	switch by := strings.Join(verbs, " or "); {
	case name != r.States[0]:
		return "Set by " + by + "."
	case by != "":
		return "Initial state, also set by " + by + "."
	}
	return "Initial state."
}

// StateGo returns the constant of a state, such as "pb.Bill_OPEN".
func (r *resource) StateGo(name string) string { return "pb." + r.Message + "_" + name }

// SetState returns the name of the rule that sets the state of a new record, such as "setBillOpen".
func (r *resource) SetState() string {
	out := "set" + r.Message
	for _, word := range strings.Split(r.States[0], "_") {
		out += word[:1] + strings.ToLower(word[1:])
	}
	return out
}

// Lifecycle returns the name of the variable with the lifecycle, such as "billLifecycle".
func (r *resource) Lifecycle() string { return r.Argument() + "Lifecycle" }

// Argument returns the name of the message as Go code begins a variable, such as "bankAccount".
func (r *resource) Argument() string { return strings.ToLower(r.Message[:1]) + r.Message[1:] }

// StatesKnown returns the condition that the stored state is one of the states.
func (r *resource) StatesKnown() string {
	return "state in ('" + strings.Join(r.States, "', '") + "')"
}
