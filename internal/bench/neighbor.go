package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
)

// neighborLines is the size of the neighbor's books. neighborCalls is the number of its
// concurrent calls, each of which reads all of the books.
const (
	neighborLines = 10_000
	neighborCalls = 22
)

// neighbor is an organization that requests reports without a pause.
type neighbor struct {
	company          *company
	clients          *grpcClients
	served, rejected atomic.Int64
}

const neighborTitle = "Posting next to a noisy neighbor"

// compareNeighbor prints the latency of posting single entries for an organization alone, and
// while another requests reports, exports and integrity checks.
func compareNeighbor(ctx context.Context, s settings, server *server, out io.Writer) error {
	quiet, err := signUp(ctx, server, "quiet")
	if err != nil {
		return err
	}
	noisy, err := newNeighbor(ctx, server)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%-34s %8s %12s %13s %8s %10s %10s\n", neighborTitle, "clients", "alone p50 ms",
		"noisy p50 ms", "ratio", "its calls", "rejected")
	for _, clients := range s.clients {
		wire, err := dialGRPC(quiet, clients)
		if err != nil {
			return err
		}
		post := call(wire.create).newLoad(1)
		if _, err := post(ctx, clients, warmUp); err != nil {
			return err
		}
		announce("neighbor", fmt.Sprintf("clients: %d", clients))
		alone, err := post(ctx, clients, s.duration)
		if err != nil {
			return err
		}
		beside, err := noisy.measureBeside(ctx, func(ctx context.Context) (measurement, error) {
			return post(ctx, clients, s.duration)
		})
		if err != nil {
			return err
		}
		before, after := alone.percentile(50), beside.percentile(50)
		fmt.Fprintf(out, "%-34s %8d %12.2f %13.2f %8.2f %10d %10d\n", "CreateJournalEntry, gRPC", clients,
			milliseconds(before), milliseconds(after), float64(after)/float64(before),
			noisy.served.Swap(0), noisy.rejected.Swap(0))
	}
	return nil
}

func newNeighbor(ctx context.Context, server *server) (*neighbor, error) {
	c, err := signUp(ctx, server, "noisy")
	if err != nil {
		return nil, err
	}
	wire, err := dialGRPC(c, neighborCalls)
	if err != nil {
		return nil, err
	}
	announce("neighbor", fmt.Sprintf("posting %d lines", neighborLines))
	return &neighbor{company: c, clients: wire}, c.postLines(c.withKey(ctx),
		financev1.NewLedgerServiceClient(wire.conn(0)), neighborLines)
}

// measureBeside measures while the neighbor makes its calls.
func (n *neighbor) measureBeside(
	ctx context.Context, run func(context.Context) (measurement, error),
) (measurement, error) {
	calling, stop := context.WithCancelCause(ctx)
	var calls sync.WaitGroup
	for i := range neighborCalls {
		calls.Go(func() {
			if err := n.callRepeatedly(calling, i); err != nil {
				stop(err)
			}
		})
	}
	time.Sleep(warmUp)
	m, err := run(ctx)
	stop(nil)
	calls.Wait()
	if cause := context.Cause(calling); err == nil && cause != context.Canceled {
		err = cause
	}
	return m, err
}

// callRepeatedly makes the heavy calls in turn, starting with the one at index first.
func (n *neighbor) callRepeatedly(ctx context.Context, first int) error {
	entered := n.company.withKey(ctx)
	heavy := n.heavyCalls(n.clients.conn(first))
	for at := first; ctx.Err() == nil; at++ {
		err := heavy[at%len(heavy)](entered)
		switch {
		case ctx.Err() != nil:
		case err == nil:
			n.served.Add(1)
		case status.Code(err) == codes.Unavailable, status.Code(err) == codes.DeadlineExceeded:
			n.rejected.Add(1)
		default:
			return err
		}
	}
	return nil
}

// heavyCalls returns calls that each read the whole books.
func (n *neighbor) heavyCalls(conn *grpc.ClientConn) []func(context.Context) error {
	ledger, reports := financev1.NewLedgerServiceClient(conn), financev1.NewReportsServiceClient(conn)
	today := n.company.today
	return []func(context.Context) error{
		func(ctx context.Context) error {
			_, err := ledger.ExportBooks(ctx, &financev1.ExportBooksRequest{Format: financev1.ExportBooksRequest_CSV})
			return err
		},
		func(ctx context.Context) error {
			_, err := ledger.CheckIntegrity(ctx, &financev1.CheckIntegrityRequest{})
			return err
		},
		func(ctx context.Context) error {
			_, err := reports.GetTrialBalance(ctx, &financev1.GetTrialBalanceRequest{AsOf: today})
			return err
		},
		func(ctx context.Context) error {
			_, err := reports.GetProfitAndLoss(ctx, &financev1.GetProfitAndLossRequest{EndDate: today})
			return err
		},
		func(ctx context.Context) error {
			_, err := reports.GetCashFlowStatement(ctx, &financev1.GetCashFlowStatementRequest{
				EndDate: today, Method: financev1.CashFlowStatement_DIRECT,
			})
			return err
		},
		func(ctx context.Context) error {
			_, err := reports.GetJournal(ctx, &financev1.GetJournalRequest{EndDate: today})
			return err
		},
	}
}
