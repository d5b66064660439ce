package rpc

import "net/http"

// strictPolicy forbids a response to load or run anything if a browser shows it as a page. In the
// sandbox it is a page of no origin.
const strictPolicy = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// withSecurityHeaders sets the security headers for browsers on every response. A page that needs
// more than strictPolicy sets its policy with withPolicy.
func withSecurityHeaders(next http.Handler) http.Handler {
	return withPolicy(strictPolicy, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	}))
}

// withPolicy sets the Content-Security-Policy of a response.
func withPolicy(policy string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		next.ServeHTTP(w, r)
	})
}
