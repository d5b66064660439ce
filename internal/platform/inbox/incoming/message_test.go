package incoming_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"backoffice/internal/platform/inbox/incoming"
	"backoffice/internal/platform/inbox/replytext"
)

// read parses a mail file of package inbox.
func read(t testing.TB, name string) *incoming.Message {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "testdata", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return incoming.Parse([]byte(strings.NewReplacer("RECIPIENT", "in@in.example", "ORIGINAL_ID", "1@mail.example").
		Replace(string(raw))))
}

// replyOf returns the new text of a message.
func replyOf(m *incoming.Message) string {
	if m.Text == "" {
		return replytext.FromHTML(m.HTML)
	}
	return replytext.FromText(m.Text)
}

// TestMailFilesAreRead reads a mail of each mail program and form.
func TestMailFilesAreRead(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		from, subject, reply string
		files                string
		automatic, malformed bool
	}{
		"gmail_reply": {
			"Ada Lopez ada@acme.example", "Re: Reminder: the report",
			"Looks good to me, please send it.\n\nI added a note about the *second* shipment.", "", false, false},
		"outlook_german": {
			"Ada López ada@acme.example", "AW: Erinnerung: Rechnung für Müller",
			"Hallo zusammen,\n\ndie Rechnung für Müller & Söhne ist geprüft – 1.234,50 € sind korrekt.\n\nViele Grüße\nAda",
			"", false, false},
		"outlook_spanish": {
			"Ada Lopez ada@acme.example", "RE: Recordatorio", "De acuerdo, lo envío hoy.\n\nSaludos,\nAda", "", false, false},
		"apple_mail_french": {
			"Ada Lopez ada@acme.example", "Re: Rappel : le rapport", "C’est noté, je m’en occupe demain.\n\nAda",
			"", false, false},
		"thunderbird_inline": {
			"Ada Lopez ada@acme.example", "Re: Erinnerung",
			"Der Betrag stimmt, ich habe ihn mit dem Lieferschein verglichen und nichts gefunden.\n\n" +
				"Das Datum ist falsch: richtig ist der 27.11.", "", false, false},
		"iphone_photo": {
			"Ada Lopez ada@acme.example", "Re: Reminder: the report", "Here is the receipt.", "IMG_0042.png", false, false},
		"html_only_windows_1252": {
			"Ada Lopez ada@acme.example", "RE: Déjà payé",
			"Déjà payé – “merci”.\n\n- facture n° 12\n- avoir\n\nVoir le document (https://supplier.example/doc).",
			"", false, false},
		"japanese_iso_2022_jp": {
			"山田花子 ada@acme.example", "Re: 請求書の件", "確認しました。\n請求書を送ってください。", "", false, false},
		"supplier_attachments": {
			"Harbor Supplies billing@supplier.example", "Invoice 2026-117", "Please find our invoice attached.",
			"image.png Rechnung Müller.pdf passwd eviltxt.exe", false, false},
		"invitation": {
			"Ada Lopez ada@acme.example", "Review of the report", "Let us review it tomorrow at 10.",
			"invitation.ics", false, false},
		"auto_reply": {
			"Ada Lopez ada@acme.example", "Automatic reply: Reminder: the report", "I am out of office until December 7.",
			"", true, false},
		"newsletter": {"Shop news@shop.example", "Winter sale", "Everything must go.", "", true, false},
		"forwarded_message": {
			"Ada Lopez ada@acme.example", "Fwd: Offer", "What do you think of this offer?", "message.eml", false, false},
		"outlook_tnef": {"Ada Lopez ada@acme.example", "Contract", "See the contract.", "winmail.dat", false, false},
		"malformed": {
			" ada@acme.example", "=?x-unknown?Q?caf=E9?= and a NUL: end", "café  =ZZ and more", "document.pdf", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := read(t, name)
			if len(m.From) != 1 || m.From[0].Name+" "+m.From[0].Email != want.from {
				t.Errorf("from %v, want %s", m.From, want.from)
			}
			if m.Subject != want.subject {
				t.Errorf("subject %q, want %q", m.Subject, want.subject)
			}
			if got := replyOf(m); got != want.reply {
				t.Errorf("reply %q, want %q", got, want.reply)
			}
			var names []string
			for _, f := range m.Files {
				names = append(names, f.Name)
			}
			if got := strings.Join(names, " "); got != want.files {
				t.Errorf("files %q, want %q", got, want.files)
			}
			if m.Automatic != want.automatic || m.Malformed != want.malformed {
				t.Errorf("automatic %v, malformed %v", m.Automatic, m.Malformed)
			}
		})
	}
}

func TestBounceNamesTheEmail(t *testing.T) {
	t.Parallel()
	m := read(t, "bounce")
	if m.Report == nil || !m.Automatic {
		t.Fatalf("got report %v, automatic %v", m.Report, m.Automatic)
	}
	want := incoming.Report{
		MessageID: "1@mail.example", Recipient: "ada@acme.example", Failed: true, Detail: "550 5.1.1 no such user",
	}
	if got := *m.Report; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestAutomaticMailIsRecognized checks each sign of a program, and that a person's mail has none.
func TestAutomaticMailIsRecognized(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"X-Mailer: Mail":                                 false,
		"Auto-Submitted: no":                             false,
		"X-Auto-Response-Suppress: DR, RN":               false,
		"Auto-Submitted: auto-replied":                   true,
		"Auto-Submitted: auto-generated (vacation)":      true,
		"X-Auto-Response-Suppress: OOF, AutoReply":       true,
		"Precedence: bulk":                               true,
		"Precedence: auto_reply":                         true,
		"Precedence: first-class":                        false,
		"List-Id: <a.example>":                           true,
		"Return-Path: <>":                                true,
		"Return-Path: <a@b.example>":                     false,
		"Sender: a@b.example":                            false,
		"Content-Type: multipart/report; boundary=\"x\"": true,
	} {
		if got := incoming.Parse([]byte("From: a@b.example\r\n" + header + "\r\n\r\nHello")).Automatic; got != want {
			t.Errorf("%s: got %v", header, got)
		}
	}
	if !incoming.Parse([]byte("From: MAILER-DAEMON@b.example\n\nx")).Automatic {
		t.Error("a message of a mail server is not automatic")
	}
}

// TestLimitsCutMessages reads messages that are built to be expensive.
func TestLimitsCutMessages(t *testing.T) {
	t.Parallel()
	nested := "Content-Type: text/plain\n\ndeep"
	for i := range 40 {
		nested = fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n%s\n--b%d--\n", i, i, nested, i)
	}
	parts := "Content-Type: multipart/mixed; boundary=b\n\n"
	for range 2000 {
		parts += "--b\nContent-Disposition: attachment; filename=a.txt\n\nx\n"
	}
	for name, c := range map[string]struct {
		raw    string
		marked func(*incoming.Message) bool
	}{
		"nested parts": {nested, func(m *incoming.Message) bool { return m.Truncated && m.Text == "" }},
		"many parts":   {parts + "--b--\n", func(m *incoming.Message) bool { return m.Truncated && len(m.Files) == 50 }},
		"a long text": {"Subject: x\n\n" + strings.Repeat("long ", 1<<20),
			func(m *incoming.Message) bool { return m.Truncated && len(m.Text) <= 1<<20 }},
		"a long header": {"X: " + strings.Repeat("long ", 1<<20) + "\nFrom: a@b.example\n\nx",
			func(m *incoming.Message) bool { return m.HeaderBroken && m.Malformed }},
		"many recipients": {"To: " + strings.Repeat("a@b.example,", 500) + "a@b.example\n\nx",
			func(m *incoming.Message) bool { return m.Truncated && len(m.To) == 100 }},
		"a cut off message": {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nstill here",
			func(m *incoming.Message) bool { return m.Malformed && m.Text == "still here" }},
		"nothing": {"", func(m *incoming.Message) bool { return m.Text == "" && len(m.Files) == 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if m := incoming.Parse([]byte(c.raw)); !c.marked(m) {
				t.Errorf("got truncated %v, malformed %v, %d files, text %.40q", m.Truncated, m.Malformed, len(m.Files), m.Text)
			}
		})
	}
}

// TestSecondSenderIsSeen checks that a message with two senders does not look like one with one.
func TestSecondSenderIsSeen(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"From: a@b.example\nFrom: c@d.example\n\nx",
		"From: a@b.example\nFROM : c@d.example\n\nx",
		"From: a@b.example, c@d.example\n\nx",
	} {
		if got := incoming.Parse([]byte(raw)).From; len(got) != 2 {
			t.Errorf("%q: got the senders %v", raw, got)
		}
	}
}

// TestValuesAddNoLine checks that no encoded value gets a line break or a control character.
func TestValuesAddNoLine(t *testing.T) {
	t.Parallel()
	m := incoming.Parse([]byte("From: =?utf-8?Q?a=0D=0ABcc:_x=00?= <a@b.example>\r\n" +
		"Subject: =?utf-8?Q?one=0D=0Atwo=00=E2=80=AE?=\r\n\r\nx"))
	isClean := !strings.ContainsFunc(m.From[0].Name, unicode.IsControl)
	if m.Subject != "one two" || !isClean || m.From[0].Email != "a@b.example" {
		t.Errorf("got the subject %q and the name %q", m.Subject, m.From[0].Name)
	}
}

func FuzzParse(f *testing.F) {
	found, err := filepath.Glob(filepath.Join("..", "testdata", "*.eml"))
	if err != nil || len(found) < 12 {
		f.Fatalf("got %d mail files, %v", len(found), err)
	}
	for _, name := range found {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := incoming.Parse(bytes.Clone(raw))
		texts := append([]string{m.Subject, m.MessageID, m.Text, m.HTML, replyOf(m), replytext.ToText(m.HTML)}, m.To...)
		for _, a := range m.From {
			texts = append(texts, a.Name, a.Email)
		}
		for _, f := range m.Files {
			texts = append(texts, f.Name, f.MediaType)
			if f.Name == "" || len(f.Name) > 255 || strings.ContainsAny(f.Name, "/\\\n") || strings.Trim(f.Name, ".") == "" {
				t.Errorf("the file name %q", f.Name)
			}
		}
		for _, text := range texts {
			if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
				t.Errorf("the text %q", text)
			}
		}
		for _, line := range []string{m.Subject, m.MessageID} {
			if strings.ContainsFunc(line, unicode.IsControl) {
				t.Errorf("the line %q", line)
			}
		}
		if again := incoming.Parse(raw); again.Text != m.Text || !slices.Equal(again.To, m.To) {
			t.Error("the same message reads differently")
		}
	})
}
