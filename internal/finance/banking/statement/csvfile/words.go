package csvfile

import (
	"slices"
	"strings"
)

// The known words of direction columns, and the letters, as normalizeWord writes them. D and C are
// debit and credit, S and H are Soll and Haben, D and K are debet and kredit.
var (
	moneyOutWords = []string{
		"debit", "dr", "dbit", "out", "money out", "paid out", "withdrawal", "soll", "belastung", "lastschrift", "ausgang",
		"af", "debet", "débit", "cargo", "debe", "débito", "debito", "addebito", "-", "outgoing", "sent",
	}
	moneyInWords = []string{
		"credit", "cr", "crdt", "in", "money in", "paid in", "deposit", "haben", "gutschrift", "eingang", "bij", "kredit",
		"crédit", "abono", "haber", "crédito", "credito", "accredito", "+", "incoming", "received",
	}
	moneyOutLetters = []string{"d", "s"}
	moneyInLetters  = []string{"c", "k", "h"}
)

// The known words of status columns. Rows that are not booked yet, or not any more, are left out.
var (
	bookedWords = []string{
		"booked", "posted", "completed", "complete", "cleared", "settled", "gebucht", "umsatz gebucht", "abgeschlossen",
		"ausgeführt", "executed", "processed", "success", "succeeded", "successful", "effectué", "terminé", "comptabilisé",
		"geboekt", "verwerkt", "contabilizado", "completado", "completata", "contabilizzato", "done", "paid", "available",
	}
	leftOutWords = []string{
		"pending", "processing", "in process", "in progress", "authorized", "authorised", "authorization", "hold", "on hold",
		"scheduled", "unposted", "uncleared", "not booked", "vorgemerkt", "umsatz vorgemerkt", "ausstehend", "in bearbeitung",
		"en attente", "à venir", "pendiente", "in attesa", "in behandeling", "gereserveerd", "reverted", "declined", "failed",
		"canceled", "cancelled", "rejected", "denied", "expired", "voided", "storniert", "abgelehnt", "fehlgeschlagen",
		"annulé", "rejeté", "rechazado", "cancelado", "geweigerd", "geannuleerd",
	}
)

// summaryWords begin the text of rows that state a balance or a sum instead of a movement.
var summaryWords = []string{
	"beginning balance", "opening balance", "starting balance", "ending balance", "closing balance", "balance forward",
	"balance brought", "balance carried", "brought forward", "carried forward", "previous balance", "new balance", "total",
	"anfangssaldo", "endsaldo", "schlusssaldo", "saldovortrag", "kontostand", "anfangsbestand", "summe", "ancien solde",
	"nouveau solde", "solde", "saldo inicial", "saldo final", "saldo anterior", "beginsaldo", "eindsaldo", "totaal",
}

// normalizeWord returns a cell in lower case with single spaces.
func normalizeWord(text string) string {
	return strings.Join(strings.Fields(strings.ToLower(text)), " ")
}

// vocabulary assigns one of two meanings to words.
type vocabulary map[string]bool

// newVocabulary returns a vocabulary in which the words of yes are true and those of no are false.
// The words of a layout come last, so they go before the known ones.
func newVocabulary(yes, no [][]string) vocabulary {
	v := vocabulary{}
	for i := range yes {
		for _, word := range yes[i] {
			v[normalizeWord(word)] = true
		}
		for _, word := range no[i] {
			v[normalizeWord(word)] = false
		}
	}
	return v
}

// The vocabularies of the known words.
var (
	directionLetters         = newVocabulary([][]string{moneyOutLetters}, [][]string{moneyInLetters})
	directionWords           = newVocabulary([][]string{moneyOutWords}, [][]string{moneyInWords})
	directionWordsAndLetters = newVocabulary(
		[][]string{moneyOutWords, moneyOutLetters}, [][]string{moneyInWords, moneyInLetters})
	statusWords = newVocabulary([][]string{bookedWords}, [][]string{leftOutWords})
)

// counts returns how many cells have each meaning, and how many have none.
func (v vocabulary) counts(cells []string) (yes, no, unknown int) {
	for _, cell := range cells {
		switch meaning, known := v[normalizeWord(cell)]; {
		case !known:
			unknown++
		case meaning:
			yes++
		default:
			no++
		}
	}
	return yes, no, unknown
}

// isSummary reports whether a text begins like that of a balance or a sum.
func isSummary(text string) bool {
	text = normalizeWord(text)
	return slices.ContainsFunc(summaryWords, func(word string) bool {
		rest, ok := strings.CutPrefix(text, word)
		return ok && (rest == "" || !isLetterOrDigit(rest))
	})
}
