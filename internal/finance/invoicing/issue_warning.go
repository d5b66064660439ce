package invoicing

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
)

// checkCreditLimit warns of an invoice with which the customer would owe more than the credit
// limit, or refuses it if the limit says so.
func checkCreditLimit(ctx context.Context, tx *db.Tx, i *pb.Invoice, c *pb.Customer) error {
	if c.CreditLimit == nil || c.CreditLimit.CurrencyCode != i.CurrencyCode {
		return nil
	}
	owed, err := receivables.OpenOfCustomer(ctx, tx, c.Id, i.CurrencyCode)
	if err != nil {
		return err
	}
	payable, err := payableAmount(i)
	if err != nil {
		return err
	}
	limit, err := money.Parse(c.CreditLimit.Amount, c.CreditLimit.CurrencyCode)
	if err != nil || owed+payable <= limit {
		return err
	}
	message := fmt.Sprintf("The customer owes %s and would owe %s, more than the credit limit of %s %s.",
		money.Format(owed, i.CurrencyCode), money.Format(owed+payable, i.CurrencyCode), c.CreditLimit.Amount, i.CurrencyCode)
	if c.CreditLimitPolicy == pb.Customer_REFUSE {
		return fault.Refuse(optionsv1.Reason_CREDIT_LIMIT_EXCEEDED, "%s", message).WithSubject(c.Id)
	}
	i.Warnings = append(i.Warnings, &pb.Invoice_Warning{Kind: pb.Invoice_Warning_CREDIT_LIMIT_EXCEEDED, Message: message})
	return nil
}

// warnOfEarlierDate warns of an issue date before the latest of the invoices numbered before.
func warnOfEarlierDate(i *pb.Invoice, date, latest calendar.Date) {
	if date.Before(latest) {
		i.Warnings = append(i.Warnings, &pb.Invoice_Warning{Kind: pb.Invoice_Warning_DATE_BEFORE_PREVIOUS,
			Message: fmt.Sprintf("The issue date is before %s, that of an invoice with a lower number.", latest)})
	}
}

// warnOfExemption warns of a customer whose exemption from tax ended before a day.
func warnOfExemption(i *pb.Invoice, c *pb.Customer, date calendar.Date) {
	if exemptionExpired(c, date) {
		i.Warnings = append(i.Warnings, &pb.Invoice_Warning{Kind: pb.Invoice_Warning_EXEMPTION_EXPIRED,
			Message: fmt.Sprintf("The customer's exemption from tax ended on %s. Check the tax codes of the lines.",
				c.ExemptionExpireDate)})
	}
}
