package exportfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// trelloBoard is the JSON of a board. Its lists are decoded one by one, so that a bad item does not
// hide the others.
type trelloBoard struct {
	ID           string            `json:"id"`
	Name         string            `json:"name"`
	Desc         string            `json:"desc"`
	Closed       bool              `json:"closed"`
	URL          string            `json:"url"`
	Lists        []json.RawMessage `json:"lists"`
	Cards        []json.RawMessage `json:"cards"`
	Labels       []json.RawMessage `json:"labels"`
	Members      []json.RawMessage `json:"members"`
	Checklists   []json.RawMessage `json:"checklists"`
	CustomFields []json.RawMessage `json:"customFields"`
	Actions      []json.RawMessage `json:"actions"`
}

type trelloList struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Closed bool     `json:"closed"`
	Pos    position `json:"pos"`
	place  Place
}

type trelloCard struct {
	ID               string             `json:"id"`
	IDShort          int64              `json:"idShort"`
	Name             string             `json:"name"`
	Desc             string             `json:"desc"`
	Closed           bool               `json:"closed"`
	IDList           string             `json:"idList"`
	Pos              position           `json:"pos"`
	Due              string             `json:"due"`
	DueComplete      bool               `json:"dueComplete"`
	Start            string             `json:"start"`
	DateLastActivity string             `json:"dateLastActivity"`
	IDMembers        []string           `json:"idMembers"`
	IDLabels         []string           `json:"idLabels"`
	Labels           []trelloLabel      `json:"labels"`
	Attachments      []trelloAttachment `json:"attachments"`
	CustomFieldItems []trelloValue      `json:"customFieldItems"`
	Badges           struct {
		Comments int `json:"comments"`
	} `json:"badges"`
	IsTemplate bool   `json:"isTemplate"`
	CardRole   string `json:"cardRole"`
	URL        string `json:"url"`
	ShortURL   string `json:"shortUrl"`
	place      Place
}

type trelloLabel struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Color string `json:"color"`
}

type trelloAttachment struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// trelloValue is the value of a custom field: an option, or a value by its type, such as
// {"number": "2"}.
type trelloValue struct {
	IDCustomField string                     `json:"idCustomField"`
	IDValue       string                     `json:"idValue"`
	Value         map[string]json.RawMessage `json:"value"`
}

type trelloField struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Options []struct {
		ID    string `json:"id"`
		Value struct {
			Text string `json:"text"`
		} `json:"value"`
	} `json:"options"`
}

type trelloMember struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	FullName string `json:"fullName"`
	place    Place
}

type trelloChecklist struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	IDCard     string   `json:"idCard"`
	Pos        position `json:"pos"`
	CheckItems []struct {
		ID       string   `json:"id"`
		Name     string   `json:"name"`
		State    string   `json:"state"`
		Pos      position `json:"pos"`
		Due      string   `json:"due"`
		IDMember string   `json:"idMember"`
	} `json:"checkItems"`
	place Place
}

// trelloAction is an event on the board. Card and Text are those of comments.
type trelloAction struct {
	ID              string        `json:"id"`
	Type            string        `json:"type"`
	Date            string        `json:"date"`
	IDMemberCreator string        `json:"idMemberCreator"`
	MemberCreator   *trelloMember `json:"memberCreator"`
	Member          *trelloMember `json:"member"`
	Data            struct {
		Text string `json:"text"`
		Card struct {
			ID          string `json:"id"`
			DueComplete bool   `json:"dueComplete"`
		} `json:"card"`
		Old struct {
			DueComplete *bool `json:"dueComplete"`
		} `json:"old"`
	} `json:"data"`
	place Place
}

// position is the place of an item in its list. Positions have gaps and fractions.
type position struct{ decimal.Decimal }

// UnmarshalJSON reads a number of a reasonable size.
func (p *position) UnmarshalJSON(raw []byte) error {
	const longest, mostDigits = 40, 100
	if string(raw) == "null" {
		return nil
	}
	d, err := decimal.NewFromString(string(raw))
	if err != nil || len(raw) > longest || d.Exponent() > mostDigits || d.Exponent() < -mostDigits {
		return errors.New("is not a position")
	}
	p.Decimal = d
	return nil
}

// decodeBoard decodes a board. It refuses other JSON.
func decodeBoard(text string) (board trelloBoard, err error) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &keys); err != nil {
		return board, describeJSON(text, err)
	}
	has := func(key string) bool { return bytes.HasPrefix(bytes.TrimSpace(keys[key]), []byte("[")) }
	switch {
	case has("lists") && has("cards"):
	case has("data"):
		return board, fmt.Errorf("%w: it looks like the JSON of an Asana project; export the project as CSV", ErrFormat)
	default:
		return board, fmt.Errorf("%w: it is JSON, but not a Trello board with lists and cards", ErrFormat)
	}
	if err := json.Unmarshal([]byte(text), &board); err != nil {
		return board, describeJSON(text, err)
	}
	return board, nil
}

// describeJSON says where JSON is damaged, or not what a board has.
func describeJSON(text string, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		before := text[:max(0, min(int(syntax.Offset), len(text)))]
		line := strings.Count(before, "\n") + 1
		column := len(before) - strings.LastIndexByte(before, '\n') - 1
		return fmt.Errorf("%w: its JSON is invalid in line %d, column %d", ErrDamaged, line, column)
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Errorf("%w: the board's %s is a %s", ErrFormat, kind.Field, kind.Value)
	}
	return fmt.Errorf("%w: it is JSON, but not a Trello board with lists and cards", ErrFormat)
}

// decodeItems decodes the items of a list, and reports bad ones. visit gets each item with its
// place.
func decodeItems[T any](c *collector, name string, items []json.RawMessage, visit func(item *T, at Place)) {
	for i, raw := range items {
		at := Place{Path: fmt.Sprintf("%s[%d]", name, i)}
		var item *T
		if err := json.Unmarshal(raw, &item); err != nil || item == nil {
			effect := ValueMissing
			if name == "cards" {
				effect = RowSkipped
				c.file.Skipped++
			}
			message := "is not what Trello writes there"
			var kind *json.UnmarshalTypeError
			if errors.As(err, &kind) && kind.Field != "" {
				at.Path += "." + kind.Field
				message = fmt.Sprintf("is a %s, which Trello does not write there", kind.Value)
			}
			c.file.report(at, "", effect, string(raw), "%s", message)
			continue
		}
		visit(item, at)
	}
}
