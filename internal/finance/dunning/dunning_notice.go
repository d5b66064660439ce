package dunning

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/ledger"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

type (
	timestamp = timestamppb.Timestamp
	notice    = pb.DunningNotice
	line      = pb.DunningNotice_Line
)

var notices = resource.New(table.New("finance.dunning_notices",
	table.Text("number", func(n *notice) *string { return &n.Number }).Filter(),
	table.Ref("customer_id", "cus", func(n *notice) *string { return &n.CustomerId }).Filter(),
	table.Text("customer_name", func(n *notice) *string { return &n.CustomerName }),
	table.Ref("dunning_policy_id", "dup", func(n *notice) *string { return &n.DunningPolicyId }).Filter(),
	table.Date("date", func(n *notice) *string { return &n.Date }).Filter().Sort("dunning_notices_by_date"),
	table.Text("currency_code", func(n *notice) *string { return &n.CurrencyCode }).Filter(),
	table.Enum("state", func(n *notice) *pb.DunningNotice_State { return &n.State }).Filter(),
	table.Money("open_amount", func(n *notice) **typepb.Money { return &n.OpenAmount }),
	table.Money("fee", func(n *notice) **typepb.Money { return &n.Fee }),
	table.Money("fixed_sum", func(n *notice) **typepb.Money { return &n.FixedSum }),
	table.Money("interest_amount", func(n *notice) **typepb.Money { return &n.InterestAmount }),
	table.Money("tax_amount", func(n *notice) **typepb.Money { return &n.TaxAmount }),
	table.Money("charged_amount", func(n *notice) **typepb.Money { return &n.ChargedAmount }),
	table.Money("total_amount", func(n *notice) **typepb.Money { return &n.TotalAmount }),
	table.Ref("receivable_id", "rcv", func(n *notice) *string { return &n.ReceivableId }),
	table.Ref("journal_entry_id", "jrn", func(n *notice) *string { return &n.JournalEntryId }),
	table.Text("language_code", func(n *notice) *string { return &n.LanguageCode }),
	table.Text("subject", func(n *notice) *string { return &n.Subject }),
	table.Text("body", func(n *notice) *string { return &n.Body }),
	table.Enum("email_state", func(n *notice) *pb.DunningNotice_EmailState { return &n.EmailState }),
	table.Strings("recipient_emails", func(n *notice) *[]string { return &n.RecipientEmails }),
	table.Timestamp("send_time", func(n *notice) **timestamp { return &n.SendTime }),
	table.Text("email_error", func(n *notice) *string { return &n.EmailError }),
	table.Messages("earlier_charges",
		func(n *notice) *[]*pb.DunningNotice_EarlierCharge { return &n.EarlierCharges }),
	table.Money("earlier_charged_amount", func(n *notice) **typepb.Money { return &n.EarlierChargedAmount }),
	table.Date("write_off_date", func(n *notice) *string { return &n.WriteOffDate }),
	table.Text("write_off_reason", func(n *notice) *string { return &n.WriteOffReason }),
	table.Date("void_date", func(n *notice) *string { return &n.VoidDate }),
	table.Text("void_reason", func(n *notice) *string { return &n.VoidReason }),
	noticeLines,
).Rank(db.RankDocument)).Lifecycle(noticeLifecycle).LockFirst(lockCharges).Open().
	DeclareEvents("created", "sent", "mailFailed").GuardAll(refuseSettled, "writeOff")

var noticeLines = table.Lines("lines", "finance.dunning_notice_lines", "dunning_notice_id",
	func(n *notice) *[]*line { return &n.Lines }, func(n *notice) string { return n.CurrencyCode },
	table.Ref("receivable_id", "rcv", func(l *line) *string { return &l.ReceivableId }),
	table.Text("document_id", func(l *line) *string { return &l.DocumentId }),
	table.Text("number", func(l *line) *string { return &l.Number }),
	table.Date("date", func(l *line) *string { return &l.Date }),
	table.Date("due_date", func(l *line) *string { return &l.DueDate }),
	table.Int32("days_overdue", func(l *line) *int32 { return &l.DaysOverdue }),
	table.Minor("open_amount", func(l *line) **typepb.Money { return &l.OpenAmount }),
	table.Int32("step_days", func(l *line) *int32 { return &l.StepDays }),
	table.Text("step_name", func(l *line) *string { return &l.StepName }),
	table.Messages("passed_over_steps",
		func(l *line) *[]*pb.DunningNotice_PassedOverStep { return &l.PassedOverSteps }),
	table.Date("interest_end_date", func(l *line) *string { return &l.InterestEndDate }),
	table.Messages("interest_spans", func(l *line) *[]*pb.DunningNotice_InterestSpan { return &l.InterestSpans }),
	table.Minor("interest_amount", func(l *line) **typepb.Money { return &l.InterestAmount }),
	table.Minor("fixed_sum", func(l *line) **typepb.Money { return &l.FixedSum }),
	table.Bool("repeatable", func(l *line) *bool { return &l.Repeatable }),
	table.Date("missing_rate_date", func(l *line) *string { return &l.MissingRateDate }),
)

var issued = []pb.DunningNotice_State{pb.DunningNotice_ISSUED}

var noticeLifecycle = state.New(func(n *notice) *pb.DunningNotice_State { return &n.State },
	[]state.Step[pb.DunningNotice_State]{
		{Verb: "send", Event: "sendRequested", From: issued, To: pb.DunningNotice_ISSUED},
		{Verb: "void", Event: "voided", From: issued, To: pb.DunningNotice_VOID},
		{Verb: "writeOff", Event: "writtenOff", From: issued, To: pb.DunningNotice_ISSUED},
	})

// lockCharges locks the receivable of a notice before the notice, as payments do.
func lockCharges(ctx context.Context, tx *db.Tx, n *notice) error {
	if n.ReceivableId == "" {
		return nil
	}
	_, err := receivables.Lock(ctx, tx, n.ReceivableId)
	return err
}

// GetDunningNotice returns a dunning notice.
func (s *Service) GetDunningNotice(ctx context.Context, req *pb.GetDunningNoticeRequest) (*pb.DunningNotice, error) {
	return notices.Get(ctx, s.db, req.GetDunningNoticeId())
}

// BatchGetDunningNotices returns several dunning notices.
func (s *Service) BatchGetDunningNotices(
	ctx context.Context, req *pb.BatchGetDunningNoticesRequest,
) (*pb.BatchGetDunningNoticesResponse, error) {
	list, err := notices.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetDunningNoticesResponse{DunningNotices: list}, err
}

// ListDunningNotices lists dunning notices.
func (s *Service) ListDunningNotices(
	ctx context.Context, req *pb.ListDunningNoticesRequest,
) (*pb.ListDunningNoticesResponse, error) {
	page, err := notices.List(ctx, s.db, req)
	return &pb.ListDunningNoticesResponse{DunningNotices: page.Records, NextPageToken: page.Next,
		TotalSize: page.Total}, err
}

// FindNotice returns a dunning notice, on the system side.
func FindNotice(ctx context.Context, tx *db.Tx, noticeID string) (*pb.DunningNotice, error) {
	return notices.Find(ctx, tx, noticeID)
}

// SendDunningNotice mails a notice.
func (s *Service) SendDunningNotice(
	ctx context.Context, req *pb.SendDunningNoticeRequest,
) (*pb.DunningNotice, error) {
	return notices.Step(ctx, s.db, req.GetDunningNoticeId(), "send",
		func(ctx context.Context, tx *db.Tx, _, n *notice) error {
			c, err := customers.ResolveWithArchived(ctx, tx, "customerId", n.CustomerId)
			if err != nil {
				return err
			}
			if len(recipientsOf(c)) == 0 {
				return fault.Refuse(optionsv1.Reason_RECIPIENTS_MISSING,
					"The customer %s has no addresses to which documents are sent.", c.DisplayName).WithSubject(c.Id)
			}
			n.EmailState, n.EmailError = pb.DunningNotice_QUEUED, ""
			return nil
		})
}

// VoidDunningNotice voids a notice.
func (s *Service) VoidDunningNotice(
	ctx context.Context, req *pb.VoidDunningNoticeRequest,
) (*pb.DunningNotice, error) {
	return notices.Step(ctx, s.db, req.GetDunningNoticeId(), "void", voidNotice(req))
}

// voidNotice returns the rule that voids a notice: it reverses the entry of what it charges, and
// cancels its receivable.
func voidNotice(req *pb.VoidDunningNoticeRequest) resource.Rule[*notice] {
	return func(ctx context.Context, tx *db.Tx, _, n *notice) error {
		if req.GetDate() != "" {
			if _, err := calendar.ParseBusinessDate(req.GetDate()); err != nil {
				return fault.Invalid(fault.At("date", "%s", err))
			}
			if req.GetDate() < n.Date {
				return fault.Invalid(fault.At("date", "must not be before the date of the notice, %s", n.Date))
			}
		}
		n.VoidDate, n.VoidReason = max(req.GetDate(), n.Date), req.GetReason()
		if n.EmailState == pb.DunningNotice_QUEUED {
			n.EmailState = pb.DunningNotice_EMAIL_STATE_UNSPECIFIED
		}
		for _, l := range n.Lines {
			l.Repeatable = req.GetRepeatable()
		}
		if n.JournalEntryId == "" {
			return nil
		}
		reversal, err := ledger.Reverse(ctx, tx, n.JournalEntryId, req.GetDate(), "")
		if err != nil {
			return err
		}
		n.VoidDate = reversal.Date
		if err := tax.Reverse(ctx, tx, n.Id, n.JournalEntryId, reversal.Date, reversal.Id); err != nil {
			return err
		}
		return receivables.CancelReceivable(ctx, tx, n.ReceivableId, reversal.Date, reversal.Id)
	}
}
