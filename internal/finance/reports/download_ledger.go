package reports

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/money"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/resource"
)

// tableColumns returns text columns followed by amount columns. The text labels are separated
// by spaces.
func tableColumns(labels string, amounts ...string) (out []paper.Column) {
	for _, label := range strings.Fields(labels) {
		out = append(out, paper.Column{Label: label})
	}
	for _, label := range amounts {
		out = append(out, paper.Column{Label: label, Amount: true})
	}
	return out
}

// ledgerTable reads the whole general ledger in one snapshot.
func ledgerTable(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
	t := paper.Table{Columns: tableColumns("Account Date Description Reference", "Debit", "Credit", "Balance")}
	selection, err := s.linesColumn(ctx, q)
	if err != nil {
		return t, err
	}
	t.Subtitle = selection.start.String() + " to " + selection.end.String()
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (paper.Table, error) {
		accounts, err := ledgerAccounts(q)
		if err != nil {
			return t, err
		}
		g := newGeneralLedger(q, selection, maxFileLines)
		if err := g.read(ctx, tx, accounts, nil); err != nil {
			return t, err
		}
		if g.next != nil {
			return t, tooLarge()
		}
		t := t
		for _, l := range g.lines {
			t.Rows = append(t.Rows, ledgerRow(l))
		}
		return t, nil
	})
}

func ledgerRow(l *pb.GeneralLedgerLine) paper.Row {
	account := strings.TrimSpace(l.AccountCode + " " + l.AccountDisplayName)
	switch l.Kind {
	case pb.GeneralLedgerLine_OPENING_BALANCE:
		return paper.Row{
			Cells: []string{account, "", "Opening balance", "", "", "", l.GetBalance().GetAmount()}, Total: true,
		}
	case pb.GeneralLedgerLine_CLOSING_BALANCE:
		return paper.Row{
			Cells: []string{account, "", "Closing balance", "", "", "", l.GetBalance().GetAmount()}, Total: true,
		}
	}
	return paper.Row{Cells: []string{
		account, l.Date, lineText(l.Description,
			l.Memo), l.Reference, l.GetDebit().GetAmount(), l.GetCredit().GetAmount(), l.GetBalance().GetAmount(),
	}}
}

// lineText joins the description of an entry and the memo of its line, unless they are equal.
func lineText(description, memo string) string {
	switch {
	case memo == "" || memo == description:
		return description
	case description == "":
		return memo
	}
	return description + ": " + memo
}

// journalTable reads the whole journal in one snapshot.
func journalTable(ctx context.Context, s *Service, q *pb.DownloadReportRequest) (paper.Table, error) {
	t := paper.Table{Columns: tableColumns("Description Date Reference Account", "Debit", "Credit")}
	selection, err := s.linesColumn(ctx, q)
	if err != nil {
		return t, err
	}
	t.Subtitle = selection.start.String() + " to " + selection.end.String()
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (paper.Table, error) {
		out, currency := t, tx.Call().Organization.CurrencyCode
		var debits int64
		for from := (&cursor{Date: "-infinity"}); from != nil; {
			page, err := journalPage(ctx, tx, selection, *from, resource.MaxPageSize)
			if err != nil {
				return out, err
			}
			for _, e := range page.entries {
				for _, l := range e.Lines {
					out.Rows = append(out.Rows, journalRow(e, l))
				}
			}
			if len(out.Rows) > maxFileLines {
				return out, tooLarge()
			}
			if debits += page.debits; debits < 0 {
				return out, fault.SumOutOfRange()
			}
			from = page.next
		}
		total := money.Format(debits, currency)
		out.Rows = append(out.Rows, paper.Row{Cells: []string{"Total", "", "", "", total, total}, Total: true})
		return out, nil
	})
}

func journalRow(e *pb.JournalReport_Entry, l *pb.JournalReport_Line) paper.Row {
	account := strings.TrimSpace(l.AccountCode + " " + l.AccountDisplayName)
	return paper.Row{
		Cells: []string{
			lineText(e.Description, l.Memo), e.Date, e.Reference, account, l.GetDebit().GetAmount(),
			l.GetCredit().GetAmount(),
		},
	}
}
