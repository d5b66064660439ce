package salesdocuments

import (
	"bytes"
	"context"
	"image"
	_ "image/jpeg" // thumbnails are JPEG or PNG files
	_ "image/png"
	"strings"
	"sync"

	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/platform/address"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/paper/letter"
	"backoffice/internal/platform/thumbnail"
)

// print returns the PDF file of a document. Call it outside of a transaction.
func (s *Service) print(ctx context.Context, d *document) ([]byte, error) {
	logo, err := s.logoOf(ctx, d.organization)
	if err != nil {
		return nil, err
	}
	l := d.letter
	l.Language, l.Locale = d.language, paper.NewLocale(d.organization.GetRegionCode())
	l.Sender = d.sender(logo)
	return l.PDF()
}

// sender returns what a letter says of the organization.
func (s setting) sender(logo image.Image) letter.Sender {
	o := s.organization
	out := letter.Sender{Name: s.sellerName(), Logo: logo, Address: address.Lines(o.GetAddress(), o.GetRegionCode())}
	for _, text := range []string{o.GetPhone(), o.GetEmail(), o.GetWebsite()} {
		if text != "" {
			out.Contact = append(out.Contact, text)
		}
	}
	legal := []string{}
	if o.GetRegistration() != "" {
		legal = strings.Split(strings.TrimSpace(o.GetRegistration()), "\n")
	}
	if o.GetTaxNumber() != "" {
		legal = append(legal, s.words.taxNumber+" "+o.GetTaxNumber())
	}
	for _, column := range [][]string{append([]string{out.Name}, out.Address...), out.Contact, legal} {
		if len(column) > 0 {
			out.Footer = append(out.Footer, column)
		}
	}
	return out
}

// recipient returns the lines of the customer's address.
func (s setting) recipient(name string, a *typepb.Address) []string {
	return append([]string{name}, address.Lines(a, s.organization.GetRegionCode())...)
}

// logoSize is the size of the thumbnail that is printed, in pixels.
const logoSize = 512

// maxLogos is how many logos a server keeps in memory.
const maxLogos = 100

// logoCache keeps the logos that were printed last, by the digest of their files. All are forgotten
// when there are maxLogos of them.
type logoCache struct {
	mu       sync.Mutex
	byDigest map[string]image.Image
}

func (c *logoCache) get(digest string) (image.Image, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, known := c.byDigest[digest]
	return found, known
}

func (c *logoCache) put(digest string, logo image.Image) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byDigest == nil || len(c.byDigest) >= maxLogos {
		c.byDigest = map[string]image.Image{}
	}
	c.byDigest[digest] = logo
}

// logoOf returns the logo of an organization, or nil if it has none that can be decoded.
func (s *Service) logoOf(ctx context.Context, o *platformv1.Organization) (image.Image, error) {
	if o.GetLogoFileId() == "" {
		return nil, nil
	}
	f, err := db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*platformv1.File, error) {
		return s.files.Find(ctx, tx, o.GetLogoFileId())
	})
	if err != nil {
		return nil, err
	}
	if logo, known := s.logos.get(f.GetSha256()); known {
		return logo, nil
	}
	raw, err := s.files.Read(ctx, call.From(ctx), f)
	if err != nil {
		return nil, err
	}
	logo := decodeLogo(raw)
	s.logos.put(f.GetSha256(), logo)
	return logo, nil
}

// decodeLogo returns an image at the size for print, or nil if it cannot be decoded.
func decodeLogo(raw []byte) image.Image {
	thumbnails, err := thumbnail.Make(raw)
	if err != nil {
		return nil
	}
	for _, t := range thumbnails {
		if t.Size == logoSize {
			if logo, _, err := image.Decode(bytes.NewReader(t.Content)); err == nil {
				return logo
			}
		}
	}
	return nil
}
