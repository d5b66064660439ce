package bankfile

import (
	"errors"
	"strings"
	"testing"

	"backoffice/internal/finance/banking/statement"
)

func TestDetectUsesContent(t *testing.T) {
	for content, want := range map[string]statement.Format{
		"OFXHEADER:100\r\nDATA:OFXSGML": statement.OFX,
		"\r\n\r\n <OFX>":                statement.OFX,
		"<ofx>":                         statement.OFX,
		`<?xml version="1.0"?><?OFX OFXHEADER="200"?>`:                      statement.OFX,
		strings.Repeat("\n", 10_000) + "<OFX>":                              statement.OFX,
		"\ufeffOFXHEADER:100":                                               statement.OFX,
		"<\x00O\x00F\x00X\x00>\x00":                                         statement.OFX,
		"Date,Amount\n2026-11-21,12.50":                                     statement.CSV,
		"!Type:Bank\nD1/31'06\nT1\n^":                                       statement.QIF,
		":20:X\n:25:1/2\n:28C:1":                                            statement.MT940,
		"{1:F01X}{4:\n:20:X\n:25:1/2":                                       statement.MT940,
		`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">`: statement.CAMT053,
		"one line":      "",
		"%PDF-1.4\na,b": "",
		"<html>":        "",
		"PK\x03\x04":    "",
	} {
		got, err := Detect([]byte(content), "statement.ofx")
		if got != want || (want == "") != errors.Is(err, statement.ErrFormat) {
			t.Errorf("Detect(%.40q) = %q, %v, want %q", content, got, err, want)
		}
	}
	_, err := Detect([]byte("Date,Amount"), "statement.QFX")
	if err == nil || !strings.Contains(err.Error(), "the name ends in .qfx, but the content is not OFX") {
		t.Errorf("a CSV file named .QFX: got %v", err)
	}
}

func TestReadRejectsEmptyLargeAndUnknownFiles(t *testing.T) {
	for _, empty := range []string{"", " \r\n", "\ufeff", "\x00\x00\x1a"} {
		for _, format := range []statement.Format{"", statement.OFX} {
			if _, err := Read(t.Context(), []byte(empty), Options{Format: format}); !errors.Is(err, statement.ErrEmpty) {
				t.Errorf("%q: got %v, want %v", empty, err, statement.ErrEmpty)
			}
		}
	}
	if _, err := Read(t.Context(), []byte("<OFX></OFX>"), Options{MaxBytes: 10}); !errors.Is(err, statement.ErrLimit) {
		t.Errorf("a file above MaxBytes: got %v, want %v", err, statement.ErrLimit)
	}
	if _, err := Read(t.Context(), make([]byte, DefaultMaxBytes+1), Options{}); !errors.Is(err, statement.ErrLimit) {
		t.Errorf("a file above DefaultMaxBytes: got %v, want %v", err, statement.ErrLimit)
	}
	if _, err := Read(t.Context(), []byte("<OFX></OFX>"), Options{Format: "PDF"}); !errors.Is(err, statement.ErrFormat) {
		t.Errorf("an unknown format: got %v, want %v", err, statement.ErrFormat)
	}
	if _, err := Read(t.Context(), []byte("hello"), Options{}); !errors.Is(err, statement.ErrFormat) {
		t.Errorf("a file without a known format: got %v, want %v", err, statement.ErrFormat)
	}
}
