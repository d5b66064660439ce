package taxreturns

import (
	"context"
	_ "embed"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/finance/tax"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// The statements that return the taxes of a period by basis. Their parameters are those of
// selection.parameters.
var (
	//go:embed lines_accrual.sql
	selectAccrualLines string
	//go:embed lines_cash.sql
	selectCashLines string
)

// selection is which taxes of the register are reported, and on which basis.
type selection struct {
	start, end calendar.Date
	basis      pb.TaxAgency_FilingBasis
	// known is the time until which changes count, nil for all.
	known *time.Time
	// agency is nil for all agencies.
	agency *uuid.UUID
	// accruedUntil is the day until which documents count on their date, whatever the basis. The zero
	// date if there is none.
	accruedUntil calendar.Date
}

// reportRequest is what requests of reports have in common.
type reportRequest interface {
	GetStartDate() string
	GetEndDate() string
	GetTaxAgencyId() string
	GetBasis() pb.TaxAgency_FilingBasis
	GetKnownAt() *timestamppb.Timestamp
}

// readSelection returns what a request selects.
func readSelection(ctx context.Context, tx *db.Tx, req reportRequest) (s selection, err error) {
	var violations fault.List
	s.end, s.basis = tx.Call().Today(), req.GetBasis()
	if req.GetEndDate() != "" {
		if s.end, err = calendar.ParseBusinessDate(req.GetEndDate()); err != nil {
			violations.Append(fault.At("endDate", "%s", err))
		}
	}
	if err := violations.Err(); err != nil {
		return s, err
	}
	s.start = s.end.FirstOfMonth()
	if req.GetStartDate() != "" {
		if s.start, err = calendar.ParseBusinessDate(req.GetStartDate()); err != nil {
			violations.Append(fault.At("startDate", "%s", err))
		} else if s.end.Before(s.start) {
			violations.Append(fault.At("startDate", "must not be after endDate, %s", s.end))
		}
	}
	if req.GetKnownAt() != nil {
		known := req.GetKnownAt().AsTime()
		s.known = &known
	}
	if err := violations.Merge("", s.readAgency(ctx, tx, req.GetTaxAgencyId())); err != nil {
		return s, err
	}
	if s.basis == pb.TaxAgency_FILING_BASIS_UNSPECIFIED {
		s.basis = pb.TaxAgency_ACCRUAL
	}
	return s, violations.Err()
}

// readAgency sets the agency, and the basis of its returns unless the request has one.
func (s *selection) readAgency(ctx context.Context, tx *db.Tx, key string) error {
	if key == "" {
		return nil
	}
	agency, err := tax.LookupAgency(ctx, tx, "taxAgencyId", key)
	if err != nil {
		return err
	}
	parsed, err := id.Parse("txa", agency.Id)
	s.agency = &parsed
	if s.basis == pb.TaxAgency_FILING_BASIS_UNSPECIFIED {
		s.basis = agency.FilingBasis
	}
	return err
}

// lines returns the statement whose rows are the taxes of the selection.
func (s selection) lines() string {
	if s.basis != pb.TaxAgency_CASH {
		return selectAccrualLines
	}
	accrued := "'-infinity'"
	if !s.accruedUntil.IsZero() {
		accrued = "'" + s.accruedUntil.String() + "'"
	}
	return strings.ReplaceAll(selectCashLines, "'-infinity'", accrued)
}

// parameters returns the parameters of lines, and others after them.
func (s selection) parameters(tx *db.Tx, others ...any) []any {
	return append([]any{tx.Call().Organization.ID, s.start.String(), s.end.String(), s.known, s.agency}, others...)
}
