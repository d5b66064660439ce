package catalog

import (
	"context"
	"fmt"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
)

// addFirstTerms creates the usual payment terms of a new organization.
func addFirstTerms(ctx context.Context, tx *db.Tx, req *platformv1.SignUpRequest) error {
	at := func(i int) string { return fmt.Sprintf("paymentTerms[%d]", i) }
	return paymentTerms.StoreMany(ctx, tx, firstTerms(req.GetRegionCode()), at, checkPaymentTerm)
}

// firstTerms returns the usual payment terms of a region. Half a month is 15 days in North America
// and 14 elsewhere.
func firstTerms(region string) []*pb.PaymentTerm {
	half := int32(14)
	if region == "US" || region == "CA" {
		half = 15
	}
	return []*pb.PaymentTerm{
		netTerm("Due on receipt", 0), netTerm(fmt.Sprintf("Net %d", half), half), netTerm("Net 30", 30),
		discounted(netTerm("2/10 net 30", 30), "2", 10),
	}
}

// netTerm returns a term by which the whole amount is due after days.
func netTerm(name string, days int32) *pb.PaymentTerm {
	return &pb.PaymentTerm{DisplayName: name, Due: &pb.PaymentTerm_DueRule{
		Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: days,
	}}
}

// discounted adds a discount for payment within days to a term.
func discounted(t *pb.PaymentTerm, percent string, days int32) *pb.PaymentTerm {
	t.Discount = &pb.PaymentTerm_Discount{Percent: percent, Days: days}
	return t
}
