package demo

import "backoffice/internal/platform/calendar"

// months is the length of the story in whole months: two fiscal years, which end with the
// month before the current one.
const (
	yearMonths = 12
	months     = 2 * yearMonths
)

// firstMonth returns the first day of the story.
func firstMonth(today calendar.Date) calendar.Date {
	return today.FirstOfMonth().AddMonths(-months)
}

// gstPercent is the GST rate. All prices below have a GST in whole cents.
const gstPercent = 5

// Amounts that change with the second year and with the third.
var (
	retainers    = [...]int64{6_500_00, 6_800_00, 6_800_00}
	rents        = [...]int64{1_850_00, 1_925_00, 1_925_00}
	softwareFees = [...]int64{214_35, 229_00, 229_00}
	wagesOfTheo  = [...]int64{2_520_00, 2_680_00, 2_680_00}
	wagesOfAmina = [...]int64{1_860_00, 1_940_00, 1_940_00}
	withheld     = [...]int64{1_420_00, 1_500_00, 1_500_00}
	draws        = [...]int64{1_500_00, 2_000_00, 2_000_00}
)

// projects are the prices of the project invoices by month.
var projects = [months]int64{
	4_200_00, 6_800_00, 3_500_00, 7_400_00, 5_100_00, 8_900_00,
	2_600_00, 4_700_00, 9_300_00, 6_100_00, 7_700_00, 5_400_00,
	5_600_00, 6_200_00, 4_800_00, 8_400_00, 7_000_00, 9_500_00,
	3_200_00, 5_900_00, 10_200_00, 6_600_00, 8_800_00, 7_800_00,
}

// Months with special events.
const (
	groceriesMonth      = 1  // groceries from the business account are partly for a shoot
	mistakeMonth        = 2  // an entry is posted by mistake
	unknownCheckMonth   = 3  // a check has an unknown purpose
	trainMonth          = 4  // the owner pays a train ticket herself
	repeatedImportMonth = 5  // a file is imported twice
	dollarInvoiceMonth  = 7  // an invoice in US dollars is sent, and paid in the next month
	wireFeeMonth        = 14 // the client's bank keeps a fee
	latePaymentMonth    = 18 // a client pays a project a month late
	cameraMonth         = 15 // a camera is bought and depreciated over years
)

// Amounts and rates of the special events.
const (
	unknownCheckCents        = 480_00
	trainCents               = 184_00
	wireFee                  = 15_00
	dollars                  = 4_000_00
	dollarRate               = "1.35"   // on the day of the invoice
	dollarRateLater          = "1.362"  // at the end of that month
	dollarInvoiceCADReceived = 5_472_00 // the payment of the invoice as booked by the bank, in Canadian dollars
	groceriesShoot           = 30_00
	cameraCents              = 3_600_00
)

// Opening balances from the previous program's trial balance.
const (
	openingChequing   = 18_400_00
	openingSavings    = 10_000_00
	openingInvoice    = 7_350_00
	openingSalesTax   = 1_015_00
	openingPayrollDue = 1_420_00
)

// loanPart is repaid each month, with interest on the remaining loan.
const loanPart = 500_00

func loanInterest(number int) int64 { return 60_00 - int64(number)*2_50 }

// monthlyDepreciation returns a month's share of the cost of the equipment, over four years.
func monthlyDepreciation(number int) int64 {
	if number > cameraMonth {
		return 300_00 + cameraCents/48
	}
	return 300_00
}

// monthlySavings is transferred each month to the savings account, which earns interest.
const monthlySavings = 750_00

func savingsInterest(number int) int64 { return 20_00 + int64(number)*1_50 }
