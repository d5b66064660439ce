// Package profitability says what projects earn and what the hours of persons cost. It owns cost
// rates and the settings for the cost of an hour. Income and expenses are those of the ledger,
// hours those of timekeeping, and prices those of timebilling, so that a figure is the same
// everywhere. It guarantees that no figure reveals what a person is paid to callers who may not
// read it, and that an unknown cost is shown as such. What persons are paid is left to the domain
// of people, which fills its hooks.
package profitability

import (
	pb "backoffice/gen/go/backoffice/operations/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Service implements ProfitabilityService.
type Service struct {
	pb.UnsafeProfitabilityServiceServer
	db    *db.DB
	hooks Hooks
}

// New returns the service.
func New(d *db.DB, h Hooks) *Service { return &Service{db: d, hooks: h} }

// Module returns the profitability capability without hooks: it knows no pay.
func Module(p module.Platform) module.Module { return NewModule(Hooks{})(p) }

// NewModule returns the profitability capability with hooks.
func NewModule(h Hooks) module.Constructor {
	const analyze, readSettings = "operations.projects.analyze", "operations.profitabilitySettings.read"
	pay := []string{"operations.costRates.*", "operations.profitabilitySettings.*"}
	return func(p module.Platform) module.Module {
		return module.Module{
			Name:  "profitability",
			Needs: []string{"ledger", "projects", "timekeeping", "timebilling"},
			Services: []rpc.Service{rpc.NewService[pb.ProfitabilityServiceServer](New(p.DB, h),
				pb.RegisterProfitabilityServiceServer, pb.NewProfitabilityServiceClient,
				pb.RegisterProfitabilityServiceHandlerClient)},
			Kinds:  []resource.AnyKind{costRates},
			Events: []string{settingsUpdated},
			Grants: access.Grants{
				platformv1.ApiKey_HR:         {call.All: pay},
				platformv1.ApiKey_PAYROLL:    {call.All: pay},
				platformv1.ApiKey_ACCOUNTANT: {call.All: {analyze, readSettings}},
				platformv1.ApiKey_BOOKKEEPER: {call.All: {analyze, readSettings}},
				// Package projects grants managers to analyze those of their team.
				platformv1.ApiKey_MANAGER: {call.All: {readSettings}},
			},
		}
	}
}
