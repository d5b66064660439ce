// Package onlinepayments lets customers pay documents on the page of a payment provider. It owns
// the accounts at providers, the checkouts, the events of providers and their payouts, and declares
// the port that a provider implements. It guarantees that an event is stored before it is
// acknowledged and moves money once, in every order of events, that an event that cannot take
// effect is shown and not guessed, and that no card data is stored. Payments, refunds and what they
// settle are left to package receivables, and matching payouts to bank lines to package banking.
package onlinepayments

import (
	"context"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/finance/salesdocuments"
	"backoffice/internal/platform/access"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/module"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/rpc"
)

// Service implements OnlinePaymentsService.
type Service struct {
	pb.UnsafeOnlinePaymentsServiceServer
	db          *db.DB
	receivables *receivables.Service
	documents   *salesdocuments.Service
	providers   map[string]PaymentProvider
	accounts    *resource.Kind[*pb.PaymentProviderAccount]
	// publicURL is the URL of this server for providers and customers, "" if it has none.
	publicURL string
	// systemCall returns the call in which the server acts for the organization of a token.
	systemCall func(ctx context.Context, organization uuid.UUID) (*call.Call, error)
	// visits limits how often each page of the provider for tests is used.
	visits rpc.NamedLimit
}

// visitsPerSecond is how often a page of the provider for tests may be used.
const visitsPerSecond = 5

// New returns the service with providers besides TEST. It passes the hooks of the packages above
// receivables on to the payments that it records.
func New(p module.Platform, hooks []receivables.Hooks, providers ...PaymentProvider) *Service {
	s := &Service{db: p.DB, receivables: receivables.New(p.DB, hooks...), documents: salesdocuments.New(p),
		publicURL: strings.TrimSuffix(p.PublicURL, "/"), systemCall: p.SystemCall,
		visits: rpc.NewNamedLimit(visitsPerSecond), providers: map[string]PaymentProvider{}}
	for _, provider := range append(providers, testProvider{keys: p.DB.Keys(), publicURL: s.publicURL}) {
		s.providers[provider.Name()] = provider
	}
	s.accounts = s.newAccounts()
	return s
}

// NewModule returns the capability with the hooks of the packages above receivables.
func NewModule(hooks ...receivables.Hooks) module.Constructor {
	return func(p module.Platform) module.Module { return newModule(New(p, hooks)) }
}

func newModule(s *Service) module.Module {
	return module.Module{
		Name:  "onlinepayments",
		Needs: []string{"receivables", "deposits", "banking", "salesdocuments"},
		Services: []rpc.Service{rpc.NewService[pb.OnlinePaymentsServiceServer](s,
			pb.RegisterOnlinePaymentsServiceServer, pb.NewOnlinePaymentsServiceClient,
			pb.RegisterOnlinePaymentsServiceHandlerClient)},
		RawMethods: s.rawMethods(),
		Kinds:      []resource.AnyKind{s.accounts, checkouts, providerEvents, payouts},
		Subscriptions: []history.Subscription{{Name: "process-payment-provider-events",
			On:     []history.Type{"finance.paymentProviderEvent.created", "finance.paymentProviderEvent.readAgain"},
			Handle: s.handleStored}},
		Grants: access.Grants{
			platformv1.ApiKey_BOOKKEEPER: {call.All: {
				"finance.paymentProviderAccounts.read", "finance.checkouts.*", "finance.paymentProviderEvents.*",
				"finance.payouts.read",
			}},
		},
	}
}

// CustomerHooks move the checkouts of a customer that is merged into another one.
func CustomerHooks() customers.Hooks {
	return customers.Hooks{
		LockDocuments: func(ctx context.Context, tx *db.Tx, c *pb.Customer) error {
			return receivables.LockRecordsOf(ctx, tx, c, "finance.checkouts")
		},
		Merge: func(ctx context.Context, tx *db.Tx, from, into *pb.Customer) error {
			return receivables.MoveRecords(ctx, tx, from, into, "finance.checkouts")
		},
	}
}

// SalesDocumentsHooks say on public documents whether they can be paid online.
func SalesDocumentsHooks() salesdocuments.Hooks { return salesdocuments.Hooks{PaysOnline: paysOnline} }
