package exportfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// board returns a board with a list and the given JSON.
func board(cards string, more ...string) string {
	return `{"id":"b","name":"Board","lists":[{"id":"l","name":"To do","pos":1}],"cards":[` + cards + `]` +
		strings.Join(append([]string{""}, more...), ",") + `}`
}

// TestTrelloCardsThatAreNoTasksAreSkipped checks which cards become no task.
func TestTrelloCardsThatAreNoTasksAreSkipped(t *testing.T) {
	t.Parallel()
	f := mustRead(t, board(`{"id":"c1","name":"a","idList":"l"},{"id":"c1","name":"b","idList":"l"},{"name":"c"},
		{"id":"c4","name":" ","idList":"l"},{"id":"c5","name":"e","cardRole":"separator"},7,{"id":"c7","name":5},
		{"id":"c8","name":"h","idList":"l","isTemplate":true},null,{"id":"c\u0000","name":"j","idList":"l"},
		{"id":"c11","name":"k","badges":{"comments":"x"}},{"id":"c12","pos":"top"},{"id":"c13","pos":1e999}`), Options{})
	wantProblems(t, f,
		"ROW_SKIPPED cards[5]: is not what Trello writes there",
		"ROW_SKIPPED cards[6].name: is a number, which Trello does not write there",
		"ROW_SKIPPED cards[8]: is not what Trello writes there",
		"ROW_SKIPPED cards[10].badges.comments: is a string, which Trello does not write there",
		"ROW_SKIPPED cards[11]: is not what Trello writes there",
		"ROW_SKIPPED cards[12]: is not what Trello writes there",
		"ROW_SKIPPED cards[1]: repeats a card",
		"ROW_SKIPPED cards[3]: the card has no name",
		"ROW_SKIPPED cards[7]: the card is a template",
		"ROW_SKIPPED cards[9]: the card has no id",
		"ROW_SKIPPED cards[2]: the card has no id",
		"ROW_SKIPPED cards[4]: the card is a separator, not a task")
	if len(f.Tasks) != 1 || f.Rows != 13 {
		t.Errorf("got %d tasks of %d rows", len(f.Tasks), f.Rows)
	}
}

// TestTrelloValuesThatAreNotUnderstoodAreReported checks that cards are read without bad values.
func TestTrelloValuesThatAreNotUnderstoodAreReported(t *testing.T) {
	t.Parallel()
	f := mustRead(t, board(
		`{"id":"c1","name":"a","idList":"gone","due":"soon","start":"0001-01-01T00:00:00.000Z","idMembers":["m9","m\n"],
		"idLabels":["x","y","y","gone"],"customFieldItems":[{"idCustomField":"f9","value":{"text":"v"}},
		{"idCustomField":"f1","value":{"number":7}},{"idCustomField":"f1","idValue":"o9"}]}`,
		`"labels":[{"id":"x"},{"id":"y","color":"red"},5]`, `"members":[{"id":""}]`,
		`"customFields":[{"id":"f1","name":"Cost","options":[{"id":"o1","value":{"text":"High"}}]}]`,
		`"checklists":[{"id":"k","idCard":"c9"},{"id":"k2","idCard":"c1","name":"List","checkItems":[
			{"name":"one","state":"half"},{"name":"","state":"complete"},{"name":"two","state":"complete","due":"never"}]}]`,
		`"actions":[{"type":"commentCard","data":{"text":"lost","card":{"id":"c9"}}},
			{"id":"a1","type":"commentCard","date":"2026-01-05","data":{"text":"hi","card":{"id":"c1"}}},
			{"id":"a2","type":"commentCard","date":"2026-01-05T10:00:00.000Z","memberCreator":{"id":"m9"},
			"data":{"text":"ho","card":{"id":"c1"}}}]`), Options{})
	wantProblems(t, f,
		"VALUE_MISSING members[0]: the member has no id",
		"VALUE_MISSING labels[0]: the label has neither a name nor a color",
		"VALUE_MISSING labels[2]: is not what Trello writes there",
		"VALUE_MISSING cards[0].start: is not a time such as 2026-03-31T22:00:00.000Z",
		"VALUE_MISSING cards[0].due: is not a time such as 2026-03-31T22:00:00.000Z",
		"VALUE_MISSING cards[0].customFieldItems: the custom field or its option is not in the file",
		"VALUE_MISSING cards[0].customFieldItems: the custom field or its option is not in the file",
		"VALUE_MISSING cards[0].idList: the list is not in the file",
		"NOTICE cards[0].idMembers: the file does not name the member",
		"VALUE_MISSING cards[0].idMembers: is not the id of a member",
		"VALUE_MISSING cards[0].idLabels: the label is not in the file",
		"VALUE_MISSING checklists[0]: the card of the checklist was not read",
		"VALUE_MISSING checklists[1].checkItems[0].state: is neither complete nor incomplete; the item was read as not done",
		"VALUE_MISSING checklists[1].checkItems[1]: the item has no text",
		"VALUE_MISSING checklists[1].checkItems[2].due: is not a time such as 2026-03-31T22:00:00.000Z",
		"VALUE_MISSING actions[0]: the card of the comment was not read",
		"VALUE_MISSING actions[1].memberCreator: the comment has no author",
		"VALUE_MISSING actions[1].date: is not a time such as 2026-03-31T22:00:00.000Z")
	task := f.Tasks[0]
	if !slices.Equal(task.Labels, []string{"red"}) || !slices.Equal(task.Extra, []Value{{"Cost", "7"}}) ||
		task.AssigneeKey != "m9" || len(task.Checklists) != 1 || len(task.Checklists[0].Items) != 2 ||
		task.Comments[0].Text != "hi" || task.Comments[1].AuthorKey != "m9" {
		t.Errorf("got %+v", task)
	}
}

// TestTrelloTimesOfCardsAreFound checks the times at which a card was created and done.
func TestTrelloTimesOfCardsAreFound(t *testing.T) {
	t.Parallel()
	done := func(card, date, isDone string) string {
		return fmt.Sprintf(`{"type":"updateCard","date":"%s","data":{"card":{"id":"%s","dueComplete":%s},"old":{"dueComplete":%t}}}`,
			date, card, isDone, isDone == "false")
	}
	f := mustRead(t, board(
		`{"id":"695ccf105b1f0e00a1000012","name":"a","idList":"l","dueComplete":true},{"id":"word","name":"b","idList":"l"},
		{"id":"000000005b1f0e00a1000012","name":"c","idList":"l","dueComplete":true},
		{"id":"zzzzzzzz5b1f0e00a1000012","name":"d","idList":"l"}`,
		`"actions":[`+done("695ccf105b1f0e00a1000012", "2026-01-09T10:00:00.000Z", "true")+`,`+
			done("695ccf105b1f0e00a1000012", "2026-01-08T10:00:00.000Z", "false")+`,`+
			done("695ccf105b1f0e00a1000012", "2026-01-07T10:00:00.000Z", "true")+`,`+
			done("word", "2026-01-07T10:00:00.000Z", "true")+`,
			{"type":"createCard","date":"2026-01-02T10:00:00.000Z","data":{"card":{"id":"word"}}}]`), Options{})
	var got []string
	for _, task := range f.Tasks {
		dates := task.Created.Date.String() + " " + task.Completed.Date.String()
		got = append(got, task.Title+" "+task.StateKey+" "+dates)
	}
	want := []string{"a done 2026-01-06 2026-01-09", "b open 2026-01-02 ", "c done  ", "d open  "}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	wantProblems(t, f)
}

// TestTrelloOrderIsThatOfTheBoard checks that lists, cards, checklists and items are sorted.
func TestTrelloOrderIsThatOfTheBoard(t *testing.T) {
	t.Parallel()
	f := mustRead(t, `{"name":"",
		"lists":[{"id":"z","name":"Z","pos":2},{"id":"a","name":"A","pos":1.5,"closed":true},{"id":"a","pos":3},
		{"name":"?"}],
		"cards":[{"id":"1","name":"one","idList":"z","pos":2},{"id":"2","name":"two","idList":"z","pos":1},
		{"id":"3","name":"three","idList":"a","pos":9},{"id":"4","name":"four","idList":"?","pos":0}],
		"checklists":[{"id":"k2","idCard":"1","pos":2},{"id":"k1","idCard":"1","pos":1}]}`, Options{})
	var got []string
	for _, task := range f.Tasks {
		got = append(got, fmt.Sprint(task.Title, task.IsArchived))
	}
	if want := []string{"threetrue", "twofalse", "onefalse", "fourfalse"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	k := f.Tasks[2].Checklists
	if len(k) != 2 || k[0].Key != "k1" || f.Sections[0].Key != "a" || f.Projects[0].Name != "Trello" {
		t.Errorf("got %+v, %+v, %+v", k, f.Sections, f.Projects)
	}
	wantProblems(t, f,
		"NOTICE name: the board has no name", "VALUE_MISSING lists[3]: the list has no id", "NOTICE lists[2]: repeats a list",
		"VALUE_MISSING cards[3].idList: the list is not in the file")
}

// TestTrelloActionsMayBeIncomplete checks the notice about actions that Trello leaves out.
func TestTrelloActionsMayBeIncomplete(t *testing.T) {
	t.Parallel()
	action := `{"type":"commentCard","date":"2026-01-05T10:00:00.000Z","idMemberCreator":"m",
		"member":{"id":"m","fullName":"Maud"},"data":{"text":"a","card":{"id":"c"}}},`
	f := mustRead(t, board(`{"id":"c","name":"a","idList":"l","badges":{"comments":1200}}`,
		`"actions":[`+strings.TrimSuffix(strings.Repeat(action, actionLimit), ",")+`]`), Options{})
	wantProblems(t, f,
		"NOTICE cards[0].badges.comments: the card has 1200 comments, but the file has only 1000 of them",
		"NOTICE actions: the file has 1000 actions; Trello leaves out older ones, and their comments")
	if f.Tasks[0].MissingComments != 200 || f.People[0].Name != "Maud" || f.People[0].Uses != actionLimit {
		t.Errorf("got %+v, %+v", f.Tasks[0].MissingComments, f.People)
	}
}

// TestTrelloLabelsOfCardsOnly reads labels that only the cards describe.
func TestTrelloLabelsOfCardsOnly(t *testing.T) {
	t.Parallel()
	f := mustRead(t, board(`{"id":"c","name":"a","idList":"l","labels":[{"id":"x","name":"Web"},{"id":"y","name":"WEB"}]}`,
		`"labels":[{"id":"z","name":"Unused"}]`), Options{})
	wantProblems(t, f)
	if !slices.Equal(f.Tasks[0].Labels, []string{"Web"}) || len(f.Labels) != 2 || f.Labels[0].Uses != 0 {
		t.Errorf("got %q, %+v", f.Tasks[0].Labels, f.Labels)
	}
}
