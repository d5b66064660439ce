package collaboration

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var watchers = resource.New(table.New("platform.watchers",
	table.Subject("subject_id", func(w *pb.Watcher) *string { return &w.SubjectId }).Filter(),
	table.Ref("person_id", "prs", func(w *pb.Watcher) *string { return &w.PersonId }).Filter(),
	table.Enum("cause", func(w *pb.Watcher) *pb.Watcher_Cause { return &w.Cause }).Filter(),
)).OnSubject("subject_id").DeclareEvents("created", "deleted")

// GetWatcher returns a watcher.
func (s *Service) GetWatcher(ctx context.Context, req *pb.GetWatcherRequest) (*pb.Watcher, error) {
	return watchers.Get(ctx, s.db, req.GetWatcherId())
}

// BatchGetWatchers returns several watchers.
func (s *Service) BatchGetWatchers(
	ctx context.Context, req *pb.BatchGetWatchersRequest,
) (*pb.BatchGetWatchersResponse, error) {
	list, err := watchers.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetWatchersResponse{Watchers: list}, err
}

// ListWatchers lists watchers.
func (s *Service) ListWatchers(ctx context.Context, req *pb.ListWatchersRequest) (*pb.ListWatchersResponse, error) {
	page, err := watchers.List(ctx, s.db, req)
	return &pb.ListWatchersResponse{Watchers: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// WatchSubject makes a person watch a record.
func (s *Service) WatchSubject(ctx context.Context, req *pb.WatchSubjectRequest) (*pb.Watcher, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.Watcher, error) {
		person, err := choosePerson(tx, req.GetPersonId())
		if err != nil {
			return nil, err
		}
		if err := checkSubject(ctx, tx, req.GetSubjectId()); err != nil {
			return nil, err
		}
		if err := checkReader(ctx, tx, req.GetSubjectId(), "personId", person); err != nil {
			return nil, err
		}
		if err := addWatchers(ctx, tx, req.GetSubjectId(),
			map[string]pb.Watcher_Cause{person: pb.Watcher_CHOSEN}); err != nil {
			return nil, err
		}
		kind, key, err := table.ParseSubject(req.GetSubjectId())
		if err != nil {
			return nil, err
		}
		var watcher uuid.UUID
		err = tx.QueryRow(ctx, `
select w.id
from platform.watchers w
where w.org_id = $1
and w.kind = $2
and w.subject_key = $3
and w.person_id = $4`, tx.Call().Organization.ID, kind, key, personKeys([]string{person})[0]).Scan(&watcher)
		if err != nil {
			return nil, err
		}
		return watchers.Find(ctx, tx, id.Format(watchers.Prefix(), watcher))
	})
}

// UnwatchSubject stops a person from watching a record.
func (s *Service) UnwatchSubject(ctx context.Context, req *pb.UnwatchSubjectRequest) (*emptypb.Empty, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		person, err := choosePerson(tx, req.GetPersonId())
		if err != nil {
			return nil, err
		}
		if err := checkSubject(ctx, tx, req.GetSubjectId()); err != nil {
			return nil, err
		}
		kind, key, err := table.ParseSubject(req.GetSubjectId())
		if err != nil {
			return nil, err
		}
		removed, err := db.CollectColumn[uuid.UUID](ctx, tx, `
delete from platform.watchers w
where w.org_id = $1
and w.kind = $2
and w.subject_key = $3
and w.person_id = $4
returning w.id`, tx.Call().Organization.ID, kind, key, personKeys([]string{person})[0])
		if err != nil {
			return nil, err
		}
		return &emptypb.Empty{}, recordWatchers(ctx, tx, "platform.watcher.deleted", req.GetSubjectId(), removed)
	})
}

// choosePerson returns the person that a request names, by default the caller.
func choosePerson(tx *db.Tx, person string) (string, error) {
	caller := callerID(tx.Call())
	switch {
	case person != "" && person != caller && !tx.Call().Allows(manageWatchers):
		return "", fault.PermissionMissing(manageWatchers)
	case person != "":
		return person, nil
	case caller == "":
		return "", fault.Invalid(fault.At("personId", "is required, because the caller is not a person"))
	}
	return caller, nil
}

// checkSubject refuses a subject that does not exist or that the caller may not read. It keeps the
// subject from being deleted.
func checkSubject(ctx context.Context, tx *db.Tx, subjectID string) error {
	at := func(int) string { return "subjectId" }
	refusals, err := resource.CheckSubjects(ctx, tx, []string{subjectID}, at)
	if err != nil {
		return err
	}
	if refusals[0] != nil {
		return refusals[0]
	}
	refusals, err = resource.LockSubjects(ctx, tx, []string{subjectID}, at)
	if err != nil {
		return err
	}
	return refusals[0]
}

// checkReader refuses a person who does not exist, is archived, or may not read a subject.
func checkReader(ctx context.Context, tx *db.Tx, subjectID, field, person string) error {
	if person == callerID(tx.Call()) {
		return nil
	}
	if err := resource.CheckReference(ctx, tx, "prs", field, person); err != nil {
		return err
	}
	readers, err := readersOf(ctx, tx, subjectID, []string{person})
	if err != nil || readers[person] {
		return err
	}
	return cannotRead(field)
}

func cannotRead(field string) error {
	return fault.InvalidFor(optionsv1.Reason_PERSON_CANNOT_READ_SUBJECT,
		fault.At(field, "names a person who may not read the record"))
}

// addWatchers makes persons watch a record, each for a cause. No effect on those who already do.
func addWatchers(ctx context.Context, tx *db.Tx, subjectID string, causes map[string]pb.Watcher_Cause) error {
	if len(causes) == 0 {
		return nil
	}
	kind, key, err := table.ParseSubject(subjectID)
	if err != nil {
		return err
	}
	persons := slices.Sorted(maps.Keys(causes))
	ids, names := make([]uuid.UUID, len(persons)), make([]string, len(persons))
	for i, p := range persons {
		ids[i], names[i] = id.New(), causes[p].String()
	}
	// The order by keeps two comments that mention the same persons from waiting for each other.
	added, err := db.CollectColumn[uuid.UUID](ctx, tx, `
insert into platform.watchers (org_id, id, create_time, kind, subject_key, person_id, cause)
select $1, n.id, $4, $2, $3, n.person_id, n.cause
from unnest($5::uuid[], $6::uuid[], $7::text[]) as n (id, person_id, cause)
join platform.organizations o on o.org_id = $1
order by n.person_id
on conflict do nothing
returning id`, tx.Call().Organization.ID, kind, key, tx.Call().Now(), ids, personKeys(persons), names)
	if err != nil {
		return err
	}
	return recordWatchers(ctx, tx, "platform.watcher.created", subjectID, added)
}

// recordWatchers records an event for each watcher that a record got or lost.
func recordWatchers(ctx context.Context, tx *db.Tx, event, subjectID string, changed []uuid.UUID) error {
	events := make([]db.Event, len(changed))
	for i, w := range changed {
		events[i] = db.Event{Type: event, SubjectID: subjectID, RecordID: id.Format(watchers.Prefix(), w)}
	}
	return resource.RecordOnSubjects(ctx, tx, events)
}
