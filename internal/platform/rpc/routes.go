package rpc

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// route is one HTTP method and path, and what its query may say.
type route struct {
	method         string
	verb, template string
	path           *regexp.Regexp
	query          parameters
}

// routes are all routes, by verb and the gateway's spelling of the path.
type routes map[string]route

// pathParameter is a parameter of a path template, such as `{vendor_id}`.
var pathParameter = regexp.MustCompile(`\{([a-z0-9_]+)\}`)

// routesOf reads the HTTP annotations of all methods. A method without one is an
// error, since its callers over REST would miss it.
func routesOf(policies Policies) (routes, error) {
	out := routes{}
	for _, p := range policies {
		d, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(strings.Replace(p.Method, "/", ".", 1)))
		if err != nil {
			return nil, err
		}
		rule, _ := proto.GetExtension(d.Options(), annotations.E_Http).(*annotations.HttpRule)
		verb, path := httpOf(rule)
		if path == "" {
			return nil, fmt.Errorf("%s has no google.api.http option", p.Method)
		}
		r := route{method: p.Method, verb: verb, template: path, path: pathPattern(path), query: queryKeys(p.Input, rule, path)}
		out[verb+" "+pathParameter.ReplaceAllString(path, "{$1=*}")] = r
	}
	return out, nil
}

func httpOf(rule *annotations.HttpRule) (verb, path string) {
	switch p := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		return "GET", p.Get
	case *annotations.HttpRule_Post:
		return "POST", p.Post
	case *annotations.HttpRule_Patch:
		return "PATCH", p.Patch
	case *annotations.HttpRule_Put:
		return "PUT", p.Put
	case *annotations.HttpRule_Delete:
		return "DELETE", p.Delete
	}
	return "", ""
}

func pathPattern(template string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(template)
	return regexp.MustCompile("^" + regexp.MustCompile(`\\\{[a-z0-9_]+\\\}`).ReplaceAllString(quoted, `([^/:]+)`) + "$")
}

// queryKeys are the fields of a request that are in neither path nor body, in both
// spellings.
func queryKeys(input protoreflect.MessageDescriptor, rule *annotations.HttpRule, path string) parameters {
	keys := parameters{}
	if rule.GetBody() == "*" {
		return keys
	}
	taken := map[string]bool{rule.GetBody(): true}
	for _, match := range pathParameter.FindAllStringSubmatch(path, -1) {
		taken[match[1]] = true
	}
	fields := input.Fields()
	for i := range fields.Len() {
		if fd := fields.Get(i); !taken[string(fd.Name())] {
			keys[string(fd.Name())] = fd
			keys[fd.JSONName()] = fd
		}
	}
	return keys
}

// allowed are the verbs that a path knows, for the Allow header.
func (rs routes) allowed(path string) []string {
	var verbs []string
	for _, r := range rs {
		if r.path.MatchString(path) && !slices.Contains(verbs, r.verb) {
			verbs = append(verbs, r.verb)
		}
	}
	if slices.Contains(verbs, "GET") {
		verbs = append(verbs, "HEAD")
	}
	slices.Sort(verbs)
	return verbs
}
