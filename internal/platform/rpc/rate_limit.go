package rpc

import (
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// Limiter limits the request rate of each credential, and of addresses without one.
type Limiter struct {
	callers, visitors, unauthenticated *buckets
}

// Rates are limits in requests per second. A burst may have twice as many. 0 sets no limit.
type Rates struct {
	// Callers limits each credential; Visitors limits each address at public methods.
	Callers, Visitors float64
	// Unauthenticated limits, for each address, the requests whose credential is refused.
	Unauthenticated float64
}

// NewLimiter returns a limiter.
func NewLimiter(r Rates) *Limiter {
	return &Limiter{
		callers: newBuckets(r.Callers), visitors: newBuckets(r.Visitors), unauthenticated: newBuckets(r.Unauthenticated),
	}
}

// buckets are token buckets by name. All are discarded when there are maxBuckets of them, which
// grants each name at most one more burst.
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

// allow counts a request and returns the headers with the limit and the remaining requests. It
// fails with RATE_LIMITED if none remain.
func (b *buckets) allow(name string) (metadata.MD, error) {
	if b == nil {
		return nil, nil
	}
	bucket := b.bucket(name)
	allowed := bucket.Allow()
	left := metadata.Pairs(mdLimit, strconv.Itoa(b.burst), mdRemaining, strconv.Itoa(max(0, int(bucket.Tokens()))))
	if allowed {
		return left, nil
	}
	e := fault.New(codes.ResourceExhausted, optionsv1.Reason_RATE_LIMITED, "Too many requests; slow down.")
	e.RetryAfter = max(time.Second, time.Duration(float64(time.Second)/float64(b.limit)))
	return left, e
}

func (b *buckets) bucket(name string) *rate.Limiter {
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

// NamedLimit limits the rate of requests that share a name, such as a token, on this server.
type NamedLimit struct{ buckets *buckets }

// NewNamedLimit returns a limit of a number of requests per second for each name. A burst may have
// twice as many.
func NewNamedLimit(perSecond int) NamedLimit { return NamedLimit{newBuckets(float64(perSecond))} }

// Allow counts a request. It fails with RATE_LIMITED if there were too many with the name.
func (l NamedLimit) Allow(name string) error {
	_, err := l.buckets.allow(name)
	return err
}
