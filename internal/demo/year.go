package demo

import (
	"fmt"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/money"
)

// Codes of the service firm's chart of accounts.
const (
	checking       = "1000"
	equipment      = "1500"
	depreciated    = "1590"
	salesTax       = "2200"
	payrollDue     = "2300"
	ownersEquity   = "3000"
	ownersDraw     = "3100"
	revenue        = "4000"
	subcontractors = "5000"
	materials      = "5100"
	wages          = "6000"
	rent           = "6100"
	utilities      = "6110"
	telephone      = "6120"
	software       = "6210"
	insurance      = "6500"
	depreciation   = "6800"
)

// months is how far back the story begins, the present month included.
const months = 12

// The GST is 5 %, and all prices below are such that it comes out even.
const gstPercent = 5

// firstMonth is the day on which the story begins.
func firstMonth(today calendar.Date) calendar.Date {
	return today.FirstOfMonth().AddMonths(1 - months)
}

// posting is a line of an entry, in cents; a credit is negative.
type posting struct {
	account string
	cents   int64
}

// bookkeeper writes the journal of the story.
type bookkeeper struct {
	today    calendar.Date
	accounts map[string]*financev1.Account
	currency string
	entries  []*financev1.JournalEntry
}

// enter writes an entry unless its day has yet to come.
func (b *bookkeeper) enter(date calendar.Date, description string, postings ...posting) {
	if date.After(b.today) {
		return
	}
	e := &financev1.JournalEntry{Date: date.String(), Description: description}
	for _, p := range postings {
		e.Lines = append(e.Lines, &financev1.JournalLine{
			AccountId: b.accounts[p.account].GetId(),
			Amount:    money.Of(p.cents, b.currency),
		})
	}
	b.entries = append(b.entries, e)
}

// pay writes money out of the bank.
func (b *bookkeeper) pay(date calendar.Date, description, account string, cents int64) {
	b.enter(date, description, posting{account, cents}, posting{checking, -cents})
}

// invoice writes money in: a price, the tax that is not ours, and their sum.
func (b *bookkeeper) invoice(date calendar.Date, description string, cents int64) {
	tax := cents * gstPercent / 100
	b.enter(date, description, posting{checking, cents + tax}, posting{revenue, -cents}, posting{salesTax, -tax})
}

// year writes the journal from the first month up to today.
func (b *bookkeeper) year() {
	first := firstMonth(b.today)
	b.enter(first, "Owner's investment", posting{checking, 25_000_00}, posting{ownersEquity, -25_000_00})
	b.pay(first.AddDays(2), "Camera, lights and two workstations", equipment, 9_600_00)
	b.pay(first.AddDays(4), "Liability insurance, twelve months", insurance, 1_380_00)
	for m := range months {
		b.month(m, first.AddMonths(m))
	}
}

// projects are the prices of the project invoices, month by month.
var projects = [months]int64{
	4_200_00, 6_800_00, 3_500_00, 7_400_00, 5_100_00, 8_900_00,
	2_600_00, 4_700_00, 9_300_00, 6_100_00, 7_700_00, 5_400_00,
}

func (b *bookkeeper) month(m int, first calendar.Date) {
	b.pay(first, "Studio rent", rent, 1_850_00)
	b.pay(first.AddDays(4), "Design software", software, 214_35)
	b.pay(first.AddDays(6), "Telephone and internet", telephone, 139_90)
	b.invoice(first.AddDays(9), "Retainer, Lakeview Hotels", 6_500_00)
	b.remitPayroll(m, first.AddDays(14))
	b.invoice(first.AddDays(17), fmt.Sprintf("Project invoice %03d", m+1), projects[m])
	b.pay(first.AddDays(19), "Illustration", subcontractors, projects[m]/5)
	b.pay(first.AddDays(20), "Electricity", utilities, 96_00+int64(m%4)*11_25)
	if m%3 == 2 {
		b.pay(first.AddDays(23), "Prints and paper", materials, 318_40)
		b.remitTax(m, first.AddDays(24))
	}
	b.pay(first.AddDays(26), "Owner's draw", ownersDraw, 1_500_00)
	b.enter(first.LastOfMonth(), "Wages", posting{wages, 5_800_00}, posting{payrollDue, -1_420_00}, posting{checking, -4_380_00})
	b.enter(first.LastOfMonth(), "Depreciation of equipment over four years", posting{depreciation, 200_00}, posting{depreciated, -200_00})
}

// remitPayroll pays over what was withheld from last month's wages.
func (b *bookkeeper) remitPayroll(m int, date calendar.Date) {
	if m > 0 {
		b.pay(date, "Payroll remittance", payrollDue, 1_420_00)
	}
}

// remitTax pays over the tax of the quarter that ends with month m.
func (b *bookkeeper) remitTax(m int, date calendar.Date) {
	tax := int64(3 * 6_500_00 * gstPercent / 100)
	for _, price := range projects[m-2 : m+1] {
		tax += price * gstPercent / 100
	}
	b.pay(date, "GST remittance", salesTax, tax)
}
