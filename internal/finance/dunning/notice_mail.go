package dunning

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/resource"
)

// mailPage is the number of mails that are sent before other organizations have a turn.
const mailPage = 50

// noticeVariables are the variables of the mail of a notice. Its text was rendered when the notice
// was created.
var noticeVariables = append([]template.Variable{
	{Name: "subject", Type: template.Text, Description: "Subject of the notice."},
	{Name: "paragraphs", Type: template.List, Description: "Text of the notice.", Fields: []template.Variable{
		{Name: "text", Type: template.Text, Description: "A paragraph."},
	}},
	{Name: "sums", Type: template.List, Description: "What the notice charges, what is open of earlier charges, and the " +
		"total, without sums of zero.", Fields: []template.Variable{
		{Name: "name", Type: template.Text, Description: "Name of the sum, in the language of the notice."},
		{Name: "amount", Type: template.Money, Description: "Sum."},
	}},
}, textVariables...)

// noticeMail is the mail of a notice: its text, and its invoices as a table.
var noticeMail = mail.Kind{
	Name: "finance.dunningNotice", Description: "Sent to a customer who has not paid invoices.",
	Variables: noticeVariables, Texts: map[string]template.Source{
		"en": tableText("Invoice", "Due", "Open"), "de": tableText("Rechnung", "Fällig", "Offen"),
		"fr": tableText("Facture", "Échéance", "Solde"), "es": tableText("Factura", "Vencimiento", "Pendiente"),
		"nl": tableText("Factuur", "Vervaldatum", "Open"),
	},
}

// tableText returns the text of a mail with the given words.
func tableText(invoice, due, open string) template.Source {
	return template.Source{
		Subject: "{{.subject}}",
		Text: "{{range .paragraphs}}{{.text}}\n\n{{end}}{{range .invoices}}" + invoice + " {{.number}}, " + due +
			" {{.due_date}}, " + open + " {{.open_amount}}\n{{end}}{{range .sums}}\n{{.name}}: {{.amount}}{{end}}",
		HTML: "{{range .paragraphs}}<p>{{.text}}</p>{{end}}<table cellpadding=\"4\"><tr><th align=\"left\">" + invoice +
			"</th><th align=\"left\">" + due + "</th><th align=\"right\">" + open + "</th></tr>" +
			"{{range .invoices}}<tr><td>{{.number}}</td><td>{{.due_date}}</td><td align=\"right\">{{.open_amount}}</td></tr>" +
			"{{end}}{{range .sums}}<tr><td>{{.name}}</td><td></td><td align=\"right\">{{.amount}}</td></tr>{{end}}</table>",
	}
}

// sumNames are the names of the sums of a notice, by language.
var sumNames = map[string]struct{ fee, fixedSum, interest, tax, earlier, total string }{
	"en": {"Late fee", "Fixed sum for late payment", "Interest", "Tax", "Earlier charges", "Total"},
	"de": {"Mahngebühr", "Verzugspauschale", "Zinsen", "Steuer", "Frühere Mahnkosten", "Gesamt"},
	"fr": {"Frais de retard", "Indemnité forfaitaire", "Intérêts", "Taxe", "Frais antérieurs", "Total"},
	"es": {"Recargo", "Indemnización fija", "Intereses", "Impuesto", "Cargos anteriores", "Total"},
	"nl": {"Aanmaningskosten", "Vaste vergoeding", "Rente", "Btw", "Eerdere kosten", "Totaal"},
}

// sumsOf returns the sums of a notice with their names: those that are not zero, and the total.
func sumsOf(n *notice) (sums []template.Values) {
	names, known := sumNames[paper.BaseOf(n.LanguageCode)]
	if !known {
		names = sumNames["en"]
	}
	for _, s := range []struct {
		name   string
		amount *typepb.Money
	}{{names.fee, n.Fee}, {names.fixedSum, n.FixedSum}, {names.interest, n.InterestAmount}, {names.tax, n.TaxAmount},
		{names.earlier, n.EarlierChargedAmount}} {
		if minor, err := money.Parse(s.amount.GetAmount(), s.amount.GetCurrencyCode()); err == nil && minor != 0 {
			sums = append(sums, template.Values{"name": s.name, "amount": s.amount})
		}
	}
	return append(sums, template.Values{"name": names.total, "amount": n.TotalAmount})
}

// mailNotices mails the notices that wait for it, each in a unit of work.
func (s *Service) mailNotices(ctx context.Context) error {
	queued, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) ([]uuid.UUID, error) {
		return db.CollectColumn[uuid.UUID](ctx, tx, `
select id
from finance.dunning_notices
where org_id = $1
and email_state = 'QUEUED'
order by id
limit $2`, tx.Call().Organization.ID, mailPage)
	})
	if err != nil {
		return err
	}
	var failures error
	for _, key := range queued {
		noticeID := id.Format(notices.Prefix(), key)
		failures = errors.Join(failures, s.noteMailFailure(ctx, noticeID, s.printAndMail(ctx, noticeID)))
	}
	if failures == nil && len(queued) == mailPage {
		return jobs.ErrAgain
	}
	return failures
}

// noteMailFailure notes at a notice why it was not mailed, so that it does not delay later ones. It
// returns an error that is temporary, or a fault of the server.
func (s *Service) noteMailFailure(ctx context.Context, noticeID string, err error) error {
	if err == nil || isTemporary(ctx, err) {
		return err
	}
	refusal := fault.From(err)
	_, failed := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.DunningNotice, error) {
		return notices.Modify(ctx, tx, noticeID, "mailFailed", func(_ context.Context, _ *db.Tx, _, n *notice) error {
			if n.EmailState == pb.DunningNotice_QUEUED {
				n.EmailState, n.EmailError = pb.DunningNotice_FAILED, messageOf(refusal)
			}
			return nil
		})
	})
	if refusal.Reason == optionsv1.Reason_INTERNAL_FAULT {
		return errors.Join(err, failed)
	}
	return failed
}

// printAndMail prints a notice, and then mails it in a unit of work.
func (s *Service) printAndMail(ctx context.Context, noticeID string) error {
	printed, err := s.print(ctx, noticeID)
	if err != nil {
		return err
	}
	_, err = db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.DunningNotice, error) {
		return notices.Modify(ctx, tx, noticeID, "sent", s.mailNotice(printed))
	})
	return err
}

// print returns the file of a notice whose content is stored, or nil if there is none.
func (s *Service) print(ctx context.Context, noticeID string) (*platformv1.File, error) {
	if s.hooks.Print == nil {
		return nil, nil
	}
	printed, err := s.hooks.Print(ctx, noticeID)
	if err == nil {
		return printed, nil
	}
	switch fault.From(err).Code {
	case codes.InvalidArgument, codes.FailedPrecondition, codes.ResourceExhausted:
		return nil, nil // the mail has the whole text
	}
	return nil, err
}

// mailNotice returns the rule that mails a notice with a printed file, or nil, unless that happened
// since it was queued.
func (s *Service) mailNotice(printed *platformv1.File) resource.Rule[*notice] {
	return func(ctx context.Context, tx *db.Tx, _, n *notice) error {
		if n.EmailState != pb.DunningNotice_QUEUED {
			return nil
		}
		return s.sendNotice(ctx, tx, n, printed)
	}
}

// sendNotice mails a notice.
func (s *Service) sendNotice(ctx context.Context, tx *db.Tx, n *notice, printed *platformv1.File) error {
	c, err := customers.ResolveWithArchived(ctx, tx, "customerId", n.CustomerId)
	if err != nil {
		return err
	}
	to := recipientsOf(c)
	if len(to) == 0 {
		n.EmailState = pb.DunningNotice_NO_RECIPIENTS
		return nil
	}
	var fileIDs []string
	if printed != nil {
		file, err := s.files.InsertStored(ctx, tx, printed)
		if err != nil {
			return err
		}
		fileIDs = []string{file.Id}
	}
	values, err := textValues(tx.Call(), n, latestStep(n))
	if err != nil {
		return err
	}
	values["subject"], values["paragraphs"], values["sums"] = n.Subject, paragraphsOf(n.Body), sumsOf(n)
	now := timestamppb.New(tx.Call().Now())
	n.EmailState, n.SendTime, n.RecipientEmails = pb.DunningNotice_SENT, now, nil
	for _, address := range to {
		n.RecipientEmails = append(n.RecipientEmails, address.Email)
	}
	return mail.Send(ctx, tx, mail.Message{Kind: noticeMail, Cause: n.Id + " version " + n.Etag, To: to,
		SubjectID: n.Id, Language: n.LanguageCode, Values: values, FileIDs: fileIDs})
}

// latestStep returns the latest step of the lines of a notice.
func latestStep(n *notice) *pb.DunningPolicy_Step {
	step := &pb.DunningPolicy_Step{}
	for i, l := range n.Lines {
		if i == 0 || l.StepDays > step.Days {
			step.Days, step.DisplayName = l.StepDays, l.StepName
		}
	}
	return step
}

// recipientsOf returns the addresses to which documents of a customer are sent.
func recipientsOf(c *pb.Customer) (to []message.Address) {
	for _, email := range append(append([]string{}, c.RecipientEmails...), c.CcEmails...) {
		to = append(to, message.Address{Email: email})
	}
	return to
}

// maxParagraphs is the largest number of paragraphs of a mail.
const maxParagraphs = 1000

// paragraphsOf splits a text at empty lines.
func paragraphsOf(body string) (out []template.Values) {
	for _, p := range strings.Split(strings.TrimSpace(body), "\n\n") {
		if len(out) < maxParagraphs {
			out = append(out, template.Values{"text": p})
		}
	}
	return out
}
