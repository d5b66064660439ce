package rpc

import (
	"embed"
	"net/http"

	"github.com/swaggest/swgui/v5emb"
)

// docsPolicy allows the reference page to load only scripts, styles and documents of this server.
// Swagger UI draws its icons from data: URLs and sets styles inline.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// docsPage is the reference page and its start script. They replace the library's page, whose
// inline script violates the policy.
//
//go:embed docs.html docs.js
var docsPage embed.FS

// serveDocs serves the reference page at /docs/.
func serveDocs(mux *http.ServeMux) {
	assets := v5emb.New("Backoffice", "/openapi.json", "/docs/")
	mux.Handle("GET /docs", http.RedirectHandler("/docs/", http.StatusMovedPermanently))
	mux.Handle("GET /docs/", withPolicy(docsPolicy, assets))
	for path, file := range map[string]string{"/docs/{$}": "docs.html", "/docs/docs.js": "docs.js"} {
		mux.Handle("GET "+path, withPolicy(docsPolicy, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.ServeFileFS(w, r, docsPage, file)
		})))
	}
}
