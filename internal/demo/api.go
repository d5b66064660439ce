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
	tries       = 4
	patience    = 500 * time.Millisecond
)

// api calls the REST API. A write carries an idempotency key, so that it can be sent
// again when its answer got lost.
type api struct {
	server string
	client http.Client
	key    string
	run    string
	writes int
}

func newAPI(server string) *api {
	return &api{server: strings.TrimRight(server, "/"), client: http.Client{Timeout: callTimeout}, run: strings.ToLower(rand.Text())}
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

// call sends a request until it is answered for good.
func (a *api) call(ctx context.Context, method, path string, body []byte, into proto.Message) error {
	for try := 1; ; try++ {
		raw, wait, err := a.send(ctx, method, path, body)
		if err == nil {
			return decode(path, raw, into)
		}
		if wait == 0 || try == tries {
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
		return fmt.Errorf("%s answered what is not a Backoffice's: is another server listening there? (%w)", path, err)
	}
	return nil
}

// send sends a request once. With an error it says how long to wait before sending
// it again; zero when that is of no use.
func (a *api) send(ctx context.Context, method, path string, body []byte) (raw []byte, wait time.Duration, err error) {
	r, err := a.request(ctx, method, path, body)
	if err != nil {
		return nil, 0, err
	}
	answer, err := a.client.Do(r)
	if err != nil {
		return nil, waitAfter(err), a.unanswered(err)
	}
	defer answer.Body.Close()
	if raw, err = io.ReadAll(answer.Body); err != nil {
		return nil, patience, err
	}
	if answer.StatusCode == http.StatusOK {
		return raw, 0, nil
	}
	return nil, retryAfter(answer), refusalOf(answer.StatusCode, raw)
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

// waitAfter tells a server that is not there from one that broke off.
func waitAfter(err error) time.Duration {
	if absent(err) || errors.Is(err, context.Canceled) {
		return 0
	}
	return patience
}

func absent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

func (a *api) unanswered(err error) error {
	if absent(err) {
		return fmt.Errorf("no server answers at %s: start one by `make run` or name another by --server", a.server)
	}
	return err
}

// retryAfter is how long a server that has no time now asks to wait.
func retryAfter(answer *http.Response) time.Duration {
	switch answer.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
	default:
		return 0
	}
	if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	return patience
}
