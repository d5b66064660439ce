package main

import (
	"encoding/json"
	"fmt"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// rulesOf returns a field's protovalidate rules, nil if it has none.
func rulesOf(f protoreflect.FieldDescriptor) *validate.FieldRules {
	rules, _ := proto.GetExtension(f.Options(), validate.E_Field).(*validate.FieldRules)
	return rules
}

// addRules adds rules to a schema. It rejects unknown rules, so that no bound is silently
// missing from the document. CEL expressions are described in the field's comment.
func addRules(s *schema, rules *validate.FieldRules) error {
	if rules == nil {
		return nil
	}
	m := rules.ProtoReflect()
	kind := m.WhichOneof(m.Descriptor().Oneofs().ByName("type"))
	if kind == nil {
		return nil
	}
	zeroPasses := rules.GetIgnore() == validate.Ignore_IGNORE_IF_ZERO_VALUE
	isBytes := kind.Name() == "bytes"
	var err error
	m.Get(kind).Message().Range(func(rule protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		err = s.addRule(string(rule.Name()), value, zeroPasses, isBytes)
		return err == nil
	})
	return err
}

func (s *schema) addRule(rule string, value protoreflect.Value, zeroPasses, isBytes bool) error {
	switch rule {
	case "len":
		s.MaxLength = length(value, isBytes)
		if !zeroPasses {
			s.MinLength = length(value, isBytes)
		}
	case "min_len":
		if !zeroPasses {
			s.MinLength = length(value, isBytes)
		}
	case "max_len":
		s.MaxLength = length(value, isBytes)
	case "pattern":
		s.Pattern = value.String()
		if zeroPasses {
			s.Pattern = "^$|" + s.Pattern
		}
	case "email", "hostname", "uri", "uuid", "ipv4", "ipv6":
		if !zeroPasses {
			s.Format = rule
		}
	case "min_items", "max_items", "unique", "items":
		return s.addListRule(rule, value)
	case "min_pairs", "max_pairs", "keys", "values":
		return s.addMapRule(rule, value)
	case "gt", "gte", "lt", "lte":
		s.addNumberRule(rule, value)
	case "defined_only":
		// The enum's own schema says so.
	default:
		return fmt.Errorf("rule %s is not translated to OpenAPI", rule)
	}
	return nil
}

func (s *schema) addListRule(rule string, value protoreflect.Value) error {
	switch rule {
	case "min_items":
		s.MinItems = number(value.Uint())
	case "max_items":
		s.MaxItems = number(value.Uint())
	case "unique":
		s.UniqueItems = value.Bool()
	case "items":
		items, ok := value.Message().Interface().(*validate.FieldRules)
		if !ok {
			return fmt.Errorf("rules of items are not readable")
		}
		return addRules(s.Items, items)
	}
	return nil
}

func (s *schema) addMapRule(rule string, value protoreflect.Value) error {
	switch rule {
	case "min_pairs":
		s.MinProperties = number(value.Uint())
	case "max_pairs":
		s.MaxProperties = number(value.Uint())
	case "keys", "values":
		rules, ok := value.Message().Interface().(*validate.FieldRules)
		if !ok || rules.GetString() == nil {
			return fmt.Errorf("rules of %s are not those of text", rule)
		}
		text := &schema{Type: "string"}
		if rule == "keys" {
			s.PropertyNames = text
		} else {
			s.AdditionalProperties = text
		}
		return addRules(text, rules)
	}
	return nil
}

// addNumberRule adds a bound to a number. 64-bit integers, timestamps and durations have none,
// since JSON writes them as strings.
func (s *schema) addNumberRule(rule string, value protoreflect.Value) {
	if s.Type != "integer" && s.Type != "number" {
		return
	}
	bound := json.Number(value.String())
	switch rule {
	case "gt":
		s.ExclusiveMinimum = bound
	case "gte":
		s.Minimum = bound
	case "lt":
		s.ExclusiveMaximum = bound
	case "lte":
		s.Maximum = bound
	}
}

// length returns the length bound of a string. Bytes are base64 in JSON, four characters for
// every three bytes.
func length(value protoreflect.Value, isBytes bool) *uint64 {
	if isBytes {
		return number((value.Uint() + 2) / 3 * 4)
	}
	return number(value.Uint())
}

func number(n uint64) *uint64 { return &n }
