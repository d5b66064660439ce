package csvfile

import (
	"cmp"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"

	"backoffice/internal/finance/banking/statement"
	"backoffice/internal/platform/money"
)

// writeTable writes rows as CSV, by default with commas.
func writeTable(t interface{ Fatal(...any) }, delimiter string, rows ...[]string) []byte {
	var out strings.Builder
	w := csv.NewWriter(&out)
	w.Comma = rune(cmp.Or(delimiter, ",")[0])
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return []byte(out.String())
}

// TestBankLayoutsReadTheirSamples reads the sample row of each bank, and checks that all columns of
// the layouts exist.
func TestBankLayoutsReadTheirSamples(t *testing.T) {
	t.Parallel()
	banks := loadBankLayouts()
	lines := strings.Split(strings.TrimSpace(bankLayoutLines), "\n")
	if count := len(banks.byHeader) + len(banks.headerless); count != len(lines) {
		t.Errorf("got %d headers and names in %d lines, want each once", count, len(lines))
	}
	for _, b := range banks.byHeader {
		t.Run(b.Bank, func(t *testing.T) {
			checkColumns(t, b, b.Header)
			checkSample(t, b, Layout{}, b.Header, b.Sample)
		})
	}
	for _, b := range banks.headerless {
		t.Run(b.Bank, func(t *testing.T) {
			checkColumns(t, b, make([]string, cmp.Or(b.ColumnCount, maxColumns)))
			skipped := slices.Repeat([][]string{{"00-1234", ""}}, b.SkipRows)
			checkSample(t, b, Layout{Bank: b.Bank, IsTold: true}, append(skipped, b.Sample)...)
		})
	}
}

// checkColumns checks that a layout has a source and finds its columns in a header.
func checkColumns(t *testing.T, b bankLayout, header []string) {
	t.Helper()
	places, missing := b.layout().locate(header)
	if b.Source == "" || len(missing) > 0 || !places.isUsable() {
		t.Errorf("got the source %q and the missing columns %q", b.Source, missing)
	}
	for name := range b.Columns {
		if !strings.Contains(allUses(), name+" ") {
			t.Errorf("%q is not the use of a column", name)
		}
	}
}

// checkSample reads rows, of which the last is the layout's sample.
func checkSample(t *testing.T, b bankLayout, told Layout, rows ...[]string) {
	t.Helper()
	if len(b.Sample) == 0 {
		return
	}
	currency := cmp.Or(b.SampleCurrency, "EUR")
	content := writeTable(t, b.layout().Delimiter, rows...)
	file, err := Read(t.Context(), content, Options{CurrencyCode: currency, Today: day(t, "2026-12-31"), Layout: told})
	if err != nil {
		t.Fatalf("%v: %q", err, b.Sample)
	}
	if file.Layout.Bank != b.Bank {
		t.Errorf("got the bank %q", file.Layout.Bank)
	}
	got := file.Statements[0].Lines
	if b.SampleDate == "" {
		if len(got)+len(file.Problems) > 0 || file.Layout.LeftOutRows != 1 {
			t.Errorf("got %+v, want the row left out", file)
		}
		return
	}
	if len(got) != 1 || len(file.Problems) > 0 {
		t.Fatalf("got %+v for %q", file.Problems, b.Sample)
	}
	want, err := money.Parse(b.SampleAmount, currency)
	if err != nil || got[0].Date != day(t, b.SampleDate) || got[0].Amount != want {
		t.Errorf("got %s and %d, want %s and %s: %q", got[0].Date, got[0].Amount, b.SampleDate, b.SampleAmount, b.Sample)
	}
}

func allUses() string {
	var names strings.Builder
	for use := range columnUses {
		names.WriteString(use.String() + " ")
	}
	return names.String()
}

// TestBankIsChosenByName reads a file without a header by the layout of the bank that a profile
// names. Such a file is refused without the name.
func TestBankIsChosenByName(t *testing.T) {
	t.Parallel()
	const content = "123456789\tEUR\t20211230\t3025,00\t3000,00\t20211230\t-25,00\tHema\n" +
		"123456789\tEUR\t20211231\t3000,00\t2993,50\t20211231\t-6,50\tKiosk\n"
	told := Layout{Bank: "ABN AMRO (TAB file)", IsTold: true}
	file, amounts := readAmounts(t, content, told)
	s, l := file.Statements[0], file.Layout
	if !slices.Equal(amounts, []int64{-2500, -650}) || s.AccountNumber != "123456789" || !s.AddsUp() ||
		l.Bank != told.Bank || l.HeaderLine != 0 || l.DateOrderBasis != Told || l.DecimalMarkBasis != Told ||
		l.SignBasis != Told {
		t.Errorf("got %+v and %+v", s, l)
	}
	if _, err := Read(t.Context(), []byte(content), Options{CurrencyCode: "EUR"}); !errors.Is(err, statement.ErrFormat) {
		t.Errorf("without a name: got %v", err)
	}
	for name, c := range map[string]struct {
		bank, content string
		want          error
	}{
		"an unknown bank":       {"No Bank", content, statement.ErrUnsupported},
		"another bank's header": {"Chase", "Date,Amount\n2026-01-05,1.00\n", statement.ErrFormat},
		"another bank's file":   {"Sparekassen DK", "01/02/2026;Tea;USD;-1,00;-6,50;3,00\n", statement.ErrFormat},
		"too many columns later": {
			"Sparekassen DK", "01/02/2026;a;-1,00;3,00\n01/02/2026;a;-1,00;2,00;x\n", statement.ErrFormat,
		},
		"empty columns":   {"Sparekassen DK", "01/02/2026;Tea;-1,00;3,00;;\n", nil},
		"as many columns": {"Sparekassen DK", "01/02/2026;Tea;-1,00;3,00\n", nil},
	} {
		options := Options{CurrencyCode: "EUR", Layout: Layout{Bank: c.bank, IsTold: true}}
		if _, err := Read(t.Context(), []byte(c.content), options); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

// TestProfileGoesBeforeTheBank takes from the layout of a bank what a profile does not set.
func TestProfileGoesBeforeTheBank(t *testing.T) {
	t.Parallel()
	const header = "交易时间,交易分类,商户名称,交易说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注\n"
	row := func(side, amount, status string) string {
		return "2021-12-23 12:04:37,网购,京东平台商户,Tea," + side + "," + amount + ",京东白条," + status + ",1,2,\n"
	}
	content := header + row("支出", "1.00", "交易成功") + row("收入", "2.00", "退款") + row("转", "3.00", "交易成功")
	file, amounts := readAmounts(t, content, Layout{})
	if !slices.Equal(amounts, []int64{-100}) || len(file.Problems) != 2 {
		t.Errorf("the bank alone: got %v and %+v", amounts, file.Problems)
	}
	told := Layout{
		Bank: "JD Pay (京东)", IsTold: true, BookedWords: []string{"退款"}, MoneyInWords: []string{"转"},
		Columns: Columns{DescriptionColumn: {"交易分类"}, CounterpartyColumn: nil},
	}
	file, amounts = readAmounts(t, content, told)
	if !slices.Equal(amounts, []int64{-100, 200, 300}) || file.Layout.Bank != told.Bank {
		t.Errorf("with words of a profile: got %v and %+v", amounts, file.Problems)
	}
	if l := file.Statements[0].Lines[0]; l.Description != "网购" || l.CounterpartyName != "京东平台商户" {
		t.Errorf("got %+v", l)
	}
}

// TestRowsThatABankDidNotBookAreLeftOut reads the statuses of a service. Those that are not known
// are problems.
func TestRowsThatABankDidNotBookAreLeftOut(t *testing.T) {
	t.Parallel()
	content := "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,\n"
	for _, status := range []string{"交易成功", "等待确认收货", "交易关闭", "等待付款"} {
		content += "2023-02-08 14:16:52,餐饮,Ann,/,Tea,支出,20.00,余额," + status + ",1,2,,\n"
	}
	content += "2023-02-04 18:21:04,退款,Ann,/,Tea,不计收支,16.03,余额,退款成功,3,4,,\n"
	file, amounts := readAmounts(t, content, Layout{})
	if !slices.Equal(amounts, []int64{-2000, -2000}) || file.Layout.LeftOutRows != 1 || file.Layout.Bank != "Alipay" {
		t.Errorf("got %v and %+v", amounts, file.Layout)
	}
	var problems []string
	for _, p := range file.Problems {
		problems = append(problems, p.Field+" "+p.Value)
	}
	if !slices.Equal(problems, []string{"status 等待付款", "amount 16.03"}) {
		t.Errorf("got the problems %q", problems)
	}
}
