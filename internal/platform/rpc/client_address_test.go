package rpc

import (
	"net"
	"net/netip"
	"testing"
)

func TestClientAddressComesFromTrustedProxies(t *testing.T) {
	t.Parallel()
	proxies, err := ParseProxies([]string{"10.0.0.0/8", "192.0.2.7", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"ignores the header of an untrusted caller":      {"203.0.113.9", []string{"198.51.100.1"}, "203.0.113.9"},
		"believes a trusted proxy":                       {"10.1.2.3", []string{"198.51.100.1"}, "198.51.100.1"},
		"ignores what the caller added before the proxy": {"10.1.2.3", []string{"127.0.0.1, 198.51.100.1"}, "198.51.100.1"},
		"skips several proxies in several headers":       {"10.1.2.3", []string{"198.51.100.1", "192.0.2.7"}, "198.51.100.1"},
		"takes a proxy without a header as the caller":   {"10.1.2.3", nil, "10.1.2.3"},
		"stops at an invalid address":                    {"10.1.2.3", []string{"198.51.100.1, unknown"}, "10.1.2.3"},
		"reads IPv6":                                     {"fd00::1", []string{"2001:db8::5"}, "2001:db8::5"},
		"reads IPv4 in IPv6":                             {"10.1.2.3", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
	} {
		if got := proxies.client(netip.MustParseAddr(c.peer), c.forwarded); got.String() != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
	for _, text := range []string{"10.0.0.0/33", "proxy.example", ""} {
		if _, err := ParseProxies([]string{text}); err == nil {
			t.Errorf("ParseProxies(%q): got no error, want one", text)
		}
	}
}

func TestIPv6AddressesAreCountedBySubnet(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"198.51.100.1":         "198.51.100.1",
		"::ffff:198.51.100.1":  "198.51.100.1",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::9": "2001:db8:1:2::/64",
		"2001:db8:1:3:3:4:5:6": "2001:db8:1:3::/64",
	} {
		if got := addressName(&net.TCPAddr{IP: net.ParseIP(address), Port: 1234}); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// TestConnectionsPerAddressAreLimited opens one connection too many, and another after one is
// closed.
func TestConnectionsPerAddressAreLimited(t *testing.T) {
	t.Parallel()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	accepted := make(chan net.Conn)
	go func() {
		l := &limitedListener{Listener: inner, open: newSharedLimit(10, 2)}
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- conn
		}
	}()
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return conn
	}
	dial()
	first := <-accepted
	dial()
	<-accepted
	if _, err := dial().Read(make([]byte, 1)); err == nil {
		t.Error("got a third open connection, want it closed")
	}
	first.Close()
	first.Close()
	dial()
	<-accepted
	if _, err := dial().Read(make([]byte, 1)); err == nil {
		t.Error("got capacity for two after closing one connection twice, want one")
	}
}
