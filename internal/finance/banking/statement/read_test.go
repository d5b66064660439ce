package statement

import (
	"errors"
	"strings"
	"testing"
)

func TestDetectUsesContent(t *testing.T) {
	for content, want := range map[string]Format{
		"OFXHEADER:100\r\nDATA:OFXSGML": OFX,
		"\r\n\r\n <OFX>":                OFX,
		"<ofx>":                         OFX,
		`<?xml version="1.0"?><?OFX OFXHEADER="200"?>`:                      OFX,
		strings.Repeat("\n", 10_000) + "<OFX>":                              OFX,
		"\ufeffOFXHEADER:100":                                               OFX,
		"<\x00O\x00F\x00X\x00>\x00":                                         OFX,
		"Date,Amount\n2026-11-21,12.50":                                     CSV,
		"!Type:Bank\nD1/31'06\nT1\n^":                                       QIF,
		":20:X\n:25:1/2\n:28C:1":                                            MT940,
		"{1:F01X}{4:\n:20:X\n:25:1/2":                                       MT940,
		`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">`: CAMT053,
		"one line":      "",
		"%PDF-1.4\na,b": "",
		"<html>":        "",
		"PK\x03\x04":    "",
	} {
		got, err := Detect([]byte(content), "statement.ofx")
		if got != want || (want == "") != errors.Is(err, ErrFormat) {
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
		for _, format := range []Format{"", OFX} {
			if _, err := Read(t.Context(), []byte(empty), Options{Format: format}); !errors.Is(err, ErrEmpty) {
				t.Errorf("%q: got %v, want %v", empty, err, ErrEmpty)
			}
		}
	}
	if _, err := Read(t.Context(), []byte("<OFX></OFX>"), Options{MaxBytes: 10}); !errors.Is(err, ErrLimit) {
		t.Errorf("a file above MaxBytes: got %v, want %v", err, ErrLimit)
	}
	if _, err := Read(t.Context(), make([]byte, DefaultMaxBytes+1), Options{}); !errors.Is(err, ErrLimit) {
		t.Errorf("a file above DefaultMaxBytes: got %v, want %v", err, ErrLimit)
	}
	if _, err := Read(t.Context(), []byte("<OFX></OFX>"), Options{Format: "PDF"}); !errors.Is(err, ErrFormat) {
		t.Errorf("an unknown format: got %v, want %v", err, ErrFormat)
	}
	if _, err := Read(t.Context(), []byte("hello"), Options{}); !errors.Is(err, ErrFormat) {
		t.Errorf("a file without a known format: got %v, want %v", err, ErrFormat)
	}
}
