package main

import (
	"context"

	"google.golang.org/grpc"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// grpcClients call by gRPC, sharing the connections there are.
type grpcClients struct {
	company *company
	conns   []*grpc.ClientConn
}

// dialGRPC makes connections that are opened by the first call and end with the run.
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
	_, err := financev1.NewLedgerServiceClient(g.conn(client)).CreateJournalEntry(g.company.enter(ctx),
		&financev1.CreateJournalEntryRequest{JournalEntry: g.company.entry()})
	return err
}

func (g *grpcClients) batch(ctx context.Context, client int) error {
	_, err := financev1.NewLedgerServiceClient(g.conn(client)).BatchCreateJournalEntries(g.company.enter(ctx), g.company.entries())
	return err
}

func (g *grpcClients) echo(ctx context.Context, client int) error {
	_, err := platformv1.NewIdentityServiceClient(g.conn(client)).GetClock(g.company.enter(ctx), &platformv1.GetClockRequest{})
	return err
}
