package rpc

import (
	"mime"
	"testing"
)

// TestAttachmentNamesFiles checks names against RFC 6266: names beyond ASCII have a fallback in
// ASCII before filename*, and names in ASCII need no filename*.
func TestAttachmentNamesFiles(t *testing.T) {
	for name, want := range map[string]string{
		"":                `attachment`,
		"Books.csv":       `attachment; filename=Books.csv`,
		`a "b" 1.csv`:     `attachment; filename="a \"b\" 1.csv"`,
		"Übersicht.csv":   `attachment; filename=_bersicht.csv; filename*=utf-8''%C3%9Cbersicht.csv`,
		"事務 費.pdf":        `attachment; filename="__ _.pdf"; filename*=utf-8''%E4%BA%8B%E5%8B%99%20%E8%B2%BB.pdf`,
		"50% – \"x\".txt": `attachment; filename="50% _ \"x\".txt"; filename*=utf-8''50%25%20%E2%80%93%20%22x%22.txt`,
	} {
		got := Attachment(name)
		if got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
		if _, params, err := mime.ParseMediaType(got); err != nil || params["filename"] != name {
			t.Errorf("%q: a client reads %q, %v", name, params["filename"], err)
		}
	}
}
