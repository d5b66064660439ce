package incoming

import (
	"slices"
	"strings"
)

// isAutomatic reports whether a program sent a message: an answer or a report (RFC 3834, Auto-
// Submitted), a message to a list (RFC 2919, RFC 2369), or one that says by other headers that it
// wants no answer.
func isAutomatic(h header, m *Message) bool {
	mediaType, _ := h.contentType()
	submitted, _, _ := strings.Cut(strings.ToLower(h.get("Auto-Submitted")), ";")
	submitted, _, _ = strings.Cut(submitted, "(")
	if submitted = strings.TrimSpace(submitted); submitted != "" && submitted != "no" {
		return true
	}
	for _, value := range h.values("X-Auto-Response-Suppress") {
		value = strings.ToLower(value)
		if strings.Contains(value, "all") || strings.Contains(value, "oof") || strings.Contains(value, "autoreply") {
			return true
		}
	}
	precedence := []string{"bulk", "junk", "list", "auto_reply"}
	if slices.Contains(precedence, strings.ToLower(h.get("Precedence"))) || mediaType == "multipart/report" {
		return true
	}
	for _, name := range []string{"List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Autoresponder"} {
		if h.get(name) != "" {
			return true
		}
	}
	return IsNullSender(m.ReturnPath) || slices.ContainsFunc(m.From, func(a Address) bool { return isRobot(a.Email) })
}

// IsNullSender reports whether an envelope sender is the empty one, which only programs use (RFC
// 5321, 4.5.5).
func IsNullSender(sender string) bool { return sender == "<>" }

// isRobot reports whether an address is one that mail servers and programs write from.
func isRobot(email string) bool {
	local, _, _ := strings.Cut(email, "@")
	return slices.Contains([]string{"mailer-daemon", "mail-daemon", "postmaster"}, local)
}
