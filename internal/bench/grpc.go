package main

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
)

// grpcClients call by gRPC, each over a connection of its own.
type grpcClients struct {
	company *company
	conns   []*grpc.ClientConn
}

func dialGRPC(c *company, clients int) (*grpcClients, error) {
	g := &grpcClients{company: c}
	for range clients {
		conn, err := grpc.NewClient(c.server.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			return nil, err
		}
		g.conns = append(g.conns, conn)
	}
	return g, nil
}

func (g *grpcClients) close() {
	for _, conn := range g.conns {
		_ = conn.Close()
	}
}

func (g *grpcClients) create(ctx context.Context, client int) error {
	_, err := financev1.NewLedgerServiceClient(g.conns[client]).CreateJournalEntry(g.company.enter(ctx),
		&financev1.CreateJournalEntryRequest{JournalEntry: g.company.entry()})
	return err
}

func (g *grpcClients) batch(ctx context.Context, client int) error {
	_, err := financev1.NewLedgerServiceClient(g.conns[client]).BatchCreateJournalEntries(g.company.enter(ctx), g.company.entries())
	return err
}

func (g *grpcClients) echo(ctx context.Context, client int) error {
	_, err := platformv1.NewIdentityServiceClient(g.conns[client]).GetClock(g.company.enter(ctx), &platformv1.GetClockRequest{})
	return err
}
