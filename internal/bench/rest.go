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

// restClients call over REST, each over its own persistent connection.
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
	return r.post(ctx, "/v1/journalEntries", r.company.newEntry())
}

func (r *restClients) batch(ctx context.Context, _ int) error {
	return r.post(ctx, "/v1/journalEntries:batchCreate", r.company.newBatch())
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
	response, err := r.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s returned %s: %s", method, path, response.Status, text)
	}
	return err
}
