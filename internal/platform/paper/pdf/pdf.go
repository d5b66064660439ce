// Package pdf writes PDF documents (ISO 32000-1) that are tagged: their structure, reading order,
// language and text are available to screen readers and to programs. It embeds the glyphs that a
// document uses, and guarantees that equal documents are equal files. The caller lays out the pages
// and says which element of the structure each text belongs to.
package pdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"strings"

	"backoffice/internal/platform/paper/typeface"
)

// Info describes a document.
type Info struct {
	Title, Author string
	// Language is the language of the text (BCP 47), such as en-US.
	Language string
}

// Document is a document under construction.
type Document struct {
	info   Info
	file   file
	pages  []*Page
	root   *Element
	fonts  map[*typeface.Font]*embeddedFont
	inUse  []*embeddedFont
	images map[image.Image]ref
}

// New returns a document without pages.
func New(info Info) *Document {
	d := &Document{info: info, fonts: map[*typeface.Font]*embeddedFont{}, images: map[image.Image]ref{}}
	d.root = &Element{kind: "Document", ref: d.file.reserve(), document: d}
	return d
}

// Color is a color in red, green and blue, each from 0 to 255.
type Color struct{ R, G, B uint8 }

// Bytes returns the document as a file.
func (d *Document) Bytes() ([]byte, error) {
	parent, catalog, info := d.file.reserve(), d.file.reserve(), d.file.reserve()
	var kids []string
	for i, p := range d.pages {
		kids = append(kids, p.ref.String())
		d.writePage(p, i, parent)
	}
	for _, f := range d.inUse {
		if err := f.write(&d.file); err != nil {
			return nil, err
		}
	}
	d.file.set(parent, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(kids), strings.Join(kids, " ")))
	metadata := d.file.reserve()
	d.file.setPlainStream(metadata, "/Type/Metadata/Subtype/XML", d.info.xmp())
	d.file.set(catalog, fmt.Sprintf("<</Type/Catalog/Pages %s/Lang%s/MarkInfo<</Marked true>>/StructTreeRoot %s"+
		"/Metadata %s/ViewerPreferences<</DisplayDocTitle true>>>>",
		parent, textString(d.info.Language), d.writeStructure(), metadata))
	d.file.set(info, fmt.Sprintf("<</Title%s/Author%s>>", textString(d.info.Title), textString(d.info.Author)))
	return d.file.bytes(catalog, info), nil
}

// writePage writes a page and its content.
func (d *Document) writePage(p *Page, index int, parent ref) {
	content := d.file.reserve()
	d.file.setStream(content, "", p.content.Bytes())
	var names, images strings.Builder
	for _, f := range d.inUse {
		fmt.Fprintf(&names, "/%s %s", f.name, f.ref)
	}
	for _, i := range p.images {
		fmt.Fprintf(&images, "/I%d %s", i, i)
	}
	d.file.set(p.ref, fmt.Sprintf("<</Type/Page/Parent %s/MediaBox[0 0 %s %s]/Contents %s/StructParents %d/Tabs/S"+
		"/Resources<</Font<<%s>>/XObject<<%s>>>>>>",
		parent, number(p.width), number(p.height), content, index, names.String(), images.String()))
}

// xmp returns the description of the document as XMP (ISO 16684-1).
func (i Info) xmp() []byte {
	return fmt.Appendf(nil, `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`, escapeXML(i.Title), escapeXML(i.Author), escapeXML(i.Language))
}

// escapeXML escapes text for an XML document.
func escapeXML(text string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(text)) // writing to a buffer does not fail
	return out.String()
}
