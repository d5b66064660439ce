package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/ledger/trial"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// Maximum lengths of an account's texts, in characters, as the API declares them.
const (
	maxAccountCode        = 20
	maxAccountName        = 200
	maxAccountDescription = 1000
)

// importedAccount is a row of the file with the account that it is.
type importedAccount struct {
	row trial.Account
	// code and name are the account's, without the path and the number in the name of the file.
	code, name string
	// parent is the account that the file puts above, nil if it names none.
	parent *indexedAccount
	// account is the existing or new account. fresh is set for a new one; depth is the number of new
	// accounts above it.
	account *indexedAccount
	fresh   *pb.Account
	depth   int

	// updated is an existing account after the update, and changed reports whether it differs.
	updated *pb.Account
	changed bool
	note    string

	resolved, resolving bool
	problems            []string
}

func (r *importedAccount) refuse(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

// text returns the code and the name in the row.
func (r *importedAccount) text() string { return strings.TrimSpace(r.row.Code + " " + r.row.Name) }

// linePath is the path of a row in errors, which fieldsInFile converts to its line.
func linePath(n int) string { return fmt.Sprintf("lines[%d]", n) }

// sortByLine sorts outcomes as in the file.
func sortByLine(rows []*pb.ImportAccountsResponse_Row) {
	slices.SortStableFunc(rows, func(a, b *pb.ImportAccountsResponse_Row) int {
		return cmp.Compare(a.LineNumber, b.LineNumber)
	})
}

// resolve finds or plans the account of each row, and reports all problems of the file at once.
func (i *accountImport) resolve() error {
	lines := map[int32]bool{}
	i.named = map[rowName][]*importedAccount{}
	for _, a := range i.file.Rows {
		i.addRow(a)
		lines[int32(a.Line)] = true
	}
	var violations fault.List
	violations.MergeViolations("", accountChoices(i.req.GetAccountChoices()).check(lines, i.index))
	if err := violations.Err(); err != nil {
		return err
	}
	invalid := func(line int, problem string) {
		violations.MergeViolations("", fault.InvalidFor(optionsv1.Reason_ACCOUNT_ROWS_INVALID,
			fault.At("content", "line %d: %s", line, problem)))
	}
	for _, p := range i.file.Problems {
		invalid(p.Line, p.Message)
	}
	used := map[string]*importedAccount{}
	for _, r := range i.rows {
		i.resolveRow(r)
		r.refuseRepetition(used)
		for _, problem := range r.problems {
			invalid(r.row.Line, problem)
		}
	}
	return violations.Err()
}

// refuseRepetition refuses a row with the account of an earlier row, and one that differs from an
// earlier row with the same parent only by having no code. used are the earlier rows.
func (r *importedAccount) refuseRepetition(used map[string]*importedAccount) {
	if r.account == nil {
		return
	}
	if first := used[r.account.id]; first != nil {
		r.refuse("is %s again, after line %d", r.account, first.row.Line)
		return
	}
	used[r.account.id] = r
	if r.fresh == nil {
		return
	}
	name := r.fresh.ParentAccountId + ":" + normalized(r.name)
	if first := used[name]; first != nil && (r.code == "" || first.code == "") {
		r.refuse("has the name of line %d; give both a code", first.row.Line)
	}
	used[name] = r
}

// resolveRow finds the account of a row, or plans a new one. It resolves the row of the parent
// first.
func (i *accountImport) resolveRow(r *importedAccount) {
	if r.resolved {
		return
	}
	if r.resolving {
		r.refuse("is below itself")
		return
	}
	r.resolving = true
	i.resolveParent(r)
	r.resolved = true
	for _, c := range []struct {
		what, text string
		most       int
	}{
		{"code", r.code, maxAccountCode}, {"name", r.name, maxAccountName},
		{"description", r.row.Description, maxAccountDescription},
	} {
		if utf8.RuneCountInString(c.text) > c.most {
			r.refuse("has a %s of more than %d characters", c.what, c.most)
		}
	}
	choice := accountChoices(i.req.GetAccountChoices()).of(r.row.Line)
	if chosen := choice.GetAccountId(); chosen != "" {
		r.account = i.index.byID[chosen]
	} else if !i.findExisting(r) {
		return
	}
	if r.account == nil {
		i.plan(r, choice)
		return
	}
	r.compare(i.updates())
}

// resolveParent finds the account above a row, and separates the code and the name of the row.
func (i *accountImport) resolveParent(r *importedAccount) {
	base := r.row.Name
	if text := r.row.Parent; text != "" {
		if !i.findParent(r, text, false) && len(r.problems) == 0 {
			r.refuse("has the parent %q, which is neither in the file nor in the chart", text)
		}
	} else {
		for at := strings.LastIndex(base, ":"); at > 0; at = strings.LastIndex(base[:at], ":") {
			// Programs write paths without spaces. Other colons are part of a name.
			if base[at+1:] != "" && base[at+1] != ' ' && i.findParent(r, strings.TrimSpace(base[:at]), true) {
				base = strings.TrimSpace(base[at+1:])
				break
			}
		}
	}
	r.code, r.name = splitNumber(r.row.Code, base, base)
}

// findParent sets the parent of a row: a row of the file, or else an existing account. It reports
// whether there is one.
func (i *accountImport) findParent(r *importedAccount, text string, path bool) bool {
	if above := i.rowOf(r, text, path); above != nil {
		i.resolveRow(above)
		r.parent = above.account
		if above.fresh != nil {
			r.depth = above.depth + 1
		}
		// The problems of the row above are reported there.
		return above.account != nil || len(above.problems) > 0
	}
	name := text
	if path {
		name = strings.TrimSpace(text[strings.LastIndex(text, ":")+1:])
	}
	found, problem := i.index.find("", name)
	if problem != "" {
		r.refuse("has the parent %s", problem)
	}
	if found != nil && found.fresh { // another row's new account, which the text does not name clearly
		found = nil
	}
	r.parent = found
	return found != nil
}

// rowOf returns the row of the file that a text names: by its code, its whole name or, unless the
// text is a path, the last part of its name. It returns nil if there is none or several.
func (i *accountImport) rowOf(of *importedAccount, text string, path bool) *importedAccount {
	for _, by := range []string{"code", "name", "last"} {
		if path && by != "name" {
			continue
		}
		found := i.named[rowName{by, normalized(text)}]
		if len(found) == 1 && found[0] != of {
			return found[0]
		}
	}
	return nil
}

// rowName is a name by which other rows can name a row as their parent: its code, its whole name,
// or the last part of its name.
type rowName struct{ by, text string }

// addRow adds a row of the file.
func (i *accountImport) addRow(a trial.Account) {
	r := &importedAccount{row: a}
	i.rows = append(i.rows, r)
	for by, text := range map[string]string{
		"code": a.Code, "name": a.Name, "last": a.Name[strings.LastIndex(a.Name, ":")+1:],
	} {
		if text != "" {
			key := rowName{by, normalized(text)}
			i.named[key] = append(i.named[key], r)
		}
	}
}

// findExisting sets the existing account of a row: the one with its code, else the one with its
// name. Of several with the name it is the one under the row's parent, and never one under another
// parent. It returns false if there are several.
func (i *accountImport) findExisting(r *importedAccount) bool {
	if same := i.index.byCode[normalized(r.code)]; r.code != "" && len(same) > 0 {
		r.account = same[0]
		return true
	}
	existing := slices.DeleteFunc(slices.Clone(i.index.byName[normalized(r.name)]), func(a *indexedAccount) bool {
		ofOtherRow := r.code != "" && a.code != "" && len(i.named[rowName{"code", normalized(a.code)}]) > 0
		return a.fresh || ofOtherRow || r.parent != nil && a.parent != "" && a.parent != r.parent.id
	})
	found := activeOrFirst(existing)
	if len(found) > 1 && r.parent != nil {
		found = slices.DeleteFunc(slices.Clone(found), func(a *indexedAccount) bool { return a.parent != r.parent.id })
	}
	if len(found) > 1 {
		r.refuse("%q names %d accounts; use the account code, or choose one in accountChoices", r.name, len(found))
		return false
	}
	if len(found) == 1 {
		r.account = found[0]
	}
	return true
}

// plan plans the new account of a row.
func (i *accountImport) plan(r *importedAccount, choice *pb.ImportOpeningBalancesRequest_AccountChoice) {
	subtype := importedSubtype(choice, r.name, r.row.Subtype, r.row.Type)
	general := subtypeFromName(r.row.Type)
	switch {
	case subtype == pb.Account_SUBTYPE_UNSPECIFIED && r.row.Type != "":
		r.refuse("has the type %q, which is unknown; choose one in accountChoices", r.row.Type)
	case subtype == pb.Account_SUBTYPE_UNSPECIFIED:
		r.refuse("%q is new; choose its type, or add a column Type to the file", r.text())
	case chosenSubtype(choice) == 0 && general != 0 && typeOfSubtype(general) != typeOfSubtype(subtype):
		r.refuse("has the type %q and the subtype %q, which contradict each other", r.row.Type, r.row.Subtype)
	}
	if len(r.problems) > 0 {
		return
	}
	r.fresh = &pb.Account{
		Id: id.Format("acc", id.New()), Code: r.code, DisplayName: r.name, Type: typeOfSubtype(subtype), Subtype: subtype,
		CurrencyCode: strings.ToUpper(r.row.Currency), Description: r.row.Description,
	}
	if r.parent != nil {
		r.fresh.ParentAccountId = r.parent.id
	}
	if r.row.Subtype != "" && subtypeFromName(r.row.Subtype) == 0 && chosenSubtype(choice) == 0 {
		r.note = fmt.Sprintf("has the subtype %q, which is unknown; it is %s by its type", r.row.Subtype, subtype)
	}
	r.account = i.index.add(r.fresh, "")
}

// compare compares a row with its existing account. It refuses another type or currency, and an
// update of an archived account, and notes other differences.
func (r *importedAccount) compare(updates bool) {
	if r.account.fresh {
		return // two rows with one code, which resolve reports
	}
	for _, words := range []string{r.row.Subtype, r.row.Type} {
		known := subtypeFromName(words)
		if known != pb.Account_SUBTYPE_UNSPECIFIED && typeOfSubtype(known) != r.account.kind {
			r.refuse("is %s, which has the type %s, but the file says %q", r.account, r.account.kind, words)
			break
		}
	}
	if r.row.Currency != "" && !strings.EqualFold(r.row.Currency, r.account.currency) {
		r.refuse("is %s, which has the currency %s, but the file says %s", r.account, r.account.currency, r.row.Currency)
	}
	if r.account.archived && updates {
		r.refuse("is %s, which is archived; unarchive it first", r.account)
	}
	var notes []string
	if r.account.archived {
		notes = append(notes, "is archived")
	}
	if r.code != "" && r.code != r.account.code && !updates {
		notes = append(notes, fmt.Sprintf("has the code %q in the chart", r.account.code))
	}
	if normalized(r.name) != normalized(r.account.name) && !updates {
		notes = append(notes, fmt.Sprintf("has the name %q in the chart", r.account.name))
	}
	r.note = strings.Join(notes, "; ")
}

// apply changes an existing account to what its row says. Empty cells change nothing.
func (r *importedAccount) apply(a *pb.Account) {
	a.DisplayName = r.name
	if r.code != "" {
		a.Code = r.code
	}
	if r.row.Description != "" {
		a.Description = r.row.Description
	}
	if r.parent != nil {
		a.ParentAccountId = r.parent.id
	}
}
