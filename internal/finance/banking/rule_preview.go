package banking

import (
	"context"
	"errors"
	"strings"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// TestBankRule returns the lines that a rule matches and how it would decide them. It changes
// nothing. It runs in db.Write only because a POST may carry an idempotency key.
func (s *Service) TestBankRule(ctx context.Context, req *pb.TestBankRuleRequest) (*pb.TestBankRuleResponse, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.TestBankRuleResponse, error) {
		rule := proto.CloneOf(req.GetBankRule())
		if err := bankRules.CheckNew(ctx, tx, rule, checkRule); err != nil {
			return nil, remapRuleFields(err)
		}
		m, err := newMatcher(rule)
		if err != nil {
			return nil, err
		}
		lines, _, err := bankStatementLines.Table().Select(ctx, tx, table.Query{
			OrderBy: "booked_date desc", Limit: maxRuleLines,
		})
		if err != nil {
			return nil, err
		}
		out := &pb.TestBankRuleResponse{TestedCount: int32(len(lines))}
		return out, m.previewLines(ctx, tx, lines, out)
	})
}

// previewLines adds to out the lines that the rule matches and how it would decide each, as if they
// were UNMATCHED.
func (m matcher) previewLines(
	ctx context.Context, tx *db.Tx, lines []*pb.BankStatementLine, out *pb.TestBankRuleResponse,
) error {
	owner := newOwnerPreview(ctx, tx)
	accounts, err := loadBankAccounts(ctx, tx, lines, []matcher{m})
	if err != nil {
		return err
	}
	for _, l := range lines {
		if !m.matches(l) {
			continue
		}
		decision, err := m.preview(l, accounts, owner)
		var refusal *fault.Error
		if errors.As(err, &refusal) && refusal.Cause == nil {
			decision, err = &pb.TestBankRuleResponse_Decision{Problem: refusal.Message}, nil
		}
		if err != nil {
			return err
		}
		decision.BankStatementLineId = l.Id
		out.BankStatementLines, out.Decisions = append(out.BankStatementLines, l), append(out.Decisions, decision)
	}
	return nil
}

// preview returns how the rule would decide a line, without posting. accounts are the bank accounts
// of the line and the rule.
func (m matcher) preview(
	l *pb.BankStatementLine, accounts map[string]*pb.BankAccount, owner ownerLookup,
) (*pb.TestBankRuleResponse_Decision, error) {
	if m.rule.TransferBankAccountId != "" {
		side, err := m.newTransfer(l, accounts[m.rule.TransferBankAccountId])
		return &pb.TestBankRuleResponse_Decision{BankTransfer: side}, err
	}
	waiting := proto.CloneOf(l)
	waiting.State, waiting.Splits = pb.BankStatementLine_UNMATCHED, nil
	_, err := m.plan(accounts[l.BankAccountId], waiting, owner)
	return &pb.TestBankRuleResponse_Decision{Splits: waiting.Splits}, err
}

// remapRuleFields prefixes error paths of a rule with bankRule, its field in the request.
func remapRuleFields(err error) error {
	return fault.MapFields(err, func(f fault.Field) fault.Field {
		return fault.Field{Path: strings.TrimSuffix("bankRule."+f.Path, "."), Message: f.Message}
	})
}
