package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// soakReadings is how often the memory is looked at.
const soakReadings = 30

// soak posts entries one by one without a pause and prints how the server's memory goes.
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
	post := call(wire.create).load(1)
	fmt.Fprintf(out, "\nPosting for %s, %d clients by gRPC\n%10s %10s %16s\n", s.soak, clients, "after", "entries/s", "server's memory")
	fmt.Fprintf(out, "%10s %10s %16s\n", "0s", "", server.memory())
	for n := range soakReadings {
		m, err := post(ctx, clients, s.soak/soakReadings)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%10s %10.0f %16s\n", s.soak*(time.Duration(n)+1)/soakReadings, m.rate(), server.memory())
	}
	return nil
}
