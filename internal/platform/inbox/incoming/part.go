package incoming

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
)

// parser reads the parts of a message.
type parser struct {
	message *Message
	parts   int
}

// part reads a part with its header and body.
func (p *parser) part(h header, body []byte, depth int) {
	if p.parts++; p.parts > maxParts || depth > maxDepth {
		p.message.Truncated = true
		return
	}
	mediaType, parameters := h.contentType()
	if strings.HasPrefix(mediaType, "multipart/") && parameters["boundary"] != "" {
		p.multipart(mediaType, parameters, body, depth)
		return
	}
	if strings.HasPrefix(mediaType, "multipart/") {
		p.message.Malformed = true
		mediaType = "text/plain"
	}
	attached, name := h.isAttachment(parameters)
	content := p.decode(h, mediaType, body)
	switch {
	case mediaType == "message/delivery-status" && p.message.Report != nil:
		p.message.Report.readStatus(content)
	case p.message.Report != nil && isOriginal(mediaType):
		p.message.Report.readOriginal(content)
	case !attached && name == "" && mediaType == "text/plain":
		p.addText(&p.message.Text, flowed(content, parameters))
	case !attached && name == "" && mediaType == "text/html":
		p.addText(&p.message.HTML, content)
	default:
		p.addFile(name, mediaType, content)
	}
}

// multipart reads the parts of a multipart body. The parts of a multipart/report describe another
// message.
func (p *parser) multipart(mediaType string, parameters map[string]string, body []byte, depth int) {
	if mediaType == "multipart/report" && strings.EqualFold(parameters["report-type"], "delivery-status") && depth == 0 {
		p.message.Report = &Report{}
	}
	parts, whole := splitParts(body, parameters["boundary"])
	p.message.Malformed = p.message.Malformed || !whole || len(parts) == 0
	if len(parts) == 0 {
		p.addText(&p.message.Text, body)
	}
	for _, raw := range parts {
		if p.parts > maxParts {
			return
		}
		head, content := splitHeader(raw)
		if len(head) > maxHeaderBytes {
			p.message.Malformed = true
			head = head[:maxHeaderBytes]
		}
		p.part(p.message.readHeader(head), content, depth+1)
	}
}

// splitParts splits a multipart body at the lines of its boundary (RFC 2046, 5.1.1). whole is false
// if the last boundary is missing, as in a message that was cut off.
func splitParts(body []byte, boundary string) (parts [][]byte, whole bool) {
	delimiter := []byte("--" + boundary)
	begin := -1
	for at := 0; at < len(body); {
		end := len(body)
		if i := bytes.IndexByte(body[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := bytes.TrimRight(body[at:end], " \t\r\n")
		rest, isDelimiter := bytes.CutPrefix(line, delimiter)
		if isDelimiter && (len(rest) == 0 || bytes.Equal(rest, []byte("--"))) {
			if begin >= 0 {
				parts = append(parts, trimNewline(body[begin:at]))
			}
			if begin = end; len(rest) > 0 {
				return parts, true
			}
			if len(parts) > maxParts {
				return parts, false
			}
		}
		at = end
	}
	if begin >= 0 {
		parts = append(parts, body[begin:])
	}
	return parts, false
}

// trimNewline removes the line break before a boundary, which belongs to the boundary.
func trimNewline(part []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(part, []byte("\n")), []byte("\r"))
}

// decode decodes the content of a part: its transfer encoding and, for text, its character set.
func (p *parser) decode(h header, mediaType string, body []byte) []byte {
	isText := mediaType == "text/plain" || mediaType == "text/html"
	decoded := h.Copy()
	decoded.Set("Content-Transfer-Encoding", strings.ToLower(h.get("Content-Transfer-Encoding")))
	attached, _ := h.isAttachment(nil)
	if !isText || attached {
		decoded.Set("Content-Type", "application/octet-stream") // a file keeps its bytes
	}
	entity, err := message.New(decoded, bytes.NewReader(body))
	p.message.Malformed = p.message.Malformed || err != nil
	content, err := io.ReadAll(entity.Body)
	if err == nil {
		return content
	}
	p.message.Malformed = true
	decoded.Set("Content-Transfer-Encoding", "8bit")
	body = decodeLoosely(strings.ToLower(h.get("Content-Transfer-Encoding")), body)
	if entity, err = message.New(decoded, bytes.NewReader(body)); err == nil {
		content, _ = io.ReadAll(entity.Body) // a character set that breaks off ends the text
		return content
	}
	return body
}

// softBreak and hexEscape match the escapes of quoted-printable.
var (
	softBreak = regexp.MustCompile(`=[ \t]*\r?\n`)
	hexEscape = regexp.MustCompile(`=[0-9A-Fa-f]{2}`)
)

// decodeLoosely decodes a content whose transfer encoding is broken, and keeps what is no encoding.
func decodeLoosely(encoding string, body []byte) []byte {
	if encoding == "base64" {
		letters := bytes.Map(func(r rune) rune {
			if r < 0x7f && (r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+' || r == '/') {
				return r
			}
			return -1
		}, body)
		decoded, _ := base64.RawStdEncoding.DecodeString(string(letters))
		return decoded
	}
	return hexEscape.ReplaceAllFunc(softBreak.ReplaceAll(body, nil), func(escape []byte) []byte {
		decoded, _ := hex.DecodeString(string(escape[1:]))
		return decoded
	})
}

// addText adds the text of a part to the text of the message.
func (p *parser) addText(to *string, content []byte) {
	if *to != "" && to == &p.message.HTML {
		*to += "<br>\n"
	} else if *to != "" {
		*to += "\n"
	}
	if len(*to)+len(content) > maxBodyBytes {
		p.message.Truncated = true
		content = content[:max(0, maxBodyBytes-len(*to))]
	}
	*to += cleanText(toUTF8(content))
}

// addFile adds a part as a file. An empty part without a name is none.
func (p *parser) addFile(name, mediaType string, content []byte) {
	if len(content) == 0 {
		return
	}
	if len(p.message.Files) >= maxFiles {
		p.message.Truncated = true
		return
	}
	p.message.Files = append(p.message.Files, File{fileName(name, mediaType), mediaType, content})
}
