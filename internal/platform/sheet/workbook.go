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

// Limits of a workbook. What it holds is packed, so that a small file can be a large one:
// all its parts together are read up to maxUnpacked bytes.
const (
	maxUnpacked  = 12 << 20
	maxColumns   = 200
	maxCellBytes = 4096
	maxDepth     = 64
)

// workbook is a file of a spreadsheet (ECMA-376): parts of XML, packed together.
type workbook struct {
	ctx   context.Context
	parts map[string]*zip.File
	// left is how many more bytes are unpacked.
	left int64
	// texts are the texts that cells share, by their numbers.
	texts []string
}

func readWorkbook(ctx context.Context, content []byte, maxRows int) ([]Row, error) {
	packed, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, Damage(err))
	}
	w := &workbook{ctx: ctx, parts: map[string]*zip.File{}, left: maxUnpacked}
	for _, f := range packed.File {
		w.parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	name, err := w.firstSheet()
	if err != nil {
		return nil, err
	}
	if w.texts, err = w.readTexts(); err != nil {
		return nil, err
	}
	return w.readSheet(name, maxRows)
}

// firstSheet is the part with the first sheet that is not hidden.
func (w *workbook) firstSheet() (string, error) {
	var relation string
	err := w.each("xl/workbook.xml", func(e xml.StartElement, _ string, end bool) error {
		if end || relation != "" || e.Name.Local != "sheet" || attribute(e, "state") == "hidden" || attribute(e, "state") == "veryHidden" {
			return nil
		}
		relation = attribute(e, "id")
		return nil
	})
	if err != nil {
		return "", err
	}
	var target string
	err = w.each("xl/_rels/workbook.xml.rels", func(e xml.StartElement, _ string, end bool) error {
		if !end && e.Name.Local == "Relationship" && attribute(e, "Id") == relation {
			target = attribute(e, "Target")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if relation == "" || target == "" {
		return "", refusal{ErrFormat, "the workbook has no sheet"}
	}
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/"), nil
	}
	return path.Join("xl", target), nil
}

// readTexts reads the texts that cells share; a workbook may have none. How they are to be
// pronounced is passed over.
func (w *workbook) readTexts() (texts []string, err error) {
	const name = "xl/sharedStrings.xml"
	if w.parts[name] == nil {
		return nil, nil
	}
	var text strings.Builder
	spoken := false
	err = w.each(name, func(e xml.StartElement, content string, end bool) error {
		switch {
		case e.Name.Local == "rPh":
			spoken = !end
		case e.Name.Local == "t" && end && !spoken:
			text.WriteString(content)
		case e.Name.Local == "si" && end:
			if text.Len() > maxCellBytes {
				return fmt.Errorf("%w: a cell with more than %d bytes of text", ErrLimit, maxCellBytes)
			}
			texts = append(texts, text.String())
			text.Reset()
		}
		return nil
	})
	return texts, err
}

// each walks through a part: visit sees each element when it begins, and again with its
// own text when it ends.
func (w *workbook) each(name string, visit func(e xml.StartElement, text string, end bool) error) error {
	part := w.parts[name]
	if part == nil {
		return fmt.Errorf("%w: it has no part %s", ErrDamaged, name)
	}
	unpacked, err := part.Open()
	if err != nil {
		return fmt.Errorf("%w: %s", ErrDamaged, Damage(err))
	}
	defer unpacked.Close()
	d := xml.NewDecoder(&metered{NewReader(w.ctx, unpacked), &w.left})
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
			return fmt.Errorf("%w: %s", ErrDamaged, Damage(err))
		}
		switch token := token.(type) {
		case xml.StartElement:
			if len(open) == maxDepth {
				return fmt.Errorf("%w: elements nest deeper than %d", ErrLimit, maxDepth)
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

// metered reads until what may be unpacked is used up.
type metered struct {
	from io.Reader
	left *int64
}

// Read implements io.Reader.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	if *m.left -= int64(n); *m.left < 0 {
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
