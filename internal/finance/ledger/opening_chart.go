package ledger

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// openingChart is where rows find their accounts and dimension values.
type openingChart struct {
	byID           map[string]*openingAccount
	byCode, byName map[string][]*openingAccount
	// values are by dimension, and by code and by name.
	values map[string]map[string]string
	// used are the lines that have an account with a set of values.
	used map[string]int
}

// openingAccount is what an import needs to know of an account.
type openingAccount struct {
	id, code, name, currency string
	kind                     pb.Account_Type
	control, archived        bool
}

// String is the account as people know it.
func (a *openingAccount) String() string { return strings.TrimSpace(a.code + " " + a.name) }

func readOpeningChart(ctx context.Context, tx *db.Tx) (*openingChart, error) {
	c := &openingChart{
		byID: map[string]*openingAccount{}, byCode: map[string][]*openingAccount{}, byName: map[string][]*openingAccount{},
		values: map[string]map[string]string{}, used: map[string]int{},
	}
	b := &pgx.Batch{}
	b.Queue(`
select id, code, display_name, currency_code, type, control, archive_time is not null
from finance.accounts
where org_id = $1
order by archive_time is not null, code, id`, tx.Call().Organization.ID).Query(c.takeAccounts)
	b.Queue(`
select d.display_name, v.id, v.code, v.display_name
from finance.dimensions d
join finance.dimension_values v on v.org_id = $1 and v.dimension_id = d.id
where d.org_id = $1
and d.archive_time is null
and v.archive_time is null`, tx.Call().Organization.ID).Query(c.takeValues)
	return c, tx.Send(ctx, b)
}

func (c *openingChart) takeAccounts(rows pgx.Rows) error {
	var key uuid.UUID
	var a openingAccount
	var kind string
	_, err := pgx.ForEachRow(rows, []any{&key, &a.code, &a.name, &a.currency, &kind, &a.control, &a.archived}, func() error {
		read := a
		read.id, read.kind = id.Format("acc", key), pb.Account_Type(pb.Account_Type_value[kind])
		c.put(&read)
		return nil
	})
	return err
}

func (c *openingChart) takeValues(rows pgx.Rows) error {
	var dimension, code, name string
	var key uuid.UUID
	_, err := pgx.ForEachRow(rows, []any{&dimension, &key, &code, &name}, func() error {
		if c.values[dimension] == nil {
			c.values[dimension] = map[string]string{}
		}
		value := id.Format("dmv", key)
		c.values[dimension][folded(name)] = value
		if code != "" {
			c.values[dimension][folded(code)] = value
		}
		return nil
	})
	return err
}

func (c *openingChart) put(a *openingAccount) {
	c.byID[a.id] = a
	if a.code != "" {
		c.byCode[folded(a.code)] = append(c.byCode[folded(a.code)], a)
	}
	c.byName[folded(a.name)] = append(c.byName[folded(a.name)], a)
}

// add puts an account that is about to be made into the chart.
func (c *openingChart) add(a *pb.Account, base string) *openingAccount {
	made := &openingAccount{id: a.Id, code: a.Code, name: a.DisplayName, currency: a.CurrencyCode, kind: a.Type}
	if made.currency == "" {
		made.currency = base
	}
	c.put(made)
	return made
}

// find is the account with a code, else the one with a name; neither is no problem.
func (c *openingChart) find(code, name string) (*openingAccount, string) {
	for _, text := range []string{code, name} {
		if found := c.byCode[folded(text)]; text != "" && len(found) > 0 {
			return found[0], ""
		}
	}
	number, bare := nameParts(code, name)
	if found := c.byCode[folded(number)]; number != "" && len(found) > 0 {
		return found[0], ""
	}
	for _, text := range []string{name, bare} {
		found := inUse(c.byName[folded(text)])
		if len(found) > 1 {
			return nil, fmt.Sprintf("%q names %d accounts; say its code", text, len(found))
		}
		if len(found) == 1 {
			return found[0], ""
		}
	}
	return nil, ""
}

// inUse are the accounts that are not archived, or else the first that is; those in use
// come first.
func inUse(all []*openingAccount) []*openingAccount {
	for i, a := range all {
		if a.archived {
			return all[:max(i, 1)]
		}
	}
	return all
}

// valueOf is a dimension's value with a code or a name.
func (c *openingChart) valueOf(dimension, text string) (string, string) {
	value := c.values[dimension][folded(text)]
	if value == "" {
		return "", fmt.Sprintf("%q is no value of the dimension %s in use", text, dimension)
	}
	return value, ""
}

// nameParts takes a code out of a name that has it, as QuickBooks writes "1000 · Checking"
// and "Assets:Checking", and Xero "Checking (1000)".
func nameParts(code, name string) (number, bare string) {
	bare = name[strings.LastIndex(name, ":")+1:]
	bare = strings.TrimSpace(bare)
	if inner, ok := strings.CutSuffix(bare, ")"); ok {
		if at := strings.LastIndex(inner, "("); at > 0 && numbered(inner[at+1:]) {
			number, bare = inner[at+1:], strings.TrimSpace(inner[:at])
		}
	}
	if first, rest, ok := strings.Cut(bare, " "); ok && number == "" && numbered(first) && strings.Trim(rest, " ·-–") != "" {
		number, bare = first, strings.Trim(rest, " ·-–")
	}
	if code != "" {
		return code, orElse(name, code)
	}
	return number, orElse(bare, number)
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// numbered tells whether a text looks like an account's code.
func numbered(text string) bool {
	return strings.ContainsFunc(text, unicode.IsDigit) && !strings.ContainsAny(text, " ")
}

// folded spells a code or a name so that case and blanks do not count.
func folded(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }
