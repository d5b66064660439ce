package dunning

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/finance/receivables"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
)

// WriteOffDunningNotice writes off what is open of the charges of a notice.
func (s *Service) WriteOffDunningNotice(
	ctx context.Context, req *pb.WriteOffDunningNoticeRequest,
) (*pb.DunningNotice, error) {
	return notices.Step(ctx, s.db, req.GetDunningNoticeId(), "writeOff",
		func(ctx context.Context, tx *db.Tx, _, n *notice) error {
			date := req.GetDate()
			if date == "" {
				date = max(tx.Call().Today().String(), n.Date)
			}
			if _, err := calendar.ParseBusinessDate(date); err != nil {
				return fault.Invalid(fault.At("date", "%s", err))
			}
			n.WriteOffDate, n.WriteOffReason = date, req.GetReason()
			return receivables.WriteOff(ctx, tx, n.ReceivableId, date, n.Id)
		})
}

// refuseSettled is the guard that refuses to write off notices of whose charges nothing is open.
func refuseSettled(ctx context.Context, tx *db.Tx, list []*notice) ([]error, error) {
	var keys []uuid.UUID
	for _, n := range list {
		if n.ReceivableId == "" {
			continue
		}
		key, err := id.Parse("rcv", n.ReceivableId)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	open, err := db.CollectMap[uuid.UUID, int64](ctx, tx, `
select id, open_amount_minor
from finance.receivables
where org_id = $1
and id = any($2)
and open_amount_minor > 0`, tx.Call().Organization.ID, keys)
	refusals := make([]error, len(list))
	for i, n := range list {
		if key, _ := id.Parse("rcv", n.ReceivableId); open[key] == 0 {
			refusals[i] = fault.Refuse(optionsv1.Reason_STATE_REFUSES_ACTION,
				"Nothing is open of what the notice charges.").WithSubject(n.Id)
		}
	}
	return refusals, err
}
