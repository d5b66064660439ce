package statement

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
)

// DedupKeys gives each line a key by which it is known again in another statement. The lines of one statement must be given
// together, in the order of the file; the account is not in the key, so the caller compares keys within one account only.
// Keys are 35 characters of ASCII and never equal within one call.
//
// A key is made of what stands in its line alone, plus an index among the lines of the file that are equal in all of it:
//
//   - with a bank reference: reference, date, amount. The text is left out, because banks reword it from one download to
//     the next and the reference already says which line it is.
//   - without one: date, amount, text without case, blanks and punctuation.
//
// Why the date and the amount stand beside a reference that should suffice: whether a reference is unique can be seen in
// one file only, and the answer changes from file to file. A line whose reference is alone in January's file and shared by
// three lines in the quarter's must keep its key, or it is imported twice; and a reference that a bank gives again next
// month must not make the new line look like the old one, or money is lost. Both hold, as date and amount tell the lines
// apart in every file alike. The price: a line to which its bank gives another date or another amount under the same
// reference is a new line. That shows at reconciliation; a lost line would not be looked for.
//
// Short numbers are no references: banks that number the lines of each file would have line 1 of every file be the same.
func DedupKeys(lines []Line) []string {
	keys := make([]string, len(lines))
	seen := make(map[string]int, len(lines))
	for i, line := range lines {
		identity := lineIdentity(line)
		keys[i] = hashKey(identity, seen[identity])
		seen[identity]++
	}
	return keys
}

// lineIdentity joins with a character that no cleaned text holds, so that no two lines can be joined to the same string.
func lineIdentity(line Line) string {
	parts := []string{"ref", line.BankReference, line.Date.String(), strconv.FormatInt(line.Amount, 10)}
	if !isUsableReference(line.BankReference) {
		parts[0] = "txt"
		parts[1] = normalizeText(line.CounterpartyName + " " + line.Description + " " + line.CheckNumber)
	}
	return strings.Join(parts, "\x00")
}

// isUsableReference refuses what stands in the field when a bank has no reference to give: nothing, zeros, a word that says so,
// or the line's ordinal in the file.
func isUsableReference(reference string) bool {
	const longestOrdinal = 4
	switch strings.ToUpper(reference) {
	case "NONREF", "NOTPROVIDED", "NONE", "N/A":
		return false
	}
	if strings.Trim(reference, "0 -") == "" {
		return false
	}
	return len(reference) > longestOrdinal || strings.Trim(reference, "0123456789") != ""
}

// normalizeText keeps letters and digits, in lower case.
func normalizeText(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// hashKey begins with the version of the rules, since keys are stored: other rules must not give the same keys.
func hashKey(identity string, occurrence int) string {
	const version = "k1:"
	sum := sha256.Sum256([]byte(identity + "\x00" + strconv.Itoa(occurrence)))
	return version + hex.EncodeToString(sum[:16])
}
