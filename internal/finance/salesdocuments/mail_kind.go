package salesdocuments

import (
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/template"
)

// mailVariables are the variables of all mails with documents. Templates should print `subject` and
// `message` if they are not empty, because the sender wrote them.
func mailVariables(more ...template.Variable) []template.Variable {
	return append([]template.Variable{
		{Name: "organization", Type: template.Text, Description: "Name of the organization."},
		{Name: "customer", Type: template.Text, Description: "Name of the customer."},
		{Name: "subject", Type: template.Text, Description: "Subject that the sender chose; empty for the default."},
		{Name: "link", Type: template.URL, Description: "Link to the PDF file; empty if there is none."},
		{Name: "message", Type: template.Text, Description: "Text that the sender wrote; empty for the default."},
	}, more...)
}

// text returns the texts of a mail, which the sender can replace.
func text(subject, body string) template.Source {
	return template.Source{
		Subject: "{{if .subject}}{{.subject}}{{else}}" + subject + "{{end}}",
		Text: "{{if .message}}{{.message}}{{else}}" + body + "\n\n{{.organization}}{{end}}" +
			"{{if .link}}\n\n{{.link}}{{end}}",
	}
}

// paymentVariables are the variables of mails that ask to pay a document. The parameter describes
// its due date.
func paymentVariables(dueDate string) []template.Variable {
	return mailVariables(numberVariable, totalVariable,
		template.Variable{Name: "open_amount", Type: template.Money, Description: "Amount that is still to be paid."},
		template.Variable{Name: "due_date", Type: template.Date, Description: dueDate}, referenceVariable,
		template.Variable{Name: "request", Type: template.Text,
			Description: "Sentence that asks to pay what is open; empty if nothing is."})
}

var (
	numberVariable    = template.Variable{Name: "number", Type: template.Text, Description: "Number of the document."}
	totalVariable     = template.Variable{Name: "total", Type: template.Money, Description: "Total of the document."}
	referenceVariable = template.Variable{Name: "reference", Type: template.Text,
		Description: "Reference of the customer; may be empty."}
)

var invoiceMail = mail.Kind{
	Name: "finance.invoice", Description: "Sent to a customer with an invoice.",
	Variables: paymentVariables("Date on which the invoice is due."),
	Texts: map[string]template.Source{
		"en": text("Invoice {{.number}} from {{.organization}}", "Hello,\n\nthis is invoice {{.number}} over {{.total}}."+
			"{{if .request}} {{.request}}{{end}}\n\nThank you for your business."),
		"de": text("Rechnung {{.number}} von {{.organization}}", "Guten Tag,\n\nhiermit erhalten Sie die Rechnung "+
			"{{.number}} über {{.total}}.{{if .request}} {{.request}}{{end}}\n\n"+
			"Vielen Dank für Ihren Auftrag."),
		"es": text("Factura {{.number}} de {{.organization}}", "Hola:\n\nLe enviamos la factura {{.number}} por {{.total}}."+
			"{{if .request}} {{.request}}{{end}}\n\nGracias por su confianza."),
		"fr": text("Facture {{.number}} de {{.organization}}", "Bonjour,\n\nvoici la facture {{.number}} d’un montant de "+
			"{{.total}}.{{if .request}} {{.request}}{{end}}\n\nMerci de votre confiance."),
		"nl": text("Factuur {{.number}} van {{.organization}}", "Goedendag,\n\nhierbij ontvangt u factuur {{.number}} van "+
			"{{.total}}.{{if .request}} {{.request}}{{end}}\n\nBedankt voor uw opdracht."),
	},
}

var creditNoteMail = mail.Kind{
	Name: "finance.creditNote", Description: "Sent to a customer with a credit note.",
	Variables: mailVariables(numberVariable, totalVariable,
		template.Variable{Name: "invoice_number", Type: template.Text,
			Description: "Number of the invoice that is credited."}),
	Texts: map[string]template.Source{
		"en": text("Credit note {{.number}} from {{.organization}}",
			"Hello,\n\nthis is credit note {{.number}} over {{.total}} for invoice {{.invoice_number}}."),
		"de": text("Gutschrift {{.number}} von {{.organization}}", "Guten Tag,\n\nhiermit erhalten Sie die Gutschrift "+
			"{{.number}} über {{.total}} zur Rechnung {{.invoice_number}}."),
		"es": text("Factura rectificativa {{.number}} de {{.organization}}", "Hola:\n\nLe enviamos la factura "+
			"rectificativa {{.number}} por {{.total}} de la factura {{.invoice_number}}."),
		"fr": text("Avoir {{.number}} de {{.organization}}",
			"Bonjour,\n\nvoici l’avoir {{.number}} d’un montant de {{.total}} sur la facture {{.invoice_number}}."),
		"nl": text("Creditfactuur {{.number}} van {{.organization}}", "Goedendag,\n\nhierbij ontvangt u creditfactuur "+
			"{{.number}} van {{.total}} bij factuur {{.invoice_number}}."),
	},
}

var receiptMail = mail.Kind{
	Name: "finance.receipt", Description: "Sent to a customer to thank for a payment, with its receipt.",
	Variables: mailVariables(totalVariable,
		template.Variable{Name: "date", Type: template.Date, Description: "Date of the payment."}),
	Texts: map[string]template.Source{
		"en": text("Thank you for your payment",
			"Hello,\n\nwe received your payment of {{.total}} on {{.date}}. Thank you very much."),
		"de": text("Vielen Dank für Ihre Zahlung",
			"Guten Tag,\n\nwir haben Ihre Zahlung über {{.total}} am {{.date}} erhalten. Vielen Dank."),
		"es": text("Gracias por su pago", "Hola:\n\nHemos recibido su pago de {{.total}} el {{.date}}. Muchas gracias."),
		"fr": text("Merci de votre paiement",
			"Bonjour,\n\nnous avons reçu votre paiement de {{.total}} le {{.date}}. Merci beaucoup."),
		"nl": text("Bedankt voor uw betaling",
			"Goedendag,\n\nwij hebben uw betaling van {{.total}} op {{.date}} ontvangen. Hartelijk dank."),
	},
}

var statementMail = mail.Kind{
	Name: "finance.customerStatement", Description: "Sent to a customer with a statement of what is open.",
	Variables: mailVariables(
		template.Variable{Name: "date", Type: template.Date, Description: "Day at whose end the balances are."},
		template.Variable{Name: "balance", Type: template.Text,
			Description: "Balance by currency; empty if nothing is open."}),
	Texts: map[string]template.Source{
		"en": text("Statement from {{.organization}}",
			"Hello,\n\nthis is your statement as of {{.date}}.{{if .balance}} Your balance is {{.balance}}.{{end}}"),
		"de": text("Kontoauszug von {{.organization}}", "Guten Tag,\n\nhiermit erhalten Sie Ihren Kontoauszug zum "+
			"{{.date}}.{{if .balance}} Der Saldo beträgt {{.balance}}.{{end}}"),
		"es": text("Extracto de cuenta de {{.organization}}", "Hola:\n\nLe enviamos su extracto de cuenta a fecha de "+
			"{{.date}}.{{if .balance}} El saldo es de {{.balance}}.{{end}}"),
		"fr": text("Relevé de compte de {{.organization}}", "Bonjour,\n\nvoici votre relevé de compte au {{.date}}."+
			"{{if .balance}} Le solde est de {{.balance}}.{{end}}"),
		"nl": text("Rekeningoverzicht van {{.organization}}", "Goedendag,\n\nhierbij ontvangt u uw rekeningoverzicht "+
			"per {{.date}}.{{if .balance}} Het saldo is {{.balance}}.{{end}}"),
	},
}

var quoteMail = mail.Kind{
	Name: "finance.quote", Description: "Sent to a customer or a prospect with a quote.",
	Variables: mailVariables(numberVariable, totalVariable,
		referenceVariable, template.Variable{Name: "validity", Type: template.Text,
			Description: "Sentence that says until when the quote can be accepted; empty if it does not expire."}),
	Texts: map[string]template.Source{
		"en": text("Quote {{.number}} from {{.organization}}", "Hello,\n\nthis is our quote {{.number}} over {{.total}}."+
			"{{if .validity}} {{.validity}}{{end}}\n\nWe look forward to your answer."),
		"de": text("Angebot {{.number}} von {{.organization}}", "Guten Tag,\n\nhiermit erhalten Sie unser Angebot "+
			"{{.number}} über {{.total}}.{{if .validity}} {{.validity}}{{end}}\n\n"+
			"Wir freuen uns auf Ihre Antwort."),
		"es": text("Presupuesto {{.number}} de {{.organization}}", "Hola:\n\nLe enviamos nuestro presupuesto {{.number}} "+
			"por {{.total}}.{{if .validity}} {{.validity}}{{end}}\n\nQuedamos a la espera de su respuesta."),
		"fr": text("Devis {{.number}} de {{.organization}}", "Bonjour,\n\nvoici notre devis {{.number}} d’un montant de "+
			"{{.total}}.{{if .validity}} {{.validity}}{{end}}\n\nDans l’attente de votre réponse."),
		"nl": text("Offerte {{.number}} van {{.organization}}", "Goedendag,\n\nhierbij ontvangt u onze offerte {{.number}} "+
			"van {{.total}}.{{if .validity}} {{.validity}}{{end}}\n\nWij horen graag van u."),
	},
}

var depositRequestMail = mail.Kind{
	Name: "finance.depositRequest", Description: "Sent to a customer with a deposit request.",
	Variables: paymentVariables("Date on which the deposit is due."),
	Texts: map[string]template.Source{
		"en": text("Deposit request {{.number}} from {{.organization}}", "Hello,\n\nthis is deposit request {{.number}} "+
			"over {{.total}}.{{if .request}} {{.request}}{{end}}\n\nThank you for your business."),
		"de": text("Anzahlungsanforderung {{.number}} von {{.organization}}", "Guten Tag,\n\nhiermit erhalten Sie die "+
			"Anzahlungsanforderung {{.number}} über {{.total}}.{{if .request}} {{.request}}{{end}}\n\n"+
			"Vielen Dank für Ihren Auftrag."),
		"es": text("Solicitud de anticipo {{.number}} de {{.organization}}", "Hola:\n\nLe enviamos la solicitud de anticipo "+
			"{{.number}} por {{.total}}.{{if .request}} {{.request}}{{end}}\n\nGracias por su confianza."),
		"fr": text("Demande d’acompte {{.number}} de {{.organization}}", "Bonjour,\n\nvoici la demande d’acompte "+
			"{{.number}} d’un montant de {{.total}}.{{if .request}} {{.request}}{{end}}\n\nMerci de votre confiance."),
		"nl": text("Aanbetalingsverzoek {{.number}} van {{.organization}}", "Goedendag,\n\nhierbij ontvangt u "+
			"aanbetalingsverzoek {{.number}} van {{.total}}.{{if .request}} {{.request}}{{end}}\n\n"+
			"Bedankt voor uw opdracht."),
	},
}
