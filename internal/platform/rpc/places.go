package rpc

import (
	"context"
	"math"
	"runtime"
	"time"

	"github.com/google/uuid"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// Places are the requests of one kind that may be served at once, in all and of each
// organization. A request that finds none free waits a little.
type Places struct {
	shares   *shares
	patience time.Duration
}

// placeInterval is how often a waiting request looks for a free place.
const placeInterval = 20 * time.Millisecond

// NewPlaces returns so many places, each of them open to one organization or another.
func NewPlaces(total, each int64, patience time.Duration) *Places {
	return &Places{shares: newShares(total, each), patience: patience}
}

// loadPatience is how long a heavy request waits for a place: as long as a few of them take,
// so that a page may ask for more reports at once than are served at once.
const loadPatience = 3 * time.Second

// LoadPlaces returns the places for each load that a method may declare. An organization has
// as many as a quarter of the connections, and for what is heavy no more than half of the
// processors, on which others would wait; at least one.
func LoadPlaces(connections int32) map[optionsv1.Load]*Places {
	quarter, half := max(1, int64(connections)/4), max(1, int64(runtime.GOMAXPROCS(0))/2)
	return map[optionsv1.Load]*Places{
		optionsv1.Load_HEAVY:    NewPlaces(math.MaxInt64, min(quarter, half), loadPatience),
		optionsv1.Load_TRANSFER: NewPlaces(math.MaxInt64, quarter, loadPatience),
	}
}

// Enter takes a place for a request of an organization, which gives it back by leave. It
// refuses with ORGANIZATION_BUSY if none becomes free.
func (p *Places) Enter(ctx context.Context, organization uuid.UUID) (leave func(), err error) {
	end := time.NewTimer(p.patience)
	defer end.Stop()
	look := time.NewTicker(placeInterval)
	defer look.Stop()
	for {
		if release, ok := p.shares.take(organization.String(), 1); ok {
			return release, nil
		}
		select {
		case <-look.C:
		case <-end.C:
			return nil, fault.Busy(optionsv1.Reason_ORGANIZATION_BUSY,
				"Too many large requests of the organization are under way; try again in a moment.")
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
