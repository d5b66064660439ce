// Package push sends messages to the devices of persons: to browsers by Web Push (RFC 8030),
// encrypted (RFC 8291) and signed by the server (RFC 8292), and to other servers by requests that
// are signed as Standard Webhooks 1.0.0 define. It connects only to public addresses, follows no
// redirects and waits for a limited time. When to send, and what to do about a failure, is left to
// the caller.
package push

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"backoffice/internal/platform/calendar"
)

// Sender delivers messages. HTTP is the one that servers use.
type Sender interface {
	// Send delivers a message. It fails with a *Failure if the device, or its push service, did not
	// accept the message.
	Send(ctx context.Context, m Message) error
}

// Message is what is sent to one device.
type Message struct {
	// ID identifies the message. A repeated attempt has the same ID, so that the receiver
	// recognizes it.
	ID string
	// Endpoint is the URL to which the message is sent.
	Endpoint string
	Body     []byte
	// Urgent messages wake a sleeping device.
	Urgent bool
	// Browser is the subscription of a browser, nil for a webhook.
	Browser *Subscription
	// Secret signs the request of a webhook.
	Secret []byte
}

// Failure says why a message was not accepted.
type Failure struct {
	// Status is the HTTP status, 0 if there was no answer.
	Status int
	// RetryAfter is how long the receiver asks to wait, 0 if it does not say.
	RetryAfter time.Duration
	Err        error
}

// Error implements error.
func (f *Failure) Error() string {
	if f.Err != nil {
		return f.Err.Error()
	}
	return fmt.Sprintf("the answer was %d %s", f.Status, http.StatusText(f.Status))
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// IsGone reports whether the device does not exist any more.
func (f *Failure) IsGone() bool {
	return f.Status == http.StatusNotFound || f.Status == http.StatusGone
}

// IsTemporary reports whether another attempt may succeed: there was no answer, the receiver was
// busy, or it failed itself.
func (f *Failure) IsTemporary() bool {
	switch f.Status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case 0:
		return !errors.Is(f.Err, ErrPrivateAddress) && !errors.Is(f.Err, errUnusable)
	}
	return f.Status >= http.StatusInternalServerError
}

// Options configure how messages are sent.
type Options struct {
	// Timeout limits a request. Default 10 seconds.
	Timeout time.Duration
	// AllowPrivate allows addresses that are not public, and plain http. Only tests set it.
	AllowPrivate bool
}

// maxAnswer is how much of an answer is read, so that the connection can be used again.
const maxAnswer = 4 << 10

// HTTP sends messages by HTTP requests.
type HTTP struct {
	client  *http.Client
	options Options
}

// NewHTTP returns a sender.
func NewHTTP(o Options) *HTTP {
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	return &HTTP{options: o, client: &http.Client{
		Timeout:       o.Timeout,
		Transport:     newTransport(o),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Send implements Sender.
func (h *HTTP) Send(ctx context.Context, m Message) error {
	if err := CheckEndpoint(m.Endpoint, h.options.AllowPrivate); err != nil {
		return &Failure{Err: err}
	}
	now := calendar.System().Now()
	req, err := newRequest(ctx, m, now)
	if err != nil {
		return &Failure{Err: err}
	}
	res, err := h.client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &Failure{Err: err}
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, maxAnswer) // what it says does not matter
	if res.StatusCode >= http.StatusOK && res.StatusCode < http.StatusMultipleChoices {
		return nil
	}
	return &Failure{Status: res.StatusCode, RetryAfter: retryAfter(res.Header.Get("Retry-After"), now)}
}

func newRequest(ctx context.Context, m Message, now time.Time) (*http.Request, error) {
	if m.Browser != nil {
		return newBrowserRequest(ctx, m, now)
	}
	return newWebhookRequest(ctx, m, now)
}

// retryAfter parses the header Retry-After: a number of seconds, or a date.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, 1<<20)) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
