package tax

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/encoding/protojson"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/fault"
)

// templateFiles are the templates, one JSON file for each country. Every percentage has the day
// from which it is valid and the law or authority that says so. What is not certain is left out.
//
//go:embed templates/*.json
var templateFiles embed.FS

// templates returns the templates, sorted by key. Callers must not modify them.
var templates = sync.OnceValue(func() []*pb.TaxTemplate {
	files, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err)
	}
	out := make([]*pb.TaxTemplate, len(files))
	for i, file := range files {
		raw, err := templateFiles.ReadFile("templates/" + file.Name())
		if err != nil {
			panic(err)
		}
		out[i] = &pb.TaxTemplate{}
		if err := protojson.Unmarshal(raw, out[i]); err != nil {
			panic(fmt.Sprintf("tax: %s: %v", file.Name(), err))
		}
	}
	slices.SortFunc(out, func(a, b *pb.TaxTemplate) int { return strings.Compare(a.Key, b.Key) })
	return out
})

// findTemplate returns the template with a key.
func findTemplate(key string) (*pb.TaxTemplate, error) {
	for _, t := range templates() {
		if t.Key == key {
			return t, nil
		}
	}
	return nil, fault.NotFound("TaxTemplate", key)
}

// ListTaxTemplates lists the templates by key.
func (s *Service) ListTaxTemplates(
	context.Context, *pb.ListTaxTemplatesRequest,
) (*pb.ListTaxTemplatesResponse, error) {
	return &pb.ListTaxTemplatesResponse{TaxTemplates: templates()}, nil
}

// chooseCodes returns the part of a template that codes of the given states or provinces and those
// of the whole country need. Without subdivisions it is the whole template.
func chooseCodes(t *pb.TaxTemplate, subdivisions []string) (*pb.TaxTemplate, error) {
	if len(subdivisions) == 0 {
		return t, nil
	}
	chosen := &pb.TaxTemplate{Key: t.Key}
	rates, agencies, found := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, code := range t.Codes {
		if code.SubdivisionCode != "" && !slices.Contains(subdivisions, code.SubdivisionCode) {
			continue
		}
		found[code.SubdivisionCode] = true
		rates[code.SalesRateKey], rates[code.PurchaseRateKey] = true, true
		chosen.Codes = append(chosen.Codes, code)
	}
	for _, rate := range t.Rates {
		if !rates[rate.Key] {
			continue
		}
		chosen.Rates = append(chosen.Rates, rate)
		for _, c := range rate.Components {
			agencies[c.AgencyKey] = true
		}
	}
	for _, agency := range t.Agencies {
		if agencies[agency.Key] {
			chosen.Agencies = append(chosen.Agencies, agency)
		}
	}
	var violations fault.List
	for i, subdivision := range subdivisions {
		if !found[subdivision] {
			violations.Append(fault.At(fmt.Sprintf("subdivisionCodes[%d]", i), "has no code in the template"))
		}
	}
	return chosen, violations.Err()
}
