package rpc

import (
	"context"
	"net"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// Limiter counts requests per credential and, where there is none, per address.
type Limiter struct {
	callers, visitors *buckets
}

// Rates are requests a second; each may come in a burst of twice as many. 0 sets no
// limit.
type Rates struct {
	Callers, Visitors float64
}

// NewLimiter makes a limiter.
func NewLimiter(r Rates) *Limiter {
	return &Limiter{callers: newBuckets(r.Callers), visitors: newBuckets(r.Visitors)}
}

// Allow counts a request of a credential, or refuses with RATE_LIMITED.
func (l *Limiter) Allow(ctx context.Context, credential string) error {
	return l.callers.take(ctx, credential)
}

// AllowVisitor counts a request from an address, or refuses with RATE_LIMITED.
func (l *Limiter) AllowVisitor(ctx context.Context, address string) error {
	return l.visitors.take(ctx, address)
}

// buckets are token buckets by name. They are forgotten all together when they are
// many, which grants each at most one more burst.
type buckets struct {
	limit rate.Limit
	burst int

	mu     sync.Mutex
	byName map[string]*rate.Limiter
}

const maxBuckets = 100_000

func newBuckets(perSecond float64) *buckets {
	if perSecond == 0 {
		return nil
	}
	return &buckets{limit: rate.Limit(perSecond), burst: max(1, int(2*perSecond)), byName: map[string]*rate.Limiter{}}
}

func (b *buckets) take(ctx context.Context, name string) error {
	if b == nil {
		return nil
	}
	bucket := b.named(name)
	allowed := bucket.Allow()
	_ = grpc.SetHeader(ctx, metadata.Pairs(mdLimit, strconv.Itoa(b.burst), mdRemaining, strconv.Itoa(max(0, int(bucket.Tokens())))))
	if allowed {
		return nil
	}
	e := fault.New(codes.ResourceExhausted, optionsv1.Reason_RATE_LIMITED, "Too many requests; slow down.")
	e.RetryAfter = max(time.Second, time.Duration(float64(time.Second)/float64(b.limit)))
	return e
}

func (b *buckets) named(name string) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	bucket, ok := b.byName[name]
	if !ok {
		if len(b.byName) >= maxBuckets {
			clear(b.byName)
		}
		bucket = rate.NewLimiter(b.limit, b.burst)
		b.byName[name] = bucket
	}
	return bucket
}

// clientAddress is where a request comes from, as the gateway or the transport saw it.
func clientAddress(ctx context.Context) string {
	p, ok := peer.FromContext(ctx)
	if !ok || p.Addr == nil {
		return ""
	}
	host, _, err := net.SplitHostPort(p.Addr.String())
	if err != nil {
		return p.Addr.String()
	}
	return host
}
