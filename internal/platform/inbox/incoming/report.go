package incoming

import (
	"strings"
)

// Report is what a report about the delivery of an email says (RFC 3464).
type Report struct {
	// MessageID is the Message-ID of the email, without angle brackets.
	MessageID string
	// Recipient is the address of its recipient.
	Recipient string
	// Failed is true if it was not delivered and will not be, false if it is late or was delivered.
	Failed, Delayed bool
	// Detail is the answer of the recipient's server, or the status code.
	Detail string
}

// isOriginal reports whether a part of a report is the email that it is about, or its header.
func isOriginal(mediaType string) bool {
	return mediaType == "message/rfc822" || mediaType == "text/rfc822-headers" || mediaType == "message/rfc822-headers"
}

// readStatus reads the part message/delivery-status: a group of fields about the message, and one
// about each recipient. Only the first recipient counts, because each of our emails has one.
func (r *Report) readStatus(content []byte) {
	for rest := content; len(rest) > 0 && r.Recipient == ""; {
		var head []byte
		head, rest = splitHeader(rest)
		h := (&Message{}).readHeader(head)
		_, recipient, found := strings.Cut(h.get("Final-Recipient"), ";")
		if original := h.get("Original-Recipient"); original != "" {
			_, recipient, found = strings.Cut(original, ";")
		}
		if !found {
			continue
		}
		r.Recipient = normalizeEmail(strings.Trim(strings.TrimSpace(recipient), "<>"))
		status := h.get("Status")
		action := strings.ToLower(h.get("Action"))
		r.Failed = action == "failed" && !strings.HasPrefix(status, "4")
		r.Delayed = action == "delayed"
		if _, detail, found := strings.Cut(h.get("Diagnostic-Code"), ";"); found {
			r.Detail = oneLine(detail, maxFieldChars)
		}
		if r.Detail == "" {
			r.Detail = oneLine(status, maxFieldChars)
		}
	}
}

// readOriginal reads the header of the email that the report is about.
func (r *Report) readOriginal(content []byte) {
	head, _ := splitHeader(content)
	if len(head) > maxHeaderBytes {
		return
	}
	h := (&Message{}).readHeader(head)
	if ids := messageIDs(h.get("Message-Id")); len(ids) > 0 {
		r.MessageID = ids[0]
	}
}
