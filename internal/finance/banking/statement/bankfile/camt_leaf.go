package bankfile

import (
	"encoding/xml"
	"fmt"
	"strings"

	"backoffice/internal/platform/sheet"
)

// camtLeaf is an element that contains text, with the names of the elements around it.
type camtLeaf struct {
	path, currency, text string
}

// camtLeaves are the texts of an entry or of a transaction, as sorted in the file. All of them are
// kept, so that a reference is found wherever a bank writes it.
type camtLeaves []camtLeaf

// get returns the first text at one of the paths, or "".
func (c camtLeaves) get(paths ...string) string {
	for _, path := range paths {
		for _, leaf := range c {
			if leaf.path == path && leaf.text != "" {
				return leaf.text
			}
		}
	}
	return ""
}

// all returns the texts at a path.
func (c camtLeaves) all(path string) (texts []string) {
	for _, leaf := range c {
		if leaf.path == path {
			texts = append(texts, leaf.text)
		}
	}
	return texts
}

// amount returns the amount at the first of the paths that has one.
func (c camtLeaves) amount(paths ...string) camtAmount {
	for _, path := range paths {
		for _, leaf := range c {
			if leaf.path == path {
				return camtAmount{Currency: leaf.currency, Text: leaf.text}
			}
		}
	}
	return camtAmount{}
}

// camtEntry is an entry with its transactions.
type camtEntry struct {
	camtLeaves
	transactions []camtLeaves
}

// Paths in an entry. The longest path of the message definition has about 100 bytes.
const (
	maxPathBytes        = 200
	camtDetailsPath     = "NtryDtls/"
	camtTransactionPath = "NtryDtls/TxDtls"
)

// UnmarshalXML reads all texts of an entry.
func (e *camtEntry) UnmarshalXML(d *xml.Decoder, _ xml.StartElement) error {
	var path, currencies []string
	var text strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			path, currencies = append(path, t.Name.Local), append(currencies, currencyOf(t))
			joined := strings.Join(path, "/")
			if len(joined) > maxPathBytes {
				return fmt.Errorf("the names of nested elements have more than %d bytes", maxPathBytes)
			}
			if text.Reset(); joined == camtTransactionPath {
				e.transactions = append(e.transactions, nil)
			}
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			last := len(path) - 1
			if last < 0 {
				return nil
			}
			if written := sheet.CleanText(text.String()); written != "" {
				e.addLeaf(strings.Join(path, "/"), currencies[last], written)
			}
			text.Reset()
			path, currencies = path[:last], currencies[:last]
		}
	}
}

func currencyOf(t xml.StartElement) string {
	for _, a := range t.Attr {
		if a.Name.Local == "Ccy" {
			return a.Value
		}
	}
	return ""
}

// addLeaf adds a text to the entry, or to the transaction in which it stands.
func (e *camtEntry) addLeaf(path, currency, text string) {
	if inner, ok := strings.CutPrefix(path, camtTransactionPath+"/"); ok {
		at := len(e.transactions) - 1
		e.transactions[at] = append(e.transactions[at], camtLeaf{inner, currency, text})
		return
	}
	e.camtLeaves = append(e.camtLeaves, camtLeaf{path, currency, text})
}
