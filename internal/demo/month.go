package demo

import (
	"fmt"

	"backoffice/internal/platform/calendar"
)

// lastDay of a month, however long it is.
const lastDay = 31

// movement is a line of a bank statement, in cents; money out is negative.
type movement struct {
	day   int
	with  party
	text  string
	cents int64
}

// month is what happens in one month of the story: what the banks report, and what the
// studio books itself.
type month struct {
	number            int
	first             calendar.Date
	chequing, savings []movement
	entries           []entry
}

// monthOf tells a month, from 0.
func monthOf(number int, first calendar.Date) month {
	m := month{number: number, first: first}
	m.office()
	m.work()
	m.people()
	m.taxes()
	m.nora()
	m.save()
	return m
}

// year is 0 in the first year.
func (m *month) year() int { return m.number / yearMonths }

func (m *month) date(day int) calendar.Date { return dayIn(m.first, day) }

// dayIn is a day of the month that begins with first, or its last.
func dayIn(first calendar.Date, day int) calendar.Date {
	return first.AddDays(min(day, first.LastOfMonth().Day()) - 1)
}

func (m *month) pay(day int, with party, text string, cents int64) {
	m.chequing = append(m.chequing, movement{day, with, text, -cents})
}

func (m *month) receive(day int, with party, text string, cents int64) {
	m.chequing = append(m.chequing, movement{day, with, text, cents})
}

func (m *month) book(e entry) { m.entries = append(m.entries, e) }

func (m *month) office() {
	m.pay(1, landlord, "RENT", rents[m.year()])
	m.pay(3, softwareFirm, "SUBSCRIPTION", softwareFees[m.year()])
	m.pay(5, telecom, "INTERNET AND MOBILE", 139_90)
	m.pay(7, insurer, "LIABILITY PREMIUM", 115_00)
	m.pay(16, creditUnion, "TERM LOAN 7731", loanPart+loanInterest(m.number))
	m.pay(21, powerCompany, "ELECTRICITY", 96_00+int64(m.number%4)*11_25)
	if m.number%3 == 1 {
		m.pay(23, printer, "PRINTS AND PAPER", 318_40)
	}
	if m.number == cameraMonth {
		m.pay(11, cameraShop, "POS PURCHASE 55120", cameraCents)
	}
	m.pay(lastDay, nobody, "MONTHLY SERVICE FEE", 12_95)
	m.book(entry{day: lastDay, description: "Depreciation of equipment over four years", postings: []posting{
		{account: depreciation, cents: wear(m.number)}, {account: depreciated, cents: -wear(m.number)},
	}})
}

func (m *month) people() {
	m.pay(15, taxOffice, "SOURCE DEDUCTIONS", withheldBefore(m.number))
	m.pay(27, theo, "PAYROLL", wagesOfTheo[m.year()])
	m.pay(27, amina, "PAYROLL", wagesOfAmina[m.year()])
	m.book(entry{day: lastDay, description: "Withheld from wages", postings: []posting{
		{account: wages, cents: withheld[m.year()]}, {account: payrollDue, cents: -withheld[m.year()]},
	}})
}

// withheldBefore is what the month before withheld, which this one pays over.
func withheldBefore(number int) int64 {
	if number == 0 {
		return openingPayrollDue
	}
	return withheld[(number-1)/yearMonths]
}

// taxes pays over the GST of the quarter before.
func (m *month) taxes() {
	if m.number%3 == 0 {
		m.pay(24, taxOffice, "GST REMITTANCE", gstBefore(m.number))
	}
}

func gstBefore(number int) int64 {
	if number == 0 {
		return openingSalesTax
	}
	var tax int64
	for n := number - 3; n < number; n++ {
		tax += gst(retainers[n/yearMonths]) + gst(projects[n])
	}
	return tax
}

func gst(price int64) int64 { return price * gstPercent / 100 }

// nora uses the business account for herself too.
func (m *month) nora() {
	m.pay(28, nora, "OWNER", draws[m.year()])
	if m.number > 0 {
		m.pay(9, streaming, "MEMBERSHIP", 20_99)
	}
	if spent := [months]int64{groceriesMonth: 86_40, 6: 64_20, 13: 71_15}[m.number]; spent > 0 {
		m.pay(13, groceries, "POS PURCHASE 10244", spent)
	}
	if m.number == unknownCheckMonth {
		m.pay(17, nobody, unknownCheck, unknownCheckCents)
	}
}

func (m *month) save() {
	m.pay(26, nobody, "TRANSFER TO SAVINGS", saved)
	m.savings = []movement{
		{27, nobody, "TRANSFER FROM CHEQUING", saved},
		{lastDay, nobody, "INTEREST PAID", savingsInterest(m.number)},
	}
}

// openingNumber is the last invoice of the program before.
const openingNumber = "INV-1000"

// invoiceNumber is the number of a month's project invoice.
func invoiceNumber(number int) string { return fmt.Sprintf("INV-%d", 1001+number) }
