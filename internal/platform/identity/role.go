package identity

import (
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
)

// roles are the built-in roles as patterns of permissions. A permission is
// {domain}.{collection}.{read or write}; a `*` stands for one part, or at the end for
// all that follow.
var roles = map[pb.ApiKey_Role][]string{
	pb.ApiKey_OWNER:      {"*"},
	pb.ApiKey_ADMIN:      {"finance.*", "operations.*", "people.*", "platform.persons.*", "platform.apiKeys.*", "platform.events.*", "platform.organizations.read", "platform.clock.*", "platform.files.*", "platform.operations.*"},
	pb.ApiKey_ACCOUNTANT: {"finance.*", "operations.*.read", "platform.persons.read", "platform.events.read", "platform.organizations.read", "platform.files.*", "platform.operations.*"},
	pb.ApiKey_BOOKKEEPER: {
		"finance.accounts.read", "finance.dimensions.read", "finance.dimensionValues.*", "finance.journalEntries.*", "finance.journalLines.*", "finance.vendors.*", "finance.bankAccounts.*",
		"finance.statementImports.*", "finance.csvProfiles.*", "finance.bankRules.*", "finance.reconciliations.*", "finance.fiscalYears.read", "finance.accountingPeriods.read", "finance.bankStatementLines.*", "finance.reports.read", "finance.books.read", "finance.exchangeRates.*",
		"finance.bankMatches.*", "finance.bankTransfers.*", "finance.privateExpenses.*", "finance.bookkeepingSchedules.*",
		"operations.tasks.*", "operations.projects.read", "platform.persons.read", "platform.organizations.read", "platform.files.*", "platform.operations.*",
	},
	pb.ApiKey_PAYROLL:  {"people.*.read", "finance.accounts.read", "finance.reports.read", "operations.tasks.*", "platform.persons.read", "platform.organizations.read"},
	pb.ApiKey_HR:       {"people.*", "operations.tasks.*", "operations.projects.read", "platform.persons.*", "platform.organizations.read"},
	pb.ApiKey_MANAGER:  {"operations.*", "people.departments.read", "people.employees.read", "platform.persons.read", "platform.organizations.read"},
	pb.ApiKey_APPROVER: {"finance.*.read", "operations.*.read", "platform.persons.read", "platform.organizations.read"},
	pb.ApiKey_EMPLOYEE: {"operations.tasks.*", "operations.projects.read", "platform.persons.read", "platform.organizations.read"},
	pb.ApiKey_AUDITOR:  {"*.*.read"},
}

// grants tells whether role and scopes both grant a permission; no scopes are all.
func grants(role pb.ApiKey_Role, scopes []string, permission string) bool {
	return anyMatches(roles[role], permission) && (len(scopes) == 0 || anyMatches(scopes, permission))
}

func anyMatches(patterns []string, permission string) bool {
	for _, p := range patterns {
		if matches(p, permission) {
			return true
		}
	}
	return false
}

func matches(pattern, permission string) bool {
	for {
		p, moreOfPattern, pMore := strings.Cut(pattern, ".")
		s, moreOfPermission, sMore := strings.Cut(permission, ".")
		switch {
		case p == "*" && !pMore:
			return true
		case p != "*" && p != s, pMore != sMore:
			return false
		case !pMore:
			return true
		}
		pattern, permission = moreOfPattern, moreOfPermission
	}
}

// declaredPermissions are the permissions that the methods of the API declare.
func declaredPermissions() []string {
	var out []string
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			methods := f.Services().Get(i).Methods()
			for j := range methods.Len() {
				access, _ := proto.GetExtension(methods.Get(j).Options(), optionsv1.E_Access).(*optionsv1.Access)
				if p := access.GetPermission(); p != "" {
					out = append(out, p)
				}
			}
		}
		return true
	})
	return out
}
