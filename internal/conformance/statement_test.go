package conformance_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/conformance"
)

// statements are the steps that read a statement, by their headings. The first group is the first
// day of a period, empty for the default or if the statement has none, the second the last day,
// and the third the options.
var statements = []struct {
	heading *regexp.Regexp
	read    func(b *books, ctx context.Context, q *pb.DownloadReportRequest) ([]*pb.ReportRow, error)
	report  pb.DownloadReportRequest_Report
}{
	{
		regexp.MustCompile(`^profit and loss (?:up|(\S+)) to (\d\S+\d)(.*)$`), (*books).profitAndLoss,
		pb.DownloadReportRequest_PROFIT_AND_LOSS,
	},
	{regexp.MustCompile(`^balance sheet ()(\d\S+\d)(.*)$`), (*books).balanceSheet, pb.DownloadReportRequest_BALANCE_SHEET},
	{
		regexp.MustCompile(`^cash flow (\S+) to (\d\S+\d)(.*)$`), (*books).cashFlow,
		pb.DownloadReportRequest_CASH_FLOW_STATEMENT,
	},
	{
		regexp.MustCompile(`^account balances ()(\d\S+\d)(.*)$`), (*books).accountBalances,
		pb.DownloadReportRequest_ACCOUNT_BALANCES,
	},
	{
		regexp.MustCompile(`^realized gains (\S+) to (\d\S+\d)(.*)$`), (*books).realizedGains,
		pb.DownloadReportRequest_REALIZED_GAINS,
	},
	{
		regexp.MustCompile(`^unrealized gains ()(\d\S+\d)(.*)$`), (*books).unrealizedGains,
		pb.DownloadReportRequest_UNREALIZED_GAINS,
	},
}

// options are what can follow the days of a statement, after a comma.
var options = []struct {
	text  *regexp.Regexp
	apply func(q *pb.DownloadReportRequest, value string)
}{
	{regexp.MustCompile(`^with the year before()$`), func(q *pb.DownloadReportRequest, _ string) {
		q.Compare = pb.Compare_PREVIOUS_YEAR
	}},
	{regexp.MustCompile(`^with the (\d) years before$`), func(q *pb.DownloadReportRequest, years string) {
		n, _ := strconv.Atoi(years)
		q.Compare, q.CompareCount = pb.Compare_PREVIOUS_YEAR, int32(n)
	}},
	{regexp.MustCompile(`^in ([A-Z]{3})$`), func(q *pb.DownloadReportRequest, currency string) {
		q.CurrencyCode = currency
	}},
	{regexp.MustCompile(`^by the direct method()$`), func(q *pb.DownloadReportRequest, _ string) {
		q.Method = pb.CashFlowStatement_DIRECT
	}},
	{regexp.MustCompile(`^as a file()$`), func(q *pb.DownloadReportRequest, _ string) {
		q.Format = pb.DownloadReportRequest_CSV
	}},
}

// readStatement reads the statement of a step and returns the figures that differ. It returns false
// if the step reads no statement.
func (b *books) readStatement(ctx context.Context, s conformance.Step) (unmet []string, is bool, err error) {
	for _, kind := range statements {
		m := kind.heading.FindStringSubmatch(s.Heading)
		if m == nil {
			continue
		}
		q := &pb.DownloadReportRequest{Report: kind.report, StartDate: m[1], EndDate: m[2]}
		if m[1] == "" && !strings.Contains(s.Heading, " up to ") {
			q.EndDate, q.AsOf = "", m[2]
		}
		if err := applyOptions(q, m[3]); err != nil {
			return nil, true, err
		}
		if q.GetFormat() != pb.DownloadReportRequest_FORMAT_UNSPECIFIED {
			unmet, err := b.compareFile(ctx, q, s.Lines)
			return unmet, true, err
		}
		rows, err := kind.read(b, ctx, q)
		if err != nil {
			return nil, true, err
		}
		unmet, err := b.compare(rows, s.Lines)
		return unmet, true, err
	}
	return nil, false, nil
}

func applyOptions(q *pb.DownloadReportRequest, text string) error {
	for option := range strings.SplitSeq(strings.TrimPrefix(text, ", "), ", ") {
		known := option == ""
		for _, o := range options {
			if m := o.text.FindStringSubmatch(option); m != nil {
				known = true
				o.apply(q, m[1])
			}
		}
		if !known {
			return fmt.Errorf("statements have no option %q", option)
		}
	}
	return nil
}

// compare returns the lines whose figures differ from those of the rows.
func (b *books) compare(rows []*pb.ReportRow, lines []string) (unmet []string, err error) {
	shown := b.byName(rows, map[string]*pb.ReportRow{})
	for _, line := range lines {
		want, ok := conformance.ParseFigures(line)
		if !ok {
			return nil, fmt.Errorf("the line %q is not of the form `row amounts`", line)
		}
		if got, met := find(shown, want); !met {
			unmet = append(unmet, fmt.Sprintf("got %s, want %s", got, line))
		}
	}
	return unmet, nil
}

// find returns what the statement shows in place of the wanted figures, and whether it is the same.
func find(shown map[string]*pb.ReportRow, want conformance.Figures) (got string, met bool) {
	key, label, _ := strings.Cut(want.Row, " ")
	row := shown[key]
	if prefix, any := strings.CutSuffix(key, "*"); any {
		for name, r := range shown {
			if strings.HasPrefix(name, prefix) && slices.Equal(amounts(r), want.Amounts) {
				return "", true
			}
		}
		return "no such row", false
	}
	if row == nil {
		return "no row", want.Amounts == nil
	}
	got = fmt.Sprint(row.GetLabel(), " ", amounts(row))
	return got, slices.Equal(amounts(row), want.Amounts) && (label == "" || label == row.GetLabel())
}

func amounts(r *pb.ReportRow) (out []string) {
	for _, a := range r.GetAmounts() {
		out = append(out, a.GetAmount())
	}
	return out
}

// byName returns the rows by key, in which accounts have their codes in place of their ids.
func (b *books) byName(rows []*pb.ReportRow, into map[string]*pb.ReportRow) map[string]*pb.ReportRow {
	for _, r := range rows {
		key := r.GetKey()
		for code, a := range b.accounts {
			key = strings.ReplaceAll(key, a.GetId(), code)
		}
		into[key] = r
		b.byName(r.GetRows(), into)
	}
	return into
}

// compareFile returns the lines that the statement's file does not contain.
func (b *books) compareFile(
	ctx context.Context, q *pb.DownloadReportRequest, lines []string,
) (unmet []string, err error) {
	file, err := b.reports.DownloadReport(ctx, q)
	if err != nil {
		return nil, err
	}
	contents := strings.Split(strings.TrimPrefix(string(file.GetData()), "\ufeff"), "\n")
	for _, line := range lines {
		if !slices.ContainsFunc(contents, func(c string) bool { return strings.Trim(c, ",\"") == line }) {
			unmet = append(unmet, fmt.Sprintf("got a file that begins with %q, want the line %q", contents[:4], line))
		}
	}
	return unmet, nil
}

func (b *books) profitAndLoss(ctx context.Context, q *pb.DownloadReportRequest) ([]*pb.ReportRow, error) {
	r, err := b.reports.GetProfitAndLoss(ctx, &pb.GetProfitAndLossRequest{
		StartDate: q.StartDate, EndDate: q.EndDate, Compare: q.Compare, CompareCount: q.CompareCount,
		CurrencyCode: q.CurrencyCode,
	})
	return r.GetRows(), err
}

func (b *books) balanceSheet(ctx context.Context, q *pb.DownloadReportRequest) ([]*pb.ReportRow, error) {
	r, err := b.reports.GetBalanceSheet(ctx, &pb.GetBalanceSheetRequest{
		AsOf: q.AsOf, Compare: q.Compare, CompareCount: q.CompareCount, CurrencyCode: q.CurrencyCode,
	})
	return r.GetRows(), err
}

// cashFlow returns the rows of the statement and those of the note of transactions without cash,
// which are named by the codes of both accounts, such as `note/1500/2500`.
func (b *books) cashFlow(ctx context.Context, q *pb.DownloadReportRequest) ([]*pb.ReportRow, error) {
	r, err := b.reports.GetCashFlowStatement(ctx, &pb.GetCashFlowStatementRequest{
		StartDate: q.StartDate, EndDate: q.EndDate, Compare: q.Compare, CompareCount: q.CompareCount,
		CurrencyCode: q.CurrencyCode, Method: q.Method,
	})
	rows := r.GetRows()
	for _, n := range r.GetNonCashTransactions() {
		rows = append(rows, &pb.ReportRow{
			Key: "note/" + n.GetDebitAccountId() + "/" + n.GetCreditAccountId(), Label: n.GetLabel(), Amounts: n.GetAmounts(),
		})
	}
	return rows, err
}

// accountBalances returns the balance of each account in the base currency, and in its own if that
// is another one.
func (b *books) accountBalances(ctx context.Context, q *pb.DownloadReportRequest) ([]*pb.ReportRow, error) {
	r, err := b.reports.GetAccountBalances(ctx, &pb.GetAccountBalancesRequest{AsOf: q.AsOf})
	var rows []*pb.ReportRow
	for _, a := range r.GetBalances() {
		row := &pb.ReportRow{Key: a.GetAccountId(), Label: a.GetDisplayName(), Amounts: []*typepb.Money{a.GetBalance()}}
		if a.GetOwnBalance().GetCurrencyCode() != a.GetBalance().GetCurrencyCode() {
			row.Amounts = append(row.Amounts, a.GetOwnBalance())
		}
		rows = append(rows, row)
	}
	return rows, err
}

func (b *books) realizedGains(ctx context.Context, q *pb.DownloadReportRequest) ([]*pb.ReportRow, error) {
	r, err := b.reports.GetRealizedGains(ctx, &pb.GetRealizedGainsRequest{StartDate: q.StartDate, EndDate: q.EndDate})
	return []*pb.ReportRow{{Key: "total", Amounts: []*typepb.Money{r.GetTotal()}}}, err
}

func (b *books) unrealizedGains(ctx context.Context, q *pb.DownloadReportRequest) ([]*pb.ReportRow, error) {
	r, err := b.reports.GetUnrealizedGains(ctx, &pb.GetUnrealizedGainsRequest{AsOf: q.AsOf})
	rows := []*pb.ReportRow{{Key: "total", Amounts: []*typepb.Money{r.GetTotal()}}}
	for _, v := range r.GetValuations() {
		rows = append(rows, &pb.ReportRow{Key: v.GetAccountId(), Amounts: []*typepb.Money{v.GetGain()}})
	}
	return rows, err
}
