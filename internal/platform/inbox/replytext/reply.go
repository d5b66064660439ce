// Package replytext takes what a person wrote out of a reply: it removes quoted earlier messages,
// signatures and the lines that phones add, in the forms that the common mail programs write, in
// several languages. It converts HTML to plain text without loading or keeping anything active. It
// prefers to keep too much: text that it does not recognize as quoted remains.
package replytext

import (
	"regexp"
	"slices"
	"strings"
)

// FromText returns the new text of a plain text reply.
func FromText(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t\u00a0")
		if line == "-- " {
			lines[i] = line // the mark of a signature
		}
	}
	lines = cutAtSeparator(lines)
	lines = removeQuotes(lines)
	lines = cutSignature(lines)
	return trimLines(lines)
}

// trimLines joins lines without empty ones at both ends and without more than one between.
func trimLines(lines []string) string {
	text := strings.TrimSpace(strings.Join(lines, "\n"))
	return blankLines.ReplaceAllString(text, "\n\n")
}

var blankLines = regexp.MustCompile(`\n(?:[ \t\x{00a0}]*\n){2,}`)

// cutAtSeparator removes the line that begins an earlier message, and everything after it.
func cutAtSeparator(lines []string) []string {
	for i, line := range lines {
		if isSeparator(line) || isHeaderBlock(lines[i:]) {
			if i > 0 && underscores.MatchString(lines[i-1]) {
				i--
			}
			return lines[:i]
		}
	}
	return lines
}

// separator matches lines such as `-----Original Message-----` in any language. The words are in
// mixed case, so that it does not match a drawn table.
var separator = regexp.MustCompile(`^>?\s*-{4,}\s?\pL[\pL\s'’.]{2,40}\s?-{4,}$`)

// underscores matches the line that Outlook draws before the header of an earlier message.
var underscores = regexp.MustCompile(`^_{10,}$`)

func isSeparator(line string) bool { return separator.MatchString(line) }

// headerNames are the names of the fields of the header that Outlook writes above an earlier
// message, in the languages that it is used in most.
var headerNames = map[string]*regexp.Regexp{
	"from": field(`From|Von|De|Da|Van|Från|Fra|Od|Lähettäjä|Feladó|Kimden|От|差出人|发件人|寄件者|보낸 사람`),
	"sent": field(`Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el| em)?|Fecha|Data|Inviato|Verzonden|Skickat|Sendt|Wysłano|` +
		`Lähetetty|Odesláno|Gönderildi|Отправлено|Дата|送信日時|日付|发送时间|發送時間|보낸 날짜`),
	"to": field(`To|An|À|Para|A|Aan|Till|Til|Do|Komu|Vastaanottaja|Címzett|Kime|Кому|宛先|收件人|收件者|받는 사람|` +
		`Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Assunto|Ämne|Emne|Temat|Aihe|Předmět|Konu|Тема|件名|主题|主旨|제목`),
}

func field(names string) *regexp.Regexp {
	return regexp.MustCompile(`^\s*\*?(?:` + names + `)\*?\s?\*?[:：]\*?\s*\S`)
}

// isHeaderBlock reports whether lines begin with the header of an earlier message: who sent it, and
// in the next lines when and to whom.
func isHeaderBlock(lines []string) bool {
	if !headerNames["from"].MatchString(lines[0]) {
		return false
	}
	next := lines[1:min(len(lines), 7)]
	return slices.ContainsFunc(next, headerNames["sent"].MatchString) &&
		slices.ContainsFunc(next, headerNames["to"].MatchString)
}

// attributions match what mail programs write above a quoted message, such as `On …, Ann wrote:`.
var attributions = []*regexp.Regexp{
	regexp.MustCompile(`(?i)^on .{6,200} wrote:$`),
	regexp.MustCompile(`(?i)^am .{6,200} schrieb\b.{0,200}:$`),
	regexp.MustCompile(`(?i)^le .{6,200} a écrit\s?:$`),
	regexp.MustCompile(`(?i)^el .{6,200} (?:escribió|ha escrito)\s?:$`),
	regexp.MustCompile(`(?i)^il .{6,200} ha scritto\s?:$`),
	regexp.MustCompile(`(?i)^op .{6,200} (?:schreef\b.{0,200}|heeft .{3,200} geschreven):$`),
	regexp.MustCompile(`(?i)^(?:em|a) .{6,200} escreveu\s?:$`),
	regexp.MustCompile(`(?i)^(?:den|på) .{6,200} (?:skrev|följande)\b.{0,200}:$`),
	regexp.MustCompile(`(?i)^(?:w dniu|dnia|pt\.|pon\.|wt\.|śr\.|czw\.|sob\.|niedz\.) .{6,200} (?:pisze|napisał(?:\(a\)|a)?)\b.{0,200}:$`),
	regexp.MustCompile(`^\d{4}年\d{1,2}月\d{1,2}日.{0,200}[:：]$`),
	regexp.MustCompile(`^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.{0,60}<[^>]+@[^>]+>\s?[:：]$`),
}

// maxAttributionLines is how many lines an attribution may be wrapped to.
const maxAttributionLines = 4

// removeQuotes removes quoted lines and the attributions above them. What a person wrote below or
// between quoted lines remains. Below an attribution without marked quotes, everything is quoted.
func removeQuotes(lines []string) []string {
	var kept []string
	for i := 0; i < len(lines); {
		if isQuoted(lines[i]) {
			kept = dropAttribution(kept)
			for i < len(lines) && (isQuoted(lines[i]) || lines[i] == "" && i+1 < len(lines) && isQuoted(lines[i+1])) {
				i++
			}
			continue
		}
		if n := attributionAt(lines[i:]); n > 0 && !slices.ContainsFunc(lines[i+n:], isQuoted) {
			return kept
		}
		kept = append(kept, lines[i])
		i++
	}
	return kept
}

func isQuoted(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " "), ">") }

// attributionAt returns the number of lines of the attribution at the beginning of lines, 0 if
// there is none.
func attributionAt(lines []string) int {
	for n := 1; n <= min(maxAttributionLines, len(lines)); n++ {
		if lines[n-1] == "" {
			return 0
		}
		joined := strings.Join(lines[:n], " ")
		if slices.ContainsFunc(attributions, func(a *regexp.Regexp) bool { return a.MatchString(joined) }) {
			return n
		}
	}
	return 0
}

// anyAttribution matches a line in any language that ends with a colon and names a time or an
// address. It counts only above quoted lines.
var anyAttribution = regexp.MustCompile(`(?:\d.*|@.*)[:：]$`)

// dropAttribution removes the attribution from the end of the lines above a quote.
func dropAttribution(kept []string) []string {
	end := len(kept)
	for end > 0 && kept[end-1] == "" {
		end--
	}
	for n := maxAttributionLines; n >= 1; n-- {
		if n <= end && attributionAt(kept[end-n:end]) == n {
			return kept[:end-n]
		}
	}
	if end == 0 || !strings.HasSuffix(kept[end-1], ":") && !strings.HasSuffix(kept[end-1], "：") {
		return kept
	}
	begin := end - 1
	for begin > 0 && end-begin < maxAttributionLines && kept[begin-1] != "" {
		begin--
	}
	if anyAttribution.MatchString(strings.Join(kept[begin:end], " ")) && begin == end-1 {
		return kept[:begin]
	}
	if anyAttribution.MatchString(kept[end-1]) {
		return kept[:end-1]
	}
	return kept
}
