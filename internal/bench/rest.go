package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// restClients call by REST, each over a connection that is kept.
type restClients struct {
	company *company
	http    *http.Client
}

func newREST(c *company, clients int) *restClients {
	return &restClients{company: c, http: &http.Client{Transport: &http.Transport{
		MaxIdleConns: clients, MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients, DisableCompression: true,
	}}}
}

func (r *restClients) create(ctx context.Context, _ int) error {
	return r.post(ctx, "/v1/journalEntries", r.company.entry())
}

func (r *restClients) batch(ctx context.Context, _ int) error {
	return r.post(ctx, "/v1/journalEntries:batchCreate", r.company.entries())
}

func (r *restClients) echo(ctx context.Context, _ int) error {
	return r.call(ctx, http.MethodGet, "/v1/clock", nil)
}

func (r *restClients) post(ctx context.Context, path string, body proto.Message) error {
	raw, err := protojson.Marshal(body)
	if err != nil {
		return err
	}
	return r.call(ctx, http.MethodPost, path, raw)
}

func (r *restClients) call(ctx context.Context, method, path string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, method, r.company.server.http+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+r.company.key)
	answer, err := r.http.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s answered %s: %s", method, path, answer.Status, text)
	}
	return err
}
