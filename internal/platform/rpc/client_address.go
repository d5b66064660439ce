package rpc

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
)

// forwardedFor is the header to which each proxy appends the address of its caller.
const forwardedFor = "X-Forwarded-For"

// Proxies are the trusted reverse proxies in front of the server. X-Forwarded-For is ignored if it
// comes from any other address.
type Proxies []netip.Prefix

// ParseProxies parses addresses and CIDR blocks, such as `10.0.0.0/8`.
func ParseProxies(addresses []string) (Proxies, error) {
	var out Proxies
	for _, text := range addresses {
		block, err := netip.ParsePrefix(text)
		if err != nil {
			var single netip.Addr
			if single, err = netip.ParseAddr(text); err != nil {
				return nil, fmt.Errorf("%q is neither an address nor a CIDR block such as 10.0.0.0/8", text)
			}
			block = netip.PrefixFrom(single, single.BitLen())
		}
		out = append(out, block)
	}
	return out, nil
}

// trusts reports whether an address belongs to a proxy.
func (p Proxies) trusts(address netip.Addr) bool {
	for _, block := range p {
		if block.Contains(address) {
			return true
		}
	}
	return false
}

// client returns the caller's address: the peer's, or behind trusted proxies the last address in
// the header that does not belong to a proxy.
func (p Proxies) client(peer netip.Addr, forwarded []string) netip.Addr {
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(hops) - 1; i >= 0 && p.trusts(peer); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		peer = before.Unmap()
	}
	return peer
}

// withClient replaces the peer's address in a gRPC call's context with the caller's.
func (p Proxies) withClient(ctx context.Context, header metadata.MD) context.Context {
	from, ok := peer.FromContext(ctx)
	if !ok || len(p) == 0 {
		return ctx
	}
	address, ok := addressOf(from.Addr)
	if !ok {
		return ctx
	}
	caller := *from
	caller.Addr = &net.TCPAddr{IP: p.client(address, header.Get(forwardedFor)).AsSlice()}
	return peer.NewContext(ctx, &caller)
}

// withPeer adds the caller's address to the context of REST requests, as gRPC does for calls.
func (p Proxies) withPeer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if from, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
			caller := p.client(from.Addr().Unmap(), r.Header.Values(forwardedFor))
			r = r.WithContext(peer.NewContext(r.Context(), &peer.Peer{Addr: &net.TCPAddr{IP: caller.AsSlice()}}))
		}
		next.ServeHTTP(w, r)
	})
}

// subnetBits is the length of the IPv6 prefix that counts as one address, since a caller usually
// controls a whole /64.
const subnetBits = 64

// clientAddress returns the name under which limits count the caller's address.
func clientAddress(ctx context.Context) string {
	from, ok := peer.FromContext(ctx)
	if !ok || from.Addr == nil {
		return ""
	}
	return addressName(from.Addr)
}

// CallerAddress returns the caller's IP address, such as 203.0.113.7, or "" if it is not known.
func CallerAddress(ctx context.Context) string {
	from, ok := peer.FromContext(ctx)
	if !ok {
		return ""
	}
	address, ok := addressOf(from.Addr)
	if !ok {
		return ""
	}
	return address.String()
}

func addressName(end net.Addr) string {
	address, ok := addressOf(end)
	switch {
	case !ok:
		return end.String()
	case address.Is6():
		subnet, _ := address.WithZone("").Prefix(subnetBits) // an IPv6 address has 128 bits
		return subnet.String()
	}
	return address.String()
}

// addressOf returns the IP address of one end of a connection. A Unix socket has none.
func addressOf(end net.Addr) (netip.Addr, bool) {
	tcp, ok := end.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}, false
	}
	address, ok := netip.AddrFromSlice(tcp.IP)
	return address.Unmap(), ok
}
