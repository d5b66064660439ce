package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// runDiff fails when the new document takes something away from clients of the old:
// within v1 the API only grows.
func runDiff(oldPath, newPath string) error {
	before, err := readDocument(oldPath)
	if err != nil {
		return err
	}
	after, err := readDocument(newPath)
	if err != nil {
		return err
	}
	losses := compare(before, after)
	if len(losses) == 0 {
		return nil
	}
	return errors.New("clients would break:\n  " + strings.Join(losses, "\n  "))
}

func readDocument(path string) (*document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	doc := &document{}
	if err := decode(text, doc); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return doc, nil
}

// losses gathers what is gone.
type losses struct {
	list []string
	// sent and answered are the schemas of bodies and of answers.
	sent, answered map[string]bool
}

func (l *losses) add(format string, args ...any) {
	l.list = append(l.list, fmt.Sprintf(format, args...))
}

func compare(before, after *document) []string {
	var found losses
	before.operations(func(path, verb string, op *operation) {
		now := after.find(path, verb)
		if now == nil {
			found.add("%s %s is gone", verb, path)
			return
		}
		found.operation(verb+" "+path, op, now)
	})
	bodies, answers := after.roots()
	found.sent, found.answered = after.reached(bodies), after.reached(answers)
	for _, name := range before.Components.Schemas.keys {
		now, ok := after.Components.Schemas.get(name)
		if !ok {
			found.add("schema %s is gone", name)
			continue
		}
		found.schema(name, before.Components.Schemas.values[name], now)
		found.required(name, before.Components.Schemas.values[name], now)
	}
	return found.list
}

func (l *losses) operation(where string, before, now *operation) {
	if before.OperationID != now.OperationID {
		l.add("%s was called %s and is called %s", where, before.OperationID, now.OperationID)
	}
	if len(before.Security) == 0 && len(now.Security) > 0 {
		l.add("%s asks for a credential now", where)
	}
	for _, p := range before.Parameters {
		if p.Ref == "" && !slices.ContainsFunc(now.Parameters, p.sameAs) {
			l.add("%s: parameter %s is gone", where, p.Name)
		}
	}
	for _, p := range now.Parameters {
		i := slices.IndexFunc(before.Parameters, p.sameAs)
		if p.Required && (i < 0 || !before.Parameters[i].Required) {
			l.add("%s: parameter %s is required now", where, p.Name)
		}
		if p.Ref == "" && i >= 0 {
			l.schema(where+": parameter "+p.Name, before.Parameters[i].Schema, p.Schema)
		}
	}
	if before.RequestBody != nil && now.RequestBody == nil {
		l.add("%s takes no body any more", where)
	}
}

func (p *parameter) sameAs(q *parameter) bool {
	return p.Ref == q.Ref && p.Name == q.Name && p.In == q.In
}

func (l *losses) schema(where string, before, now *schema) {
	if before.shape() != now.shape() {
		l.add("%s was %s and is %s", where, before.shape(), now.shape())
		return
	}
	for _, value := range before.Enum {
		if !slices.Contains(now.Enum, value) {
			l.add("%s: value %s is gone", where, value)
		}
	}
	if before.Properties != nil {
		l.properties(where, before.Properties, now.Properties)
	}
	if before.Items != nil && now.Items != nil {
		l.schema(where+"[]", before.Items, now.Items)
	}
}

// required compares what callers must send, and what they can rely on to get.
func (l *losses) required(name string, before, now *schema) {
	for _, property := range now.Required {
		if l.sent[name] && !slices.Contains(before.Required, property) {
			l.add("%s.%s is required now", name, property)
		}
	}
	for _, property := range before.Required {
		if l.answered[name] && !slices.Contains(now.Required, property) {
			l.add("%s.%s may be missing now", name, property)
		}
	}
}

func (l *losses) properties(where string, before, now *ordered[*schema]) {
	for _, name := range before.keys {
		var property *schema
		if now != nil {
			property = now.values[name]
		}
		if property == nil {
			l.add("%s.%s is gone", where, name)
			continue
		}
		l.schema(where+"."+name, before.values[name], property)
	}
}

// shape is the schema's type or reference, in words.
func (s *schema) shape() string {
	switch {
	case s.Ref != "":
		return strings.TrimPrefix(s.Ref, schemaRef)
	case len(s.AnyOf) > 0:
		var words []string
		for _, one := range s.AnyOf {
			words = append(words, one.shape())
		}
		return strings.Join(words, " or ")
	case s.Format != "":
		return fmt.Sprint(s.Type, " ", s.Format)
	case s.Type == nil:
		return "anything"
	}
	return fmt.Sprint(s.Type)
}
