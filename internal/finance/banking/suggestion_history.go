package banking

import (
	"context"
	_ "embed"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/banking/payee"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/money"
)

//go:embed suggestion_history.sql
var selectHistory string

// maxOtherShares is the highest score of a suggestion of several accounts if the line has another
// amount than the earlier lines, whose shares it takes.
const maxOtherShares = 60

// pastDecision is an earlier decision about a line of the same payee, or a similar one. The fields
// are the columns of suggestion_history.sql. Only lines that were categorized or marked as personal
// have splits.
type pastDecision struct {
	Payee                 string
	Minor                 int64
	Date, State           string
	Splits                []pastSplit
	Personal, Transferred bool
	Vendor                uuid.NullUUID
}

// pastSplit is a split as a line stores it.
type pastSplit struct {
	AccountID string `json:"accountId"`
	Amount    struct {
		Amount       string `json:"amount"`
		CurrencyCode string `json:"currencyCode"`
	} `json:"amount"`
	DimensionValueIDs []string `json:"dimensionValueIds"`
	TaxCodeID         string   `json:"taxCodeId"`
}

// isRepeatable reports whether a suggestion can repeat the decision: to categorize a line, or to
// mark it as personal as a whole.
func (d pastDecision) isRepeatable() bool {
	return len(d.Splits) == 1 || len(d.Splits) > 1 && !d.Personal
}

// outcome identifies what was decided: the accounts, that the line is personal, or a decision that
// is not repeatable.
func (d pastDecision) outcome() string {
	switch {
	case d.State == pb.BankStatementLine_EXCLUDED.String():
		return "excluded"
	case d.Transferred:
		return "transferred"
	case len(d.Splits) == 0:
		return "matched"
	case d.Personal && len(d.Splits) > 1:
		return "partly personal"
	case d.Personal:
		return "personal"
	}
	accounts := make([]string, len(d.Splits))
	for i, s := range d.Splits {
		accounts[i] = s.AccountID
	}
	return strings.Join(accounts, " ")
}

// decisionHistory are the earlier decisions about the payees of lines, and those about similar
// payees.
type decisionHistory struct {
	decisions []pastDecision
	scores    *payee.History
	// usable holds the accounts, dimension values, tax codes and vendors of the decisions that new
	// decisions may use.
	usable map[string]bool
}

// loadHistory returns the earlier decisions about the payees of lines. Those that cannot be
// repeated count as doubt about the others.
func loadHistory(ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine) (h decisionHistory, err error) {
	asked := payeesOf(lines)
	payees := slices.Clone(asked)
	for _, name := range asked {
		payees = append(payees, payee.ShorterKeys(name)...)
	}
	h.decisions, err = db.Collect[pastDecision](
		ctx, tx, selectHistory, tx.Call().Organization.ID, payees, asked, payee.MaxDecisions, payee.MaxAlike,
	)
	if err != nil {
		return h, err
	}
	scored := make([]payee.Decision, len(h.decisions))
	for i, d := range h.decisions {
		scored[i] = payee.Decision{
			Transaction: payee.Transaction{Payee: d.Payee, Minor: d.Minor, Day: dayNumber(d.Date)}, Outcome: d.outcome(),
		}
	}
	h.scores = payee.NewHistory(scored)
	h.usable, err = loadUsable(ctx, tx, h.references())
	return h, err
}

// dayNumber returns a number for a stored date, so that differences are days.
func dayNumber(date string) int {
	day, err := calendar.ParseDate(date)
	if err != nil {
		return 0
	}
	return calendar.LastDay().DaysUntil(day)
}

// references returns the identifiers of all records that the decisions refer to.
func (h decisionHistory) references() (ids []string) {
	for _, d := range h.decisions {
		for _, s := range d.Splits {
			ids = append(append(ids, s.AccountID, s.TaxCodeID), s.DimensionValueIDs...)
		}
		if d.Vendor.Valid {
			ids = append(ids, id.Format("ven", d.Vendor.UUID))
		}
	}
	return ids
}

// suggest suggests to decide a line as earlier lines of its payee. Rejections for the payee's lines
// deduct from the score.
func (h decisionHistory) suggest(l *pb.BankStatementLine, rejected map[string]int32) (all []*suggestion) {
	asked := payee.Transaction{Payee: l.Payee, Minor: minorOf(l), Day: dayNumber(l.BookedDate)}
	for _, g := range h.scores.Suggest(asked) {
		out := h.repeat(g, l)
		if out == nil {
			continue
		}
		var s scorecard
		s.add(g.Score, "%s", g.Reason())
		if len(out.Splits) > 1 && minorOf(l) != h.decisions[g.Latest].Minor {
			s.points = min(s.points, maxOtherShares)
			s.add(0, "The amount differs, so it is divided in the same proportion.")
		}
		if out.Personal {
			s.add(0, "They were marked as personal.")
		}
		if n := rejected[suggestionKey(out)]; n > 0 {
			s.add(-pointsRejected*n, "Rejections of this suggestion: %d.", n)
		}
		out.Score, out.Reasons = s.score(), s.reasons
		all = append(all, out)
	}
	return all
}

// repeat returns the suggestion to decide a line as the latest decision of a guess, or nil if it
// cannot be repeated or one of its accounts or tax codes is archived. Its vendor and dimension
// values are suggested if they are usable.
func (h decisionHistory) repeat(g payee.Guess, l *pb.BankStatementLine) *suggestion {
	d := h.decisions[g.Latest]
	if !d.isRepeatable() {
		return nil
	}
	for _, s := range d.Splits {
		if !h.usable[s.AccountID] || s.TaxCodeID != "" && !h.usable[s.TaxCodeID] {
			return nil
		}
	}
	if d.Personal {
		return &suggestion{Personal: true, AccountId: d.Splits[0].AccountID}
	}
	out := &suggestion{Splits: h.splitLike(d, l)}
	if out.Splits == nil {
		return nil
	}
	if len(out.Splits) == 1 {
		out.AccountId = d.Splits[0].AccountID
		if len(out.Splits[0].DimensionValueIds) == 0 && out.Splits[0].TaxCodeId == "" {
			out.Splits = nil
		}
	}
	if vendor := id.Format("ven", d.Vendor.UUID); d.Vendor.Valid && h.usable[vendor] {
		out.VendorId = vendor
	}
	return out
}

// splitLike divides a line in the proportion of the splits of an earlier decision. It returns nil
// if a split would be zero.
func (h decisionHistory) splitLike(d pastDecision, l *pb.BankStatementLine) []*pb.BankStatementLine_Split {
	whole, currency := minorOf(l), l.Amount.CurrencyCode
	weights := make([]int64, len(d.Splits))
	for i, s := range d.Splits {
		minor, err := money.Parse(s.Amount.Amount, s.Amount.CurrencyCode)
		if err != nil {
			return nil
		}
		weights[i] = magnitude(minor)
	}
	splits := make([]*pb.BankStatementLine_Split, len(d.Splits))
	for i, part := range money.Allocate(magnitude(whole), weights) {
		if part == 0 {
			return nil
		}
		if whole < 0 {
			part = -part
		}
		splits[i] = &pb.BankStatementLine_Split{AccountId: d.Splits[i].AccountID, Amount: money.ToProto(part, currency),
			TaxCodeId: d.Splits[i].TaxCodeID}
		for _, value := range d.Splits[i].DimensionValueIDs {
			if h.usable[value] {
				splits[i].DimensionValueIds = append(splits[i].DimensionValueIds, value)
			}
		}
	}
	return splits
}

// loadUsable returns which of the records with the identifiers exist, are not archived, and may be
// referenced by the caller.
func loadUsable(ctx context.Context, tx *db.Tx, ids []string) (map[string]bool, error) {
	subjects, err := loadSubjects(ctx, tx, ids)
	usable := map[string]bool{}
	for key, s := range subjects {
		usable[key] = s.Record != nil && s.Referenceable && !s.Archived
	}
	return usable, err
}

// loadSubjects reads the records with the identifiers, with one statement for each kind. Empty
// identifiers are ignored.
func loadSubjects(ctx context.Context, tx *db.Tx, ids []string) (map[string]db.Subject, error) {
	byPrefix := map[string][]string{}
	for _, key := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		if prefix, _, isID := strings.Cut(key, "_"); isID {
			byPrefix[prefix] = append(byPrefix[prefix], key)
		}
	}
	subjects := map[string]db.Subject{}
	for prefix, keys := range byPrefix {
		kind, known := tx.Kinds().ByPrefix(prefix)
		if !known {
			continue
		}
		found, err := kind.Load(ctx, tx, keys)
		if err != nil {
			return nil, err
		}
		for i, key := range keys {
			subjects[key] = found[i]
		}
	}
	return subjects, nil
}
