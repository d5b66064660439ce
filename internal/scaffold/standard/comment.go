package standard

import (
	"fmt"
	"slices"
	"strings"
)

// Verbs are the standard methods in the order in which a service declares them.
var Verbs = []string{"Create", "Get", "BatchGet", "List", "Update", "Archive", "Unarchive", "Delete"}

// Method returns the name of a standard method, such as "BatchGetVendors".
func (r Resource) Method(verb string) string {
	if verb == "BatchGet" || verb == "List" {
		return verb + r.Methods()
	}
	return verb + r.Message
}

// Verb returns the verb of a standard method of the resource, or "" for another method.
func (r Resource) Verb(method string) string {
	for _, verb := range Verbs {
		if r.Method(verb) == method {
			return verb
		}
	}
	return ""
}

// MethodComment returns the first sentences of the comment of a standard method. Referable says
// that other records may refer to the resource, which prevents its deletion.
func (r Resource) MethodComment(verb string, referable bool) string {
	switch verb {
	case "Create":
		return "Creates " + r.ANoun() + "."
	case "Get":
		return "Returns " + r.ANoun() + "."
	case "BatchGet":
		return "Returns up to 500 " + r.Nouns() + " in the order requested." +
			" Fails with `RECORD_NOT_FOUND` if any of them does not exist."
	case "List":
		return "Lists " + r.Nouns() + "."
	case "Update":
		return "Updates " + r.ANoun() + ". Only the fields in `update_mask` change."
	case "Archive":
		return "Archives " + r.ANoun() + ", which hides it from lists and from new references. No effect if already archived."
	case "Unarchive":
		return "Restores an archived " + r.Noun() + ". No effect if not archived."
	case "Delete":
		text := "Deletes " + r.ANoun() + " permanently."
		if referable {
			text += " Fails with `" + r.Reason("IN_USE") + "` while other records refer to it."
		}
		return text
	}
	panic("standard: no method " + verb)
}

// MessageComment returns the comment of a method's request or response message, or "" for another
// message.
func MessageComment(message string) string {
	if method, ok := strings.CutSuffix(message, "Request"); ok {
		return "Request message for " + method + "."
	}
	if method, ok := strings.CutSuffix(message, "Response"); ok {
		return "Response message for " + method + "."
	}
	return ""
}

// RequestComment returns the first sentences of the comment of a request field, or "" if the field
// is not standard. FilterComment and OrderComment return those that list the fields of a List
// request.
func (r Resource) RequestComment(method, field string) string {
	switch field {
	case r.Singular() + "_id":
		return "Identifier of the " + r.Noun() + ", such as " + r.example() + "."
	case "etag":
		return "Version from the last read. If set, the request fails if the " + r.Noun() + " has changed since then."
	case "validate_only":
		return "If true, validates the request and returns the result without saving it."
	}
	switch r.Verb(method) {
	case "Create":
		if field == r.Singular() {
			return capitalized(r.Noun()) + " to create. You may choose its `id`: a UUIDv7 with the prefix `" + r.Prefix +
				"_`; otherwise the server assigns one."
		}
	case "BatchGet":
		if field == "ids" {
			return "Identifiers of the " + r.Nouns() + ", from 1 to 500."
		}
	case "List":
		return ListComment(field, r.Nouns())
	case "Update":
		switch field {
		case r.Singular():
			return "New values, and the `etag` from the last read."
		case "update_mask":
			return "Fields to update. Over REST, defaults to the fields of the request body. An empty mask changes nothing."
		}
	}
	return ""
}

// ListComment returns the first sentences of the comment of a field in the request of a List
// method, or "" if the field is not standard. nouns names the listed records.
func ListComment(field, nouns string) string {
	switch field {
	case "page_size":
		return "Maximum number of " + nouns + " to return. Default 50, maximum 500."
	case "page_token":
		return "The `next_page_token` of the previous page. Other arguments must stay the same."
	case "updated_after":
		return "Only returns " + nouns + " updated after this time."
	case "show_archived":
		return "If true, also returns archived " + nouns + "."
	case "include_total":
		return "If true, also returns `total_size`."
	}
	return ""
}

// FilterComment returns the first sentence of the comment of a filter over fields.
func FilterComment(fields []string) string {
	return "AIP-160 filter over " + list(fields, "and") + "."
}

// SearchComment returns the first sentence of the comment of the words to find in fields.
func SearchComment(fields []string) string { return "Words to find in " + list(fields, "and") + "." }

// OrderComment returns the first sentence of the comment of an order by fields. By default lists
// are sorted by creation.
func OrderComment(fields []string) string {
	each := ", each optionally"
	if len(fields) == 1 {
		each = ", optionally"
	}
	return "Sort order: " + list(fields, "or") + each + " followed by ` desc`."
}

// DefaultOrder follows OrderComment where a list has no other default.
const DefaultOrder = "Default `create_time`."

// ResponseComment returns the comment of a field of a standard method's response, or "" for a field
// that is not standard.
func (r Resource) ResponseComment(method, field string) string {
	switch {
	case field == r.Plural() && r.Verb(method) == "BatchGet":
		return capitalized(r.Nouns()) + ", in the order requested."
	case field == r.Plural() && r.Verb(method) == "List":
		return capitalized(r.Nouns()) + " on this page."
	}
	return PageComment(field, r.Nouns())
}

// PageComment returns the comment of a field that ends a page of what nouns names, or "" for a
// field that is not standard.
func PageComment(field, nouns string) string {
	switch field {
	case "next_page_token":
		return "Token of the next page. Empty on the last page."
	case "total_size":
		return "Number of matching " + nouns + ", capped at 10,000. Only set if `include_total` is true."
	}
	return ""
}

// RecordComment returns the first sentences of the comment of a record's field, or "" if the field
// is not standard.
func (r Resource) RecordComment(field string) string {
	switch field {
	case "id":
		return "Identifier, such as " + r.example() + "."
	case "create_time":
		return "Time the " + r.Noun() + " was created."
	case "update_time":
		return "Time the " + r.Noun() + " was last updated."
	case "archive_time":
		return "Time the " + r.Noun() + " was archived. Absent unless archived."
	case "etag":
		return "Version of the " + r.Noun() + ". Send it back with a change to detect concurrent updates."
	case "metadata":
		return "Up to 50 pairs of a key and a text for your own use, such as `order: 4711`. Keys have 1 to 40 characters," +
			" values up to 500. An update merges them by key: an empty value or null removes the key, an empty object all keys."
	case "external_id":
		return "Identifier of the " + r.Noun() + " in another system, such as `erp-4711`. Unique among " + r.Nouns() + "."
	case "custom_fields":
		return "Values of the custom fields of " + r.Nouns() + " by key, such as `color: red`. A number is a decimal text," +
			" an amount an object like Money. An update merges them by key: null removes a value."
	case "allowed_actions":
		return "Custom methods of the " + r.Noun() + ". Each reports whether the caller may call it now and, if not, why."
	}
	return ""
}

// Unspecified is the comment of an enum's zero value.
const Unspecified = "Unspecified."

func (r Resource) example() string { return fmt.Sprintf("`%s_01k9…`", r.Prefix) }

func capitalized(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// list joins names of fields into "`a`, `b` and `c`".
func list(fields []string, conjunction string) string {
	quoted := slices.Clone(fields)
	for i := range quoted {
		quoted[i] = "`" + quoted[i] + "`"
	}
	last := len(quoted) - 1
	if last == 0 {
		return quoted[0]
	}
	return strings.Join(quoted[:last], ", ") + " " + conjunction + " " + quoted[last]
}
