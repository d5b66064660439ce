package pdf

import (
	"fmt"
	"strconv"
	"strings"
)

// Element is an element of a document's structure, such as a heading or a cell of a table (ISO
// 32000-1, 14.8.4).
type Element struct {
	kind       string
	attributes string
	// alternative is what a picture shows, for people who do not see it.
	alternative string
	ref         ref
	document    *Document
	parent      *Element
	children    []*Element
	content     []markedContent
}

// markedContent is content of an element on a page.
type markedContent struct {
	page   *Page
	number int
}

// Root returns the element that contains all others.
func (d *Document) Root() *Element { return d.root }

// Add adds an element of a standard type, such as H1, P, Table, TR or TD.
func (e *Element) Add(kind string) *Element {
	child := &Element{kind: kind, ref: e.document.file.reserve(), document: e.document, parent: e}
	e.children = append(e.children, child)
	return child
}

// AddColumnHeader adds a cell that labels a column of a table.
func (e *Element) AddColumnHeader() *Element { return e.addHeader("Column") }

// AddRowHeader adds a cell that labels the row.
func (e *Element) AddRowHeader() *Element { return e.addHeader("Row") }

func (e *Element) addHeader(scope string) *Element {
	child := e.Add("TH")
	child.attributes = "/Scope/" + scope
	return child
}

// Span makes a cell of a table as wide as several columns.
func (e *Element) Span(columns int) {
	if columns > 1 {
		e.attributes += fmt.Sprintf("/ColSpan %d", columns)
	}
}

// AddFigure adds a picture. text says what it shows.
func (e *Element) AddFigure(text string) *Element {
	child := e.Add("Figure")
	child.alternative = text
	return child
}

// writeStructure writes all elements, and which element each marked content belongs to.
func (d *Document) writeStructure() ref {
	tree := d.file.reserve()
	d.root.write(tree)
	var pages strings.Builder
	for i, p := range d.pages {
		var owners strings.Builder
		for _, e := range p.tagged {
			owners.WriteString(e.ref.String() + " ")
		}
		fmt.Fprintf(&pages, "%d %s ", i, d.file.add("["+owners.String()+"]"))
	}
	parents := d.file.add("<</Nums[" + pages.String() + "]>>")
	d.file.set(tree, fmt.Sprintf("<</Type/StructTreeRoot/K %s/ParentTree %s/ParentTreeNextKey %d>>",
		d.root.ref, parents, len(d.pages)))
	return tree
}

// write writes an element and those below it.
func (e *Element) write(parent ref) {
	var kids strings.Builder
	for _, child := range e.children {
		kids.WriteString(child.ref.String() + " ")
		child.write(e.ref)
	}
	page := ""
	for i, c := range e.content {
		switch {
		case i == 0:
			page = "/Pg " + c.page.ref.String()
			kids.WriteString(strconv.Itoa(c.number) + " ")
		case c.page == e.content[0].page:
			kids.WriteString(strconv.Itoa(c.number) + " ")
		default:
			fmt.Fprintf(&kids, "<</Type/MCR/Pg %s/MCID %d>> ", c.page.ref, c.number)
		}
	}
	attributes, content := "", strings.TrimSpace(kids.String())
	if e.attributes != "" {
		attributes = "/A<</O/Table" + e.attributes + ">>"
	}
	if e.alternative != "" {
		attributes += "/Alt" + textString(e.alternative)
	}
	if len(e.content)+len(e.children) != 1 {
		content = "[" + content + "]"
	}
	e.document.file.set(e.ref, "<</S/"+e.kind+"/P "+parent.String()+page+attributes+"/K "+content+">>")
}
