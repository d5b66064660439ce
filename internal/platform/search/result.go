package search

import (
	"context"
	"encoding/json"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/searchindex"
	"backoffice/internal/platform/searchindex/words"
)

// parsePosition parses the position at which the previous page ended, nil for the first page.
func parsePosition(text []byte) (*searchindex.Position, error) {
	if text == nil {
		return nil, nil
	}
	p := &searchindex.Position{}
	return p, json.Unmarshal(text, p)
}

// tokenOf returns the token of the page after a position, "" if there is none.
func tokenOf(paging resource.Paging, next *searchindex.Position) (string, error) {
	if next == nil {
		return "", nil
	}
	text, err := json.Marshal(next)
	return paging.Next(text), err
}

// loadResults reads records that were found, those of each kind with one statement. It omits
// records that the caller may not read, and records that no longer contain the terms.
func (s *Service) loadResults(
	ctx context.Context, tx *db.Tx, found []searchindex.Position, terms []words.Term,
) (out []*pb.SearchResult, err error) {
	byKind := map[string][]string{}
	for _, p := range found {
		byKind[p.Kind] = append(byKind[p.Kind], id.Format(p.Kind, p.Key))
	}
	results := map[string]*pb.SearchResult{}
	for prefix, ids := range byKind {
		kind := s.kind(prefix)
		subjects, err := kind.Load(ctx, tx, ids)
		if err != nil {
			return nil, err
		}
		if err := kind.LoadSearchFields(ctx, tx, subjects); err != nil {
			return nil, err
		}
		for i, key := range ids {
			if !subjects[i].Readable {
				continue
			}
			if results[key], err = newResult(ctx, tx, kind, key, subjects[i], terms); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range found {
		if r := results[id.Format(p.Kind, p.Key)]; r != nil {
			out = append(out, r)
		}
	}
	return out, nil
}

// newResult returns the result for a record, nil if the record does not contain the terms.
func newResult(
	ctx context.Context, tx *db.Tx, kind resource.AnyKind, key string, subject db.Subject, terms []words.Term,
) (*pb.SearchResult, error) {
	texts, err := kind.SearchTexts(ctx, tx, subject.Record)
	if err != nil {
		return nil, err
	}
	var all []string
	best, bestCount := resource.Text{}, 0
	for _, t := range texts {
		list := words.Split(t.Text)
		all = append(all, list...)
		if n := words.CountMatches(terms, list); n > bestCount {
			best, bestCount = t, n
		}
	}
	if !words.Match(terms, all) {
		return nil, nil
	}
	return &pb.SearchResult{
		SubjectId: key, Resource: kind.Collection(), DisplayName: subject.Title, Archived: subject.Archived,
		Field: best.Path, Snippet: snippet(best.Text, terms), UpdateTime: updateTime(subject.Record),
	}, nil
}

// updateTime returns the time a record was last updated, nil if its kind has none.
func updateTime(record proto.Message) *timestamppb.Timestamp {
	m := record.ProtoReflect()
	for _, name := range []protoreflect.Name{"update_time", "create_time"} {
		if fd := m.Descriptor().Fields().ByName(name); fd != nil && m.Has(fd) {
			return m.Get(fd).Message().Interface().(*timestamppb.Timestamp)
		}
	}
	return nil
}
