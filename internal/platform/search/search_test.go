package search_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

func TestRecordIsFoundByItsWords(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.vendor(t, &financev1.Vendor{DisplayName: "Müller & Söhne GmbH", Email: "info@mueller-soehne.example",
		Note: "Invoices as INV-2026-0001, limit $1,234.50", ExternalId: "erp-4711"})
	o.vendor(t, &financev1.Vendor{DisplayName: "東京商会"})
	o.index(t)
	const muller, tokyo = "Müller & Söhne GmbH", "東京商会"
	for q, want := range map[string]string{
		"müller": muller, "MULLER": muller, "mul": muller, "sohne gmb": muller, `"gmbh" söhne`: muller,
		"mueller": muller, "info@mueller": muller, "soehne.example": muller,
		"inv-2026-0001": muller, "INV20260001": muller, "2026 inv": muller, "1234.50": muller, "1,234.50": muller,
		"erp-4711": muller, "東京": tokyo, "京商": tokyo, "商": tokyo, "会": tokyo,
	} {
		wantFound(t, o.Organization, q, want)
	}
	for _, q := range []string{"mullers", `"mul"`, "uller", "muller 東京", "inv-2027", "東会", "gmbh' or 1=1 --"} {
		wantFound(t, o.Organization, q)
	}
}

func TestSearchFollowsChanges(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	v := o.vendor(t, &financev1.Vendor{DisplayName: "Paper Ltd", Note: "cheap"})
	wantFound(t, o.Organization, "paper")
	o.index(t)
	wantFound(t, o.Organization, "paper", "Paper Ltd")
	must(o.vendors.UpdateVendor(t.Context(), &financev1.UpdateVendorRequest{VendorId: v.Id,
		Vendor:     &financev1.Vendor{DisplayName: "Ink Ltd"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name"}}}))(t)
	wantFound(t, o.Organization, "paper") // before it is indexed again: the record no longer matches
	o.index(t)
	wantFound(t, o.Organization, "paper")
	wantFound(t, o.Organization, "ink cheap", "Ink Ltd")
	must(o.vendors.ArchiveVendor(t.Context(), &financev1.ArchiveVendorRequest{VendorId: v.Id}))(t)
	o.index(t)
	if got := results(t, o.Organization, "ink"); len(got) != 1 || !got[0].Archived {
		t.Errorf("got %v, want the archived vendor", got)
	}
	must(o.vendors.DeleteVendor(t.Context(), &financev1.DeleteVendorRequest{VendorId: v.Id}))(t)
	wantFound(t, o.Organization, "ink")
	o.index(t)
	var rows int
	if err := connect(t).QueryRow(t.Context(), `
select (select count(*) from platform.search_words where org_id = $1 and kind = 'ven')
  + (select count(*) from platform.search_records where org_id = $1 and kind = 'ven')
  + (select count(*) from platform.search_events where org_id = $1)`, o.key(t)).Scan(&rows); err != nil || rows > 0 {
		t.Errorf("got %d rows about a deleted vendor, %v", rows, err)
	}
}

func TestResultsShowWhereTheWordsAre(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	long := strings.Repeat("Lorem ipsum dolor. ", 20) + "Delivers on Tuesdays at noon. " + strings.Repeat("Sit amet. ", 40)
	v := o.vendor(t, &financev1.Vendor{DisplayName: "Paper Ltd", Note: long})
	o.index(t)
	r := results(t, o.Organization, "tuesday")
	if len(r) != 1 || r[0].Field != "note" || r[0].SubjectId != v.Id || r[0].Resource != "vendors" ||
		!r[0].UpdateTime.AsTime().Equal(v.UpdateTime.AsTime()) {
		t.Fatalf("got %v", r)
	}
	if s := r[0].Snippet; !strings.Contains(s, "Delivers on Tuesdays at noon") || len([]rune(s)) > 162 ||
		!strings.HasPrefix(s, "…") || !strings.HasSuffix(s, "…") {
		t.Errorf("got the snippet %q", s)
	}
	if r := results(t, o.Organization, "paper"); r[0].Field != "displayName" || r[0].Snippet != "Paper Ltd" {
		t.Errorf("got %v", r)
	}
}

func TestTitlesComeFirstThenTheNewest(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.vendor(t, &financev1.Vendor{DisplayName: "Ink old"})
	o.vendor(t, &financev1.Vendor{DisplayName: "Toner", Note: "sells ink"})
	o.task(t, o.Owner.GetId(), "Order ink")
	o.vendor(t, &financev1.Vendor{DisplayName: "Pens", Note: "and inks"})
	o.index(t)
	wantFound(t, o.Organization, "ink", "Order ink", "Ink old", "Pens", "Toner")
	if got := found(t, o.Organization, "ink", "tasks"); !slices.Equal(got, []string{"Order ink"}) {
		t.Errorf("tasks: got %v", got)
	}
}

func TestResultsAreWithinReach(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	ada, ben := o.person(t, "Ada"), o.person(t, "Ben")
	task := o.task(t, ada, "Secret plan")
	o.vendor(t, &financev1.Vendor{DisplayName: "Secret Ltd"})
	o.index(t)
	asAda, asBen := o.AsPerson(t, ada, pb.ApiKey_EMPLOYEE), o.AsPerson(t, ben, pb.ApiKey_EMPLOYEE)
	wantFound(t, o.Organization, "secret", "Secret Ltd", "Secret plan")
	wantFound(t, asAda, "secret", "Secret plan")
	wantFound(t, asBen, "secret")
	wantFound(t, o.AsPerson(t, ben, pb.ApiKey_MANAGER), "secret plan")

	must(o.work.UpdateTask(t.Context(), &operationsv1.UpdateTaskRequest{TaskId: task.Id,
		Task: &operationsv1.Task{OwnerId: ben}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"owner_id"}}}))(t)
	wantFound(t, asAda, "secret") // at once, although the index still has the former owner
	o.index(t)
	wantFound(t, asAda, "secret")
	wantFound(t, asBen, "secret", "Secret plan")

	list := must(operationsv1.NewWorkServiceClient(asAda).ListTasks(t.Context(),
		&operationsv1.ListTasksRequest{Q: "secret"}))(t)
	if len(list.Tasks) > 0 {
		t.Errorf("a list for Ada: got %v", list.Tasks)
	}
}

func TestOtherOrganizationsAreNotSearched(t *testing.T) {
	t.Parallel()
	a, b := newCompany(t), newCompany(t)
	a.vendor(t, &financev1.Vendor{DisplayName: "Paper of A"})
	b.vendor(t, &financev1.Vendor{DisplayName: "Paper of B"})
	a.index(t)
	b.index(t)
	wantFound(t, a.Organization, "paper", "Paper of A")
	wantFound(t, b.Organization, "paper", "Paper of B")
}

func TestSealedFieldsAreNotIndexed(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.vendor(t, &financev1.Vendor{DisplayName: "Paper Ltd", BankAccountNumber: "DE89370400440532013000"})
	o.index(t)
	for _, q := range []string{"DE89370400440532013000", "DE89", "013000", "3000"} {
		if got := found(t, o.Organization, q, "vendors"); len(got) > 0 {
			t.Errorf("%q: got %q", q, got)
		}
	}
	var words string
	if err := connect(t).QueryRow(t.Context(), `
select string_agg(word, ' ' order by word)
from platform.search_words
where org_id = $1
and kind = 'ven'`, o.key(t)).Scan(&words); err != nil || words != "=ltd =paper ltd paper" {
		t.Errorf("got the words %q, %v", words, err)
	}
}

func TestCustomTextsAreSearched(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	fields := pb.NewCustomFieldsServiceClient(o)
	for key, typ := range map[string]pb.CustomField_Type{"motto": pb.CustomField_TEXT, "size": pb.CustomField_NUMBER} {
		must(fields.CreateCustomField(t.Context(), &pb.CreateCustomFieldRequest{CustomField: &pb.CustomField{
			Resource: "vendors", Key: key, DisplayName: key, Type: typ}}))(t)
	}
	custom := must(structpb.NewStruct(map[string]any{"motto": "Grüße aus Köln", "size": "815"}))(t)
	o.vendor(t, &financev1.Vendor{DisplayName: "Paper Ltd", CustomFields: custom})
	o.index(t)
	if r := results(t, o.Organization, "grusse koln"); len(r) != 1 || r[0].Field != "customFields.motto" {
		t.Errorf("got %v", r)
	}
	wantFound(t, o.Organization, "815")
}

func TestInvalidSearchesAreRefused(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	for name, c := range map[string]struct {
		req   *pb.SearchRequest
		field string
	}{
		"no query":           {&pb.SearchRequest{}, "q"},
		"no word":            {&pb.SearchRequest{Q: "?! --"}, "q"},
		"too long":           {&pb.SearchRequest{Q: strings.Repeat("a", 201)}, "q"},
		"too many words":     {&pb.SearchRequest{Q: "a b c d e f g h i j k l m"}, "q"},
		"an unknown kind":    {&pb.SearchRequest{Q: "a", Resources: []string{"vendors", "unicorns"}}, "resources[1]"},
		"a kind of no texts": {&pb.SearchRequest{Q: "a", Resources: []string{"events"}}, "resources[0]"},
	} {
		_, err := pb.NewSearchServiceClient(o).Search(t.Context(), c.req)
		if apptest.Reason(err) != optionsv1.Reason_FIELDS_INVALID || !slices.Equal(apptest.Fields(err), []string{c.field}) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, err := o.vendors.ListVendors(t.Context(), &financev1.ListVendorsRequest{Q: "!"})
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID, "q")
	_, err = pb.NewSearchServiceClient(o).Search(t.Context(), &pb.SearchRequest{Q: "a", PageToken: "AAAA"})
	if apptest.Reason(err) != optionsv1.Reason_PAGE_TOKEN_INVALID {
		t.Errorf("a broken token: got %v", err)
	}
}

func TestListsCombineWordsWithFilterAndOrder(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	for _, v := range []*financev1.Vendor{
		{DisplayName: "Ink C", PaymentDays: 30}, {DisplayName: "Ink A", PaymentDays: 30},
		{DisplayName: "Ink B", PaymentDays: 14}, {DisplayName: "Paper", PaymentDays: 30},
	} {
		o.vendor(t, v)
	}
	archived := o.vendor(t, &financev1.Vendor{DisplayName: "Ink D", PaymentDays: 30})
	must(o.vendors.ArchiveVendor(t.Context(), &financev1.ArchiveVendorRequest{VendorId: archived.Id}))(t)
	o.index(t)
	for name, c := range map[string]struct {
		req  *financev1.ListVendorsRequest
		want []string
	}{
		"words": {&financev1.ListVendorsRequest{Q: "ink"}, []string{"Ink C", "Ink A", "Ink B"}},
		"with a filter": {&financev1.ListVendorsRequest{Q: "ink", Filter: "payment_days = 30", OrderBy: "display_name"},
			[]string{"Ink A", "Ink C"}},
		"archived": {&financev1.ListVendorsRequest{Q: "ink", OrderBy: "display_name desc", ShowArchived: true},
			[]string{"Ink D", "Ink C", "Ink B", "Ink A"}},
		"nothing": {&financev1.ListVendorsRequest{Q: "ink paper"}, nil},
	} {
		c.req.PageSize, c.req.IncludeTotal = 2, true
		var got []string
		for {
			page := must(o.vendors.ListVendors(t.Context(), c.req))(t)
			for _, v := range page.Vendors {
				got = append(got, v.DisplayName)
			}
			if int(page.GetTotalSize()) != len(c.want) {
				t.Errorf("%s: got the total %d, want %d", name, page.GetTotalSize(), len(c.want))
			}
			if c.req.PageToken = page.NextPageToken; c.req.PageToken == "" {
				break
			}
			_, err := o.vendors.ListVendors(t.Context(), &financev1.ListVendorsRequest{Q: "pen", PageToken: c.req.PageToken})
			if apptest.Reason(err) != optionsv1.Reason_PAGE_TOKEN_INVALID {
				t.Errorf("%s: a token with other words: got %v", name, err)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestEntryIsFoundByItsNumber types the number of an entry, which it gets when it is sealed.
func TestEntryIsFoundByItsNumber(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	books := financev1.NewLedgerServiceClient(o)
	account := func(code string, typ financev1.Account_Type) string {
		return must(books.CreateAccount(t.Context(), &financev1.CreateAccountRequest{
			Account: &financev1.Account{Code: code, DisplayName: "Account " + code, Type: typ}}))(t).Id
	}
	cash, sales := account("T100", financev1.Account_ASSET), account("T400", financev1.Account_INCOME)
	e := must(books.CreateJournalEntry(t.Context(), &financev1.CreateJournalEntryRequest{
		JournalEntry: &financev1.JournalEntry{Date: "2026-11-21", Description: "Sale of a press",
			Lines: []*financev1.JournalLine{
				{AccountId: cash, Amount: &typepb.Money{Amount: "5.00"}},
				{AccountId: sales, Amount: &typepb.Money{Amount: "-5.00"}},
			}}}))(t)
	o.index(t)
	for deadline := time.Now().Add(time.Minute); e.Number == ""; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("timed out after a minute: the entry is not sealed")
		}
		o.RunJobs(t)
		e = must(books.GetJournalEntry(t.Context(), &financev1.GetJournalEntryRequest{JournalEntryId: e.Id}))(t)
	}
	o.RunJobs(t)
	r := results(t, o.Organization, e.Number, "journalEntries")
	if len(r) != 1 || r[0].SubjectId != e.Id || r[0].Field != "number" || r[0].Snippet != e.Number {
		t.Errorf("searching %s: got %v, want the entry", e.Number, r)
	}
	list := must(books.ListJournalEntries(t.Context(), &financev1.ListJournalEntriesRequest{Q: e.Number}))(t)
	if len(list.JournalEntries) != 1 || list.JournalEntries[0].Id != e.Id {
		t.Errorf("listing %s: got %v, want the entry", e.Number, list.JournalEntries)
	}
}

// TestListOfFrequentWordsThatAreRarelyTogether lists 6,000 vendors by two words that each half of
// them has, and few have both.
func TestListOfFrequentWordsThatAreRarelyTogether(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.index(t)
	o.insertVendors(t, 6000, "case when n % 1000 = 0 then 'Ink and pen ' when n % 2 = 0 then 'Ink ' else 'Pen ' end || n")
	o.reindex(t)
	for q, want := range map[string]int{"ink pen": 6, "ink pen 2000": 1, `"ink" "and" "pen"`: 6} {
		req := &financev1.ListVendorsRequest{Q: q, PageSize: 4, IncludeTotal: true, OrderBy: "display_name"}
		var got []string
		for {
			page := must(o.vendors.ListVendors(t.Context(), req))(t)
			for _, v := range page.Vendors {
				got = append(got, v.DisplayName)
			}
			if int(page.GetTotalSize()) != want {
				t.Errorf("%s: got the total %d, want %d", q, page.GetTotalSize(), want)
			}
			if req.PageToken = page.NextPageToken; req.PageToken == "" {
				break
			}
		}
		if len(got) != want || !slices.IsSorted(got) {
			t.Errorf("%s: got %q, want %d sorted vendors", q, got, want)
		}
	}
}
