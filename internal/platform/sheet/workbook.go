package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Limits of a workbook. A workbook is compressed, so a small file can have huge content.
// maxUnpacked limits the bytes of all parts together, once unpacked.
const (
	maxUnpacked  = 12 << 20
	maxColumns   = 200
	maxCellBytes = 4096
	maxDepth     = 64
)

// workbook is a spreadsheet file (ECMA-376): a zip archive of XML parts.
type workbook struct {
	ctx   context.Context
	parts map[string]*zip.File
	// remaining is how many more bytes may be unpacked.
	remaining int64
	// sharedStrings are the strings that cells refer to by index.
	sharedStrings []string
}

func readWorkbook(ctx context.Context, content []byte, maxRows int) ([]Row, error) {
	packed, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrCorrupt, DescribeDamage(err))
	}
	w := &workbook{ctx: ctx, parts: map[string]*zip.File{}, remaining: maxUnpacked}
	for _, f := range packed.File {
		w.parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	name, err := w.findVisibleSheet()
	if err != nil {
		return nil, err
	}
	if w.sharedStrings, err = w.readSharedStrings(); err != nil {
		return nil, err
	}
	return w.readSheet(name, maxRows)
}

// findVisibleSheet returns the name of the part with the first sheet that is not hidden.
func (w *workbook) findVisibleSheet() (string, error) {
	var relation string
	err := w.walkPart("xl/workbook.xml", func(e xml.StartElement, _ string, end bool) error {
		state := attribute(e, "state")
		isVisible := e.Name.Local == "sheet" && state != "hidden" && state != "veryHidden"
		if !end && relation == "" && isVisible {
			relation = attribute(e, "id")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	var target string
	err = w.walkPart("xl/_rels/workbook.xml.rels", func(e xml.StartElement, _ string, end bool) error {
		if !end && e.Name.Local == "Relationship" && attribute(e, "Id") == relation {
			target = attribute(e, "Target")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if relation == "" || target == "" {
		return "", refusal{ErrFormat, "the workbook has no visible sheet"}
	}
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/"), nil
	}
	return path.Join("xl", target), nil
}

// readSharedStrings reads the strings that cells refer to. A workbook may have none. Phonetic runs,
// which say how a string is pronounced, are skipped.
func (w *workbook) readSharedStrings() (list []string, err error) {
	const name = "xl/sharedStrings.xml"
	if w.parts[name] == nil {
		return nil, nil
	}
	var text strings.Builder
	inPhonetic := false
	err = w.walkPart(name, func(e xml.StartElement, content string, end bool) error {
		switch {
		case e.Name.Local == "rPh":
			inPhonetic = !end
		case e.Name.Local == "t" && end && !inPhonetic:
			text.WriteString(content)
		case e.Name.Local == "si" && end:
			if text.Len() > maxCellBytes {
				return fmt.Errorf("%w: a cell with more than %d bytes of text", ErrLimit, maxCellBytes)
			}
			list = append(list, text.String())
			text.Reset()
		}
		return nil
	})
	return list, err
}

// walkPart walks the elements of a part. It calls visit when an element begins, and again with the
// element's direct text when it ends.
func (w *workbook) walkPart(name string, visit func(e xml.StartElement, text string, end bool) error) error {
	part := w.parts[name]
	if part == nil {
		return fmt.Errorf("%w: the workbook has no part %s", ErrCorrupt, name)
	}
	unpacked, err := part.Open()
	if err != nil {
		return fmt.Errorf("%w: %s", ErrCorrupt, DescribeDamage(err))
	}
	defer unpacked.Close()
	d := xml.NewDecoder(&budgetReader{NewContextReader(w.ctx, unpacked), &w.remaining})
	var open []xml.StartElement
	var text []byte
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, ErrLimit):
			return err
		case err != nil:
			return fmt.Errorf("%w: %s", ErrCorrupt, DescribeDamage(err))
		}
		switch token := token.(type) {
		case xml.StartElement:
			if len(open) == maxDepth {
				return fmt.Errorf("%w: elements are nested more than %d deep", ErrLimit, maxDepth)
			}
			open, text = append(open, token.Copy()), text[:0]
			err = visit(token, "", false)
		case xml.CharData:
			text = append(text, token...)
		case xml.EndElement:
			err = visit(open[len(open)-1], string(text), true)
			open, text = open[:len(open)-1], text[:0]
		}
		if err != nil {
			return err
		}
	}
}

// budgetReader fails once more bytes were read than remaining allows.
type budgetReader struct {
	from      io.Reader
	remaining *int64
}

// Read implements io.Reader.
func (m *budgetReader) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	if *m.remaining -= int64(n); *m.remaining < 0 {
		return 0, fmt.Errorf("%w: the workbook unpacks to more than %d MiB", ErrLimit, maxUnpacked>>20)
	}
	return n, err
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
