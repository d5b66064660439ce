package ledger

import (
	"cmp"
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

// accountIndex indexes the accounts and dimension values that rows of an imported file can name.
type accountIndex struct {
	byID           map[string]*indexedAccount
	byCode, byName map[string][]*indexedAccount
	// values maps the display name of a dimension, then a value's code or name, to the value's id.
	values map[string]map[string]string
	// firstLines maps an account with its dimension values to the first line of the file that has
	// them.
	firstLines map[string]int
}

// indexedAccount holds the fields of an account that an import needs.
type indexedAccount struct {
	id, code, name, currency string
	parent, description      string
	kind                     pb.Account_Type
	control, archived        bool
	// fresh is true for an account that the import creates.
	fresh bool
}

// String returns the code and the name of the account.
func (a *indexedAccount) String() string { return strings.TrimSpace(a.code + " " + a.name) }

// readAccountIndex reads all accounts, and the active dimension values.
func readAccountIndex(ctx context.Context, tx *db.Tx) (*accountIndex, error) {
	c := &accountIndex{
		byID: map[string]*indexedAccount{}, byCode: map[string][]*indexedAccount{},
		byName: map[string][]*indexedAccount{},
		values: map[string]map[string]string{}, firstLines: map[string]int{},
	}
	b := &pgx.Batch{}
	b.Queue(`
select
  id, code, display_name, currency_code, type, control, archive_time is not null, parent_account_id, description
from finance.accounts
where org_id = $1
order by archive_time is not null, code, id`, tx.Call().Organization.ID).Query(c.scanAccounts)
	b.Queue(`
select d.display_name, v.id, v.code, v.display_name
from finance.dimensions d
join finance.dimension_values v on v.org_id = $1 and v.dimension_id = d.id
where d.org_id = $1
and d.archive_time is null
and v.archive_time is null`, tx.Call().Organization.ID).Query(c.scanDimensionValues)
	return c, tx.Send(ctx, b)
}

func (c *accountIndex) scanAccounts(rows pgx.Rows) error {
	var key uuid.UUID
	var parent uuid.NullUUID
	var a indexedAccount
	var kind string
	columns := []any{
		&key, &a.code, &a.name, &a.currency, &kind, &a.control, &a.archived, &parent, &a.description,
	}
	_, err := pgx.ForEachRow(rows, columns, func() error {
		read := a
		read.id, read.kind = id.Format("acc", key), pb.Account_Type(pb.Account_Type_value[kind])
		if parent.Valid {
			read.parent = id.Format("acc", parent.UUID)
		}
		c.put(&read)
		return nil
	})
	return err
}

func (c *accountIndex) scanDimensionValues(rows pgx.Rows) error {
	var dimension, code, name string
	var key uuid.UUID
	_, err := pgx.ForEachRow(rows, []any{&dimension, &key, &code, &name}, func() error {
		if c.values[dimension] == nil {
			c.values[dimension] = map[string]string{}
		}
		value := id.Format("dmv", key)
		c.values[dimension][normalized(name)] = value
		if code != "" {
			c.values[dimension][normalized(code)] = value
		}
		return nil
	})
	return err
}

func (c *accountIndex) put(a *indexedAccount) {
	c.byID[a.id] = a
	if a.code != "" {
		c.byCode[normalized(a.code)] = append(c.byCode[normalized(a.code)], a)
	}
	c.byName[normalized(a.name)] = append(c.byName[normalized(a.name)], a)
}

// add adds an account that the import will create.
func (c *accountIndex) add(a *pb.Account, base string) *indexedAccount {
	made := &indexedAccount{
		id: a.Id, code: a.Code, name: a.DisplayName, currency: a.CurrencyCode, kind: a.Type, parent: a.ParentAccountId,
		fresh: true,
	}
	if made.currency == "" {
		made.currency = base
	}
	c.put(made)
	return made
}

// find returns the account with the code, or else the one with the name, or nil. It returns a
// problem if several accounts have the name.
func (c *accountIndex) find(code, name string) (*indexedAccount, string) {
	for _, text := range []string{code, name} {
		if found := c.byCode[normalized(text)]; text != "" && len(found) > 0 {
			return found[0], ""
		}
	}
	number, bare := nameParts(code, name)
	if found := c.byCode[normalized(number)]; number != "" && len(found) > 0 {
		return found[0], ""
	}
	for _, text := range []string{name, bare} {
		found := activeOrFirst(c.byName[normalized(text)])
		if len(found) > 1 {
			return nil, fmt.Sprintf("%q names %d accounts; use the account code instead", text, len(found))
		}
		if len(found) == 1 {
			return found[0], ""
		}
	}
	return nil, ""
}

// activeOrFirst returns the accounts that are not archived, or the first one if all are archived.
// Active accounts must come first in all.
func activeOrFirst(all []*indexedAccount) []*indexedAccount {
	for i, a := range all {
		if a.archived {
			return all[:max(i, 1)]
		}
	}
	return all
}

// findValue returns the id of the dimension value with a code or name, or else a problem.
func (c *accountIndex) findValue(dimension, text string) (string, string) {
	value := c.values[dimension][normalized(text)]
	if value == "" {
		return "", fmt.Sprintf("%q is not an active value of the dimension %s", text, dimension)
	}
	return value, ""
}

// nameParts separates the code and the name in names such as "1000 · Checking", "Assets:Checking"
// and "Accounts Payable (A/P)" of QuickBooks, and "Checking (1000)" of Xero.
func nameParts(code, name string) (number, bare string) {
	return splitNumber(code, name, strings.TrimSpace(name[strings.LastIndex(name, ":")+1:]))
}

// splitNumber is nameParts for a name whose last part is last.
func splitNumber(code, name, last string) (number, bare string) {
	bare = last
	for _, abbreviation := range []string{" (A/R)", " (A/P)"} {
		bare = strings.TrimSuffix(bare, abbreviation)
	}
	if inner, ok := strings.CutSuffix(bare, ")"); ok {
		if at := strings.LastIndex(inner, "("); at > 0 && looksLikeCode(inner[at+1:]) {
			number, bare = inner[at+1:], strings.TrimSpace(inner[:at])
		}
	}
	if first, rest, ok := strings.Cut(bare, " "); ok && number == "" && looksLikeCode(first) &&
		strings.Trim(rest, " ·-–") != "" {
		number, bare = first, strings.Trim(rest, " ·-–")
	}
	if code != "" {
		return code, cmp.Or(name, code)
	}
	return number, cmp.Or(bare, number)
}

// looksLikeCode reports whether text looks like an account code.
func looksLikeCode(text string) bool {
	return strings.ContainsFunc(text, unicode.IsDigit) && !strings.ContainsAny(text, " ")
}

// normalized returns a code or name in lower case with single spaces, for comparison.
func normalized(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }
