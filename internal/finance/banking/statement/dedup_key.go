package statement

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// DedupKeys returns a key for each line that identifies it in other statements too. Pass all lines
// of a statement together, in file order. A key does not contain the account, so compare keys
// within one account only. A key has 35 ASCII characters, and the keys of one call are all
// different.
//
// A key depends only on its line, and on an index among the file's lines that are equal in these
// fields:
//
//   - With an external identifier: only that, since the sender of a feed guarantees that it is
//     unique.
//   - With a bank reference: reference, date and amount. The text is excluded, because banks reword
//     it from one download to the next, and the reference already identifies the line.
//   - Without a reference: date, amount, and the text without case, white space and punctuation.
//
// The reference alone does not suffice, because it may be unique in one file and not in another.
// Suppose a reference occurs once in the file for January and three times in the file for the
// quarter. The line of January must keep its key, or it is imported twice. If the bank uses the
// reference again next month, the new line needs a new key, or it is lost. Date and amount
// distinguish such lines in the same way in every file. The drawback: if the bank changes the date
// or the amount of a line but keeps the reference, the line counts as new. Reconciliation shows
// such a line, whereas a lost line would go unnoticed.
//
// Short numbers do not count as references. Some banks number the lines of each file from 1, so
// line 1 of every file would look the same.
func DedupKeys(lines []Line) []string { return Occurrences{}.Keys(lines, nil, nil) }

// KeptKeys are keys of lines that were stored before, by what identifies the lines.
type KeptKeys map[string][]string

// Add adds the keys of lines, except those that others have.
func (k KeptKeys) Add(lines []Line, keys []string, others map[string]bool) {
	for i, line := range lines {
		identity := lineIdentity(line)
		if !others[keys[i]] && !slices.Contains(k[identity], keys[i]) {
			k[identity] = append(k[identity], keys[i])
		}
	}
}

// All returns all keys.
func (k KeptKeys) All() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, keys := range k {
			for _, key := range keys {
				if !yield(key) {
					return
				}
			}
		}
	}
}

// Have reports whether there is a key for each of the lines.
func (k KeptKeys) Have(lines []Line) bool {
	used := map[string]int{}
	return !slices.ContainsFunc(lines, func(line Line) bool {
		identity := lineIdentity(line)
		used[identity]++
		return used[identity] > len(k[identity])
	})
}

// Occurrences counts the lines that got a new key, by what identifies them.
type Occurrences map[string]int

// Keys returns keys as DedupKeys does, for lines that follow those of earlier calls. A line takes
// one of the kept keys if one fits. Otherwise it gets a new one, which differs from those of
// others.
func (o Occurrences) Keys(lines []Line, kept KeptKeys, others map[string]bool) []string {
	keys := make([]string, len(lines))
	for i, line := range lines {
		if line.ExternalID != "" {
			keys[i] = hashKey("ext\x00"+line.ExternalID, 0)
			continue
		}
		identity := lineIdentity(line)
		if fitting := kept[identity]; len(fitting) > 0 {
			keys[i], kept[identity] = fitting[0], fitting[1:]
			continue
		}
		for {
			keys[i] = hashKey(identity, o[identity])
			o[identity]++
			if !others[keys[i]] {
				break
			}
		}
	}
	return keys
}

// lineIdentity joins the fields that identify a line. Cleaned text never contains the separator, so
// different fields never join to the same string.
func lineIdentity(line Line) string {
	parts := []string{"ref", line.BankReference, line.Date.String(), strconv.FormatInt(line.Amount, 10)}
	if !isUsableReference(line.BankReference) {
		parts[0] = "txt"
		parts[1] = normalizeText(line.CounterpartyName + " " + line.Description + " " + line.CheckNumber)
	}
	return strings.Join(parts, "\x00")
}

// HasReference reports whether the sender's or the bank's reference identifies the line.
func (l Line) HasReference() bool { return l.ExternalID != "" || isUsableReference(l.BankReference) }

// isUsableReference reports whether a bank reference can identify a line. Without a reference,
// banks leave the field empty or fill it with zeros, a word such as NONREF, or the line's ordinal
// in the file.
func isUsableReference(reference string) bool {
	const longestOrdinal = 4
	if IsPlaceholder(reference) || strings.Trim(reference, "0 -") == "" {
		return false
	}
	return len(reference) > longestOrdinal || strings.Trim(reference, "0123456789") != ""
}

// normalizeText keeps only letters and digits, in lower case.
func normalizeText(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// hashKey returns the key of a line. Keys are stored, so they begin with the version of these
// rules: other rules must use another version.
func hashKey(identity string, occurrence int) string {
	const version = "k1:"
	sum := sha256.Sum256([]byte(identity + "\x00" + strconv.Itoa(occurrence)))
	return version + hex.EncodeToString(sum[:16])
}
