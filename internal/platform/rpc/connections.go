package rpc

import "net"

// Bounds on open connections to a listener: in all, and from one address.
const (
	maxConnections     = 8192
	maxConnectionsEach = 1024
)

// boundedListener closes connections beyond the bounds as soon as it accepts them. A
// trusted proxy speaks for many callers and is bound by the total alone.
type boundedListener struct {
	net.Listener
	proxies Proxies
	open    *shares
}

func (p Proxies) bounded(l net.Listener) net.Listener {
	return &boundedListener{Listener: l, proxies: p, open: newShares(maxConnections, maxConnectionsEach)}
}

// Accept implements net.Listener.
func (l *boundedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		release, ok := l.take(conn.RemoteAddr())
		if ok {
			return &countedConn{conn, release}, nil
		}
		_ = conn.Close() // the caller is one too many, and learns no more
	}
}

func (l *boundedListener) take(from net.Addr) (release func(), ok bool) {
	name := addressName(from)
	if address, ok := addressOf(from); ok && l.proxies.trusts(address) {
		name = from.String() // with its port, which no other connection has
	}
	return l.open.take(name, 1)
}

// countedConn gives its place back when it is closed.
type countedConn struct {
	net.Conn
	release func()
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	c.release()
	return c.Conn.Close()
}
