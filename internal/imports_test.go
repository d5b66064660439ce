package internal_test

import (
	"slices"
	"strings"
	"testing"
)

// siblings are the imports allowed between packages of one domain, with the reason. All packages
// above the ledger may import it, since it has a lower rank than its domain.
var siblings = map[string]string{
	"finance/banking -> finance/banking/statement":          "the statements of files are a part of banking",
	"finance/banking -> finance/banking/statement/bankfile": "the parser of files is a part of banking",
	"finance/banking -> finance/banking/statement/chain":    "what balances prove is a part of banking",
	"finance/banking -> finance/banking/statement/csvfile":  "a profile describes the layout of CSV files",
	"finance/banking -> finance/banking/payee":              "the recognition of payees is a part of banking",
	"finance/banking -> finance/banking/personal":           "the suspicion of personal spending is a part of banking",
	"finance/banking -> finance/receivables":                "statement lines pay receivables",
	"finance/catalog -> finance/catalog/duedate":            "the calculation of due dates is a part of the catalog",
	"finance/dunning -> finance/customers":                  "notices remind customers",
	"finance/dunning -> finance/dunning/interest":           "the calculation of interest is a part of dunning",
	"finance/dunning -> finance/receivables":                "late charges are receivables",
	"finance/dunning -> finance/tax":                        "late charges can be taxed",
	"finance/dunning -> finance/tax/calculation":            "the tax of late charges is computed with the calculation of taxes",
	"finance/deposits -> finance/customers":                 "deposit requests go to customers",
	"finance/deposits -> finance/invoicing":                 "deposit requests have the lines of invoices",
	"finance/deposits -> finance/receivables":               "payments name deposit requests, and keep their taxes",
	"finance/invoicing -> finance/catalog":                  "lines of invoices sell items",
	"finance/invoicing -> finance/catalog/duedate":          "payment terms determine the due dates of invoices",
	"finance/invoicing -> finance/customers":                "invoices bill customers",
	"finance/invoicing -> finance/invoicing/openitems":      "the reader of open invoices is a part of invoicing",
	"finance/invoicing -> finance/receivables":              "issuing an invoice opens a receivable, and a credit note settles it",
	"finance/invoicing -> finance/tax":                      "lines of invoices name tax codes",
	"finance/invoicing -> finance/tax/calculation":          "invoices compute their amounts with the calculation of taxes",
	"finance/onlinepayments -> finance/banking":             "payouts arrive at bank accounts",
	"finance/onlinepayments -> finance/customers":           "checkouts move with a merged customer",
	"finance/onlinepayments -> finance/deposits":            "customers pay deposit requests online",
	"finance/onlinepayments -> finance/invoicing":           "a checkout of a draft says why it cannot be paid",
	"finance/onlinepayments -> finance/receivables":         "events record payments and refunds",
	"finance/onlinepayments -> finance/salesdocuments":      "customers pay from the link of a document",
	"finance/quotes -> finance/deposits":                    "accepting a quote asks for its deposit",
	"finance/quotes -> finance/customers":                   "quotes go to customers, and prospects become customers",
	"finance/quotes -> finance/invoicing":                   "quotes have the lines of invoices, and are converted to them",
	"finance/quotes -> finance/catalog":                     "payment terms are not archived when they are offered",
	"finance/quotes -> finance/receivables":                 "quotes move with a merged customer as receivables do",
	"finance/quotes -> finance/tax/calculation":             "the parts of lines are computed like the lines of documents",
	"finance/receivables -> finance/customers":              "receivables and payments belong to customers",
	"finance/taxreturns -> finance/tax":                     "tax returns report to tax agencies",
	"finance/receivables -> finance/tax":                    "discounts and write-offs reduce taxes in the tax register",
	"finance/reports -> finance/reports/cashbasis":          "the cash basis is a part of reports",
	"finance/recurring -> finance/customers":                "recurring invoices bill customers",
	"finance/recurring -> finance/invoicing":                "recurring invoices create invoices",
	"finance/recurring -> finance/receivables":              "a merge of customers moves records alike",
	"finance/reports -> finance/reports/cashflow":           "the attribution of cash is a part of reports",
	"finance/reports -> finance/reports/comparison":         "the columns of a comparison are a part of reports",
	"finance/reports -> finance/reports/presentation":       "the layout of reports in files is a part of reports",
	"finance/salesreports -> finance/catalog":               "payment terms say when installments are due",
	"finance/salesreports -> finance/catalog/duedate":       "payment terms say when installments are due",
	"finance/salesreports -> finance/receivables":           "both divide carrying values in the same way",
	"finance/salesreports -> finance/reports":               "all reports begin with the fiscal year by default",
	"finance/salesreports -> finance/reports/cashbasis":     "sales on the cash basis follow its rule",
	"finance/salesreports -> finance/reports/comparison":    "the columns of a comparison are the same in all reports",
	"finance/salesreports -> finance/reports/presentation":  "the notes in files are the same in all reports",
	"finance/salesdocuments -> finance/banking":             "paper names the bank account to which customers pay",
	"finance/salesdocuments -> finance/customers":           "documents are addressed to customers",
	"finance/salesdocuments -> finance/deposits":            "deposit requests are printed",
	"finance/salesdocuments -> finance/dunning":             "dunning notices are printed for their mails",
	"finance/salesdocuments -> finance/invoicing":           "invoices and credit notes are printed",
	"finance/salesdocuments -> finance/quotes":              "quotes are printed, sent and answered by links",
	"finance/salesdocuments -> finance/receivables":         "paper shows what is settled and what is open",
	"finance/salesdocuments -> finance/recurring":           "invoices of recurring invoices are mailed",
	"finance/tax -> finance/tax/calculation":                "the calculation of taxes is a part of tax",

	"finance/reports/segments -> finance/reports/cashbasis":                   "segments have the same cash basis",
	"finance/banking/personal -> finance/banking/payee":                       "both read the words of bank texts",
	"finance/banking/statement/bankfile -> finance/banking/statement":         "files contain statements",
	"finance/banking/statement/bankfile -> finance/banking/statement/csvfile": "CSV is one of the formats",
	"finance/banking/statement/chain -> finance/banking/statement":            "chains are of parsed statements",
	"finance/banking/statement/csvfile -> finance/banking/statement":          "files contain statements",

	"operations/planning -> operations/projects":         "plans create, move and close projects",
	"operations/planning -> operations/work":             "plans create and move the tasks of projects",
	"operations/profitability -> operations/projects":    "the report is of projects",
	"operations/profitability -> operations/timebilling": "billing prices unbilled time and knows budgets",
	"operations/profitability -> operations/timekeeping": "the report counts time",
	"operations/taskseries -> operations/projects":       "series name sections of projects",
	"operations/taskseries -> operations/work":           "series create tasks",
	"operations/timebilling -> operations/planning":      "the close-out of a project lists unbilled time",
	"operations/timebilling -> operations/projects":      "projects say who pays for time",
	"operations/timebilling -> operations/timekeeping":   "billing marks the time that it bills",
	"operations/timebilling -> operations/work":          "the rate of a task is that of its project",
	"operations/timekeeping -> operations/projects":      "projects say whether time is billable",
	"operations/timekeeping -> operations/work":          "time on a task is on its project",
	"operations/work -> operations/projects":             "tasks belong to projects, whose members reach them",
	"operations/workload -> operations/timekeeping":      "settings for time say when weeks begin and how long persons work",
	"operations/work -> operations/work/cascade":         "the calculation of moved dates is a part of work",

	"operations/workimport -> operations/projects":              "imports create projects and sections",
	"operations/workimport -> operations/timekeeping":           "imports create time",
	"operations/workimport -> operations/work":                  "imports create tasks",
	"operations/workimport -> operations/workimport/exportfile": "reading the files is a part of imports",
}

// platformRanks are the layers of the kernel, lowest first. Packages of one layer do not import one
// another, except a package and its subpackages.
var platformRanks = [][]string{
	{"id", "money", "calendar", "secret", "logging", "disk", "imagemeta", "mediatype", "rank"},
	{"call", "fault", "sheet", "holiday", "thumbnail"},
	{"db", "access", "paper", "recurrence", "customvalue", "address", "iban", "datetext"},
	{"sealed", "notice", "searchindex"},
	{"table", "state"},
	{"resource"},
	{"responsibility"},
	{"history", "identity", "rpc", "series"},
	{"files", "collaboration", "customfields", "businessday", "settings"},
	{"jobs"},
	{"longwork", "schedule", "mail", "approval", "search"},
	{"inbox", "notification"},
	{"module"},
	{"testkit"},
}

// programs are the folders that are not part of the server.
var programs = []string{"bench", "chaos", "conformance", "demo", "oracle", "scaffold", "tools"}

// rank returns the layer of a folder, by its longest prefix, and its name; -1 if it has none.
func rank(dir string) (place int, name string) {
	place = -1
	for i, r := range ranks {
		if (dir == r || strings.HasPrefix(dir, r+"/")) && len(r) > len(name) {
			place, name = i, r
		}
	}
	return place, name
}

// TestImportsFollowLayers checks that packages import only packages that their layer allows.
func TestImportsFollowLayers(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		from, _ := rank(f.dir)
		if f.test || from < 0 {
			if top := strings.Split(f.dir, "/")[0]; !f.test && from < 0 && !slices.Contains(programs, top) {
				t.Errorf("%s is in a folder without a layer: add it to ranks or programs", f.path)
			}
			continue
		}
		for _, spec := range f.syntax.Imports {
			name, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module)
			if !ours || name == f.dir {
				continue
			}
			if reason := importProblem(f.dir, name, from); reason != "" {
				t.Errorf("%s imports %s: %s", f.path, name, reason)
			}
		}
	}
}

// importProblem returns why a package may not import another, or "".
func importProblem(dir, name string, from int) string {
	to, kind := rank(name)
	switch {
	case to < 0:
		return "it is not a package of the server"
	case to > from:
		return "it is of a higher layer; use an event or a hook"
	case kind == "platform" && strings.HasPrefix(dir, "platform"):
		return platformImportProblem(dir, name)
	case to == from && kind != "finance/ledger" && kind != "app" && siblings[dir+" -> "+name] == "":
		return "both are of one domain; add the import to siblings with its reason"
	}
	return ""
}

func platformImportProblem(dir, name string) string {
	from, to := platformRank(dir), platformRank(name)
	part := strings.Split(dir, "/")[1] == strings.Split(name, "/")[1]
	switch {
	case part || strings.HasPrefix(name, "platform/db/embedded") && strings.HasPrefix(dir, "platform/testkit"):
		return ""
	case from < 0 || to < 0:
		return "one of them is not in platformRanks"
	case to >= from:
		return "it is of the same or a higher layer of the kernel"
	}
	return ""
}

func platformRank(dir string) int {
	for i, names := range platformRanks {
		if slices.Contains(names, strings.Split(dir, "/")[1]) {
			return i
		}
	}
	return -1
}
