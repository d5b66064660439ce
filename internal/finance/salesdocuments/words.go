package salesdocuments

import pb "backoffice/gen/go/backoffice/finance/v1"

// defaultLanguage is the language of documents for customers whose language has no words.
const defaultLanguage = "en"

// words are the words of documents in one language. Those with a verb for formatting say in the
// comment what it stands for.
type words struct {
	invoice, creditNote, receipt                 string
	draft, void, writtenOff                      string
	issueDate, dueDate, reference, forInvoice    string
	taxNumber, customerTaxNumber                 string
	description, quantity, unit, price, discount string
	tax, amount, net                             string
	subtotal, total, balance, credited, leftOver string // total, balance, credited and leftOver: currency
	taxOn                                        string // tax, percentage
	includedTax                                  string // tax, percentage
	withheld                                     string // tax, percentage
	paidOn                                       string // date
	creditNoteOf                                 string // number, date
	discountOn                                   string // date
	loss, rounding                               string
	taxRate, taxBase                             string
	payment, payBy                               string // payBy: amount, date
	overdue                                      string // amount, date
	earlyPayment                                 string // date, amount
	accountHolder, accountNumber, bankCode       string
	paymentReference, scan                       string
	received                                     string // amount, date
	date, method, document                       string
	methods                                      map[pb.Payment_Method]string
	reverseCharge                                string
	statement, period, overdueDays, openAmount   string
	running, opening, nothingOpen                string
	entries                                      map[pb.CustomerStatement_Entry_Kind]string
	quote, declined, expired                     string
	validUntil, revision, acceptance             string
	acceptUntil, declinedOn                      string // date
	acceptedBy                                   string // name, date
	depositOnAcceptance                          string // currency
	depositRequest, forQuote, notAnInvoice, paid string
	depositOf                                    string // number, date
	dunningNotice, number, openInvoices          string
	fee, fixedSum, interest                      string
	totalDue                                     string // currency
	payNow                                       string // amount
	settledSince                                 string // date
}

var wordsByLanguage = map[string]words{
	"en": {
		invoice: "Invoice", creditNote: "Credit note", receipt: "Receipt", draft: "DRAFT", void: "VOID",
		writtenOff: "WRITTEN OFF", issueDate: "Date", dueDate: "Due date", reference: "Your reference",
		forInvoice: "For invoice", taxNumber: "Tax no.", customerTaxNumber: "Your tax number",
		description: "Description",
		quantity:    "Quantity", unit: "Unit", price: "Price", discount: "Discount", tax: "Tax", amount: "Amount",
		net:      "Net",
		subtotal: "Subtotal", total: "Total (%s)", balance: "Balance due (%s)", credited: "Amount credited (%s)",
		leftOver: "Left as credit (%s)", taxOn: "%s %s %%", includedTax: "Includes %s %s %%",
		withheld: "Withheld %s %s %%",
		paidOn:   "Paid on %s", creditNoteOf: "Credit note %s of %s", discountOn: "Discount on %s", loss: "Written off",
		rounding: "Rounding",
		taxRate:  "Tax rate", taxBase: "Taxable amount", payment: "Payment", payBy: "Please pay %s by %s.",
		overdue: "Please pay %s, which was due on %s.", earlyPayment: "If you pay by %s, you may deduct %s.",
		accountHolder: "Account holder", accountNumber: "Account number", bankCode: "Bank code",
		paymentReference: "Reference", scan: "Scan to pay",
		received: "We received your payment of %s on %s. Thank you.", date: "Date", method: "Method",
		document:      "Document",
		reverseCharge: "Reverse charge",
		statement:     "Statement", period: "Period", overdueDays: "Overdue by days", openAmount: "Open",
		running: "Balance",
		opening: "Opening balance", nothingOpen: "Nothing is open. Thank you.",
		quote: "Quote", declined: "DECLINED", expired: "EXPIRED", validUntil: "Valid until", revision: "Revision",
		acceptance: "Acceptance", acceptUntil: "You can accept this quote until %s.",
		declinedOn: "This quote was declined on %s.", acceptedBy: "Accepted by %s on %s.",
		depositOnAcceptance: "Deposit due on acceptance (%s)", depositRequest: "Deposit request", forQuote: "For quote",
		notAnInvoice: "This is a request for a payment in advance. It is not an invoice.", paid: "Paid",
		depositOf: "Deposit %s of %s", dunningNotice: "Payment reminder", number: "Number",
		openInvoices: "Open invoices",
		fee:          "Late fee", fixedSum: "Statutory fixed sum", interest: "Interest", totalDue: "Total due (%s)",
		payNow: "Please pay %s without delay.", settledSince: "Settled since %s",
		entries: map[pb.CustomerStatement_Entry_Kind]string{
			pb.CustomerStatement_Entry_INVOICE:      "Invoice",
			pb.CustomerStatement_Entry_PAYMENT:      "Payment",
			pb.CustomerStatement_Entry_CREDIT_NOTE:  "Credit note",
			pb.CustomerStatement_Entry_REFUND:       "Refund",
			pb.CustomerStatement_Entry_ADJUSTMENT:   "Adjustment",
			pb.CustomerStatement_Entry_CANCELLATION: "Cancellation",
			pb.CustomerStatement_Entry_OTHER:        "Other",
		},
		methods: map[pb.Payment_Method]string{
			pb.Payment_BANK_TRANSFER: "Bank transfer", pb.Payment_CARD: "Card", pb.Payment_CASH: "Cash",
			pb.Payment_CHECK: "Check", pb.Payment_DIRECT_DEBIT: "Direct debit",
		},
	},
	"de": {
		invoice: "Rechnung", creditNote: "Gutschrift", receipt: "Zahlungsbeleg", draft: "ENTWURF", void: "STORNIERT",
		writtenOff: "AUSGEBUCHT", issueDate: "Datum", dueDate: "Fällig am", reference: "Ihre Referenz",
		forInvoice: "Zur Rechnung", taxNumber: "Steuernr.", customerTaxNumber: "Ihre USt-IdNr.",
		description: "Beschreibung", quantity: "Menge", unit: "Einheit", price: "Preis", discount: "Rabatt",
		tax:    "Steuer",
		amount: "Betrag", net: "Netto", subtotal: "Zwischensumme", total: "Gesamtbetrag (%s)",
		balance: "Offener Betrag (%s)", credited: "Gutgeschriebener Betrag (%s)", leftOver: "Als Guthaben (%s)",
		taxOn: "%s %s %%", includedTax: "Enthält %s %s %%", withheld: "Einbehalten %s %s %%", paidOn: "Bezahlt am %s",
		creditNoteOf: "Gutschrift %s vom %s", discountOn: "Skonto am %s", loss: "Ausgebucht",
		rounding: "Rundung", taxRate: "Steuersatz",
		taxBase: "Netto", payment: "Zahlung", payBy: "Bitte zahlen Sie %s bis zum %s.",
		overdue:       "Bitte zahlen Sie %s, fällig seit dem %s.",
		earlyPayment:  "Bei Zahlung bis zum %s können Sie %s abziehen.",
		accountHolder: "Empfänger", accountNumber: "Kontonummer", bankCode: "Bankleitzahl",
		paymentReference: "Verwendungszweck", scan: "Überweisung scannen",
		received: "Wir haben Ihre Zahlung über %s am %s erhalten. Vielen Dank.", date: "Datum", method: "Zahlungsart",
		document: "Beleg", reverseCharge: "Steuerschuldnerschaft des Leistungsempfängers",
		statement: "Kontoauszug", period: "Zeitraum", overdueDays: "Tage überfällig", openAmount: "Offen",
		running: "Saldo",
		opening: "Anfangssaldo", nothingOpen: "Es ist nichts offen. Vielen Dank.",
		quote: "Angebot", declined: "ABGELEHNT", expired: "ABGELAUFEN", validUntil: "Gültig bis", revision: "Fassung",
		acceptance: "Annahme", acceptUntil: "Sie können dieses Angebot bis zum %s annehmen.",
		declinedOn: "Dieses Angebot wurde am %s abgelehnt.", acceptedBy: "Angenommen von %s am %s.",
		depositOnAcceptance: "Anzahlung bei Annahme (%s)", depositRequest: "Anzahlungsanforderung",
		forQuote:     "Zum Angebot",
		notAnInvoice: "Dies ist eine Aufforderung zu einer Anzahlung und keine Rechnung.", paid: "Bezahlt",
		depositOf: "Anzahlung %s vom %s", dunningNotice: "Mahnung", number: "Nummer", openInvoices: "Offene Rechnungen",
		fee: "Mahngebühr", fixedSum: "Verzugspauschale", interest: "Zinsen", totalDue: "Zu zahlen (%s)",
		payNow: "Bitte zahlen Sie %s umgehend.", settledSince: "Seit dem %s ausgeglichen",
		entries: map[pb.CustomerStatement_Entry_Kind]string{
			pb.CustomerStatement_Entry_INVOICE:      "Rechnung",
			pb.CustomerStatement_Entry_PAYMENT:      "Zahlung",
			pb.CustomerStatement_Entry_CREDIT_NOTE:  "Gutschrift",
			pb.CustomerStatement_Entry_REFUND:       "Erstattung",
			pb.CustomerStatement_Entry_ADJUSTMENT:   "Anpassung",
			pb.CustomerStatement_Entry_CANCELLATION: "Storno",
			pb.CustomerStatement_Entry_OTHER:        "Sonstiges",
		},
		methods: map[pb.Payment_Method]string{
			pb.Payment_BANK_TRANSFER: "Überweisung", pb.Payment_CARD: "Karte", pb.Payment_CASH: "Bar",
			pb.Payment_CHECK: "Scheck", pb.Payment_DIRECT_DEBIT: "Lastschrift",
		},
	},
	"es": {
		invoice: "Factura", creditNote: "Factura rectificativa", receipt: "Recibo", draft: "BORRADOR", void: "ANULADA",
		writtenOff: "INCOBRABLE", issueDate: "Fecha", dueDate: "Vencimiento", reference: "Su referencia",
		forInvoice: "De la factura", taxNumber: "NIF", customerTaxNumber: "Su NIF", description: "Descripción",
		quantity: "Cantidad", unit: "Unidad", price: "Precio", discount: "Descuento", tax: "Impuesto",
		amount: "Importe",
		net:    "Neto", subtotal: "Subtotal", total: "Total (%s)", balance: "Importe pendiente (%s)",
		credited: "Importe abonado (%s)", leftOver: "Saldo a favor (%s)", taxOn: "%s %s %%",
		includedTax: "Incluye %s %s %%",
		withheld:    "Retención %s %s %%", paidOn: "Pagado el %s", creditNoteOf: "Factura rectificativa %s del %s",
		discountOn: "Descuento del %s", loss: "Incobrable",
		rounding: "Redondeo", taxRate: "Tipo impositivo", taxBase: "Base imponible",
		payment: "Pago", payBy: "Le rogamos que pague %s a más tardar el %s.",
		overdue:       "Le rogamos que pague %s, con vencimiento el %s.",
		earlyPayment:  "Si paga hasta el %s, puede deducir %s.",
		accountHolder: "Titular", accountNumber: "Número de cuenta", bankCode: "Código bancario",
		paymentReference: "Concepto", scan: "Escanee para pagar",
		received: "Hemos recibido su pago de %s el %s. Gracias.", date: "Fecha", method: "Forma de pago",
		document: "Documento", reverseCharge: "Inversión del sujeto pasivo",
		statement: "Extracto de cuenta", period: "Periodo", overdueDays: "Días de retraso", openAmount: "Pendiente",
		running: "Saldo",
		opening: "Saldo inicial", nothingOpen: "No hay importes pendientes. Gracias.",
		quote: "Presupuesto", declined: "RECHAZADO", expired: "CADUCADO", validUntil: "Válido hasta",
		revision: "Revisión", acceptance: "Aceptación", acceptUntil: "Puede aceptar este presupuesto hasta el %s.",
		declinedOn: "Este presupuesto se rechazó el %s.", acceptedBy: "Aceptado por %s el %s.",
		depositOnAcceptance: "Anticipo a la aceptación (%s)", depositRequest: "Solicitud de anticipo",
		forQuote: "Del presupuesto", notAnInvoice: "Este documento solicita un pago anticipado y no es una factura.",
		paid: "Pagado", depositOf: "Anticipo %s del %s", dunningNotice: "Recordatorio de pago", number: "Número",
		openInvoices: "Facturas pendientes", fee: "Recargo", fixedSum: "Cantidad fija legal", interest: "Intereses",
		totalDue: "Total a pagar (%s)", payNow: "Le rogamos que pague %s sin demora.",
		settledSince: "Saldado desde el %s",
		entries: map[pb.CustomerStatement_Entry_Kind]string{
			pb.CustomerStatement_Entry_INVOICE:      "Factura",
			pb.CustomerStatement_Entry_PAYMENT:      "Pago",
			pb.CustomerStatement_Entry_CREDIT_NOTE:  "Factura rectificativa",
			pb.CustomerStatement_Entry_REFUND:       "Reembolso",
			pb.CustomerStatement_Entry_ADJUSTMENT:   "Ajuste",
			pb.CustomerStatement_Entry_CANCELLATION: "Anulación",
			pb.CustomerStatement_Entry_OTHER:        "Otro",
		},
		methods: map[pb.Payment_Method]string{
			pb.Payment_BANK_TRANSFER: "Transferencia", pb.Payment_CARD: "Tarjeta", pb.Payment_CASH: "Efectivo",
			pb.Payment_CHECK: "Cheque", pb.Payment_DIRECT_DEBIT: "Domiciliación",
		},
	},
	"fr": {
		invoice: "Facture", creditNote: "Avoir", receipt: "Reçu", draft: "BROUILLON", void: "ANNULÉE",
		writtenOff: "IRRÉCOUVRABLE", issueDate: "Date", dueDate: "Échéance", reference: "Votre référence",
		forInvoice: "Sur la facture", taxNumber: "N° TVA", customerTaxNumber: "Votre n° TVA",
		description: "Description",
		quantity:    "Quantité", unit: "Unité", price: "Prix", discount: "Remise", tax: "Taxe", amount: "Montant",
		net: "Montant HT", subtotal: "Sous-total", total: "Total (%s)", balance: "Reste à payer (%s)",
		credited: "Montant crédité (%s)", leftOver: "Solde en votre faveur (%s)", taxOn: "%s %s %%",
		includedTax: "Dont %s %s %%", withheld: "Retenue %s %s %%", paidOn: "Payé le %s",
		creditNoteOf: "Avoir %s du %s",
		discountOn:   "Escompte du %s", loss: "Irrécouvrable",
		rounding: "Arrondi", taxRate: "Taux", taxBase: "Base HT", payment: "Paiement",
		payBy: "Merci de régler %s au plus tard le %s.", overdue: "Merci de régler %s, échu le %s.",
		earlyPayment:  "En cas de paiement au plus tard le %s, vous pouvez déduire %s.",
		accountHolder: "Titulaire", accountNumber: "Numéro de compte", bankCode: "Code banque",
		paymentReference: "Référence", scan: "Scannez pour payer",
		received: "Nous avons reçu votre paiement de %s le %s. Merci.", date: "Date", method: "Mode de paiement",
		document: "Document", reverseCharge: "Autoliquidation",
		statement: "Relevé de compte", period: "Période", overdueDays: "Jours de retard", openAmount: "À payer",
		running: "Solde",
		opening: "Solde initial", nothingOpen: "Rien n’est à payer. Merci.",
		quote: "Devis", declined: "REFUSÉ", expired: "EXPIRÉ", validUntil: "Validité", revision: "Révision",
		acceptance: "Acceptation", acceptUntil: "Vous pouvez accepter ce devis jusqu’au %s.",
		declinedOn: "Ce devis a été refusé le %s.", acceptedBy: "Accepté par %s le %s.",
		depositOnAcceptance: "Acompte à l’acceptation (%s)", depositRequest: "Demande d’acompte",
		forQuote:     "Sur le devis",
		notAnInvoice: "Ce document demande un paiement d’avance. Ce n’est pas une facture.", paid: "Payé",
		depositOf: "Acompte %s du %s", dunningNotice: "Relance", number: "Numéro", openInvoices: "Factures impayées",
		fee: "Frais de retard", fixedSum: "Indemnité forfaitaire", interest: "Intérêts", totalDue: "Total à payer (%s)",
		payNow: "Merci de régler %s sans délai.", settledSince: "Réglé depuis le %s",
		entries: map[pb.CustomerStatement_Entry_Kind]string{
			pb.CustomerStatement_Entry_INVOICE:      "Facture",
			pb.CustomerStatement_Entry_PAYMENT:      "Paiement",
			pb.CustomerStatement_Entry_CREDIT_NOTE:  "Avoir",
			pb.CustomerStatement_Entry_REFUND:       "Remboursement",
			pb.CustomerStatement_Entry_ADJUSTMENT:   "Ajustement",
			pb.CustomerStatement_Entry_CANCELLATION: "Annulation",
			pb.CustomerStatement_Entry_OTHER:        "Autre",
		},
		methods: map[pb.Payment_Method]string{
			pb.Payment_BANK_TRANSFER: "Virement", pb.Payment_CARD: "Carte", pb.Payment_CASH: "Espèces",
			pb.Payment_CHECK: "Chèque", pb.Payment_DIRECT_DEBIT: "Prélèvement",
		},
	},
	"nl": {
		invoice: "Factuur", creditNote: "Creditfactuur", receipt: "Betalingsbewijs", draft: "CONCEPT",
		void: "GEANNULEERD", writtenOff: "AFGEBOEKT", issueDate: "Datum", dueDate: "Vervaldatum",
		reference: "Uw referentie", forInvoice: "Bij factuur", taxNumber: "Btw-nr.", customerTaxNumber: "Uw btw-nummer",
		description: "Omschrijving", quantity: "Aantal", unit: "Eenheid", price: "Prijs", discount: "Korting",
		tax:    "Btw",
		amount: "Bedrag", net: "Netto", subtotal: "Subtotaal", total: "Totaal (%s)", balance: "Te betalen (%s)",
		credited: "Gecrediteerd bedrag (%s)", leftOver: "Tegoed (%s)", taxOn: "%s %s %%",
		includedTax: "Inclusief %s %s %%",
		withheld:    "Ingehouden %s %s %%", paidOn: "Betaald op %s", creditNoteOf: "Creditfactuur %s van %s",
		discountOn: "Betalingskorting op %s", loss: "Afgeboekt",
		rounding: "Afronding", taxRate: "Tarief", taxBase: "Grondslag",
		payment: "Betaling", payBy: "Gelieve %s uiterlijk op %s te betalen.",
		overdue:       "Gelieve %s te betalen, vervallen op %s.",
		earlyPayment:  "Bij betaling uiterlijk op %s mag u %s aftrekken.",
		accountHolder: "Begunstigde", accountNumber: "Rekeningnummer", bankCode: "Bankcode",
		paymentReference: "Kenmerk", scan: "Scan om te betalen",
		received: "Wij hebben uw betaling van %s op %s ontvangen. Dank u.", date: "Datum", method: "Betaalwijze",
		document: "Document", reverseCharge: "Btw verlegd",
		statement: "Rekeningoverzicht", period: "Periode", overdueDays: "Dagen te laat", openAmount: "Openstaand",
		running: "Saldo",
		opening: "Beginsaldo", nothingOpen: "Er staat niets open. Dank u.",
		quote: "Offerte", declined: "AFGEWEZEN", expired: "VERLOPEN", validUntil: "Geldig tot en met",
		revision: "Versie", acceptance: "Akkoord", acceptUntil: "U kunt deze offerte tot en met %s accepteren.",
		declinedOn: "Deze offerte is op %s afgewezen.", acceptedBy: "Geaccepteerd door %s op %s.",
		depositOnAcceptance: "Aanbetaling bij akkoord (%s)", depositRequest: "Aanbetalingsverzoek",
		forQuote: "Bij offerte", notAnInvoice: "Dit is een verzoek om een aanbetaling en geen factuur.",
		paid:      "Betaald",
		depositOf: "Aanbetaling %s van %s", dunningNotice: "Betalingsherinnering", number: "Nummer",
		openInvoices: "Openstaande facturen", fee: "Aanmaningskosten", fixedSum: "Wettelijke vergoeding",
		interest: "Rente", totalDue: "Totaal te betalen (%s)", payNow: "Gelieve %s direct te betalen.",
		settledSince: "Voldaan sinds %s",
		entries: map[pb.CustomerStatement_Entry_Kind]string{
			pb.CustomerStatement_Entry_INVOICE:      "Factuur",
			pb.CustomerStatement_Entry_PAYMENT:      "Betaling",
			pb.CustomerStatement_Entry_CREDIT_NOTE:  "Creditfactuur",
			pb.CustomerStatement_Entry_REFUND:       "Terugbetaling",
			pb.CustomerStatement_Entry_ADJUSTMENT:   "Aanpassing",
			pb.CustomerStatement_Entry_CANCELLATION: "Annulering",
			pb.CustomerStatement_Entry_OTHER:        "Overig",
		},
		methods: map[pb.Payment_Method]string{
			pb.Payment_BANK_TRANSFER: "Overschrijving", pb.Payment_CARD: "Kaart", pb.Payment_CASH: "Contant",
			pb.Payment_CHECK: "Cheque", pb.Payment_DIRECT_DEBIT: "Incasso",
		},
	},
}
