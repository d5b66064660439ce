package fault

import (
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/grpc/codes"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// SQLSTATE codes, from PostgreSQL's Appendix A.
const (
	uniqueViolation     = "23505"
	foreignKeyViolation = "23503"
	checkViolation      = "23514"
	exclusionViolation  = "23P01"
	queryCanceled       = "57014"
	lockNotAvailable    = "55P03"
	outOfRange          = "22003"
	readOnly            = "25006"
)

// existsSuffix ends the name of every foreign key. For example, `bills_vendor_exists` ensures
// that the vendor of a bill exists.
const existsSuffix = "_exists"

// keySuffix ends the name of every primary key. A caller may choose the id in it.
const keySuffix = "_pkey"

// Constraint returns the name of the constraint that a statement violated, or "".
func Constraint(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.ConstraintName
	}
	return ""
}

// IsForeignKeyViolation reports whether err is a foreign-key violation.
func IsForeignKeyViolation(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == foreignKeyViolation
}

// fromPostgres converts an error of a statement or a connection. It returns nil for other errors.
func fromPostgres(err error) *Error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return fromStatement(pg)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	lost := errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, pgconn.ErrConnClosed)
	if lost || errors.As(err, &connect) || errors.As(err, &network) {
		return unavailable(err)
	}
	return nil
}

func fromStatement(pg *pgconn.PgError) *Error {
	switch {
	case pg.Code == foreignKeyViolation:
		return missingReference(pg)
	case pg.Code == uniqueViolation && strings.HasSuffix(pg.ConstraintName, keySuffix):
		e := Taken(optionsv1.Reason_ID_TAKEN, "A record with this id already exists.")
		e.Cause = pg
		return e
	case pg.Code == uniqueViolation, pg.Code == checkViolation, pg.Code == exclusionViolation:
		return ruleViolation(pg)
	case pg.Code == outOfRange:
		return SumOutOfRange()
	case pg.Code == queryCanceled, pg.Code == lockNotAvailable, pg.Code == readOnly:
		return unavailable(pg)
	// Classes: connection, insufficient resources, operator intervention, system error.
	case slices.Contains([]string{"08", "53", "57", "58"}, pg.Code[:min(2, len(pg.Code))]):
		return unavailable(pg)
	// A serialization failure or a deadlock persisted through the transaction's retries.
	case strings.HasPrefix(pg.Code, "40"):
		return unavailable(pg)
	}
	return Internal(pg)
}

func unavailable(cause error) *Error {
	return &Error{
		Code: codes.Unavailable, Reason: optionsv1.Reason_TEMPORARILY_UNAVAILABLE,
		Message: "The service is temporarily unavailable; try again.", RetryAfter: time.Second, Cause: cause,
	}
}

// ruleViolation finds the reason of a unique, check or exclusion violation by the constraint's
// name. A rule without a reason should have been checked before the statement, so its violation is
// a bug.
func ruleViolation(pg *pgconn.PgError) *Error {
	reason := ReasonOfConstraint(pg.ConstraintName)
	if reason == optionsv1.Reason_REASON_UNSPECIFIED {
		return Internal(pg)
	}
	e := &Error{
		Code: codes.FailedPrecondition, Reason: reason,
		Message: ruleSentence(pg), Cause: pg,
	}
	if pg.Code == uniqueViolation {
		e.Code = codes.AlreadyExists
	}
	return e
}

// externalIDSuffix ends the name of every unique index on external ids. They share one reason.
const externalIDSuffix = "_external_id_taken"

// ReasonOfConstraint returns the reason that reports the violation of a constraint or unique index,
// or REASON_UNSPECIFIED if there is none.
func ReasonOfConstraint(name string) optionsv1.Reason {
	if strings.HasSuffix(name, externalIDSuffix) {
		return optionsv1.Reason_EXTERNAL_ID_TAKEN
	}
	return optionsv1.Reason(optionsv1.Reason_value[strings.ToUpper(name)])
}

// ruleSentence describes a violated rule by the constraint's name: `vendors_name_taken` on table
// vendors means that the name is already taken.
func ruleSentence(pg *pgconn.PgError) string {
	if field, ok := strings.CutSuffix(strings.TrimPrefix(pg.ConstraintName, pg.TableName+"_"), "_taken"); ok {
		return "The " + strings.ReplaceAll(field, "_", " ") + " is already taken."
	}
	words := strings.ReplaceAll(pg.ConstraintName, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:] + "."
}

// missingReference derives the field from the foreign key's name: `bills_vendor_exists` on table
// bills is vendorId.
func missingReference(pg *pgconn.PgError) *Error {
	name := strings.TrimPrefix(pg.ConstraintName, pg.TableName+"_")
	name, ok := strings.CutSuffix(name, existsSuffix)
	if !ok {
		return Internal(pg)
	}
	e := InvalidFor(optionsv1.Reason_REFERENCE_NOT_FOUND, At(JSONName(name+"_id"), "names a record that does not exist"))
	e.Cause = pg
	return e
}
