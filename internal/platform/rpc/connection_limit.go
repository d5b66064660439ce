package rpc

import "net"

// Limits on open connections to a listener: in total, and per address.
const (
	maxConnections           = 8192
	maxConnectionsPerAddress = 1024
)

// limitedListener closes connections beyond the limits as soon as it accepts them. A trusted proxy
// serves many callers, so only the total limits its connections.
type limitedListener struct {
	net.Listener
	proxies Proxies
	open    *sharedLimit
}

// limitConnections returns a listener that limits the connections to l.
func (p Proxies) limitConnections(l net.Listener) net.Listener {
	return &limitedListener{Listener: l, proxies: p, open: newSharedLimit(maxConnections, maxConnectionsPerAddress)}
}

// Accept implements net.Listener.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		release, ok := l.take(conn.RemoteAddr())
		if ok {
			return &countedConn{conn, release}, nil
		}
		_ = conn.Close() // without an error message, to save resources
	}
}

func (l *limitedListener) take(from net.Addr) (release func(), ok bool) {
	name := addressName(from)
	if address, ok := addressOf(from); ok && l.proxies.trusts(address) {
		name = from.String() // with its port, which is unique to the connection
	}
	return l.open.acquire(name, 1)
}

// countedConn is a connection that stops counting against the limits when it is closed.
type countedConn struct {
	net.Conn
	release func()
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	c.release()
	return c.Conn.Close()
}
