package banking

import (
	"strconv"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/statement"
)

// csvLayout returns the CSV layout that a profile describes. A nil profile gives the default
// layout.
func csvLayout(p *pb.CsvProfile) statement.CSVLayout {
	return statement.CSVLayout{
		Delimiter: p.GetDelimiter(), Charset: p.GetCharset(), SkipRows: int(p.GetSkipRowCount()), NoHeader: p.GetHeaderless(),
		DateOrder: dateOrderOf(p.GetDateOrder()), DecimalMark: p.GetDecimalMark(), MoneyOutPositive: p.GetMoneyOutPositive(),
		MoneyOutWords: p.GetMoneyOutWords(), MoneyInWords: p.GetMoneyInWords(),
		BookedWords: p.GetBookedWords(), LeftOutWords: p.GetLeftOutWords(), IsTold: p != nil,
		Columns: statement.CSVColumns{
			statement.DateColumn:                named(p.GetDateColumn()),
			statement.AmountColumn:              named(p.GetAmountColumn()),
			statement.DebitColumn:               named(p.GetDebitColumn()),
			statement.CreditColumn:              named(p.GetCreditColumn()),
			statement.DirectionColumn:           named(p.GetDirectionColumn()),
			statement.StatusColumn:              named(p.GetStatusColumn()),
			statement.DescriptionColumn:         p.GetDescriptionColumns(),
			statement.CounterpartyColumn:        named(p.GetCounterpartyColumn()),
			statement.CounterpartyAccountColumn: named(p.GetCounterpartyAccountColumn()),
			statement.ReferenceColumn:           named(p.GetReferenceColumn()),
			statement.BalanceColumn:             named(p.GetBalanceColumn()),
			statement.CurrencyColumn:            named(p.GetCurrencyColumn()),
			statement.CheckColumn:               named(p.GetCheckNumberColumn()),
			statement.KindColumn:                named(p.GetTransactionTypeColumn()),
			statement.FeeColumn:                 named(p.GetFeeColumn()),
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
func newCsvLayout(l *statement.FoundLayout) *pb.CsvLayout {
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

func basisOf(b statement.Basis) pb.CsvLayout_Basis {
	return pb.CsvLayout_Basis(pb.CsvLayout_Basis_value[string(b)])
}
