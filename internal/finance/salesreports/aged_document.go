package salesreports

import (
	"fmt"
	"maps"
	"slices"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

func (i openItem) customer() string { return id.Format("cus", i.CustomerID) }

func (i openItem) account() string { return id.Format("acc", i.AccountID) }

// agedDocument returns an open receivable as a document of its customer.
func (i openItem) agedDocument(days, bucket int, base string) *pb.AgedReceivables_Document {
	return &pb.AgedReceivables_Document{ReceivableId: id.Format("rcv", i.ID), DocumentId: i.DocumentID,
		Kind:   pb.Receivable_Kind(pb.Receivable_Kind_value[i.Kind]),
		Number: i.Number, Date: i.Date.String(), DueDate: i.DueDate.String(), DaysOverdue: int32(days),
		BucketIndex: int32(bucket), OpenAmount: money.ToProto(i.Minor, i.Currency),
		OpenBaseAmount: money.ToProto(i.Base, base)}
}

// agedCredit returns what is left of a payment or credit note.
func (i openItem) agedCredit(base string) *pb.AgedReceivables_Credit {
	return &pb.AgedReceivables_Credit{CustomerCreditId: id.Format("ccr", i.ID), DocumentId: i.DocumentID,
		Kind:   pb.CustomerCredit_Kind(pb.CustomerCredit_Kind_value[i.Kind]),
		Number: i.Number, Date: i.Date.String(), OpenAmount: money.ToProto(i.Minor, i.Currency),
		OpenBaseAmount: money.ToProto(i.Base, base)}
}

// controlAccounts returns the accounts of receivables with the open amounts on them.
func (a *aging) controlAccounts() (out []*pb.AgedReceivables_ControlAccount) {
	for _, account := range slices.Sorted(maps.Keys(a.accounts)) {
		filters := []string{fmt.Sprintf("account_id = %q", account), fmt.Sprintf("date <= %q", a.spec.asOf)}
		if a.spec.known != nil {
			filters = append(filters, fmt.Sprintf("post_time <= %q", a.spec.known.UTC().Format(time.RFC3339Nano)))
		}
		out = append(out, &pb.AgedReceivables_ControlAccount{AccountId: account,
			Total: money.ToProto(a.accounts[account], a.spec.currency), DrillFilter: joined(filters...)})
	}
	return out
}

// bucketLabel returns the label of a bucket, such as 31–60 or 91+.
func bucketLabel(b *pb.AgedReceivables_Bucket) string {
	switch {
	case b.FirstDay == 0:
		return "Not due"
	case b.LastDay == nil:
		return fmt.Sprintf("%d+", b.FirstDay)
	}
	return fmt.Sprintf("%d–%d", b.FirstDay, *b.LastDay)
}
