package main

import (
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// grant is a permission of a role.
type grant struct {
	role string
	// reach is the name in package call: Own, Team or All.
	reach string
	read  bool
}

// reaches are the names in package call by those of the flag.
var reaches = map[string]string{"OWN": "Own", "TEAM": "Team", "ALL": "All"}

// roles are the roles that a module grants permissions to. The others have theirs in
// platform/identity/role.go.
var roles = []string{"ACCOUNTANT", "BOOKKEEPER", "PAYROLL", "HR", "MANAGER", "APPROVER", "EMPLOYEE"}

// everyone stands for all roles.
const everyone = "EVERYONE"

// parseGrants reads a grant, which is several if its role is EVERYONE.
func parseGrants(text string) ([]grant, error) {
	g, err := parseGrant(text)
	switch {
	case err != nil:
		return nil, err
	case g.role != everyone && !slices.Contains(roles, g.role):
		return nil, fmt.Errorf("%s is not a role to grant to; the roles are %s, or %s", g.role, strings.Join(roles, ", "),
			everyone)
	case g.role != everyone:
		return []grant{g}, nil
	}
	var out []grant
	for _, role := range roles {
		out = append(out, grant{role, g.reach, g.read})
	}
	return out, nil
}

// parseGrant reads ROLE[:OWN|TEAM|ALL][:read].
func parseGrant(text string) (grant, error) {
	role, rest, _ := strings.Cut(text, ":")
	g := grant{role: role, reach: "All"}
	if name, after, _ := strings.Cut(rest, ":"); reaches[name] != "" {
		g.reach, rest = reaches[name], after
	}
	g.read = rest == "read"
	if !regexp.MustCompile(`^[A-Z]+$`).MatchString(role) || rest != "" && !g.read {
		return grant{}, fmt.Errorf("%q is not ROLE[:OWN|TEAM|ALL][:read]", text)
	}
	return g, nil
}

// permission returns the permission on the records of a resource.
func (g grant) permission(r *resource) string {
	if g.read {
		return r.Domain + "." + r.Collection + ".read"
	}
	return r.Domain + "." + r.Collection + ".*"
}

// granted are the permissions of a role for one reach.
type granted struct {
	reach       string // such as "call.All"
	permissions []string
}

// withGrant adds a permission to a role in the module's grants, which may be absent.
func withGrant(source string, g grant, permission string) (string, error) {
	s, err := parseGo(source)
	if err != nil {
		return "", err
	}
	all := s.literal("access.Grants")
	if all == nil {
		if source, err = withModuleField(s, "Grants", "access.Grants{\n}"); err != nil {
			return "", err
		}
		return withGrant(source, g, permission)
	}
	key := "platformv1.ApiKey_" + g.role
	for _, element := range all.Elts {
		entry, ok := element.(*ast.KeyValueExpr)
		if !ok || s.of(entry.Key) != key {
			continue
		}
		have, err := readGranted(entry.Value, s.of)
		if err != nil {
			return "", fmt.Errorf("the grants of %s: %w", g.role, err)
		}
		return source[:s.at(entry.Pos())] + grantText(key, addGranted(have, g, permission)) + source[s.at(entry.End()):], nil
	}
	line := grantText(key, addGranted(nil, g, permission)) + ",\n"
	before := strings.TrimRight(source[:s.at(all.Rbrace)], " \t\n")
	if len(all.Elts) > 0 {
		before = strings.TrimSuffix(before, ",") + ","
	}
	return before + "\n" + line + source[s.at(all.Rbrace):], nil
}

// readGranted reads the permissions of a role by reach.
func readGranted(value ast.Expr, text func(ast.Node) string) ([]granted, error) {
	lit, ok := value.(*ast.CompositeLit)
	if !ok || strings.Contains(text(value), "//") {
		return nil, fmt.Errorf("edit %s by hand", text(value))
	}
	var out []granted
	for _, element := range lit.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			return nil, fmt.Errorf("edit %s by hand", text(value))
		}
		list, ok := pair.Value.(*ast.CompositeLit)
		if !ok {
			return nil, fmt.Errorf("edit %s by hand", text(value))
		}
		one := granted{reach: text(pair.Key)}
		for _, permission := range list.Elts {
			one.permissions = append(one.permissions, text(permission))
		}
		out = append(out, one)
	}
	return out, nil
}

// addGranted adds a permission to the list of its reach.
func addGranted(have []granted, g grant, permission string) []granted {
	quoted := strconv.Quote(permission)
	i := slices.IndexFunc(have, func(one granted) bool { return one.reach == "call."+g.reach })
	if i < 0 {
		return append(have, granted{"call." + g.reach, []string{quoted}})
	}
	if !slices.Contains(have[i].permissions, quoted) {
		have[i].permissions = append(have[i].permissions, quoted)
	}
	return have
}

// grantIndent is the deepest indent of a role in a module.
const grantIndent = "\t\t\t\t"

// grantText writes the grants of a role in the first layout whose lines are short enough: one line,
// a line for each reach with the first beside the role, or a line for each reach below the role.
func grantText(key string, all []granted) string {
	var parts []string
	for _, g := range all {
		parts = append(parts, g.reach+": {"+strings.Join(g.permissions, ", ")+"}")
	}
	// gofmt aligns the values of neighboring lines, so the longest name of a role counts.
	aligned := grantIndent + "platformv1.ApiKey_BOOKKEEPER: "
	if fits(aligned + "{" + strings.Join(parts, ", ") + "},") {
		return key + ": {" + strings.Join(parts, ", ") + "}"
	}
	beside := len(parts) > 1
	for i, part := range parts {
		before := grantIndent + "\t"
		if i == 0 {
			before = grantIndent + key + ": {"
		}
		beside = beside && fits(before+part+"}},")
	}
	if beside {
		return key + ": {" + strings.Join(parts, ",\n") + "}"
	}
	for i, g := range all {
		if !fits(grantIndent + "\t" + parts[i] + ",") {
			parts[i] = g.reach + ": {\n" + filled(g.permissions, len(grantIndent)+2) + "\n}"
		}
	}
	if len(parts) == 1 {
		return key + ": {" + parts[0] + "}"
	}
	return key + ": {\n" + strings.Join(parts, ",\n") + ",\n}"
}

// fits reports whether a line is short enough.
func fits(line string) bool { return len(line) <= maxColumns }
