package receivables

// CreditID returns the id of the credit of a document, which has the same UUID.
func CreditID(documentID string) string { return withPrefix("ccr", documentID) }

// ReceivableID returns the id of the receivable of a document, which has the same UUID.
func ReceivableID(documentID string) string { return withPrefix("rcv", documentID) }

// withPrefix returns an identifier with another prefix, or the identifier itself if it has none.
func withPrefix(prefix, key string) string {
	for i := range key {
		if key[i] == '_' {
			return prefix + key[i:]
		}
	}
	return key
}
