package app_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// requiredFields are requests with the fields that a method validates before it reads the record.
var requiredFields = map[string]proto.Message{

	"BankingService/CategorizeBankStatementLine": &financev1.CategorizeBankStatementLineRequest{
		Splits: []*financev1.BankStatementLine_Split{{AccountId: "acc_01k9zzzzzzzzzzzzzzzzzzzzzz"}},
	},
	"BankingService/DownloadReconciliationReport": &financev1.DownloadReconciliationReportRequest{
		Format: financev1.DownloadReportRequest_CSV,
	},
	"WorkService/CheckTaskItem":            &operationsv1.CheckTaskItemRequest{ItemId: "chk_01k9zzzzzzzzzzzzzzzzzzzzzz"},
	"DunningService/VoidDunningNotice":     &financev1.VoidDunningNoticeRequest{Reason: "Goodwill"},
	"DunningService/WriteOffDunningNotice": &financev1.WriteOffDunningNoticeRequest{Reason: "Bankrupt"},
	"OnlinePaymentsService/SimulatePaymentProviderEvent": &financev1.SimulatePaymentProviderEventRequest{
		Type: financev1.PaymentProviderEvent_PAYOUT_PAID,
	},
	"TaxReturnsService/DownloadTaxReturn": &financev1.DownloadTaxReturnRequest{
		Format: financev1.DownloadTaxReportRequest_CSV,
	},
	"TaxReturnsService/VoidPaymentTaxReturn": &financev1.VoidPaymentTaxReturnRequest{
		JournalEntryId: "jrn_01k9zzzzzzzzzzzzzzzzzzzzzz",
	},
	"AcknowledgmentsService/RepeatAcknowledgmentRequest": &platformv1.RepeatAcknowledgmentRequestRequest{
		DueDate: "2026-12-31",
	},
	"TaskSeriesService/ChangeFollowingTaskSeries": &operationsv1.ChangeFollowingTaskSeriesRequest{
		FromDate: "2099-01-02", Series: &operationsv1.TaskSeries{DisplayName: "Report",
			Recurrence: &typev1.Recurrence{Frequency: typev1.Recurrence_WEEKLY, StartDate: "2099-01-02"}},
	},
	"PlanningService/RescheduleProject":  &operationsv1.RescheduleProjectRequest{StartDate: "2026-12-01"},
	"TimekeepingService/RejectTimesheet": &operationsv1.RejectTimesheetRequest{Reason: "Friday is missing"},
	"TimekeepingService/ReopenTimesheet": &operationsv1.ReopenTimesheetRequest{Reason: "Friday is missing"},
	"ProfitabilityService/ExplainProjectProfitability": &operationsv1.ExplainProjectProfitabilityRequest{
		Figure: operationsv1.ExplainProjectProfitabilityRequest_INCOME,
	},
	"QuotesService/AcceptQuote": &financev1.AcceptQuoteRequest{AcceptedBy: "Maria Hill"},
	"InboxService/FileInboundMessage": &platformv1.FileInboundMessageRequest{
		SubjectId: "ven_01k9zzzzzzzzzzzzzzzzzzzzzz",
	},
	"MailService/VerifySenderAddress":         &platformv1.VerifySenderAddressRequest{Code: "x"},
	"BankingService/HoldBankStatementLine":    &financev1.HoldBankStatementLineRequest{Reason: "Ask"},
	"ApprovalsService/RejectApprovalRequest":  &platformv1.RejectApprovalRequestRequest{Reason: "No invoice"},
	"ApprovalsService/AskBackApprovalRequest": &platformv1.AskBackApprovalRequestRequest{Question: "Why?"},
	"ApprovalsService/AnswerApprovalRequest":  &platformv1.AnswerApprovalRequestRequest{Answer: "Because."},
	"ApprovalsService/ReleaseApprovalRequest": &platformv1.ReleaseApprovalRequestRequest{Reason: "Alone"},
	"BankingService/DistinguishBankStatementLine": &financev1.DistinguishBankStatementLineRequest{
		OtherLineId: "bsl_01k9zzzzzzzzzzzzzzzzzzzzzz",
	},
	"BankingService/RejectSuggestion": &financev1.RejectSuggestionRequest{
		Suggestion: &financev1.SuggestMatchesResponse_Suggestion{Personal: true},
	},
	"BankingService/PairBankTransfer": &financev1.PairBankTransferRequest{
		BankStatementLineId: "bsl_01k9zzzzzzzzzzzzzzzzzzzzzz",
	},
	"BankingService/MatchBankStatementLine": &financev1.MatchBankStatementLineRequest{
		JournalEntryId: "jrn_01k9zzzzzzzzzzzzzzzzzzzzzz",
	},
	"BankingService/ReopenReconciliation":     &financev1.ReopenReconciliationRequest{Reason: "A mistake"},
	"BankingService/ExcludeBankStatementLine": &financev1.ExcludeBankStatementLineRequest{Reason: "Not ours"},
	"BankingService/CreateStatementImport": &financev1.CreateStatementImportRequest{
		StatementImport: &financev1.StatementImport{FileName: "a.ofx", Content: []byte("OFX")},
	},
	"WorkImportsService/CreateWorkImport": &operationsv1.CreateWorkImportRequest{
		WorkImport: &operationsv1.WorkImport{FileName: "project.csv", Content: sampleProject("Call")},
	},
	"LedgerService/UpdateJournalEntry": &financev1.UpdateJournalEntryRequest{
		JournalEntry: &financev1.JournalEntry{Etag: "1"},
	},
	"CatalogService/PreviewPaymentTerm": &financev1.PreviewPaymentTermRequest{
		Amount: &typev1.Money{Amount: "1.00"},
	},
	"CustomersService/MergeCustomer": &financev1.MergeCustomerRequest{
		IntoCustomerId: "cus_01k9zzzzzzzzzzzzzzzzzzzzzz",
	},
	"LedgerService/DeleteJournalEntry":     &financev1.DeleteJournalEntryRequest{Etag: "1"},
	"PayablesService/RevealVendor":         &financev1.RevealVendorRequest{Reason: "Wire transfer"},
	"PayablesService/ShredVendor":          &financev1.ShredVendorRequest{Reason: "On request"},
	"DirectoryService/RevealEmployee":      &peoplev1.RevealEmployeeRequest{Reason: "W-2"},
	"DirectoryService/ShredEmployee":       &peoplev1.ShredEmployeeRequest{Reason: "On request"},
	"LedgerService/ReopenFiscalYear":       &financev1.ReopenFiscalYearRequest{Reason: "A mistake"},
	"LedgerService/ReopenAccountingPeriod": &financev1.ReopenAccountingPeriodRequest{Reason: "A mistake"},
	"LedgerService/PostJournalEntry":       &financev1.PostJournalEntryRequest{Etag: "1"},
}

// TestMethodsHideOtherTenants calls every method of the API with another organization's records.
func TestMethodsHideOtherTenants(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	records := recordsOf(t, theirs)
	for _, m := range allMethods() {
		name := string(m.Parent().Name()) + "/" + string(m.Name())
		t.Run(name, func(t *testing.T) { callWithForeignRecord(t, m, name, ours, records) })
	}
}

// recordsOf creates a record of each kind and returns the identifiers by the kind's singular name.
func recordsOf(t *testing.T, o *apptest.Organization) map[string]string {
	t.Helper()
	records := map[string]string{}
	for _, k := range kinds() {
		f, ok := fixtures[string(k.message.FullName())]
		if !ok {
			t.Errorf("%s has no fixture", k.message.FullName())
			continue
		}
		if f.create != nil {
			records[k.singular] = f.create(t, o)
			continue
		}
		records[k.singular] = text(suite{t: t, k: k, f: f, o: o, conn: o}.createAndRead(), "id")
	}
	return records
}

// callWithForeignRecord calls a method as our organization with another one's records.
func callWithForeignRecord(
	t *testing.T, m protoreflect.MethodDescriptor, name string, ours *apptest.Organization, records map[string]string,
) {
	if methodsWithoutRecord[name] != "" {
		return
	}
	req, response := empty(m.Input()), empty(m.Output())
	if more := requiredFields[name]; more != nil {
		proto.Merge(req.Interface(), more)
	}
	rule := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
	template := templateOf(rule)
	switch {
	case strings.Contains(template, "{"):
		parameter := template[strings.Index(template, "{")+1 : strings.Index(template, "}")]
		set(req, parameter, records[strings.TrimSuffix(parameter, "_id")])
		checkNotFound(t, ours.Invoke(t.Context(), path(m), req.Interface(), response.Interface()))
	case strings.HasPrefix(string(m.Name()), "BatchGet"):
		set(req, "ids", []string{records[kindNamed(m, "BatchGet").singular]})
		checkNotFound(t, ours.Invoke(t.Context(), path(m), req.Interface(), response.Interface()))
	case strings.HasPrefix(string(m.Name()), "List"):
		k := kindNamed(m, "List")
		set(req, "page_size", int32(500))
		if err := ours.Invoke(t.Context(), path(m), req.Interface(), response.Interface()); err != nil {
			t.Fatal(err)
		}
		if slices.Contains((suite{k: k}).ids(response), records[k.singular]) {
			t.Errorf("got another organization's %s in the list", k.singular)
		}
	case strings.HasPrefix(string(m.Name()), "Create"):
		createWithForeignReferences(t, m, ours, records)
	default:
		t.Errorf("%s refers to no record: add it to methodsWithoutRecord with the reason", name)
	}
}

// TestReportsAreSeparatedByTenant checks that reports contain only the caller's entries.
func TestReportsAreSeparatedByTenant(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	posted, err := financev1.NewLedgerServiceClient(theirs).CreateJournalEntry(t.Context(),
		&financev1.CreateJournalEntryRequest{JournalEntry: entry(t, theirs, "12.50")})
	if err != nil {
		t.Fatal(err)
	}
	cash := posted.GetLines()[1].GetAccountId()
	for _, o := range []struct {
		who  *apptest.Organization
		want string
	}{{theirs, "-12.50"}, {ours, "0.00"}} {
		reports := financev1.NewReportsServiceClient(o.who)
		pl, err := reports.GetProfitAndLoss(t.Context(),
			&financev1.GetProfitAndLossRequest{StartDate: "2026-01-01", EndDate: "2026-12-31"})
		if err != nil || pl.GetNetIncome().GetAmount() != o.want {
			t.Errorf("got the net income %v, %v, want %s", pl.GetNetIncome(), err, o.want)
		}
		bs, err := reports.GetBalanceSheet(t.Context(), &financev1.GetBalanceSheetRequest{AsOf: "2026-12-31"})
		if err != nil || bs.GetNetAssets().GetAmount() != o.want {
			t.Errorf("got the net assets %v, %v, want %s", bs.GetNetAssets(), err, o.want)
		}
		held, err := reports.GetAccountBalances(t.Context(),
			&financev1.GetAccountBalancesRequest{AsOf: "2026-12-31", Subtype: financev1.Account_BANK})
		if err != nil || held.GetBalances()[0].GetBalance().GetAmount() != o.want {
			t.Errorf("got the balances %v, %v, want %s", held, err, o.want)
		}
		_, err = reports.GetAccountBalances(t.Context(),
			&financev1.GetAccountBalancesRequest{AccountIds: []string{cash}})
		if elsewhere := o.who != theirs; (apptest.Reason(err) == optionsv1.Reason_REFERENCE_NOT_FOUND) != elsewhere {
			t.Errorf("an account of the other organization: got %v", err)
		}
		tb, err := reports.GetTrialBalance(t.Context(), &financev1.GetTrialBalanceRequest{AsOf: "2026-12-31"})
		if err != nil || tb.GetTotalDebit().GetAmount() != strings.TrimPrefix(o.want, "-") {
			t.Errorf("got the debits %v, %v, want %s", tb.GetTotalDebit(), err, o.want)
		}
	}
}

func checkNotFound(t *testing.T, err error) {
	t.Helper()
	if status.Code(err) != codes.NotFound || apptest.Reason(err) != optionsv1.Reason_RECORD_NOT_FOUND {
		t.Errorf("got %v, want NOT_FOUND", err)
	}
}

func templateOf(rule *annotations.HttpRule) string {
	for _, p := range []string{rule.GetGet(), rule.GetPost(), rule.GetPatch(), rule.GetDelete()} {
		if p != "" {
			return p
		}
	}
	return ""
}

func kindNamed(m protoreflect.MethodDescriptor, verb string) kind {
	for _, k := range kinds() {
		if k.methods[verb] == m {
			return k
		}
	}
	panic(m.FullName())
}

// referenceKinds are the kinds that reference fields refer to where their name does not tell.
var referenceKinds = map[string]string{
	"subject_id": "vendor", "parent_id": "comment", "document_id": "invoice",
	"owner_id": "person", "head_id": "person", "responsible_id": "person", "deputy_id": "person",
	"manager_id": "employee", "expense_account_id": "account", "income_account_id": "account",
	"from_bank_account_id": "bank_account", "to_bank_account_id": "bank_account",
	"transfer_bank_account_id": "bank_account",
	"outgoing_line_id":         "bank_statement_line", "incoming_line_id": "bank_statement_line",
	"ledger_account_id": "account", "parent_account_id": "account", "closing_account_id": "account",
	"balancing_account_id": "account", "fee_account_id": "account", "clearing_account_id": "account",
	"parent_department_id": "department",
	"sales_tax_rate_id":    "tax_rate", "purchase_tax_rate_id": "tax_rate",
	"sales_tax_code_id": "tax_code", "purchase_tax_code_id": "tax_code",
	"section_id": "project_section", "Task.parent_id": "task",
}

// createWithForeignReferences tries to create, for each reference field, a record that refers to
// another organization's record.
func createWithForeignReferences(
	t *testing.T, m protoreflect.MethodDescriptor, ours *apptest.Organization, records map[string]string,
) {
	k := kindNamed(m, "Create")
	f := fixtures[string(k.message.FullName())]
	for i := range k.message.Fields().Len() {
		fd := k.message.Fields().Get(i)
		if !strings.HasSuffix(string(fd.Name()), "_id") || fd.Name() == "external_id" || outputOnly(fd) {
			continue
		}
		to := cmp.Or(referenceKinds[string(k.message.Name()+"."+fd.Name())], referenceKinds[string(fd.Name())],
			strings.TrimSuffix(string(fd.Name()), "_id"))
		record := f.record(t, ours)
		set(record.ProtoReflect(), string(fd.Name()), records[to])
		checkReferenceRejected(t, m, ours, k, record, fd.JSONName())
	}
	if e, ok := f.record(t, ours).(*financev1.JournalEntry); ok {
		e.Lines[1].AccountId = records["account"]
		checkReferenceRejected(t, m, ours, k, e, "lines[1].accountId")
	}
}

func checkReferenceRejected(
	t *testing.T, m protoreflect.MethodDescriptor, ours *apptest.Organization, k kind, record proto.Message, field string,
) {
	t.Helper()
	req, response := empty(m.Input()), empty(m.Output())
	set(req, k.singular, record)
	err := ours.Invoke(t.Context(), path(m), req.Interface(), response.Interface())
	if apptest.Reason(err) != optionsv1.Reason_REFERENCE_NOT_FOUND || !slices.Contains(apptest.Fields(err), field) {
		t.Errorf("%s of another organization: got %v %v, want REFERENCE_NOT_FOUND", field, err, apptest.Fields(err))
	}
}

// outputOnly reports whether a field is only set by the server.
func outputOnly(fd protoreflect.FieldDescriptor) bool {
	behaviors, _ := proto.GetExtension(fd.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return slices.Contains(behaviors, annotations.FieldBehavior_OUTPUT_ONLY)
}

// TestRatesAreSeparatedByTenant checks that a conversion uses only the caller's rates.
func TestRatesAreSeparatedByTenant(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	theirs, ours := apptest.SignUpTo(t, a), apptest.SignUpTo(t, a)
	_, err := financev1.NewLedgerServiceClient(theirs).CreateExchangeRate(t.Context(),
		&financev1.CreateExchangeRateRequest{ExchangeRate: &financev1.ExchangeRate{
			Date: "2026-11-02", FromCurrencyCode: "EUR", ToCurrencyCode: "USD", Rate: "1.1",
		}})
	if err != nil {
		t.Fatal(err)
	}
	req := &financev1.ConvertAmountRequest{Amount: "1.00", FromCurrencyCode: "EUR", Date: "2026-11-02"}
	got, err := financev1.NewLedgerServiceClient(theirs).ConvertAmount(t.Context(), req)
	if err != nil || got.GetAmount().GetAmount() != "1.10" {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = financev1.NewLedgerServiceClient(ours).ConvertAmount(t.Context(), req)
	if apptest.Reason(err) != optionsv1.Reason_EXCHANGE_RATE_MISSING {
		t.Errorf("got %v, want EXCHANGE_RATE_MISSING", err)
	}
}
