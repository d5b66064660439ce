package dunning

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	"backoffice/internal/finance/customers"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/jobs"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/money"
)

// thanksDays is how many days after a payment the customer is thanked for it.
const thanksDays = 7

// thanksMail is the mail that thanks for a payment.
var thanksMail = mail.Kind{
	Name: "finance.paymentThanks", Description: "Sent to a customer whose payment settled an invoice.",
	Variables: []template.Variable{
		{Name: "customer_name", Type: template.Text, Description: "Name of the customer."},
		{Name: "number", Type: template.Text, Description: "Number of the invoice."},
		{Name: "amount", Type: template.Money, Description: "Amount of the invoice."},
		{Name: "payment_date", Type: template.Date, Description: "Day on which it was settled."},
	},
	Texts: map[string]template.Source{
		"en": {Subject: "Thank you for your payment of {{.number}}",
			Text: "Dear {{.customer_name}},\n\nthank you for your payment. Invoice {{.number}} over {{.amount}} was settled " +
				"on {{.payment_date}}."},
		"de": {Subject: "Danke für Ihre Zahlung von {{.number}}",
			Text: "Guten Tag {{.customer_name}},\n\nvielen Dank für Ihre Zahlung. Die Rechnung {{.number}} über {{.amount}} " +
				"ist seit {{.payment_date}} beglichen."},
		"fr": {Subject: "Merci pour votre paiement de {{.number}}",
			Text: "Bonjour {{.customer_name}},\n\nmerci pour votre paiement. La facture {{.number}} de {{.amount}} a été " +
				"réglée le {{.payment_date}}."},
		"es": {Subject: "Gracias por su pago de {{.number}}",
			Text: "Hola, {{.customer_name}}:\n\ngracias por su pago. La factura {{.number}} de {{.amount}} quedó pagada " +
				"el {{.payment_date}}."},
		"nl": {Subject: "Bedankt voor uw betaling van {{.number}}",
			Text: "Beste {{.customer_name}},\n\nbedankt voor uw betaling. Factuur {{.number}} van {{.amount}} is betaald op " +
				"{{.payment_date}}."},
	},
}

// settledInvoice is an invoice that a payment settled.
type settledInvoice struct {
	ID              uuid.UUID
	CustomerID      uuid.UUID
	DocumentID      string
	Number          string
	Currency        string
	Minor           int64
	SettleDate      calendar.Date
	GroupKey        string
	DunningPolicyID *uuid.UUID
}

// sendThanks thanks for payments that settled invoices, each in a unit of work.
func (s *Service) sendThanks(ctx context.Context) error {
	settled, err := db.Read(ctx, s.db, loadSettled)
	if err != nil {
		return err
	}
	var failures error
	for _, i := range settled {
		_, err := db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
			return &emptypb.Empty{}, thank(ctx, tx, i)
		})
		failures = errors.Join(failures, err)
	}
	if failures == nil && len(settled) == mailPage {
		return jobs.ErrAgain
	}
	return failures
}

// loadSettled reads invoices whose customers are to be thanked. It is empty if no policy sends
// thanks.
func loadSettled(ctx context.Context, tx *db.Tx) ([]settledInvoice, error) {
	set, err := loadPolicies(ctx, tx)
	if err != nil || !set.sendThanks() {
		return nil, err
	}
	return findSettled(ctx, tx, nil)
}

// findSettled reads invoices, all or a given one, of which a payment settled the last amount in the
// last days, and whose customers were not thanked. A payment from before the invoice does not
// count, such as a deposit, and neither does the part payment of an invoice whose rest was credited
// or written off.
func findSettled(ctx context.Context, tx *db.Tx, key *uuid.UUID) ([]settledInvoice, error) {
	return db.Collect[settledInvoice](ctx, tx, `
select
  r.id,
  r.customer_id,
  r.document_id,
  r.number,
  r.total_amount_currency as currency,
  r.total_amount_minor as minor,
  r.settle_date,
  c.group_key,
  c.dunning_policy_id
from finance.receivables r
join finance.customers c on c.org_id = $1 and c.id = r.customer_id
join finance.invoices i on i.org_id = $1 and i.id = r.id and i.state = 'ISSUED'
where r.org_id = $1
and r.settle_date >= $2
and r.kind in ('INVOICE', 'OPENING_INVOICE')
and ($4::uuid is null or r.id = $4)
and exists (
  select
  from finance.allocations a
  join finance.customer_credits p on p.org_id = $1 and p.id = a.customer_credit_id
  where a.org_id = $1
  and a.receivable_id = r.id
  and a.state = 'ACTIVE'
  and a.date = r.settle_date
  and p.kind = 'PAYMENT'
  and p.date >= r.date
)
and not exists (
  select
  from finance.payment_thanks t
  where t.org_id = $1
  and t.receivable_id = r.id
)
order by r.id
limit $3`, tx.Call().Organization.ID, tx.Call().Today().AddDays(-thanksDays).String(), mailPage, key)
}

// sendThanks reports whether a policy sends thanks.
func (p policySet) sendThanks() bool {
	for _, policy := range p.byID {
		if policy.SendThanks {
			return true
		}
	}
	return false
}

// thank thanks for the payment of an invoice, if it is still settled and the policy of the customer
// says so. The invoice is noted, so that it is decided once.
func thank(ctx context.Context, tx *db.Tx, i settledInvoice) error {
	set, err := loadPolicies(ctx, tx)
	if err != nil {
		return err
	}
	c, err := customers.ResolveWithArchived(ctx, tx, "customerId", id.Format("cus", i.CustomerID))
	if err != nil {
		return err
	}
	if found, err := findSettled(ctx, tx, &i.ID); err != nil || len(found) == 0 {
		return err
	}
	tag, err := tx.Exec(ctx, `
insert into finance.payment_thanks (org_id, receivable_id, create_time)
values ($1, $2, $3)
on conflict do nothing`, tx.Call().Organization.ID, i.ID, tx.Call().Now())
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	policy, to := set.of(i.DunningPolicyID, i.GroupKey), recipientsOf(c)
	if policy == nil || !policy.SendThanks || len(to) == 0 {
		return nil
	}
	name := c.LegalName
	if name == "" {
		name = c.DisplayName
	}
	values := template.Values{"customer_name": name, "number": i.Number,
		"amount": money.ToProto(i.Minor, i.Currency), "payment_date": i.SettleDate}
	return mail.Send(ctx, tx, mail.Message{Kind: thanksMail, Cause: "payment of " + i.DocumentID, To: to,
		SubjectID: i.DocumentID, Language: c.LanguageCode, Values: values})
}
