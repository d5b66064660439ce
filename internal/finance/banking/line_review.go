package banking

import (
	"context"
	"slices"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
)

type (
	lineReview = pb.ListBankStatementLinesResponse_Review
	reference  = pb.ListBankStatementLinesResponse_Reference
)

// listReviews lists statement lines with a review of each. The number of statements does not depend
// on the number of lines.
func (s *Service) listReviews(
	ctx context.Context, req *pb.ListBankStatementLinesRequest,
) (*pb.ListBankStatementLinesResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ListBankStatementLinesResponse, error) {
		page, err := bankStatementLines.ListIn(ctx, tx, s.db.Keys(), req)
		if err != nil {
			return nil, err
		}
		reviews, err := reviewLines(ctx, tx, page.Records)
		return &pb.ListBankStatementLinesResponse{
			BankStatementLines: page.Records, NextPageToken: page.Next, TotalSize: page.Total, Reviews: reviews,
		}, err
	})
}

// reviewLines returns the review of each line: the most likely suggestion for an undecided line,
// and the records that the suggestion or the decision refers to.
func reviewLines(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) ([]*lineReview, error) {
	undecided := slices.DeleteFunc(slices.Clone(lines), func(l *pb.BankStatementLine) bool {
		return !slices.Contains(undecidedStates, l.State)
	})
	suggester, err := newSuggester(ctx, tx, undecided)
	if err != nil {
		return nil, err
	}
	reviews := make([]*lineReview, len(lines))
	for i, l := range lines {
		reviews[i] = &lineReview{BankStatementLineId: l.Id}
		all, cut, err := suggester.suggest(l)
		if err != nil {
			return nil, err
		}
		reviews[i].Truncated, reviews[i].SuspectedLineIds = cut, suggester.twins[l.Id]
		if len(all) > 0 {
			reviews[i].Suggestion = all[0]
		}
	}
	n := reviewNames{suggester: suggester}
	return reviews, n.addReferences(ctx, tx, lines, reviews)
}

// reviewNames collects the records that reviews refer to.
type reviewNames struct {
	suggester *suggester
	// accounts are the bank accounts of the lines. documents are the transfers, matches and entries
	// that the lines and suggestions refer to.
	accounts  map[string]*pb.BankAccount
	documents map[string]db.Subject
}

// addReferences sets the references of reviews.
func (n *reviewNames) addReferences(
	ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine, reviews []*lineReview,
) (err error) {
	if n.accounts, err = loadBankAccounts(ctx, tx, lines, nil); err != nil {
		return err
	}
	if err := n.loadDocuments(ctx, tx, lines, reviews); err != nil {
		return err
	}
	ids := make([][]string, len(lines))
	for i, l := range lines {
		ids[i] = n.recordsOf(l, reviews[i].Suggestion)
	}
	names, err := loadSubjects(ctx, tx, slices.Concat(ids...))
	for i, r := range reviews {
		for _, key := range ids[i] {
			r.References = append(r.References, newReference(key, names[key]))
		}
	}
	return err
}

// loadDocuments reads the transfers and matches of lines and suggestions, and then the entries of
// the matches.
func (n *reviewNames) loadDocuments(
	ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine, reviews []*lineReview,
) (err error) {
	var ids []string
	for i, l := range lines {
		ids = append(append(ids, l.BankTransferId, reviews[i].GetSuggestion().GetBankTransferId()), l.BankMatchIds...)
	}
	if n.documents, err = loadSubjects(ctx, tx, ids); err != nil {
		return err
	}
	var entries []string
	for _, s := range n.documents {
		if m, isMatch := s.Record.(*pb.BankMatch); isMatch {
			entries = append(entries, matchedEntries(m)...)
		}
	}
	for _, r := range reviews {
		entries = append(entries, matchedEntries(r.GetSuggestion().GetBankMatch())...)
	}
	found, err := loadSubjects(ctx, tx, entries)
	for key, s := range found {
		n.documents[key] = s
	}
	return err
}

// matchedEntries returns the ids of the entries of a match.
func matchedEntries(m *pb.BankMatch) (ids []string) {
	for _, e := range m.GetEntries() {
		ids = append(ids, e.JournalEntryId)
	}
	return ids
}

// recordsOf returns the ids of the records that a line's suggestion or decision refers to, each
// once.
func (n *reviewNames) recordsOf(l *pb.BankStatementLine, s *suggestion) []string {
	ids := []string{s.GetAccountId()}
	splits, vendor, rule := l.Splits, l.VendorId, l.BankRuleId
	if s != nil {
		splits, vendor, rule = s.Splits, s.VendorId, s.BankRuleId
	}
	ids = append(ids, splitAccounts(splits)...)
	for _, key := range l.BankMatchIds {
		if m, found := n.documents[key].Record.(*pb.BankMatch); found {
			ids = append(ids, n.recordsOfMatch(l, m)...)
		}
	}
	ids = append(ids, n.recordsOfMatch(l, s.GetBankMatch())...)
	for _, key := range []string{l.BankTransferId, s.GetBankTransferId()} {
		if t, found := n.documents[key].Record.(*pb.BankTransfer); found {
			ids = append(ids, key, otherAccount(t, l))
		}
	}
	ids = append(ids, n.accountOfProposed(l, s.GetBankTransfer()), vendor, rule)
	var once []string
	for _, key := range ids {
		if key != "" && !slices.Contains(once, key) {
			once = append(once, key)
		}
	}
	return once
}

// recordsOfMatch returns the entries of a match, each with its accounts other than the ledger
// account of the line's bank account, and the customers and receivables of its payments.
func (n *reviewNames) recordsOfMatch(l *pb.BankStatementLine, m *pb.BankMatch) (ids []string) {
	own := n.accounts[l.BankAccountId].GetLedgerAccountId()
	for _, p := range m.GetPayments() {
		ids = append(ids, p.CustomerId, p.PaymentId)
		for _, a := range p.Allocations {
			ids = append(ids, a.ReceivableId)
		}
	}
	for _, key := range matchedEntries(m) {
		ids = append(ids, key)
		entry, _ := n.documents[key].Record.(*pb.JournalEntry)
		for _, line := range entry.GetLines() {
			if line.AccountId != own {
				ids = append(ids, line.AccountId)
			}
		}
	}
	return ids
}

// accountOfProposed returns the other bank account of a transfer that a suggestion proposes for a
// line, or "".
func (n *reviewNames) accountOfProposed(l *pb.BankStatementLine, t *pb.BankTransfer) string {
	if t == nil {
		return ""
	}
	for _, key := range []string{t.OutgoingLineId, t.IncomingLineId} {
		if account, found := n.suggester.waiting.accountOf[key]; found && key != l.Id {
			return account
		}
	}
	return otherAccount(t, l)
}

// newReference returns the reference to a record. It has no name if the caller may not read the
// record.
func newReference(key string, s db.Subject) *reference {
	r := &reference{SubjectId: key}
	if s.Record == nil || !s.Readable {
		return r
	}
	if s.Title != key {
		r.DisplayName = s.Title
	}
	switch record := s.Record.(type) {
	case *pb.Account:
		r.Code = record.Code
	case *pb.JournalEntry:
		r.Date = record.Date
	case *pb.BankTransfer:
		r.Date = record.Date
	}
	return r
}
