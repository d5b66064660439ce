package approval

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

// granted are the steps that the transaction executes because they are approved, by kind and
// record.
type granted map[string]bool

func grant(tx *db.Tx, kind, key string) {
	g := db.TxLocal[granted](tx)
	if *g == nil {
		*g = granted{}
	}
	(*g)[kind+" "+key] = true
}

func isGranted(tx *db.Tx, kind, key string) bool { return (*db.TxLocal[granted](tx))[kind+" "+key] }

// asks reports whether the organization has, or had, policies of a kind. It costs no statement: the
// caller's call carries it. Calls of the system have none, so steps that code executes as a
// consequence are not asked.
func asks(tx *db.Tx, kind string) bool {
	return slices.Contains(tx.Call().Organization.ApprovalKinds, kind)
}

// Require reports whether a step of a record must wait for approval. If a policy asks and no
// request is open, it opens one; if the record has changed in a way that matters since one was
// opened, the new one supersedes it. The record must be locked. Call it in the gate of the step; a
// step that the last approval executes does not wait.
func Require[R, F proto.Message](ctx context.Context, tx *db.Tx, k *Kind[R, F], r R) (wait bool, err error) {
	return require(ctx, tx, k, r, false)
}

// Renew asks again if a record with an open request has changed in a way that matters. Call it in
// an update of the record, with the record as it will be stored. If no policy asks any longer, it
// only supersedes the request.
func Renew[R, F proto.Message](ctx context.Context, tx *db.Tx, k *Kind[R, F], r R) error {
	_, err := require(ctx, tx, k, r, true)
	return err
}

// CheckNotRequired refuses with APPROVAL_REQUIRED a step that would have to wait but cannot, such
// as creating a record and executing its step at once.
func CheckNotRequired[R, F proto.Message](ctx context.Context, tx *db.Tx, k *Kind[R, F], r R) error {
	if !asks(tx, k.Name) || isGranted(tx, k.Name, k.Records.Table().ID(r)) {
		return nil
	}
	facts, err := k.Facts(ctx, tx, []R{r})
	if err != nil {
		return err
	}
	p, err := matchPolicy(ctx, tx, k, facts[0])
	if err != nil || p == nil {
		return err
	}
	return fault.Refuse(optionsv1.Reason_APPROVAL_REQUIRED,
		"The policy %q asks for approval. Save a draft, then %s it.", p.DisplayName, k.Verb)
}

func require[R, F proto.Message](
	ctx context.Context, tx *db.Tx, k *Kind[R, F], r R, onlyIfOpen bool,
) (wait bool, err error) {
	key := k.Records.Table().ID(r)
	if !asks(tx, k.Name) || isGranted(tx, k.Name, key) {
		return false, nil
	}
	earlier, err := findOpen(ctx, tx, k.Name, key)
	if err != nil || earlier == nil && onlyIfOpen {
		return false, err
	}
	fingerprint, err := k.fingerprint(r)
	if err != nil || earlier != nil && earlier.Fingerprint == fingerprint {
		return err == nil, err
	}
	facts, err := k.Facts(ctx, tx, []R{r})
	if err != nil {
		return false, err
	}
	p, err := matchPolicy(ctx, tx, k, facts[0])
	if err != nil {
		return false, err
	}
	next := ""
	if p != nil {
		made := &request{SubjectId: key, DisplayName: k.Title(r), ApprovalKind: k.Name, Fingerprint: fingerprint}
		if err := openRequest(ctx, tx, made, p, facts[0], earlier, k.Records.EventPrefix()); err != nil {
			return false, err
		}
		next = made.Id
	}
	if earlier != nil {
		if err := supersede(ctx, tx, earlier.Id, next); err != nil {
			return false, err
		}
	}
	return p != nil, nil
}

// findOpen returns the open request for a step of a record, nil if there is none.
func findOpen(ctx context.Context, tx *db.Tx, kind, subjectID string) (*request, error) {
	prefix, key, err := table.ParseSubject(subjectID)
	if err != nil {
		return nil, err
	}
	keys, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select r.id
from platform.approval_requests r
where r.org_id = $1
and r.kind = $2
and r.subject_key = $3
and r.approval_kind = $4
and r.state in ('PENDING', 'ASKED_BACK')`, tx.Call().Organization.ID, prefix, key, kind)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	return requests.Table().Get(ctx, tx, id.Format(requestPrefix, keys[0]))
}

// openRequest opens a request, which has its subject already. The subject is locked, and may be
// stored later in the transaction. earlier is the request that it supersedes, nil if there is none:
// its requester and makers cannot approve the new one either.
func openRequest(
	ctx context.Context, tx *db.Tx, r *request, p *policy, facts proto.Message, earlier *request, eventPrefix string,
) (err error) {
	requests.Table().SetID(r, id.New())
	r.State, r.PolicyId, r.Steps, r.Step = pb.ApprovalRequest_PENDING, p.Id, p.Steps, 1
	r.RequesterId = callerID(tx.Call())
	makers, err := LoadMakers(ctx, tx, eventPrefix, []string{r.SubjectId})
	if err != nil {
		return err
	}
	r.MakerIds = makers[r.SubjectId]
	if earlier != nil {
		r.MakerIds = slices.Concat(r.MakerIds, earlier.MakerIds, []string{earlier.RequesterId})
	}
	slices.Sort(r.MakerIds)
	r.MakerIds = slices.Compact(r.MakerIds)
	if r.Facts, err = snapshot(facts); err != nil {
		return err
	}
	if err := beginStep(ctx, tx, r); err != nil {
		return err
	}
	if err := requests.Table().Insert(ctx, tx, r); err != nil {
		return err
	}
	queueEscalation(tx, r)
	return requests.Record(ctx, tx, db.Event{Type: "requested"}, r, r)
}

// snapshot returns facts as they are stored, by the names that conditions use.
func snapshot(facts proto.Message) (*structpb.Struct, error) {
	raw, err := protojson.MarshalOptions{UseProtoNames: true, EmitDefaultValues: true}.Marshal(facts)
	if err != nil {
		return nil, err
	}
	out := &structpb.Struct{}
	return out, protojson.Unmarshal(raw, out)
}

// supersede closes an open request whose record has changed. next is the request that asks again,
// "" if none does.
func supersede(ctx context.Context, tx *db.Tx, key, next string) error {
	_, err := requests.Modify(ctx, tx, key, "superseded", func(_ context.Context, _ *db.Tx, _, r *request) error {
		if slices.Contains(open, r.State) {
			r.State, r.SupersededById = pb.ApprovalRequest_SUPERSEDED, next
		}
		return nil
	})
	return err
}

// LoadMakers returns the persons who created or changed each record, by its identifier, the creator
// first. eventPrefix is that of the records' events.
func LoadMakers(ctx context.Context, tx *db.Tx, eventPrefix string, subjects []string) (map[string][]string, error) {
	if len(subjects) == 0 {
		return nil, nil
	}
	type maker struct {
		SubjectID string
		ActorID   uuid.UUID
	}
	found, err := db.Collect[maker](ctx, tx, `
select e.subject_id, e.actor_id
from platform.events e
where e.org_id = $1
and e.subject_id = any($2)
and e.type = any($3)
and e.actor_id is not null
group by e.subject_id, e.actor_id
order by min(e.id::text)`, tx.Call().Organization.ID, subjects, []string{eventPrefix + ".created", eventPrefix + ".updated"})
	makers := map[string][]string{}
	for _, m := range found {
		makers[m.SubjectID] = append(makers[m.SubjectID], id.Format(personPrefix, m.ActorID))
	}
	return makers, err
}

// Waiting returns which of the records wait for an approval of a kind. Without policies it costs no
// statement.
func Waiting(ctx context.Context, tx *db.Tx, kind string, subjects []string) (map[string]bool, error) {
	waiting := map[string]bool{}
	if len(subjects) == 0 || !asks(tx, kind) {
		return waiting, nil
	}
	prefix, _, _ := strings.Cut(subjects[0], "_")
	keys := make([]uuid.UUID, len(subjects))
	for i, s := range subjects {
		var err error
		if keys[i], err = id.Parse(prefix, s); err != nil {
			return nil, err
		}
	}
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select r.subject_key
from platform.approval_requests r
where r.org_id = $1
and r.kind = $2
and r.subject_key = any($3)
and r.approval_kind = $4
and r.state in ('PENDING', 'ASKED_BACK')`, tx.Call().Organization.ID, prefix, keys, kind)
	for _, key := range found {
		waiting[id.Format(prefix, key)] = true
	}
	return waiting, err
}
