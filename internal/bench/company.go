package main

import (
	"context"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/id"
)

// hotAccounts is the number of accounts that all entries are posted to.
const hotAccounts = 10

// company is an organization whose entries are posted.
type company struct {
	server   *server
	id       string
	key      string
	today    string
	accounts []string
	// customer is billed by the invoices. Empty unless addCustomer was called.
	customer string
}

func signUp(ctx context.Context, s *server, name string) (*company, error) {
	conn, err := s.dial()
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	response, err := platformv1.NewIdentityServiceClient(conn).SignUp(ctx, &platformv1.SignUpRequest{
		DisplayName: name, CurrencyCode: "USD", TimeZone: "America/New_York", RegionCode: "US",
		OwnerEmail: name + "@bench.example", OwnerDisplayName: "Owner", OwnerPassword: rand.Text(), Test: true,
	})
	if err != nil {
		return nil, err
	}
	c := &company{server: s, id: response.GetOrganization().GetId(), key: response.GetApiKey().GetSecret()}
	return c, c.readAccounts(c.withKey(ctx), conn)
}

// withKey adds the owner's API key to gRPC calls.
func (c *company) withKey(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+c.key)
}

func (c *company) readAccounts(ctx context.Context, conn *grpc.ClientConn) error {
	clock, err := platformv1.NewIdentityServiceClient(conn).GetClock(ctx, &platformv1.GetClockRequest{})
	if err != nil {
		return err
	}
	c.today = clock.GetTodayDate()
	page, err := financev1.NewLedgerServiceClient(conn).ListAccounts(ctx, &financev1.ListAccountsRequest{
		Filter: "type = EXPENSE", OrderBy: "code", PageSize: hotAccounts,
	})
	if err != nil {
		return err
	}
	for _, a := range page.GetAccounts() {
		c.accounts = append(c.accounts, a.GetId())
	}
	if len(c.accounts) != hotAccounts {
		return fmt.Errorf("the chart has %d expense accounts, want %d", len(c.accounts), hotAccounts)
	}
	return nil
}

// newEntry returns an entry of two lines between two of the hot accounts.
func (c *company) newEntry() *financev1.JournalEntry {
	debit := mathrand.IntN(hotAccounts)
	cents := 100 + mathrand.IntN(100_000)
	line := func(account int, sign string) *financev1.JournalLine {
		return &financev1.JournalLine{
			AccountId: c.accounts[account%hotAccounts],
			Amount:    &typev1.Money{Amount: fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100), CurrencyCode: "USD"},
		}
	}
	return &financev1.JournalEntry{
		Date: c.today, Description: "Bench", Lines: []*financev1.JournalLine{line(debit, ""), line(debit+1, "-")},
	}
}

func (c *company) newBatch() *financev1.BatchCreateJournalEntriesRequest {
	batch := &financev1.BatchCreateJournalEntriesRequest{}
	for range batchSize {
		batch.Requests = append(batch.Requests, &financev1.CreateJournalEntryRequest{JournalEntry: c.newEntry()})
	}
	return batch
}

// pgbenchVariables returns the variables that pgbench needs to write the company's entries.
func (c *company) pgbenchVariables() ([]string, error) {
	org, err := id.Parse("org", c.id)
	if err != nil {
		return nil, err
	}
	accounts := make([]string, len(c.accounts))
	for i, key := range c.accounts {
		account, err := id.Parse("acc", key)
		if err != nil {
			return nil, err
		}
		accounts[i] = account.String()
	}
	return []string{"org=" + org.String(), "accounts={" + strings.Join(accounts, ",") + "}", "today=" + c.today}, nil
}
