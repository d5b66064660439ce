package customers_test

import (
	"slices"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

const unknownCustomer = "cus_01k9zzzzzzzzzzzzzzzzzzzzzz"

// cafe returns a customer with a value in every field that clients set.
func cafe(t *testing.T, o *apptest.Organization) *pb.Customer {
	t.Helper()
	terms, err := pb.NewCatalogServiceClient(o).ListPaymentTerms(t.Context(), &pb.ListPaymentTermsRequest{PageSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	return &pb.Customer{
		DisplayName: "Harbor Cafe", LegalName: "Harbor Cafe LLC",
		Contacts: []*pb.Customer_Contact{
			{DisplayName: "Mia Torres", Email: "mia@cafe.example", Phone: "+1 212 555 0148", Role: "Owner"},
		},
		RecipientEmails: []string{"bills@cafe.example"}, CcEmails: []string{"mia@cafe.example"},
		BillingAddress: &typepb.Address{Lines: []string{"12 Pier Road", "Floor 2"}, PostalCode: "10004", City: "New York",
			Subdivision: "NY", RegionCode: "US"},
		ShippingAddress: &typepb.Address{RegionCode: "IE"}, TaxNumber: "DE811907980", ExemptionReason: "Resale",
		ExemptionCertificateNumber: "NY-204418", ExemptionExpireDate: "2027-12-31", LanguageCode: "de-AT",
		CurrencyCode: "EUR", PaymentTermId: terms.GetPaymentTerms()[0].GetId(),
		CreditLimit:       &typepb.Money{Amount: "5000.00", CurrencyCode: "EUR"},
		CreditLimitPolicy: pb.Customer_REFUSE, GroupKey: "key-accounts-2", DunningPauseEndDate: "2026-12-31",
		Note: "Pays by check", ResponsibleId: o.Owner.GetId(),
	}
}

func TestCustomerIsStoredAsSent(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	sent := cafe(t, o)
	made := createCustomer(t, o, sent)
	got := getCustomer(t, o, made.GetId())
	if !proto.Equal(got, made) {
		t.Errorf("got %v, want %v", got, made)
	}
	got.Id, got.Etag, got.CreateTime, got.UpdateTime, got.AllowedActions = "", "", nil, nil, nil
	if !proto.Equal(got, sent) {
		t.Errorf("got %v, want %v", got, sent)
	}
}

func TestCustomerHasDefaults(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	c := createCustomer(t, o, &pb.Customer{DisplayName: "Anna", LanguageCode: "DE_at"})
	if c.GetCurrencyCode() != "USD" || c.GetCreditLimitPolicy() != pb.Customer_WARN || c.GetLanguageCode() != "de-AT" {
		t.Errorf("got %v", c)
	}
}

func TestCustomerIsChecked(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	createCustomer(t, o, &pb.Customer{DisplayName: "Straße 7"})
	invalid := optionsv1.Reason_FIELDS_INVALID
	for name, c := range map[string]struct {
		change func(c *pb.Customer)
		reason optionsv1.Reason
		fields []string
	}{
		"name in another case": {func(c *pb.Customer) { c.DisplayName = "straße 7" },
			optionsv1.Reason_CUSTOMERS_NAME_TAKEN, []string{"displayName"}},
		"no name": {func(c *pb.Customer) { c.DisplayName = " " }, invalid, []string{"displayName"}},
		"regions that do not exist": {func(c *pb.Customer) {
			c.BillingAddress.RegionCode, c.ShippingAddress.RegionCode = "UK", "us"
		}, invalid, []string{"billingAddress.regionCode", "shippingAddress.regionCode"}},
		"address without a region": {func(c *pb.Customer) { c.BillingAddress.RegionCode = "" }, invalid,
			[]string{"billingAddress.regionCode"}},
		"six lines": {func(c *pb.Customer) { c.BillingAddress.Lines = slices.Repeat([]string{"x"}, 6) }, invalid,
			[]string{"billingAddress.lines"}},
		"unknown language": {func(c *pb.Customer) { c.LanguageCode = "deutsch" }, invalid, []string{"languageCode"}},
		"no language":      {func(c *pb.Customer) { c.LanguageCode = "und" }, invalid, []string{"languageCode"}},
		"unknown currency": {func(c *pb.Customer) { c.CurrencyCode = "XYZ" }, invalid, []string{"currencyCode"}},
		"limit in another currency": {func(c *pb.Customer) { c.CreditLimit.CurrencyCode = "USD" }, invalid,
			[]string{"creditLimit.currencyCode"}},
		"negative limit": {func(c *pb.Customer) { c.CreditLimit.Amount = "-1" }, invalid, []string{"creditLimit.amount"}},
		"unknown policy": {func(c *pb.Customer) { c.CreditLimitPolicy = 99 }, invalid, []string{"creditLimitPolicy"}},
		"certificate without a reason": {func(c *pb.Customer) { c.ExemptionReason = "" }, invalid,
			[]string{"exemptionReason"}},
		"no such day": {func(c *pb.Customer) { c.ExemptionExpireDate, c.DunningPauseEndDate = "2026-02-30", "tomorrow" },
			invalid, []string{"dunningPauseEndDate", "exemptionExpireDate"}},
		"key with capitals": {func(c *pb.Customer) { c.GroupKey = "Key" }, invalid, []string{"groupKey"}},
		"invalid addresses": {func(c *pb.Customer) {
			c.RecipientEmails, c.CcEmails = []string{"cafe"}, []string{"a@b.example", "x y"}
		}, invalid, []string{"ccEmails[1]", "recipientEmails[0]"}},
		"the same address twice": {func(c *pb.Customer) { c.CcEmails = []string{"a@b.example", "a@b.example"} }, invalid,
			[]string{"ccEmails"}},
		"contacts": {func(c *pb.Customer) { c.Contacts = []*pb.Customer_Contact{{Email: "mia"}} }, invalid,
			[]string{"contacts[0].displayName", "contacts[0].email"}},
		"too many contacts": {func(c *pb.Customer) {
			c.Contacts = slices.Repeat([]*pb.Customer_Contact{{DisplayName: "X"}}, 101)
		}, invalid, []string{"contacts"}},
		"unknown payment term": {func(c *pb.Customer) { c.PaymentTermId = "ptm_01k9zzzzzzzzzzzzzzzzzzzzzz" },
			optionsv1.Reason_REFERENCE_NOT_FOUND, []string{"paymentTermId"}},
		"deputy of oneself": {func(c *pb.Customer) { c.DeputyId = c.ResponsibleId }, invalid, []string{"deputyId"}},
	} {
		bad := cafe(t, o)
		c.change(bad)
		_, err := pb.NewCustomersServiceClient(o).CreateCustomer(t.Context(), &pb.CreateCustomerRequest{Customer: bad})
		fields := apptest.Fields(err)
		slices.Sort(fields)
		if apptest.Reason(err) != c.reason || !slices.Equal(fields, c.fields) {
			t.Errorf("%s: got %v at %q, want %s at %q", name, err, fields, c.reason, c.fields)
		}
	}
}

// TestCustomerChangesCurrencyWithItsLimit changes the currency alone, and then with the limit.
func TestCustomerChangesCurrencyWithItsLimit(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	c := createCustomer(t, o, cafe(t, o))
	update := func(fields ...string) error {
		_, err := pb.NewCustomersServiceClient(o).UpdateCustomer(t.Context(), &pb.UpdateCustomerRequest{
			CustomerId: c.GetId(), Customer: &pb.Customer{CurrencyCode: "USD"},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: fields},
		})
		return err
	}
	apptest.WantRefused(t, update("currency_code"), optionsv1.Reason_FIELDS_INVALID, "creditLimit.currencyCode")
	if err := update("currency_code", "credit_limit"); err != nil {
		t.Error(err)
	}
}

func TestCustomersAreFiltered(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	c := createCustomer(t, o, cafe(t, o))
	createCustomer(t, o, &pb.Customer{DisplayName: "Anna"})
	for _, filter := range []string{
		`exemption_expire_date < "2028-01-01"`, `group_key = "key-accounts-2"`, `tax_number = "DE811907980"`,
		`payment_term_id = "` + c.GetPaymentTermId() + `"`, `currency_code = "EUR"`, `legal_name = "Harbor*"`,
	} {
		list, err := pb.NewCustomersServiceClient(o).ListCustomers(t.Context(), &pb.ListCustomersRequest{Filter: filter})
		if err != nil || len(list.GetCustomers()) != 1 || list.GetCustomers()[0].GetId() != c.GetId() {
			t.Errorf("%s: got %v, %v", filter, list, err)
		}
	}
}

func TestManagersReadCustomers(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	c := createCustomer(t, o, &pb.Customer{DisplayName: "Anna"})
	for role, want := range map[platformv1.ApiKey_Role]codes.Code{
		platformv1.ApiKey_MANAGER: codes.OK, platformv1.ApiKey_BOOKKEEPER: codes.OK,
		platformv1.ApiKey_EMPLOYEE: codes.PermissionDenied,
	} {
		client := pb.NewCustomersServiceClient(o.WithRole(t, role))
		_, err := client.GetCustomer(t.Context(), &pb.GetCustomerRequest{CustomerId: c.GetId()})
		if status.Code(err) != want {
			t.Errorf("%s: got %v, want %s", role, err, want)
		}
	}
	manager := pb.NewCustomersServiceClient(o.WithRole(t, platformv1.ApiKey_MANAGER))
	_, err := manager.ArchiveCustomer(t.Context(), &pb.ArchiveCustomerRequest{CustomerId: c.GetId()})
	if status.Code(err) != codes.PermissionDenied {
		t.Errorf("got %v, want PERMISSION_DENIED", err)
	}
}
