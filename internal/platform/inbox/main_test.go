package inbox_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"golang.org/x/net/dns/dnsmessage"
	"google.golang.org/protobuf/types/known/emptypb"

	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/tax"
	"backoffice/internal/operations/projects"
	"backoffice/internal/operations/work"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/inbox"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/delivery"
	"backoffice/internal/platform/mail/mailtest"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/mail/signature"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/module"
)

func TestMain(m *testing.M) {
	apptest.Main(m, ledger.Module, tax.Module, catalog.Module, customers.Module, projects.Module, work.Module)
}

// reminder is a kind of mail about a task.
var reminder = mail.Kind{
	Name: "test.reminder", Description: "Sent by tests.",
	Variables: []template.Variable{{Name: "task", Type: template.Text}},
	Texts:     map[string]template.Source{"en": {Subject: "Reminder: {{.task}}", Text: "Please finish {{.task}}."}},
}

var providerSecret = []byte(strings.Repeat("p", 32))

// authserv identifies the provider's results in the tests.
const authserv = "mx.in.example"

// office is an organization whose mails go to a mail server and whose replies arrive. Ada and Ben
// are employees, who read only their own tasks.
type office struct {
	*apptest.Organization
	pb.InboxServiceClient
	comments     pb.CollaborationServiceClient
	server       *mailtest.Server
	ada, ben     *apptest.Organization
	adaID, benID string
	keys         map[string]ed25519.PrivateKey
}

// newOffice signs up an organization. Its persons have addresses at acme.example, whose DKIM key
// is in the DNS.
func newOffice(t testing.TB) office {
	t.Helper()
	o := office{server: mailtest.New(t, mailtest.PlainText), keys: map[string]ed25519.PrivateKey{}}
	records := map[string]string{}
	for _, domain := range []string{"acme.example", "supplier.example"} {
		public, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		o.keys[domain] = private
		records["mail._domainkey."+domain+"."] = "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
	}
	carrier, err := delivery.NewSMTP("smtp://"+o.server.Addr+"?tls=none",
		delivery.Limits{Step: 5 * time.Second, Data: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(carrier.Close)
	a := apptest.New(t, func(m *module.Options) {
		m.Mail = mail.Options{
			Carrier: carrier, Outbox: delivery.Outbox(filepath.Join(t.TempDir(), "outbox")), From: "server@mail.example",
			InboundDomain: "in.example",
		}
		m.Inbox = inbox.Options{Secret: providerSecret, AuthservID: authserv, Resolver: newDNS(t, records)}
		m.Modules = append(slices.Clip(m.Modules), func(module.Platform) module.Module {
			return module.Module{
				Name: "reminders", EmailKinds: []mail.Kind{reminder},
				InboundPurposes: []inbox.Purpose{{Name: "BILLS", Description: "Becomes a bill."}},
			}
		})
	})
	o.Organization = apptest.SignUpTo(t, a, func(r *pb.SignUpRequest) { r.Test = false })
	o.InboxServiceClient = pb.NewInboxServiceClient(o.Organization)
	o.comments = pb.NewCollaborationServiceClient(o.Organization)
	o.adaID, o.ada = o.employee(t, "Ada Lopez", "ada@acme.example")
	o.benID, o.ben = o.employee(t, "Ben Okafor", "ben@acme.example")
	return o
}

// employee creates a person with a key.
func (o office) employee(t testing.TB, name, email string) (string, *apptest.Organization) {
	t.Helper()
	p, err := pb.NewIdentityServiceClient(o).CreatePerson(t.Context(),
		&pb.CreatePersonRequest{Person: &pb.Person{DisplayName: name, Email: email}})
	if err != nil {
		t.Fatal(err)
	}
	return p.GetId(), o.AsPerson(t, p.GetId(), pb.ApiKey_EMPLOYEE)
}

// newDNS starts a DNS server with TXT records and returns a resolver that uses it.
func newDNS(t testing.TB, records map[string]string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			if answer := answerDNS(buffer[:n], records); answer != nil {
				_, _ = conn.WriteTo(answer, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// answerDNS responds to a query from the records. It is silent about names below stalled.example.
func answerDNS(query []byte, records map[string]string) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	if strings.HasSuffix(q.Name.String(), "stalled.example.") {
		return nil
	}
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	if text, known := records[q.Name.String()]; known && q.Type == dnsmessage.TypeTXT {
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60},
			Body:   &dnsmessage.TXTResource{TXT: []string{text}},
		}}
	} else {
		m.RCode = dnsmessage.RCodeNameError
	}
	answer, err := m.Pack()
	if err != nil {
		return nil
	}
	return answer
}

// mailFile reads a mail from a file, addressed to a recipient, as a reply to a Message-ID.
func mailFile(t testing.TB, name, recipient, original string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.NewReplacer("RECIPIENT", recipient, "ORIGINAL_ID", original).Replace(string(raw)))
}

// sign adds the DKIM signature of a domain to a mail.
func (o office) sign(t testing.TB, domain string, raw []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := dkim.Sign(&out, bytes.NewReader(raw), &dkim.SignOptions{
		Domain: domain, Selector: "mail", Signer: crypto.Signer(o.keys[domain]), Hash: crypto.SHA256,
		HeaderKeys:             []string{"From", "To", "Subject", "Date"},
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// deliver sends a mail to the server as the mail provider does.
func (o office) deliver(t testing.TB, recipient, sender string, raw []byte) apptest.Response {
	t.Helper()
	return o.deliverAs(t, recipient, sender, raw, func(h http.Header) {
		signature.Sign(providerSecret, h, "msg_1", slices.Concat([]byte(recipient+"\n"+sender+"\n"), raw), time.Now())
	})
}

func (o office) deliverAs(
	t testing.TB, recipient, sender string, raw []byte, sign func(http.Header),
) apptest.Response {
	t.Helper()
	q := url.Values{"recipient": {recipient}, "sender": {sender}}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/inboundMail?"+q.Encode(), bytes.NewReader(raw))
	r.Header.Set("Content-Type", "message/rfc822")
	sign(r.Header)
	visitor := *o.Organization
	visitor.Key = ""
	return visitor.Send(t, r)
}

// received delivers a mail and returns its message.
func (o office) received(t testing.TB, recipient string, raw []byte) *pb.InboundMessage {
	t.Helper()
	got := o.deliver(t, recipient, "ada@acme.example", raw)
	if got.Code != http.StatusOK {
		t.Fatalf("delivering: got %d %s", got.Code, got.Raw)
	}
	messageID, _ := got.Body["inboundMessageId"].(string)
	return o.message(t, messageID)
}

func (o office) message(t testing.TB, messageID string) *pb.InboundMessage {
	t.Helper()
	m, err := o.GetInboundMessage(t.Context(), &pb.GetInboundMessageRequest{InboundMessageId: messageID})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// task creates a task of a person.
func (o office) task(t testing.TB, ownerID string) string {
	t.Helper()
	made, err := operationsv1.NewWorkServiceClient(o).CreateTask(t.Context(), &operationsv1.CreateTaskRequest{
		Task: &operationsv1.Task{DisplayName: "The report", OwnerId: ownerID}})
	if err != nil {
		t.Fatal(err)
	}
	return made.GetId()
}

// sentMail is a mail about a task that the mail server received.
type sentMail struct{ taskID, replyTo, messageID string }

// remind sends Ada a mail about a task and returns what arrived at the mail server.
func (o office) remind(t testing.TB, taskID string) sentMail {
	t.Helper()
	key, err := id.Parse("org", o.Organization.Organization.GetId())
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.App.Identity.SystemCall(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	shared, _ := apptest.Databases(t)
	if _, err := db.Write(call.With(t.Context(), c), shared.WithKinds(o.App.Registry),
		func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
			return &emptypb.Empty{}, mail.Send(ctx, tx, mail.Message{
				Kind: reminder, Cause: rand.Text(), To: []message.Address{{Name: "Ada", Email: "ada@acme.example"}},
				SubjectID: taskID, Values: template.Values{"task": "the report"},
			})
		}); err != nil {
		t.Fatal(err)
	}
	o.RunJobs(t)
	all := o.server.Received(t)
	if len(all) == 0 {
		t.Fatal("the mail server received nothing")
	}
	header := all[len(all)-1].Header
	address, err := header.AddressList("Reply-To")
	if err != nil {
		t.Fatal(err)
	}
	return sentMail{taskID, address[0].Address, strings.Trim(header.Get("Message-Id"), "<>")}
}

// commentsOn returns the comments on a record.
func (o office) commentsOn(t testing.TB, subjectID string) []*pb.Comment {
	t.Helper()
	list, err := o.comments.ListComments(t.Context(),
		&pb.ListCommentsRequest{Filter: "subject_id = \"" + subjectID + "\""})
	if err != nil {
		t.Fatal(err)
	}
	return list.GetComments()
}

// filesOn returns the names of the attachments of a record, as the caller of a connection sees
// them.
func filesOn(t testing.TB, o *apptest.Organization, subjectID string) (names []string) {
	t.Helper()
	list, err := pb.NewFilesServiceClient(o).ListAttachments(t.Context(),
		&pb.ListAttachmentsRequest{Filter: "subject_id = \"" + subjectID + "\""})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.GetAttachments() {
		names = append(names, a.GetDisplayName())
	}
	slices.Sort(names)
	return names
}
