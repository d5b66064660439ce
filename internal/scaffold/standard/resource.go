// Package standard owns the wording of the API's standard parts: the methods Create, Get, BatchGet,
// List, Update, Archive, Unarchive and Delete, their messages, and the fields that every record
// has. The scaffold writes protos from it, and a test compares the protos of the tree with it. What
// is special about a resource is left to the protos, which may add sentences after these.
package standard

import (
	"strings"
	"unicode"
)

// Resource is a kind of record as its proto declares it.
type Resource struct {
	// Message is the name of its message, such as "BankAccount".
	Message string
	// Collection is the name of its records in paths, such as "bankAccounts".
	Collection string
	// Prefix begins its identifiers, such as "bac".
	Prefix string
}

// Singular returns the name of a field with one record, such as "bank_account".
func (r Resource) Singular() string { return strings.Join(words(r.Message), "_") }

// Plural returns the name of a field with several records, such as "bank_accounts".
func (r Resource) Plural() string { return strings.Join(words(r.Collection), "_") }

// Noun returns the words for one record, such as "bank account" or "API key".
func (r Resource) Noun() string { return spoken(words(r.Message)) }

// Nouns returns the words for several records, such as "bank accounts" or "API keys".
func (r Resource) Nouns() string { return spoken(words(r.Collection)) }

// ANoun returns the words for one record with an article, such as "an API key".
func (r Resource) ANoun() string { return article(r.Noun()) + " " + r.Noun() }

// Methods returns the plural in names of methods and messages, such as "BankAccounts".
func (r Resource) Methods() string { return strings.ToUpper(r.Collection[:1]) + r.Collection[1:] }

// Reason returns the reason that begins with the plural, such as BANK_ACCOUNTS_IN_USE.
func (r Resource) Reason(suffix string) string {
	return strings.ToUpper(r.Plural()) + "_" + suffix
}

// words splits a name such as "BankAccount" or "bankAccount" into lower-case words.
func words(name string) []string {
	var out []string
	for i, c := range name {
		if i == 0 || unicode.IsUpper(c) {
			out = append(out, "")
		}
		out[len(out)-1] += string(unicode.ToLower(c))
	}
	return out
}

// spoken joins words as they are written in a sentence.
func spoken(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		switch w {
		case "api", "csv", "ecb", "ap", "ar", "pdf":
			out[i] = strings.ToUpper(w)
		default:
			out[i] = w
		}
	}
	return strings.Join(out, " ")
}

// article returns the indefinite article of a noun by its first sound.
func article(noun string) string {
	for _, consonant := range []string{"uni", "use", "uti", "one", "eu"} {
		if strings.HasPrefix(noun, consonant) {
			return "a"
		}
	}
	if strings.ContainsRune("aeiouA", rune(noun[0])) {
		return "an"
	}
	return "a"
}
