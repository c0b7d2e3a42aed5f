package main

import (
	"crypto/tls"
	"crypto/x509"
	"sync/atomic"
	"time"

	"concord/internal/hub"
)

// certificate is the server's TLS certificate, which may be replaced while serving.
type certificate struct {
	now atomic.Pointer[tls.Certificate]
}

// load reads the certificate's files; on an error the one in use stays. It returns
// until when the new one holds.
func (c *certificate) load(cert, key string) (end time.Time, err error) {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return end, &hub.Error{Code: hub.CodeInvalid, Field: "tls-cert", Cause: err,
			Message: "TLS 证书 " + cert + " 或私钥 " + key + " 无法使用。请核对路径、权限，以及两者是否配对（PEM 格式）。"}
	}
	if pair.Leaf == nil {
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return end, hub.Internal("certificate", err)
		}
	}
	c.now.Store(&pair)
	return pair.Leaf.NotAfter, nil
}

// config serves the certificate that is current when a connection is made.
func (c *certificate) config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.now.Load(), nil },
	}
}
