package dunning

import (
	"errors"
	"slices"

	"github.com/shopspring/decimal"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/paper"
)

// maxListed is the largest number of invoices that a text lists.
const maxListed = 1000

// textVariables are the variables of the texts of a policy.
var textVariables = []template.Variable{
	{Name: "customer_name", Type: template.Text, Description: "Name of the customer."},
	{Name: "organization_name", Type: template.Text, Description: "Name of the organization."},
	{Name: "notice_number", Type: template.Text, Description: "Number of the notice."},
	{Name: "notice_date", Type: template.Date, Description: "Date of the notice."},
	{Name: "step_name", Type: template.Text, Description: "Name of the latest step."},
	{Name: "open_amount", Type: template.Money, Description: "Sum of what is open of the invoices."},
	{Name: "fee", Type: template.Money, Description: "Fee."},
	{Name: "fixed_sum", Type: template.Money, Description: "Sum of the statutory fixed sums."},
	{Name: "interest", Type: template.Money, Description: "Interest."},
	{Name: "tax", Type: template.Money, Description: "Tax of what the notice charges."},
	{Name: "earlier_charges", Type: template.Money, Description: "Sum of what is open of the charges of earlier notices."},
	{Name: "total", Type: template.Money, Description: "What the customer is asked to pay."},
	{Name: "invoices", Type: template.List, Description: "The invoices, up to 1,000.", Fields: []template.Variable{
		{Name: "number", Type: template.Text, Description: "Number of the invoice."},
		{Name: "date", Type: template.Date, Description: "Date of the invoice."},
		{Name: "due_date", Type: template.Date, Description: "Date on which it was due."},
		{Name: "days_overdue", Type: template.Number, Description: "Days since the due date."},
		{Name: "open_amount", Type: template.Money, Description: "What is open of the invoice."},
		{Name: "interest", Type: template.Money, Description: "Interest on the invoice."},
	}},
}

// overdueTexts are the texts of steps after the due date that have no texts, by language.
var overdueTexts = []*pb.DunningPolicy_Text{
	{LanguageCode: "en", Subject: "{{.step_name}} {{.notice_number}}",
		Body: "Dear {{.customer_name}},\n\nyour payment of {{.open_amount}} has not reached us yet. " +
			"Please pay {{.total}}. If you have paid in the meantime, please disregard this message.\n\n{{.organization_name}}"},
	{LanguageCode: "de", Subject: "{{.step_name}} {{.notice_number}}",
		Body: "Guten Tag {{.customer_name}},\n\nIhre Zahlung über {{.open_amount}} ist noch nicht bei uns eingegangen. " +
			"Bitte zahlen Sie {{.total}}. Falls Sie inzwischen gezahlt haben, betrachten Sie dieses Schreiben als " +
			"gegenstandslos.\n\n{{.organization_name}}"},
	{LanguageCode: "fr", Subject: "{{.step_name}} {{.notice_number}}",
		Body: "Bonjour {{.customer_name}},\n\nvotre paiement de {{.open_amount}} ne nous est pas encore parvenu. " +
			"Merci de régler {{.total}}. Si vous avez payé entre-temps, ne tenez pas compte de ce message.\n\n" +
			"{{.organization_name}}"},
	{LanguageCode: "es", Subject: "{{.step_name}} {{.notice_number}}",
		Body: "Hola, {{.customer_name}}:\n\naún no hemos recibido su pago de {{.open_amount}}. " +
			"Le rogamos que pague {{.total}}. Si ya ha pagado, no tenga en cuenta este mensaje.\n\n{{.organization_name}}"},
	{LanguageCode: "nl", Subject: "{{.step_name}} {{.notice_number}}",
		Body: "Beste {{.customer_name}},\n\nuw betaling van {{.open_amount}} hebben wij nog niet ontvangen. " +
			"Wilt u {{.total}} betalen? Als u al hebt betaald, kunt u dit bericht negeren.\n\n{{.organization_name}}"},
}

// dueTexts are the texts of steps until the due date that have no texts, by language.
var dueTexts = []*pb.DunningPolicy_Text{
	{LanguageCode: "en", Subject: "{{.step_name}} {{.notice_number}}",
		Body: "Dear {{.customer_name}},\n\nwe would like to remind you of {{.open_amount}}, payable by the dates below. " +
			"Please pay {{.total}}. If you have already paid, please disregard this message.\n\n{{.organization_name}}"},
	{LanguageCode: "de", Subject: "{{.step_name}} {{.notice_number}}",
		Body: "Guten Tag {{.customer_name}},\n\nwir erinnern Sie an {{.open_amount}}, zahlbar bis zu den unten genannten " +
			"Tagen. Bitte zahlen Sie {{.total}}. Falls Sie bereits gezahlt haben, betrachten Sie dieses Schreiben als " +
			"gegenstandslos.\n\n{{.organization_name}}"},
	{LanguageCode: "fr", Subject: "{{.step_name}} {{.notice_number}}",
		Body: "Bonjour {{.customer_name}},\n\nnous vous rappelons le montant de {{.open_amount}}, à régler aux dates " +
			"ci-dessous. Merci de régler {{.total}}. Si vous avez déjà payé, ne tenez pas compte de ce message.\n\n" +
			"{{.organization_name}}"},
	{LanguageCode: "es", Subject: "{{.step_name}} {{.notice_number}}",
		Body: "Hola, {{.customer_name}}:\n\nle recordamos el importe de {{.open_amount}}, que vence en las fechas indicadas " +
			"abajo. Le rogamos que pague {{.total}}. Si ya ha pagado, no tenga en cuenta este mensaje.\n\n" +
			"{{.organization_name}}"},
	{LanguageCode: "nl", Subject: "{{.step_name}} {{.notice_number}}",
		Body: "Beste {{.customer_name}},\n\nwij herinneren u aan {{.open_amount}}, te betalen op de onderstaande datums. " +
			"Wilt u {{.total}} betalen? Als u al hebt betaald, kunt u dit bericht negeren.\n\n{{.organization_name}}"},
}

// textOf returns the text of a step in a language, in the language without its region, or in the
// first one of the step.
func textOf(s *pb.DunningPolicy_Step, language string) *pb.DunningPolicy_Text {
	texts := s.GetTexts()
	switch {
	case len(texts) > 0:
	case s.GetDays() > 0:
		texts = overdueTexts
	default:
		texts = dueTexts
	}
	for _, code := range []string{language, paper.BaseOf(language)} {
		if n := slices.IndexFunc(texts, func(t *pb.DunningPolicy_Text) bool { return t.LanguageCode == code }); n >= 0 {
			return texts[n]
		}
	}
	return texts[0]
}

// setText renders the texts of a notice. It refuses texts that become too long.
func setText(c *call.Call, n *pb.DunningNotice, s *pb.DunningPolicy_Step, language string) error {
	values, err := textValues(c, n, s)
	if err != nil {
		return err
	}
	t := textOf(s, language)
	content, err := renderText(c, t, values)
	var failed *template.PartError
	if errors.As(err, &failed) {
		return fault.Refuse(optionsv1.Reason_EMAIL_TEMPLATE_INVALID, "The text of the step %s cannot be rendered: %s.",
			s.GetDisplayName(), failed.Err)
	}
	if err != nil {
		return err
	}
	n.LanguageCode, n.Subject, n.Body = t.LanguageCode, content.Subject, content.Text
	return nil
}

// renderText renders a text.
func renderText(c *call.Call, t *pb.DunningPolicy_Text, values template.Values) (*template.Content, error) {
	l := paper.NewLanguage(t.LanguageCode, c.Organization.RegionCode, c.Organization.Zone)
	return template.Render(template.Source{Subject: t.Subject, Text: t.Body}, textVariables, values, l,
		c.Organization.DisplayName)
}

// textValues returns the values of the variables of a notice.
func textValues(c *call.Call, n *pb.DunningNotice, s *pb.DunningPolicy_Step) (template.Values, error) {
	day, err := calendar.ParseDate(n.Date)
	if err != nil {
		return nil, err
	}
	listed, err := listedInvoices(n)
	return template.Values{
		"customer_name": n.CustomerName, "organization_name": c.Organization.DisplayName,
		"notice_number": n.Number, "notice_date": day, "step_name": s.GetDisplayName(), "open_amount": n.OpenAmount,
		"fee": n.Fee, "fixed_sum": n.FixedSum, "interest": n.InterestAmount, "tax": n.TaxAmount,
		"earlier_charges": n.EarlierChargedAmount, "total": n.TotalAmount,
		"invoices": listed,
	}, err
}

// listedInvoices returns the values of the invoices of a notice.
func listedInvoices(n *pb.DunningNotice) ([]template.Values, error) {
	lines := n.Lines[:min(len(n.Lines), maxListed)]
	out := make([]template.Values, len(lines))
	for i, l := range lines {
		date, err := calendar.ParseDate(l.Date)
		if err != nil {
			return nil, err
		}
		due, err := calendar.ParseDate(l.DueDate)
		if err != nil {
			return nil, err
		}
		out[i] = template.Values{"number": l.Number, "date": date, "due_date": due,
			"days_overdue": decimal.NewFromInt32(l.DaysOverdue), "open_amount": l.OpenAmount, "interest": l.InterestAmount}
	}
	return out, nil
}
