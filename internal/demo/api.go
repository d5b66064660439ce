package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

const (
	callTimeout = 30 * time.Second
	maxAttempts = 4
	retryDelay  = 500 * time.Millisecond
)

// api calls the REST API. Writes carry an idempotency key, so that a write can be sent again if
// its response was lost.
type api struct {
	server string
	client http.Client
	key    string
	run    string
	writes int
}

func newAPI(server string) *api {
	return &api{
		server: strings.TrimRight(server, "/"), client: http.Client{Timeout: callTimeout},
		run: strings.ToLower(rand.Text()),
	}
}

func (a *api) get(ctx context.Context, path string, into proto.Message) error {
	return a.call(ctx, http.MethodGet, path, nil, into)
}

func (a *api) post(ctx context.Context, path string, body, into proto.Message) error {
	return a.write(ctx, http.MethodPost, path, body, into)
}

func (a *api) patch(ctx context.Context, path string, body, into proto.Message) error {
	return a.write(ctx, http.MethodPatch, path, body, into)
}

func (a *api) write(ctx context.Context, method, path string, body, into proto.Message) error {
	raw, err := protojson.Marshal(body)
	if err != nil {
		return err
	}
	a.writes++
	return a.call(ctx, method, path, raw, into)
}

// call sends a request, and sends it again after temporary failures.
func (a *api) call(ctx context.Context, method, path string, body []byte, into proto.Message) error {
	for try := 1; ; try++ {
		raw, wait, err := a.send(ctx, method, path, body)
		if err == nil {
			return decode(path, raw, into)
		}
		if wait == 0 || try == maxAttempts {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func decode(path string, raw []byte, into proto.Message) error {
	if err := protojson.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s returned a response that is not from Backoffice: is another server listening there? (%w)",
			path, err)
	}
	return nil
}

// send sends a request once. If a failed request can be sent again, wait is the delay before
// doing so.
func (a *api) send(ctx context.Context, method, path string, body []byte) (raw []byte, wait time.Duration, err error) {
	r, err := a.request(ctx, method, path, body)
	if err != nil {
		return nil, 0, err
	}
	response, err := a.client.Do(r)
	if err != nil {
		return nil, delayAfterError(err), a.connectionError(err)
	}
	defer response.Body.Close()
	if raw, err = io.ReadAll(response.Body); err != nil {
		return nil, retryDelay, err
	}
	if response.StatusCode == http.StatusOK {
		return raw, 0, nil
	}
	return nil, delayAfterStatus(response), parseError(response.StatusCode, raw)
}

func (a *api) request(ctx context.Context, method, path string, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, a.server+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if a.key != "" {
		r.Header.Set("Authorization", "Bearer "+a.key)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", fmt.Sprintf("demo-%s-%d", a.run, a.writes))
	}
	return r, nil
}

// delayAfterError returns the delay before a retry, zero if the server cannot be reached at
// all.
func delayAfterError(err error) time.Duration {
	if isDialError(err) || errors.Is(err, context.Canceled) {
		return 0
	}
	return retryDelay
}

func isDialError(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

func (a *api) connectionError(err error) error {
	if isDialError(err) {
		return fmt.Errorf("no server is running at %s: start one with `make run` or pass --server", a.server)
	}
	return err
}

// delayAfterStatus returns the delay that an overloaded server asks for, zero for other
// statuses.
func delayAfterStatus(response *http.Response) time.Duration {
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
	default:
		return 0
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	return retryDelay
}
