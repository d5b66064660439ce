// Package search finds records of any kind by the words in their texts. A kind joins with one line,
// Searchable. The index is written behind: a follower of the history notes which records changed,
// and a chore indexes them as they are then. So the index lags by about a second, and indexing an
// event again does no harm. Results are read from the records themselves, so they never show what
// the caller may not read or what has changed since. Package words splits texts and queries,
// package searchindex stores the words, and package table narrows lists with them.
package search

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/searchindex"
	"backoffice/internal/platform/searchindex/words"
)

// Service implements SearchService and keeps the index.
type Service struct {
	pb.UnsafeSearchServiceServer
	db *db.DB
	// kinds are the kinds whose records are searched, by prefix.
	kinds []resource.AnyKind
}

// New returns the service. It searches those of the kinds that are searchable.
func New(d *db.DB, kinds []resource.AnyKind) *Service {
	s := &Service{db: d}
	for _, kind := range kinds {
		if kind.SearchVersion() != "" {
			s.kinds = append(s.kinds, kind)
		}
	}
	slices.SortFunc(s.kinds, func(a, b resource.AnyKind) int { return strings.Compare(a.Prefix(), b.Prefix()) })
	return s
}

// kind returns the kind with a prefix, nil if its records are not searched.
func (s *Service) kind(prefix string) resource.AnyKind {
	for _, kind := range s.kinds {
		if kind.Prefix() == prefix {
			return kind
		}
	}
	return nil
}

// maxRounds limits how often a page is continued if the caller may not read the records found.
const maxRounds = 3

// Search returns a page of the records that contain all words of a query.
func (s *Service) Search(ctx context.Context, req *pb.SearchRequest) (*pb.SearchResponse, error) {
	terms, err := words.Parse(req.GetQ())
	if err != nil {
		return nil, fault.Invalid(fault.At("q", "%s", err))
	}
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.SearchResponse, error) {
		sources, err := s.readableSources(ctx, tx, req.GetResources())
		if err != nil {
			return nil, err
		}
		paging, err := resource.NewPaging(s.db.Keys(), tx.Call(), req, req.GetQ(), strings.Join(req.GetResources(), " "))
		if err != nil {
			return nil, err
		}
		next, err := parsePosition(paging.After)
		if err != nil {
			return nil, err
		}
		res := &pb.SearchResponse{}
		for round := 0; round == 0 || next != nil && round < maxRounds && len(res.Results) < paging.Size; round++ {
			var found []searchindex.Position
			if found, next, err = searchindex.Find(ctx, tx, sources, terms, next, paging.Size-len(res.Results)); err != nil {
				return nil, err
			}
			results, err := s.loadResults(ctx, tx, found, terms)
			if err != nil {
				return nil, err
			}
			res.Results = append(res.Results, results...)
		}
		res.NextPageToken, err = tokenOf(paging, next)
		return res, err
	})
}

// readableSources returns the kinds that the caller may read, limited to the given resources if
// there are any.
func (s *Service) readableSources(
	ctx context.Context, tx *db.Tx, resources []string,
) (out []searchindex.Source, err error) {
	if err := s.checkResources(resources); err != nil {
		return nil, err
	}
	c := tx.Call()
	var team []uuid.UUID
	for _, kind := range s.kinds {
		source := searchindex.Source{Kind: kind.Prefix()}
		if len(resources) > 0 && !slices.Contains(resources, kind.Collection()) {
			continue
		}
		switch kind.ReadReach(c) {
		case call.None:
			continue
		case call.Own:
			source.Owners = []uuid.UUID{c.PersonID}
		case call.Team:
			if team == nil {
				if team, err = resource.Team(ctx, tx, c.PersonID); err != nil {
					return nil, err
				}
				team = append(team, c.PersonID)
			}
			source.Owners = team
		}
		if b := kind.Binding(); source.Owners != nil && b.IsShared() {
			source.Shared = b
		}
		out = append(out, source)
	}
	return out, nil
}

// checkResources refuses names that are not those of searchable resources.
func (s *Service) checkResources(resources []string) error {
	var violations fault.List
	for i, name := range resources {
		known := slices.ContainsFunc(s.kinds, func(k resource.AnyKind) bool { return k.Collection() == name })
		if !known {
			violations.Append(fault.At(fmt.Sprintf("resources[%d]", i),
				"must be a searchable resource, such as %q", "persons"))
		}
	}
	return violations.Err()
}
