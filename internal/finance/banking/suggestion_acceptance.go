package banking

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/banking/payee"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
)

// AcceptSuggestion decides a line as a suggestion says.
func (s *Service) AcceptSuggestion(
	ctx context.Context, req *pb.AcceptSuggestionRequest,
) (*pb.BankStatementLine, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BankStatementLine, error) {
		l, err := bankStatementLines.Find(ctx, tx, req.GetBankStatementLineId())
		if err != nil {
			return nil, err
		}
		if err := bankStatementLines.CheckEtag(ctx, tx, l, l); err != nil {
			return nil, err
		}
		if err := bankStatementLines.CheckGuards(ctx, tx, "acceptSuggestion", l); err != nil {
			return nil, err
		}
		lines := []*pb.BankStatementLine{l}
		done, err := s.acceptSuggestions(ctx, tx, lines, []*suggestion{req.GetSuggestion()})
		if err != nil {
			return nil, fault.MapFields(err, func(f fault.Field) fault.Field {
				return fault.Field{Path: strings.TrimPrefix(f.Path, itemPath(0)+"."), Message: f.Message}
			})
		}
		return done[0], nil
	})
}

// BatchAcceptSuggestions decides several lines as suggestions say.
func (s *Service) BatchAcceptSuggestions(
	ctx context.Context, req *pb.BatchAcceptSuggestionsRequest,
) (*pb.BatchAcceptSuggestionsResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.BatchAcceptSuggestionsResponse, error) {
		lines, err := findItems(ctx, tx, req.GetItems())
		if err != nil {
			return nil, err
		}
		chosen := make([]*suggestion, len(lines))
		for i, item := range req.GetItems() {
			chosen[i] = item.Suggestion
		}
		done, err := s.acceptSuggestions(ctx, tx, lines, chosen)
		return &pb.BatchAcceptSuggestionsResponse{BankStatementLines: done}, err
	})
}

// refuseDecidedLine refuses to accept a suggestion for a decided line.
func refuseDecidedLine(_ *db.Tx, l *pb.BankStatementLine) error {
	if slices.Contains(undecidedStates, l.State) {
		return nil
	}
	return fault.Refuse(
		optionsv1.Reason_STATE_REFUSES_ACTION, "The line is %s; only undecided lines have suggestions.", l.State,
	).WithSubject(l.Id)
}

// acceptSuggestions decides lines as suggestions say, and returns them in the same order. A nil
// suggestion stands for the most likely one. It fails if one is refused, with the problems of the
// same kind of all lines.
func (s *Service) acceptSuggestions(
	ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine, sent []*suggestion,
) ([]*pb.BankStatementLine, error) {
	suggester, err := newSuggester(ctx, tx, lines)
	if err != nil {
		return nil, err
	}
	a := acceptance{service: s, lines: lines, chosen: make([]*suggestion, len(lines)), suggester: suggester}
	if err := a.choose(sent); err != nil {
		// The suggestions of a line end when it is decided. If a line was decided after it was
		// read, the transaction runs again and reports its state instead.
		return nil, cmp.Or(lockLinesAsRead(ctx, tx, a.lines, nil), err)
	}
	if err := a.lock(ctx, tx); err != nil {
		return nil, err
	}
	if err := a.decide(ctx, tx); err != nil {
		return nil, err
	}
	return a.decidedLines(ctx, tx)
}

// acceptance is a set of suggestions that are accepted together.
type acceptance struct {
	service *Service
	lines   []*pb.BankStatementLine
	// chosen is the accepted suggestion of each line.
	chosen    []*suggestion
	suggester *suggester
}

// choose sets the accepted suggestions: those that were sent, if they are still made for their
// lines, or the most likely ones, if they are sure.
func (a acceptance) choose(sent []*suggestion) error {
	var violations fault.List
	for i, l := range a.lines {
		all, _, err := a.suggester.suggest(l)
		if err != nil {
			return err
		}
		refusal := refuseDecidedLine(nil, l)
		switch at := slices.IndexFunc(all, func(s *suggestion) bool { return suggestsSame(s, sent[i]) }); {
		case refusal != nil:
			refusal = refusedItem("bankStatementLineId", refusal)
		case sent[i] == nil && (len(all) == 0 || all[0].Score <= payee.Sure):
			refusal = fault.InvalidFor(optionsv1.Reason_SUGGESTION_UNCERTAIN,
				fault.At("suggestion", "is required, because no suggestion for the line has a score above %d", payee.Sure))
		case sent[i] == nil:
			a.chosen[i] = all[0]
		case at < 0:
			refusal = fault.InvalidFor(optionsv1.Reason_SUGGESTION_OUTDATED,
				fault.At("suggestion", "is not made for the line any more; read its suggestions again"))
		default:
			a.chosen[i] = all[at]
		}
		violations.MergeViolations(itemPath(i), refusal)
	}
	return violations.Err()
}

// suggestsSame reports whether two suggestions decide a line in the same way. Scores and reasons
// may differ.
func suggestsSame(a, b *suggestion) bool {
	if a == nil || b == nil || suggestionKey(a) != suggestionKey(b) {
		return false
	}
	a, b = proto.CloneOf(a), proto.CloneOf(b)
	a.Score, a.Reasons, b.Score, b.Reasons = 0, nil, 0, nil
	return proto.Equal(a, b)
}

// decide executes the decisions: first those that are executed one after another, and then those
// that post the entries of lines together. It decides two lines with the same match or transfer
// once.
func (a acceptance) decide(ctx context.Context, tx *db.Tx) error {
	var violations fault.List
	done, decided := map[string]bool{}, map[string]bool{}
	for i, s := range a.chosen {
		key := suggestionKey(s)
		if isCategorization(s) || isShared(s) && done[key] {
			continue
		}
		for _, line := range linesDecidedBy(s) {
			decided[line] = true
		}
		done[key] = true
		if err := violations.Merge(itemPath(i), refusedSuggestion(a.decideOne(ctx, tx, a.lines[i], s))); err != nil {
			return err
		}
	}
	if err := a.categorize(ctx, tx, decided, &violations); err != nil {
		return err
	}
	return violations.Err()
}

// isShared reports whether a suggestion decides several lines together: a match, or a transfer with
// both of its lines. A rule decides each line by itself.
func isShared(s *suggestion) bool {
	return s.BankRuleId == "" && (s.BankMatch != nil || s.BankTransfer != nil)
}

// linesDecidedBy returns the lines that the match or transfer of a suggestion decides together.
func linesDecidedBy(s *suggestion) []string {
	lines := []string{s.GetBankTransfer().GetOutgoingLineId(), s.GetBankTransfer().GetIncomingLineId()}
	if s.BankMatch != nil {
		lines = append(lines, matchLineIDs(s.BankMatch)...)
	}
	return lines
}

// categorize categorizes the lines with suggestions of accounts, and posts their entries together.
// decided are lines that other accepted suggestions have decided.
func (a acceptance) categorize(ctx context.Context, tx *db.Tx, decided map[string]bool, violations *fault.List) error {
	categorized := map[string]categorization{}
	var lines []*pb.BankStatementLine
	var at []int
	for i, s := range a.chosen {
		switch {
		case !isCategorization(s):
		case decided[a.lines[i].Id]:
			violations.MergeViolations(itemPath(i), fault.InvalidFor(optionsv1.Reason_STATE_REFUSES_ACTION,
				fault.At("suggestion", "is refused: the suggestion for another line decides this line too")))
		default:
			splits := s.Splits
			if len(splits) == 0 {
				splits = []*pb.BankStatementLine_Split{{AccountId: s.AccountId}}
			}
			categorized[a.lines[i].Id] = categorization{lineEntry: lineEntry{splits: splits}, vendor: s.VendorId}
			lines, at = append(lines, a.lines[i]), append(at, i)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	_, refusals, err := bankStatementLines.StepMany(ctx, tx, "categorize", lines, categorizeLines(categorized))
	if err != nil {
		return err
	}
	for j, refusal := range refusals {
		if err := violations.Merge(itemPath(at[j]), refusedSuggestion(refusal)); err != nil {
			return err
		}
	}
	return nil
}

// isCategorization reports whether a suggestion categorizes a line, other than by a rule.
func isCategorization(s *suggestion) bool {
	return s.BankRuleId == "" && !s.Personal && (s.AccountId != "" || len(s.Splits) > 0)
}

// refusedSuggestion returns a refusal as a violation of the item's suggestion, which names the
// field.
func refusedSuggestion(err error) error {
	return fault.MapFields(refusedItem("suggestion", err), func(f fault.Field) fault.Field {
		if f.Path == "suggestion" {
			return f
		}
		return fault.At("suggestion", "is refused: %s %s", f.Path, f.Message)
	})
}

// decideOne executes a decision about one line.
func (a acceptance) decideOne(ctx context.Context, tx *db.Tx, l *pb.BankStatementLine, s *suggestion) error {
	switch {
	case s.BankRuleId != "":
		at := slices.IndexFunc(a.suggester.rules, func(m matcher) bool { return m.rule.Id == s.BankRuleId })
		return a.suggester.rules[at].decideStored(ctx, tx, l.Id)
	case s.BankTransferId != "":
		_, err := bankTransfers.Modify(ctx, tx, s.BankTransferId, "paired", pairWith(l.Id))
		return err
	case s.BankTransfer != nil:
		return bankTransfers.Insert(ctx, tx, proto.CloneOf(s.BankTransfer), postTransfer(""))
	case s.BankMatch != nil:
		return bankMatches.Insert(ctx, tx, proto.CloneOf(s.BankMatch), a.service.createMatch(""))
	case s.Personal:
		mark := func(ctx context.Context, tx *db.Tx, _, l *pb.BankStatementLine) error {
			return markPersonal(ctx, tx, l, s.AccountId, nil, "")
		}
		_, err := bankStatementLines.StepIn(ctx, tx, l.Id, "markPersonal", mark)
		return err
	}
	return errors.New("banking: the suggestion decides nothing")
}

// decidedLines returns the lines as they are after the decisions.
func (a acceptance) decidedLines(ctx context.Context, tx *db.Tx) ([]*pb.BankStatementLine, error) {
	ids := make([]string, len(a.lines))
	for i, l := range a.lines {
		ids[i] = l.Id
	}
	return bankStatementLines.FindMany(ctx, tx, ids)
}
