package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// soakSamples is the number of times that the memory is read.
const soakSamples = 30

// soak posts single entries without a pause and prints the server's memory over time.
func soak(ctx context.Context, s settings, server *server, out io.Writer) error {
	c, err := signUp(ctx, server, "soak")
	if err != nil {
		return err
	}
	clients := slices.Max(s.clients)
	wire, err := dialGRPC(c, clients)
	if err != nil {
		return err
	}
	post := call(wire.create).newLoad(1)
	fmt.Fprintf(out, "\nPosting for %s, %d clients by gRPC\n%10s %10s %16s\n", s.soak, clients, "after", "entries/s",
		"server's memory")
	fmt.Fprintf(out, "%10s %10s %16s\n", "0s", "", server.memory())
	for n := range soakSamples {
		m, err := post(ctx, clients, s.soak/soakSamples)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%10s %10.0f %16s\n", s.soak*(time.Duration(n)+1)/soakSamples, m.rate(), server.memory())
	}
	return nil
}
