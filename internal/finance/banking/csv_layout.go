package banking

import (
	"strconv"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/statement/csvfile"
)

// csvLayout returns the CSV layout that a profile describes. A nil profile gives the default
// layout.
func csvLayout(p *pb.CsvProfile) csvfile.Layout {
	return csvfile.Layout{
		Delimiter: p.GetDelimiter(), Charset: p.GetCharset(), SkipRows: int(p.GetSkipRowCount()), NoHeader: p.GetHeaderless(),
		DateOrder: dateOrderOf(p.GetDateOrder()), DecimalMark: p.GetDecimalMark(), MoneyOutPositive: p.GetMoneyOutPositive(),
		MoneyOutWords: p.GetMoneyOutWords(), MoneyInWords: p.GetMoneyInWords(),
		Bank: p.GetBankLayout(), BookedWords: p.GetBookedWords(), LeftOutWords: p.GetLeftOutWords(), IsTold: p != nil,
		Columns: csvfile.Columns{
			csvfile.DateColumn:                named(p.GetDateColumn()),
			csvfile.AmountColumn:              named(p.GetAmountColumn()),
			csvfile.DebitColumn:               named(p.GetDebitColumn()),
			csvfile.CreditColumn:              named(p.GetCreditColumn()),
			csvfile.DirectionColumn:           named(p.GetDirectionColumn()),
			csvfile.StatusColumn:              named(p.GetStatusColumn()),
			csvfile.DescriptionColumn:         p.GetDescriptionColumns(),
			csvfile.CounterpartyColumn:        named(p.GetCounterpartyColumn()),
			csvfile.CounterpartyAccountColumn: named(p.GetCounterpartyAccountColumn()),
			csvfile.ReferenceColumn:           named(p.GetReferenceColumn()),
			csvfile.BalanceColumn:             named(p.GetBalanceColumn()),
			csvfile.CurrencyColumn:            named(p.GetCurrencyColumn()),
			csvfile.CheckColumn:               named(p.GetCheckNumberColumn()),
			csvfile.KindColumn:                named(p.GetTransactionTypeColumn()),
			csvfile.FeeColumn:                 named(p.GetFeeColumn()),
			csvfile.AccountColumn:             named(p.GetAccountColumn()),
		},
	}
}

// named returns a list of the column with a name, or no column.
func named(column string) []string {
	if column == "" {
		return nil
	}
	return []string{column}
}

// newCsvLayout returns how a CSV file was read, as the API shows it. It returns nil for other
// formats.
func newCsvLayout(l *csvfile.FoundLayout) *pb.CsvLayout {
	if l == nil {
		return nil
	}
	out := &pb.CsvLayout{
		Bank: l.Bank, Delimiter: l.Delimiter, Charset: l.Charset, CharsetBasis: basisOf(l.CharsetBasis),
		HeaderLine: int32(l.HeaderLine), DateOrder: pb.DateOrder(pb.DateOrder_value[string(l.DateOrder)]),
		DateOrderBasis: basisOf(l.DateOrderBasis), DecimalMark: l.DecimalMark, DecimalMarkBasis: basisOf(l.DecimalMarkBasis),
		MoneyOutPositive: l.MoneyOutPositive, SignBasis: basisOf(l.SignBasis),
		BalanceCheck:    pb.CsvLayout_BalanceCheck(pb.CsvLayout_BalanceCheck_value[string(l.BalanceCheck)]),
		LeftOutRowCount: int32(l.LeftOutRows),
	}
	for i, c := range l.Columns {
		column := &pb.CsvLayout_Column{Number: int32(i + 1), Name: c.Name}
		for _, use := range c.Uses {
			column.Uses = append(column.Uses, pb.CsvLayout_ColumnUse(pb.CsvLayout_ColumnUse_value[use.String()]))
		}
		out.Columns = append(out.Columns, column)
		if name := c.Name; len(c.Uses) == 0 {
			if name == "" {
				name = strconv.Itoa(i + 1)
			}
			out.UnreadColumns = append(out.UnreadColumns, name)
		}
	}
	return out
}

func basisOf(b csvfile.Basis) pb.CsvLayout_Basis {
	return pb.CsvLayout_Basis(pb.CsvLayout_Basis_value[string(b)])
}
