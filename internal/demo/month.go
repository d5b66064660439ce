package demo

import "backoffice/internal/platform/calendar"

// lastDay is the last day of any month. dayIn shortens it.
const lastDay = 31

// movement is a line of a bank statement, in cents. Money out is negative.
type movement struct {
	day   int
	with  party
	text  string
	cents int64
}

// month is a month of the story: what the banks report, and what the studio posts.
type month struct {
	number            int
	first             calendar.Date
	chequing, savings []movement
	entries           []entry
	sales             []sale
}

// newMonth returns a month of the story, counted from 0.
func newMonth(number int, first calendar.Date) month {
	m := month{number: number, first: first}
	m.addOfficeCosts()
	m.addWork()
	m.addPayroll()
	m.addTaxes()
	m.addOwnerSpending()
	m.addSavings()
	return m
}

// year returns the number of the year, counted from 0.
func (m *month) year() int { return m.number / yearMonths }

func (m *month) date(day int) calendar.Date { return dayIn(m.first, day) }

// dayIn returns a day of the month that begins with first, or its last day if the month is
// shorter.
func dayIn(first calendar.Date, day int) calendar.Date {
	return first.AddDays(min(day, first.LastOfMonth().Day()) - 1)
}

func (m *month) pay(day int, with party, text string, cents int64) {
	m.chequing = append(m.chequing, movement{day, with, text, -cents})
}

func (m *month) receive(day int, with party, text string, cents int64) {
	m.chequing = append(m.chequing, movement{day, with, text, cents})
}

func (m *month) addEntry(e entry) { m.entries = append(m.entries, e) }

func (m *month) addOfficeCosts() {
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
	m.pay(lastDay, noParty, "MONTHLY SERVICE FEE", 12_95)
	m.addEntry(entry{day: lastDay, description: "Depreciation of equipment over four years", postings: []posting{
		{account: depreciation, cents: monthlyDepreciation(m.number)},
		{account: depreciated, cents: -monthlyDepreciation(m.number)},
	}})
}

func (m *month) addPayroll() {
	m.pay(15, taxOffice, "SOURCE DEDUCTIONS", withheldBefore(m.number))
	m.pay(27, theo, "PAYROLL", wagesOfTheo[m.year()])
	m.pay(27, amina, "PAYROLL", wagesOfAmina[m.year()])
	m.addEntry(entry{day: lastDay, description: "Withheld from wages", postings: []posting{
		{account: wages, cents: withheld[m.year()]}, {account: payrollDue, cents: -withheld[m.year()]},
	}})
}

// withheldBefore returns the deductions of the month before, which are due in this one.
func withheldBefore(number int) int64 {
	if number == 0 {
		return openingPayrollDue
	}
	return withheld[(number-1)/yearMonths]
}

// addTaxes pays the GST of the previous quarter.
func (m *month) addTaxes() {
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

// addOwnerSpending adds what the owner withdraws, and what she pays from the business account
// for herself.
func (m *month) addOwnerSpending() {
	m.pay(28, nora, "OWNER", draws[m.year()])
	if m.number > 0 {
		m.pay(9, streaming, "MEMBERSHIP", 20_99)
	}
	if spent := [months]int64{groceriesMonth: 86_40, 6: 64_20, 13: 71_15}[m.number]; spent > 0 {
		m.pay(13, groceries, "POS PURCHASE 10244", spent)
	}
	if m.number == unknownCheckMonth {
		m.pay(17, noParty, unknownCheckText, unknownCheckCents)
	}
}

func (m *month) addSavings() {
	m.pay(26, noParty, "TRANSFER TO SAVINGS", monthlySavings)
	m.savings = []movement{
		{27, noParty, "TRANSFER FROM CHEQUING", monthlySavings},
		{lastDay, noParty, "INTEREST PAID", savingsInterest(m.number)},
	}
}
