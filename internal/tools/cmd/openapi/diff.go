package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// runDiff fails if the new document breaks clients of the old one. Within v1, the API only
// grows.
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
	return errors.New("breaking changes:\n  " + strings.Join(losses, "\n  "))
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

// changes collects breaking changes.
type changes struct {
	list []string
	// inRequests and inResponses are the names of the schemas that bodies and responses use.
	inRequests, inResponses map[string]bool
}

func (l *changes) add(format string, args ...any) {
	l.list = append(l.list, fmt.Sprintf(format, args...))
}

func compare(before, after *document) []string {
	var found changes
	before.eachOperation(func(path, verb string, op *operation) {
		now := after.findOperation(path, verb)
		if now == nil {
			found.add("%s %s was removed", verb, path)
			return
		}
		found.operation(verb+" "+path, op, now)
	})
	bodies, responses := after.bodySchemas()
	found.inRequests, found.inResponses = after.reachableSchemas(bodies), after.reachableSchemas(responses)
	for _, name := range before.Components.Schemas.keys {
		now, ok := after.Components.Schemas.get(name)
		if !ok {
			found.add("schema %s was removed", name)
			continue
		}
		found.schema(name, before.Components.Schemas.values[name], now)
		found.required(name, before.Components.Schemas.values[name], now)
	}
	return found.list
}

func (l *changes) operation(where string, before, now *operation) {
	if before.OperationID != now.OperationID {
		l.add("%s was renamed from %s to %s", where, before.OperationID, now.OperationID)
	}
	if len(before.Security) == 0 && len(now.Security) > 0 {
		l.add("%s now requires a credential", where)
	}
	for _, p := range before.Parameters {
		if p.Ref == "" && !slices.ContainsFunc(now.Parameters, p.sameAs) {
			l.add("%s: parameter %s was removed", where, p.Name)
		}
	}
	for _, p := range now.Parameters {
		i := slices.IndexFunc(before.Parameters, p.sameAs)
		if p.Required && (i < 0 || !before.Parameters[i].Required) {
			l.add("%s: parameter %s is now required", where, p.Name)
		}
		if p.Ref == "" && i >= 0 {
			l.schema(where+": parameter "+p.Name, before.Parameters[i].Schema, p.Schema)
		}
	}
	if before.RequestBody != nil && now.RequestBody == nil {
		l.add("%s no longer has a body", where)
	}
}

func (p *parameter) sameAs(q *parameter) bool {
	return p.Ref == q.Ref && p.Name == q.Name && p.In == q.In
}

func (l *changes) schema(where string, before, now *schema) {
	if before.shape() != now.shape() {
		l.add("%s changed from %s to %s", where, before.shape(), now.shape())
		return
	}
	for _, value := range before.Enum {
		if !slices.Contains(now.Enum, value) {
			l.add("%s: value %s was removed", where, value)
		}
	}
	if before.Properties != nil {
		l.properties(where, before.Properties, now.Properties)
	}
	if before.Items != nil && now.Items != nil {
		l.schema(where+"[]", before.Items, now.Items)
	}
}

// required compares the fields that callers must send and those that responses always have.
func (l *changes) required(name string, before, now *schema) {
	for _, property := range now.Required {
		if l.inRequests[name] && !slices.Contains(before.Required, property) {
			l.add("%s.%s is now required", name, property)
		}
	}
	for _, property := range before.Required {
		if l.inResponses[name] && !slices.Contains(now.Required, property) {
			l.add("%s.%s is no longer required", name, property)
		}
	}
}

func (l *changes) properties(where string, before, now *ordered[*schema]) {
	for _, name := range before.keys {
		var property *schema
		if now != nil {
			property = now.values[name]
		}
		if property == nil {
			l.add("%s.%s was removed", where, name)
			continue
		}
		l.schema(where+"."+name, before.values[name], property)
	}
}

// shape describes the schema's type or reference in words.
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
