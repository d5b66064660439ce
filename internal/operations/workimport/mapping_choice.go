package workimport

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	pb "backoffice/gen/go/backoffice/operations/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
)

// choice is a record of this organization that a caller chose for something in a file.
type choice struct{ path, prefix, key string }

// choices are the records that a mapping chooses, with their paths in it.
type choices []choice

// add adds a choice, unless nothing is chosen.
func (c *choices) add(path, prefix, key string) {
	if key != "" {
		*c = append(*c, choice{path, prefix, key})
	}
}

// addPerson, addState and addProject add the choices of an item that differ from those before.
func (c *choices) addPerson(path string, was, p *person) {
	if p.PersonId != was.GetPersonId() {
		c.add(path+".personId", "prs", p.PersonId)
	}
}

func (c *choices) addState(path string, was, s *taskState) {
	if s.TaskStateId != was.GetTaskStateId() {
		c.add(path+".taskStateId", "tks", s.TaskStateId)
	}
}

func (c *choices) addProject(path string, was, p *sourceProject) {
	if p.ProjectId != was.GetProjectId() {
		c.add(path+".projectId", "prj", p.ProjectId)
	}
	if p.CustomerId != was.GetCustomerId() {
		c.add(path+".customerId", "cus", p.CustomerId)
	}
}

// mergeMapping is the rule that the people, states and projects of a file stay as they were read. A
// caller changes only what they are here, and only those that the request names. It refuses keys
// that the file does not have, and new references to records that cannot be used.
func mergeMapping(ctx context.Context, tx *db.Tx, was, w *pb.WorkImport) error {
	var violations fault.List
	var chosen choices
	w.People = mergeList(&violations, "people", was.People, w.People, func(path string, to, from *person) {
		chosen.addPerson(path, to, from)
		to.PersonId = from.PersonId
	})
	w.TaskStates = mergeList(&violations, "taskStates", was.TaskStates, w.TaskStates,
		func(path string, to, from *taskState) {
			chosen.addState(path, to, from)
			to.TaskStateId = from.TaskStateId
			if from.Category != pb.Task_STATE_UNSPECIFIED {
				to.Category = from.Category
			}
		})
	w.Projects = mergeList(&violations, "projects", was.Projects, w.Projects,
		func(path string, to, from *sourceProject) {
			chosen.addProject(path, to, from)
			to.ProjectId, to.CustomerId = from.ProjectId, from.CustomerId
		})
	if err := chosen.check(ctx, tx, &violations); err != nil {
		return err
	}
	return violations.Err()
}

// keyed is a person, a state or a project of a file.
type keyed interface {
	proto.Message
	GetKey() string
}

// mergeList returns the stored list with the choices of the sent one.
func mergeList[T keyed](
	violations *fault.List, field string, stored, sent []T, choose func(path string, to, from T),
) []T {
	places := make(map[string]int, len(stored))
	merged := make([]T, len(stored))
	for i, s := range stored {
		merged[i], _ = proto.Clone(s).(T)
		places[s.GetKey()] = i
	}
	for i, s := range sent {
		path := fmt.Sprintf("%s[%d]", field, i)
		place, known := places[s.GetKey()]
		if !known {
			violations.Append(fault.At(path+".key", "is not in the file"))
			continue
		}
		choose(path, merged[place], s)
	}
	return merged
}

// checkMapping refuses an import whose mapping names records that cannot be used any more.
func checkMapping(ctx context.Context, tx *db.Tx, w *pb.WorkImport) error {
	var chosen choices
	chosen.add("ownerId", "prs", w.OwnerId)
	for i, p := range w.People {
		chosen.addPerson(fmt.Sprintf("people[%d]", i), nil, p)
	}
	for i, s := range w.TaskStates {
		chosen.addState(fmt.Sprintf("taskStates[%d]", i), nil, s)
	}
	for i, p := range w.Projects {
		chosen.addProject(fmt.Sprintf("projects[%d]", i), nil, p)
	}
	var violations fault.List
	if err := chosen.check(ctx, tx, &violations); err != nil {
		return err
	}
	return violations.Err()
}

// check adds the refusals of chosen records that do not exist, are archived, or are beyond the
// caller's reach, with one statement for each kind.
func (c *choices) check(ctx context.Context, tx *db.Tx, violations *fault.List) error {
	for _, prefix := range []string{"prs", "tks", "prj", "cus"} {
		var keys, paths []string
		for _, chosen := range *c {
			if chosen.prefix == prefix {
				keys, paths = append(keys, chosen.key), append(paths, chosen.path)
			}
		}
		if len(keys) == 0 {
			continue
		}
		refusals, err := resource.CheckEachReference(ctx, tx, prefix, "", keys)
		if err != nil {
			return err
		}
		for i, refusal := range refusals {
			violations.MergeViolations("", fault.MapFields(refusal, func(f fault.Field) fault.Field {
				return fault.Field{Path: paths[i], Message: f.Message}
			}))
		}
	}
	return nil
}
