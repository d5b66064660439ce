package rpc

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// maxIndent is the maximum number of spaces per level of indented JSON.
const maxIndent = 8

// withIndent indents JSON for people if the caller sends `Accept: application/json; indent=2`.
// By default responses are compact.
func withIndent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept")
		width := indentOf(r.Header.Get("Accept"))
		if width == 0 {
			next.ServeHTTP(w, r)
			return
		}
		response := &jsonIndenter{ResponseWriter: w}
		next.ServeHTTP(response, r)
		response.flush(width)
	})
}

// indentOf returns the indentation that an Accept header requests, or 0.
func indentOf(accept string) int {
	for part := range strings.SplitSeq(accept, ",") {
		_, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if width, err := strconv.Atoi(parameters["indent"]); err == nil && width > 0 {
			return min(width, maxIndent)
		}
	}
	return 0
}

// jsonIndenter buffers a JSON response, to indent it. It passes other responses through, including
// files that contain JSON.
type jsonIndenter struct {
	http.ResponseWriter
	code   int
	buffer *bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (l *jsonIndenter) WriteHeader(code int) {
	l.code = code
	kind, _, _ := mime.ParseMediaType(l.Header().Get("Content-Type"))
	isFile := l.Header().Get("Content-Disposition") != ""
	if !isFile && (kind == "application/json" || kind == "application/problem+json") {
		l.buffer = &bytes.Buffer{}
		return
	}
	l.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (l *jsonIndenter) Write(p []byte) (int, error) {
	if l.code == 0 {
		l.WriteHeader(http.StatusOK)
	}
	if l.buffer != nil {
		return l.buffer.Write(p)
	}
	return l.ResponseWriter.Write(p)
}

// Unwrap gives an http.ResponseController access to the connection.
func (l *jsonIndenter) Unwrap() http.ResponseWriter { return l.ResponseWriter }

// flush sends the buffered response, indented.
func (l *jsonIndenter) flush(width int) {
	if l.buffer == nil {
		return
	}
	var out bytes.Buffer
	if json.Indent(&out, bytes.TrimSpace(l.buffer.Bytes()), "", strings.Repeat(" ", width)) != nil {
		out = *l.buffer
	}
	out.WriteByte('\n')
	l.ResponseWriter.WriteHeader(l.code)
	_, _ = l.ResponseWriter.Write(out.Bytes())
}
