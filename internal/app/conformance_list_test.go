package app_test

import (
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/id"
)

func (s suite) batchGet() {
	if s.k.methods["BatchGet"] == nil {
		return
	}
	a, b := text(s.createAndRead(), "id"), text(s.createAndRead(), "id")
	response, err := s.call("BatchGet", map[string]any{"ids": []string{b, a}})
	if err != nil {
		s.t.Fatal(err)
	}
	if got := s.ids(response); len(got) != 2 || got[0] != b || got[1] != a {
		s.t.Errorf("got %v, want %s, %s", got, b, a)
	}
	_, err = s.call("BatchGet", map[string]any{"ids": []string{a, id.Format(s.k.option.GetPrefix(), id.New())}})
	s.wantError(err, codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND)
}

// ids returns the identifiers of the records in a response.
func (s suite) ids(response protoreflect.Message) []string {
	list := response.Get(response.Descriptor().Fields().ByName(protoreflect.Name(s.k.plural))).List()
	out := make([]string, list.Len())
	for i := range out {
		out[i] = text(list.Get(i).Message(), "id")
	}
	return out
}

func (s suite) list() {
	if s.k.methods["List"] == nil {
		return
	}
	for range 3 {
		s.createAndRead()
	}
	all, err := s.call("List", map[string]any{"page_size": int32(500)})
	if err != nil {
		s.t.Fatal(err)
	}
	want := s.ids(all)
	s.pages(want)
	s.checkFilters(want[len(want)-1])
	s.totalSize(all, int64(len(want)))
	_, err = s.call("List", map[string]any{"order_by": "allowed_actions"})
	s.wantError(err, codes.InvalidArgument, optionsv1.Reason_ORDER_BY_INVALID)
	_, err = s.call("List", map[string]any{"page_token": "AAAA"})
	s.wantError(err, codes.InvalidArgument, optionsv1.Reason_PAGE_TOKEN_INVALID)
}

// pages lists pages of two and expects each record once, in order.
func (s suite) pages(want []string) {
	var got []string
	token := ""
	for {
		response, err := s.call("List", map[string]any{"page_size": int32(2), "page_token": token})
		if err != nil {
			s.t.Fatalf("page: %v", err)
		}
		got = append(got, s.ids(response)...)
		if token = text(response, "next_page_token"); token == "" {
			break
		}
		_, err = s.call("List", map[string]any{"page_token": token, "filter": `id != ""`})
		s.wantError(err, codes.InvalidArgument, optionsv1.Reason_PAGE_TOKEN_INVALID)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.t.Errorf("got the pages\n%v, want\n%v", got, want)
	}
}

// totalSize checks that a list returns total_size only with include_total.
func (s suite) totalSize(unasked protoreflect.Message, want int64) {
	size := unasked.Descriptor().Fields().ByName("total_size")
	if size == nil {
		return
	}
	if unasked.Has(size) {
		s.t.Errorf("got %v, want no total_size without include_total", unasked)
	}
	asked, err := s.call("List", map[string]any{"page_size": int32(1), "include_total": true})
	if err != nil || !asked.Has(size) || asked.Get(size).Int() != want {
		s.t.Errorf("got %v, %v, want the total_size %d", asked, err, want)
	}
	noMatch, err := s.call("List",
		map[string]any{"include_total": true, "filter": fmt.Sprintf("id = %q", id.Format(s.k.option.GetPrefix(), id.New()))})
	if err != nil || !noMatch.Has(size) || noMatch.Get(size).Int() != 0 {
		s.t.Errorf("got %v, %v, want the total_size 0", noMatch, err)
	}
}

// checkFilters filters a list by the identifier of one of its records, and by invalid filters.
func (s suite) checkFilters(one string) {
	response, err := s.call("List", map[string]any{"filter": fmt.Sprintf("id = %q", one)})
	if err != nil {
		s.t.Fatal(err)
	}
	if got := s.ids(response); len(got) != 1 || got[0] != one {
		s.t.Errorf("filter by id: got %v, want %s", got, one)
	}
	_, err = s.call("List", map[string]any{"filter": `nonsense = "1"`})
	s.wantError(err, codes.InvalidArgument, optionsv1.Reason_FILTER_INVALID)
	_, err = s.call("List", map[string]any{"filter": `id = `})
	s.wantError(err, codes.InvalidArgument, optionsv1.Reason_FILTER_INVALID)
}

// checkListed checks how many records a list returns.
func (s suite) checkListed(query map[string]any, want int) {
	s.t.Helper()
	response, err := s.call("List", query)
	if err != nil {
		s.t.Fatal(err)
	}
	if got := s.ids(response); len(got) != want {
		s.t.Errorf("%v: got %v, want %d records", query, got, want)
	}
}
