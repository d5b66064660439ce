package fault_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// conversions are errors and what fault.From must make of them.
var conversions = map[string]struct {
	err    error
	code   codes.Code
	reason optionsv1.Reason
}{
	"a refusal": {
		fmt.Errorf("reading: %w", fault.NotFound("vendor", "ven_1")), codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND,
	},
	"a bug": {errors.New("nil map"), codes.Internal, optionsv1.Reason_INTERNAL_FAULT},
	"a deadline": {
		fmt.Errorf("query: %w", context.DeadlineExceeded), codes.DeadlineExceeded, optionsv1.Reason_DEADLINE_PASSED,
	},
	"a canceled request": {context.Canceled, codes.Canceled, optionsv1.Reason_REQUEST_CANCELED},
	"a name taken": {
		broken("23505", "vendors", "vendors_name_taken"), codes.AlreadyExists, optionsv1.Reason_VENDORS_NAME_TAKEN,
	},
	"a rule of a check": {
		broken("23514", "journal_lines", "journal_entry_unbalanced"), codes.FailedPrecondition,
		optionsv1.Reason_JOURNAL_ENTRY_UNBALANCED,
	},
	"a rule without reason": {
		broken("23514", "tasks", "tasks_state_known"), codes.Internal, optionsv1.Reason_INTERNAL_FAULT,
	},
	"a missing reference": {
		broken("23503", "tasks", "tasks_owner_exists"), codes.InvalidArgument, optionsv1.Reason_REFERENCE_NOT_FOUND,
	},
	"a misnamed reference": {
		broken("23503", "tasks", "tasks_owner_id_fkey"), codes.Internal, optionsv1.Reason_INTERNAL_FAULT,
	},
	"a null":           {broken("23502", "tasks", ""), codes.Internal, optionsv1.Reason_INTERNAL_FAULT},
	"a slow statement": {broken("57014", "", ""), codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE},
	"a lock timeout":   {broken("55P03", "", ""), codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE},
	"a deadlock":       {broken("40P01", "", ""), codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE},
	"a full server":    {broken("53300", "", ""), codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE},
	"a full disk":      {broken("53100", "", ""), codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE},
	"a full local disk": {
		&fs.PathError{Op: "write", Err: syscall.ENOSPC}, codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
	},
	"an exceeded quota": {
		&fs.PathError{Op: "write", Err: syscall.EDQUOT}, codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
	},
	"a missing library":    {broken("58P01", "", ""), codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE},
	"a read-only database": {broken("25006", "", ""), codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE},
	"a closed connection": {
		fmt.Errorf("begin: %w", pgconn.ErrConnClosed), codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
	},
	"a shutdown": {broken("57P01", "", ""), codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE},
	"a reset connection": {
		&net.OpError{Op: "read", Err: errors.New("reset")}, codes.Unavailable, optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
	},
	"a syntax error": {broken("42601", "", ""), codes.Internal, optionsv1.Reason_INTERNAL_FAULT},
}

func TestFromMapsErrorsToCodesAndReasons(t *testing.T) {
	t.Parallel()
	for name, c := range conversions {
		e := fault.From(c.err)
		if e.Code != c.code || e.Reason != c.reason {
			t.Errorf("%s: got %s %s, want %s %s", name, e.Code, e.Reason, c.code, c.reason)
		}
		if e.Code == codes.Unavailable && e.RetryAfter == 0 {
			t.Errorf("%s: got no RetryAfter, want one", name)
		}
	}
}

// broken returns a PostgreSQL error whose message and detail must not reach the caller.
func broken(code, table, constraint string) error {
	return fmt.Errorf("statement: %w", &pgconn.PgError{
		Code: code, TableName: table, ConstraintName: constraint, Message: secretWords, Detail: secretWords,
	})
}

const secretWords = "Key (iban)=(DE02120300000000202051)"

func TestMissingReferenceNamesTheField(t *testing.T) {
	t.Parallel()
	for constraint, want := range map[string]string{
		"departments_parent_department_exists": "parentDepartmentId",
		"departments_head_exists":              "headId",
	} {
		e := fault.From(broken("23503", "departments", constraint))
		if len(e.Fields) != 1 || e.Fields[0].Path != want {
			t.Errorf("%s: got fields %v, want %s", constraint, e.Fields, want)
		}
	}
}

func TestConstraintIsReadFromError(t *testing.T) {
	t.Parallel()
	err := broken("23503", "tasks", "tasks_owner_exists")
	if fault.Constraint(err) != "tasks_owner_exists" || !fault.IsForeignKeyViolation(err) {
		t.Errorf("%v: got constraint %q, want tasks_owner_exists", err, fault.Constraint(err))
	}
	for _, other := range []error{nil, errors.New("disk full"), broken("23505", "tasks", "")} {
		if fault.Constraint(other) != "" || fault.IsForeignKeyViolation(other) {
			t.Errorf("%v: got constraint %q, want none", other, fault.Constraint(other))
		}
	}
}

func TestStatusHidesInternalDetails(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"23505", "23514", "23503", "57014", "40001", "53300", "42601", "XX000"} {
		for _, constraint := range []string{"", "vendors_name_taken", "tasks_owner_exists", "tasks_pkey"} {
			e := fault.From(broken(code, "tasks", constraint))
			if words := e.GRPCStatus().Proto().String(); strings.Contains(words, "iban") {
				t.Errorf("%s %s: status reveals the detail: %s", code, constraint, words)
			}
			if !strings.Contains(e.Error(), "iban") {
				t.Errorf("%s %s: got %s, want the cause in the log text", code, constraint, e)
			}
		}
	}
}

func TestStatusHasExactlyOneReason(t *testing.T) {
	t.Parallel()
	record := &financev1.Vendor{Id: "ven_1"}
	full := fault.InvalidFor(optionsv1.Reason_VENDORS_NAME_TAKEN, fault.At("displayName", "is taken"))
	full.Code = codes.FailedPrecondition
	full.SubjectID, full.Record, full.RetryAfter = "ven_1", record, time.Second
	full.Metadata = map[string]string{"more": "words"}
	for _, e := range []*fault.Error{
		full, fault.Internal(nil), fault.NotFound("vendor", "ven_1"),
		fault.Refuse(optionsv1.Reason_VENDORS_IN_USE, "It is used."),
	} {
		s := status.Convert(e)
		if s.Code() != e.Code || s.Message() != e.Message {
			t.Errorf("%v: got status %v", e, s)
		}
		reasons := 0
		for _, d := range s.Details() {
			if info, ok := d.(*errdetails.ErrorInfo); ok {
				reasons++
				if info.GetReason() != e.Reason.String() || info.GetDomain() != fault.Domain {
					t.Errorf("%v: got %v", e, info)
				}
			}
		}
		if reasons != 1 {
			t.Errorf("%v: got %d reasons, want 1", e, reasons)
		}
	}
	details := status.Convert(full).Details()
	if len(details) != 6 {
		t.Fatalf("got %d details, want 6: %v", len(details), details)
	}
	for i, want := range []proto.Message{
		&errdetails.ErrorInfo{}, &errdetails.BadRequest{}, &errdetails.PreconditionFailure{},
		&errdetails.ResourceInfo{}, &errdetails.RetryInfo{}, record,
	} {
		if got := details[i].(proto.Message); got.ProtoReflect().Descriptor() != want.ProtoReflect().Descriptor() {
			t.Errorf("detail %d: got %T, want %T", i, got, want)
		}
	}
}

// TestStatusSizeIsBounded checks that an error stays small, whatever the request contained.
func TestStatusSizeIsBounded(t *testing.T) {
	t.Parallel()
	const long = 100_000
	e := &fault.Error{
		Code: codes.FailedPrecondition, Message: strings.Repeat("é", long),
		SubjectID: strings.Repeat("i\x00", long), Record: &financev1.Vendor{Note: strings.Repeat("n", long)},
	}
	for i := range 3000 {
		path := fmt.Sprintf("%d\x01\xff", i) + strings.Repeat("x", long/100)
		e.Fields = append(e.Fields, fault.At(path, "%s", strings.Repeat("\x02", long/100)))
		e.Preconditions = append(e.Preconditions, fault.Precondition{
			Type: "T", Subject: strings.Repeat("s", long/100), Message: strings.Repeat("m", long/100),
		})
	}
	s := e.GRPCStatus()
	if size := proto.Size(s.Proto()); size > 32<<10 {
		t.Errorf("got %d bytes, want at most %d", size, 32<<10)
	}
	if !strings.HasSuffix(s.Message(), "é…") || strings.ContainsRune(s.Message(), '\ufffd') {
		t.Errorf("got a message ending %q, want whole characters and an ellipsis", s.Message()[len(s.Message())-10:])
	}
	for _, d := range s.Details() {
		switch d := d.(type) {
		case *errdetails.ErrorInfo:
			if d.GetMetadata()["violationCount"] != "3000" {
				t.Errorf("got metadata %v, want violationCount 3000", d.GetMetadata())
			}
		case *errdetails.BadRequest:
			first := d.GetFieldViolations()[0]
			if len(d.GetFieldViolations()) != 20 || !strings.HasPrefix(first.GetField(), "0\ufffd\ufffdx") {
				t.Errorf("got %d violations, the first for %q; want 20", len(d.GetFieldViolations()), first.GetField())
			}
		case *financev1.Vendor:
			t.Error("got a large record in the details, want it left out")
		}
	}
}

// TestUniqueViolationNamesDeclaredFields checks that an error lists the fields that its reason
// declares.
func TestUniqueViolationNamesDeclaredFields(t *testing.T) {
	t.Parallel()
	for _, d := range fault.From(broken("23505", "vendors", "vendors_name_taken")).GRPCStatus().Details() {
		if bad, ok := d.(*errdetails.BadRequest); ok && bad.GetFieldViolations()[0].GetField() == "displayName" {
			return
		}
	}
	t.Error("got no violation for displayName, want one")
}

func TestViolatedRuleIsDescribed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ table, constraint, want string }{
		{"vendors", "vendors_name_taken", "The name is already taken."},
		{"bank_accounts", "bank_accounts_ledger_account_taken", "The ledger account is already taken."},
		{"fiscal_years", "fiscal_years_overlap", "Fiscal years overlap."},
	} {
		if got := fault.From(broken("23505", c.table, c.constraint)).Message; got != c.want {
			t.Errorf("%s: got %q, want %q", c.constraint, got, c.want)
		}
	}
}
