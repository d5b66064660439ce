package main

import (
	"context"

	"google.golang.org/grpc"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// grpcClients call over gRPC and share the connections.
type grpcClients struct {
	company *company
	conns   []*grpc.ClientConn
}

// dialGRPC creates connections, which open at the first call and stay open until the run ends.
func dialGRPC(c *company, connections int) (*grpcClients, error) {
	g := &grpcClients{company: c}
	for range connections {
		conn, err := c.server.dial()
		if err != nil {
			return nil, err
		}
		g.conns = append(g.conns, conn)
	}
	return g, nil
}

func (g *grpcClients) conn(client int) *grpc.ClientConn { return g.conns[client%len(g.conns)] }

func (g *grpcClients) create(ctx context.Context, client int) error {
	_, err := financev1.NewLedgerServiceClient(g.conn(client)).CreateJournalEntry(g.company.withKey(ctx),
		&financev1.CreateJournalEntryRequest{JournalEntry: g.company.newEntry()})
	return err
}

func (g *grpcClients) batch(ctx context.Context, client int) error {
	_, err := financev1.NewLedgerServiceClient(g.conn(client)).BatchCreateJournalEntries(g.company.withKey(ctx),
		g.company.newBatch())
	return err
}

func (g *grpcClients) echo(ctx context.Context, client int) error {
	_, err := platformv1.NewIdentityServiceClient(g.conn(client)).GetClock(g.company.withKey(ctx),
		&platformv1.GetClockRequest{})
	return err
}
