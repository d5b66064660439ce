package replytext

import (
	"regexp"
	"slices"
)

// maxSignatureLines is the length of the longest signature. More lines are a text.
const maxSignatureLines = 15

// cutSignature removes a signature below `-- ` (RFC 3676, 4.3) and the line that a phone adds.
func cutSignature(lines []string) []string {
	for i, line := range slices.Backward(lines) {
		if (line == "-- " || line == "--") && len(lines)-i-1 <= maxSignatureLines {
			lines = lines[:i]
		}
	}
	for len(lines) > 0 && (lines[len(lines)-1] == "" || isDeviceLine(lines[len(lines)-1])) {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// deviceLine matches what phones and mail apps write below a message.
var deviceLine = regexp.MustCompile(`(?i)^(?:` +
	`(?:sent|get) (?:from|via|outlook).{0,80}|get outlook for .{2,40}|` +
	`von meinem .{2,40} gesendet|gesendet (?:von|mit|über) .{2,80}|` +
	`envoyé (?:de|depuis|à partir de) .{2,80}|obtenez outlook pour .{2,40}|` +
	`enviado (?:desde|do|a partir do|de) .{2,80}|obtener outlook para .{2,40}|` +
	`inviato da(?:l mio)? .{2,80}|ottieni outlook per .{2,40}|` +
	`verstuurd (?:vanaf|met) .{2,80}|verzonden (?:vanaf|met|van) .{2,80}|` +
	`skickat från .{2,80}|sendt fra .{2,80}|wysłane z .{2,80}|iPhoneから送信)$`)

func isDeviceLine(line string) bool { return deviceLine.MatchString(line) }
