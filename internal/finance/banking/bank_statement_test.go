package banking_test

import (
	"errors"
	"testing"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
)

// mt940 returns an MT940 statement in euros with one transaction.
func mt940(number, opened, opening, booked, amount, closed, closing string) []byte {
	return []byte(":20:X\n:25:12345678/1020304050\n:28C:" + number + "\n:60F:C" + opened + "EUR" + opening +
		"\n:61:" + booked + booked[2:] + "CR" + amount + "N024REF" + booked +
		"\n:86:Paid\n:62F:C" + closed + "EUR" + closing + "\n-\n")
}

func (b bank) statements(t *testing.T) []*pb.BankStatement {
	t.Helper()
	list, err := b.ListBankStatements(t.Context(), &pb.ListBankStatementsRequest{OrderBy: "end_date"})
	if err != nil {
		t.Fatal(err)
	}
	return list.GetBankStatements()
}

// TestStatementsWarnOfGaps stores statements with their balances and lines, warns if a statement
// does not continue the one before, and starts a reconciliation from one.
func TestStatementsWarnOfGaps(t *testing.T) {
	t.Parallel()
	b := openBank(t, "EUR")
	march := b.mustImport(t, mt940("3/1", "260228", "12,00", "260310", "5,00", "260331", "17,00"))
	b.mustImport(t, mt940("1/1", "251231", "0,00", "260110", "10,00", "260131", "10,00"))
	all := b.statements(t)
	if len(all) != 2 || all[0].GetNumber() != "1/1" || len(all[0].GetWarnings()) != 0 ||
		all[1].GetOpeningBalance().GetAmount() != "12.00" || all[1].GetClosingBalance().GetAmount() != "17.00" ||
		all[1].GetLineTotal().GetAmount() != "5.00" {
		t.Fatalf("got %v", all)
	}
	if w := all[1].GetWarnings(); len(w) != 3 || w[0].GetKind() != pb.BankStatement_Warning_OPENING_DIFFERS ||
		w[0].GetBankStatementId() != all[0].GetId() {
		t.Errorf("March without February: got warnings %v", w)
	}
	b.mustImport(t, mt940("2/1", "260131", "10,00", "260210", "2,00", "260228", "12,00"))
	if all = b.statements(t); len(all) != 3 || len(all[2].GetWarnings())+len(all[1].GetWarnings()) != 0 {
		t.Errorf("with February: got %v, want no warnings", all)
	}
	if lines := b.listLines(t, `bank_statement_id = "`+all[2].GetId()+`"`); len(lines) != 1 || lines[0].GetAmount().
		GetAmount() != "5.00" {
		t.Errorf("lines of the statement: got %v", lines)
	}
	b.mustImport(t, mt940("3/1", "260228", "12,00", "260310", "5,00", "260331", "17,00"))
	if n := len(b.statements(t)); n != 3 {
		t.Errorf("after importing a statement twice: got %d statements, want 3", n)
	}
	r, err := b.ReconcileBankStatement(t.Context(), &pb.ReconcileBankStatementRequest{BankStatementId: all[2].GetId()})
	if err != nil || r.GetStatementDate() != "2026-03-31" || r.GetStatementBalance().
		GetAmount() != "17.00" || r.GetBankStatementId() != all[2].GetId() || r.GetUndecidedCount() != 3 {
		t.Errorf("got %v, %v", r, err)
	}
	undo := &pb.UndoStatementImportRequest{StatementImportId: march.GetId()}
	if _, err := b.UndoStatementImport(
		t.Context(), undo,
	); apptest.Reason(err) != optionsv1.Reason_STATEMENT_IMPORT_IN_USE {
		t.Errorf("got %v", err)
	}
}

// TestUndoDeletesWhatIsOnLines checks that the comments, labels, watchers and attachments of the
// lines and statements of an import are deleted with them.
func TestUndoDeletesWhatIsOnLines(t *testing.T) {
	t.Parallel()
	b := openBank(t, "EUR")
	collaboration, files := platformv1.NewCollaborationServiceClient(b.o), platformv1.NewFilesServiceClient(b.o)
	imported := b.mustImport(t, mt940("3/1", "260228", "12,00", "260310", "5,00", "260331", "17,00"))
	label, err := collaboration.CreateLabel(t.Context(), &platformv1.CreateLabelRequest{
		Label: &platformv1.Label{DisplayName: "Urgent"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, subject := range []string{b.listLines(t, "")[0].GetId(), b.statements(t)[0].GetId()} {
		_, commented := collaboration.CreateComment(t.Context(), &platformv1.CreateCommentRequest{
			Comment: &platformv1.Comment{SubjectId: subject, BodyMarkdown: "Why?"}})
		_, labeled := collaboration.ApplyLabels(t.Context(), &platformv1.ApplyLabelsRequest{
			LabelIds: []string{label.GetId()}, SubjectIds: []string{subject}})
		_, attached := files.UploadFile(t.Context(), &platformv1.UploadFileRequest{
			FileName: "a.txt", Content: []byte("a"), SubjectId: subject})
		if err := errors.Join(commented, labeled, attached); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.UndoStatementImport(t.Context(),
		&pb.UndoStatementImportRequest{StatementImportId: imported.GetId()}); err != nil {
		t.Fatal(err)
	}
	comments, err := collaboration.ListComments(t.Context(), &platformv1.ListCommentsRequest{})
	if err != nil || len(comments.GetComments()) != 0 {
		t.Errorf("got %v, %v, want no comments", comments, err)
	}
	watchers, err := collaboration.ListWatchers(t.Context(), &platformv1.ListWatchersRequest{})
	if err != nil || len(watchers.GetWatchers()) != 0 {
		t.Errorf("got %v, %v, want no watchers", watchers, err)
	}
	attachments, err := files.ListAttachments(t.Context(), &platformv1.ListAttachmentsRequest{})
	if err != nil || len(attachments.GetAttachments()) != 0 {
		t.Errorf("got %v, %v, want no attachments", attachments, err)
	}
	// A label is deleted only if no record has it.
	if _, err := collaboration.DeleteLabel(t.Context(),
		&platformv1.DeleteLabelRequest{LabelId: label.GetId()}); err != nil {
		t.Errorf("got %v, want the label deleted", err)
	}
}

// TestReconcileNeedsClosingBalance checks that the server refuses to reconcile to a statement
// without a closing balance.
func TestReconcileNeedsClosingBalance(t *testing.T) {
	t.Parallel()
	b := openBank(t, "USD")
	b.mustImport(t, ofx("1", "", "", ofxTransaction("20260105", "-3.00", "SAME0001")))
	s := b.statements(t)[0]
	if s.GetStartDate() != "2026-01-05" || s.GetEndDate() != "2026-01-05" || s.GetClosingBalance() != nil ||
		s.GetLineCount() != 1 {
		t.Errorf("got %v", s)
	}
	if _, err := b.ReconcileBankStatement(
		t.Context(), &pb.ReconcileBankStatementRequest{BankStatementId: s.GetId()},
	); apptest.Reason(err) != optionsv1.Reason_STATE_REFUSES_ACTION {
		t.Errorf("got %v", err)
	}
}
