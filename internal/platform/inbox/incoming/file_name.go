package incoming

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxNameBytes is the length of the longest file name.
const maxNameBytes = 255

// defaultNames are the names of parts without one.
var defaultNames = map[string]string{
	"message/rfc822": "message.eml", "text/calendar": "invitation.ics", "text/plain": "text.txt",
	"text/html": "text.html", "image/jpeg": "image.jpg", "image/png": "image.png", "image/gif": "image.gif",
	"application/pdf": "document.pdf", "application/ms-tnef": "winmail.dat",
}

// fileName returns a file name without folders and control characters, or one for the media type if
// nothing is left.
func fileName(name, mediaType string) string {
	name = toUTF8([]byte(name))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, name[strings.LastIndexAny(name, `/\`)+1:])
	name = strings.TrimSpace(name)
	if strings.Trim(name, ". ") == "" {
		if known := defaultNames[mediaType]; known != "" {
			return known
		}
		return "attachment.bin"
	}
	if len(name) <= maxNameBytes {
		return name
	}
	extension := path.Ext(name)
	if len(extension) > 20 {
		extension = ""
	}
	short := name[:maxNameBytes-len(extension)]
	for !utf8.ValidString(short) {
		short = short[:len(short)-1]
	}
	return short + extension
}
