package catalog_test

import (
	"context"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/finance/catalog"
	"backoffice/internal/platform/db"
)

const unknownTerm = "ptm_01k9zzzzzzzzzzzzzzzzzzzzzz"

// net returns the rule that an amount is due days after the date of the document.
func net(days int32) *pb.PaymentTerm_DueRule {
	return &pb.PaymentTerm_DueRule{Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_DOCUMENT, Days: days}
}

func shares(percents ...string) (out []*pb.PaymentTerm_Installment) {
	for i, p := range percents {
		out = append(out, &pb.PaymentTerm_Installment{Percent: p, Due: net(int32(30 * i))})
	}
	return out
}

func createTerm(t *testing.T, o *apptest.Organization, term *pb.PaymentTerm) *pb.PaymentTerm {
	t.Helper()
	made, err := pb.NewCatalogServiceClient(o).CreatePaymentTerm(t.Context(),
		&pb.CreatePaymentTermRequest{PaymentTerm: term})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestOrganizationHasUsualTerms(t *testing.T) {
	t.Parallel()
	for region, want := range map[string][]string{
		"US": {"2/10 net 30", "Due on receipt", "Net 15", "Net 30"},
		"DE": {"2/10 net 30", "Due on receipt", "Net 14", "Net 30"},
	} {
		o := apptest.SignUp(t, func(req *platformv1.SignUpRequest) { req.RegionCode = region })
		list, err := pb.NewCatalogServiceClient(o).ListPaymentTerms(t.Context(),
			&pb.ListPaymentTermsRequest{OrderBy: "display_name"})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, term := range list.GetPaymentTerms() {
			names = append(names, term.GetDisplayName())
		}
		if !slices.Equal(names, want) {
			t.Errorf("%s: got %q, want %q", region, names, want)
		}
		discount := &pb.PaymentTerm_Discount{
			Percent: "2", Days: 10, TaxTreatment: pb.PaymentTerm_Discount_NET_AND_TAX,
		}
		got := list.GetPaymentTerms()[0]
		if !proto.Equal(got.GetDiscount(), discount) || !proto.Equal(got.GetDue(), net(30)) {
			t.Errorf("%s: got %v", region, got)
		}
	}
}

func TestPaymentTermIsChecked(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	client := pb.NewCatalogServiceClient(o)
	ofMonth := func(day, days int32) *pb.PaymentTerm_DueRule {
		return &pb.PaymentTerm_DueRule{Kind: pb.PaymentTerm_DueRule_DAY_OF_MONTH, DayOfMonth: day, Days: days}
	}
	invalid := optionsv1.Reason_FIELDS_INVALID
	for name, c := range map[string]struct {
		term   *pb.PaymentTerm
		reason optionsv1.Reason
		fields []string
	}{
		"name in another case": {&pb.PaymentTerm{DisplayName: "NET 30", Due: net(30)},
			optionsv1.Reason_PAYMENT_TERMS_NAME_TAKEN, []string{"displayName"}},
		"never due": {&pb.PaymentTerm{DisplayName: "X"}, invalid, []string{"due"}},
		"due twice": {&pb.PaymentTerm{DisplayName: "X", Due: net(1), Installments: shares("100")}, invalid,
			[]string{"due"}},
		"negative days": {&pb.PaymentTerm{DisplayName: "X", Due: net(-1)}, invalid, []string{"due.days"}},
		"too many days": {&pb.PaymentTerm{DisplayName: "X", Due: net(366)}, invalid, []string{"due.days"}},
		"rule without a kind": {&pb.PaymentTerm{DisplayName: "X", Due: &pb.PaymentTerm_DueRule{Days: 3}}, invalid,
			[]string{"due.kind"}},
		"unknown kind": {&pb.PaymentTerm{DisplayName: "X", Due: &pb.PaymentTerm_DueRule{Kind: 99}}, invalid,
			[]string{"due.kind"}},
		"no day of the month": {&pb.PaymentTerm{DisplayName: "X", Due: ofMonth(0, 0)}, invalid,
			[]string{"due.dayOfMonth"}},
		"day 32":         {&pb.PaymentTerm{DisplayName: "X", Due: ofMonth(32, 0)}, invalid, []string{"due.dayOfMonth"}},
		"days and a day": {&pb.PaymentTerm{DisplayName: "X", Due: ofMonth(15, 10)}, invalid, []string{"due.days"}},
		"months without a day of the month": {&pb.PaymentTerm{DisplayName: "X", Due: &pb.PaymentTerm_DueRule{
			Kind: pb.PaymentTerm_DueRule_MONTH_END_AFTER_DAYS, Months: 1, DayOfMonth: 1}}, invalid,
			[]string{"due.dayOfMonth", "due.months"}},
		"percentages below 100": {&pb.PaymentTerm{DisplayName: "X", Installments: shares("50", "49.9999")},
			optionsv1.Reason_INSTALLMENTS_INCOMPLETE, []string{"installments"}},
		"percentages above 100": {&pb.PaymentTerm{DisplayName: "X", Installments: shares("50", "50", "0.0001")},
			optionsv1.Reason_INSTALLMENTS_INCOMPLETE, []string{"installments"}},
		"invalid percentages": {&pb.PaymentTerm{DisplayName: "X", Installments: shares("0", "-5", "1e1", "9.99999",
			"x", "101")}, invalid, []string{"installments[0].percent", "installments[1].percent", "installments[2].percent",
			"installments[3].percent", "installments[4].percent", "installments[5].percent"}},
		"installment without a rule": {&pb.PaymentTerm{DisplayName: "X", Installments: []*pb.PaymentTerm_Installment{
			{Percent: "100"}}}, invalid, []string{"installments[0].due"}},
		"discount of everything": {&pb.PaymentTerm{DisplayName: "X", Due: net(30),
			Discount: &pb.PaymentTerm_Discount{Percent: "100"}}, invalid, []string{"discount.percent"}},
		"discount of nothing": {&pb.PaymentTerm{DisplayName: "X", Due: net(30),
			Discount: &pb.PaymentTerm_Discount{Percent: "0"}}, invalid, []string{"discount.percent"}},
		"discount after the due date": {&pb.PaymentTerm{DisplayName: "X", Due: net(30),
			Discount: &pb.PaymentTerm_Discount{Percent: "2", Days: 31}}, invalid, []string{"discount.days"}},
		"discount after the end of the month": {&pb.PaymentTerm{DisplayName: "X", Due: &pb.PaymentTerm_DueRule{
			Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_MONTH_END}, Discount: &pb.PaymentTerm_Discount{Percent: "2", Days: 31}},
			invalid, []string{"discount.days"}},
		"discount after the last installment": {&pb.PaymentTerm{DisplayName: "X", Installments: shares("50", "50"),
			Discount: &pb.PaymentTerm_Discount{Percent: "2", Days: 31}}, invalid, []string{"discount.days"}},
	} {
		_, err := client.CreatePaymentTerm(t.Context(), &pb.CreatePaymentTermRequest{PaymentTerm: c.term})
		fields := apptest.Fields(err)
		slices.Sort(fields)
		if apptest.Reason(err) != c.reason || !slices.Equal(fields, c.fields) {
			t.Errorf("%s: got %v at %q, want %s at %q", name, err, fields, c.reason, c.fields)
		}
	}
}

// TestDiscountMayEndWithTheTerm creates terms whose discounts end on the last due date in some
// case.
func TestDiscountMayEndWithTheTerm(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	discount := &pb.PaymentTerm_Discount{Percent: "2", Days: 30}
	createTerm(t, o, &pb.PaymentTerm{DisplayName: "Thirty days", Due: net(30), Discount: discount})
	createTerm(t, o, &pb.PaymentTerm{DisplayName: "Halves", Installments: shares("50", "50"), Discount: discount})
	createTerm(t, o, &pb.PaymentTerm{DisplayName: "End of month", Discount: discount,
		Due: &pb.PaymentTerm_DueRule{Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_MONTH_END}})
}

// TestPreviewOfPaymentTerm previews an invoice of 121.00 with 21.00 of tax, dated 2026-11-20.
func TestPreviewOfPaymentTerm(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	usd := func(amount string) *typepb.Money { return &typepb.Money{Amount: amount, CurrencyCode: "USD"} }
	type installment = pb.PreviewPaymentTermResponse_Installment
	type discount = pb.PreviewPaymentTermResponse_Discount
	whole := []*installment{{DueDate: "2026-12-20", Percent: "100", Amount: usd("121.00")}}
	twoTen := func(treatment pb.PaymentTerm_Discount_TaxTreatment) *pb.PaymentTerm {
		return &pb.PaymentTerm{DisplayName: "Trial " + treatment.String(), Due: net(30),
			Discount: &pb.PaymentTerm_Discount{Percent: "2.0", Days: 10, TaxTreatment: treatment}}
	}
	for name, c := range map[string]struct {
		term *pb.PaymentTerm
		want *pb.PreviewPaymentTermResponse
	}{
		"net and tax": {twoTen(pb.PaymentTerm_Discount_NET_AND_TAX), &pb.PreviewPaymentTermResponse{
			DueDate: "2026-12-20", Installments: whole, Discount: &discount{LastDate: "2026-12-02", Amount: usd("2.42"),
				NetAmount: usd("2.00"), TaxAmount: usd("0.42"), PayableAmount: usd("118.58")}}},
		"net only": {twoTen(pb.PaymentTerm_Discount_NET_ONLY), &pb.PreviewPaymentTermResponse{
			DueDate: "2026-12-20", Installments: whole, Discount: &discount{LastDate: "2026-12-02", Amount: usd("2.42"),
				NetAmount: usd("2.42"), TaxAmount: usd("0.00"), PayableAmount: usd("118.58")}}},
		"on the net": {twoTen(pb.PaymentTerm_Discount_ON_NET), &pb.PreviewPaymentTermResponse{
			DueDate: "2026-12-20", Installments: whole, Discount: &discount{LastDate: "2026-12-02", Amount: usd("2.00"),
				NetAmount: usd("2.00"), TaxAmount: usd("0.00"), PayableAmount: usd("119.00")}}},
		"installments": {&pb.PaymentTerm{DisplayName: "Thirds", Installments: []*pb.PaymentTerm_Installment{
			{Percent: "33.3333", Due: &pb.PaymentTerm_DueRule{Kind: pb.PaymentTerm_DueRule_DAYS_AFTER_MONTH_END, Days: 10}},
			{Percent: "33.3333", Due: &pb.PaymentTerm_DueRule{Kind: pb.PaymentTerm_DueRule_MONTH_END_AFTER_DAYS, Days: 45}},
			{Percent: "33.3334", Due: &pb.PaymentTerm_DueRule{Kind: pb.PaymentTerm_DueRule_DAY_OF_MONTH, DayOfMonth: 31,
				Months: 3}},
		}}, &pb.PreviewPaymentTermResponse{DueDate: "2027-02-28", Installments: []*installment{
			{DueDate: "2026-12-10", Percent: "33.3333", Amount: usd("40.33")},
			{DueDate: "2027-01-31", Percent: "33.3333", Amount: usd("40.33")},
			{DueDate: "2027-02-28", Percent: "33.3334", Amount: usd("40.34")},
		}}},
	} {
		term := createTerm(t, o, c.term)
		c.want.DocumentDate = "2026-11-20"
		got, err := pb.NewCatalogServiceClient(o).PreviewPaymentTerm(t.Context(), &pb.PreviewPaymentTermRequest{
			PaymentTermId: term.GetId(), DocumentDate: "2026-11-20", Amount: &typepb.Money{Amount: "121"},
			TaxAmount: &typepb.Money{Amount: "21"}, GraceDays: 2,
		})
		if err != nil || !proto.Equal(got, c.want) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, c.want)
		}
	}
}

func TestPreviewRefusals(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	term := createTerm(t, o, &pb.PaymentTerm{DisplayName: "Net 7", Due: net(7)})
	money := func(amount, currency string) *typepb.Money {
		return &typepb.Money{Amount: amount, CurrencyCode: currency}
	}
	type preview = pb.PreviewPaymentTermRequest
	for name, c := range map[string]struct {
		req   *preview
		field string
	}{
		"no amount":        {&preview{}, "amount"},
		"no such day":      {&preview{Amount: money("1", ""), DocumentDate: "2026-02-30"}, "documentDate"},
		"unknown currency": {&preview{Amount: money("1", "XYZ")}, "amount.currencyCode"},
		"too many digits":  {&preview{Amount: money("1.5", "JPY")}, "amount.amount"},
		"tax in another currency": {&preview{Amount: money("1", "EUR"), TaxAmount: money("1", "USD")},
			"taxAmount.currencyCode"},
		"more tax than total": {&preview{Amount: money("1", ""), TaxAmount: money("1.01", "")}, "taxAmount"},
		"negative tax":        {&preview{Amount: money("1", ""), TaxAmount: money("-0.01", "")}, "taxAmount"},
		"positive tax":        {&preview{Amount: money("-1", ""), TaxAmount: money("0.01", "")}, "taxAmount"},
		"negative grace":      {&preview{Amount: money("1", ""), GraceDays: -1}, "graceDays"},
	} {
		c.req.PaymentTermId = term.GetId()
		_, err := pb.NewCatalogServiceClient(o).PreviewPaymentTerm(t.Context(), c.req)
		if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID || !slices.Equal(apptest.Fields(err), []string{c.field}) {
			t.Errorf("%s: got %v at %q, want it refused at %s", name, err, apptest.Fields(err), c.field)
		}
	}
	credit, err := pb.NewCatalogServiceClient(o).PreviewPaymentTerm(t.Context(), &pb.PreviewPaymentTermRequest{
		PaymentTermId: term.GetId(), Amount: money("-10", ""), TaxAmount: money("-1", ""),
	})
	if err != nil || credit.GetInstallments()[0].GetAmount().GetAmount() != "-10.00" || credit.GetDocumentDate() == "" {
		t.Errorf("got %v, %v for a credit note", credit, err)
	}
}

func TestResolvedTermIsNotArchived(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	term := createTerm(t, o, &pb.PaymentTerm{DisplayName: "Net 7", Due: net(7)})
	resolve := func(key string) (got *pb.PaymentTerm, err error) {
		err = write(t, o, func(ctx context.Context, tx *db.Tx) (err error) {
			got, err = catalog.ResolveTerm(ctx, tx, "paymentTermId", key)
			return err
		})
		return got, err
	}
	if got, err := resolve(term.GetId()); err != nil || got.GetDisplayName() != "Net 7" {
		t.Fatalf("got %v, %v", got, err)
	}
	_, err := resolve(unknownTerm)
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "paymentTermId")
	if _, err := pb.NewCatalogServiceClient(o).ArchivePaymentTerm(t.Context(),
		&pb.ArchivePaymentTermRequest{PaymentTermId: term.GetId()}); err != nil {
		t.Fatal(err)
	}
	_, err = resolve(term.GetId())
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_ARCHIVED, "paymentTermId")
}
