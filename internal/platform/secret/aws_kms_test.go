package secret_test

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"backoffice/internal/platform/secret"
)

const kmsKey = "aws-kms://arn:aws:kms:eu-central-1:111122223333:key/bc436485-5092-42b8-92a3-0aa8b93536dc"

// startKMS starts a server of the API of AWS KMS with one key, and names it in the environment.
func startKMS(t *testing.T) (stop func()) {
	t.Helper()
	program := filepath.Join("..", "..", "..", ".cache", "bin", "local-kms")
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(seed, []byte(`
Keys:
  Symmetric:
    Aes:
      - Metadata:
          KeyId: bc436485-5092-42b8-92a3-0aa8b93536dc
        BackingKeys:
          - 34743777217A25432A46294A404E635266556A586E3272357538782F413F4428
`), 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	_ = listener.Close()
	server := exec.Command(program)
	server.Env = []string{
		"PORT=" + port, "KMS_REGION=eu-central-1", "KMS_SEED_PATH=" + seed, "KMS_DATA_PATH=" + t.TempDir(),
	}
	if err := server.Start(); errors.Is(err, os.ErrNotExist) {
		t.Fatalf("%s is missing; make .cache/tools.stamp builds it", program)
	} else if err != nil {
		t.Fatal(err)
	}
	stop = func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	}
	t.Cleanup(stop)
	t.Setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:"+port)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if res, err := http.Get("http://127.0.0.1:" + port); err == nil {
			_ = res.Body.Close()
			return stop
		}
		if time.Now().After(end) {
			t.Fatal("the KMS server does not respond")
		}
	}
}

// TestKMSEncryptsKeysets checks that keysets are encrypted by the service, that those of the master
// key stay readable, and that a failure of the service is told from a broken text.
func TestKMSEncryptsKeysets(t *testing.T) {
	stop := startKMS(t)
	alone := master(t, 1)
	withKMS, err := alone.WithKMS(kmsKey)
	if err != nil {
		t.Fatal(err)
	}
	text, bound := []byte("keyset"), []byte("bound")
	earlier, err := alone.For(secret.Keysets).Encrypt(t.Context(), text, bound)
	if err != nil {
		t.Fatal(err)
	}
	keysets := withKMS.For(secret.Keysets)
	sealed, err := keysets.Encrypt(t.Context(), text, bound)
	if err != nil {
		t.Fatal(err)
	}
	for name, ciphertext := range map[string][]byte{"the service": sealed, "the master key": earlier} {
		if got, err := keysets.Decrypt(t.Context(), ciphertext, bound); err != nil || !bytes.Equal(got, text) {
			t.Errorf("got %q, %v of what %s encrypted", got, err, name)
		}
	}
	if _, err := alone.For(secret.Keysets).Decrypt(t.Context(), sealed, bound); !errors.Is(err, secret.ErrBroken) {
		t.Errorf("the master key alone opens what the service encrypted: %v", err)
	}
	if _, err := keysets.Decrypt(t.Context(), sealed, []byte("other")); !errors.Is(err, secret.ErrBroken) {
		t.Errorf("got %v for another context, want ErrBroken", err)
	}
	stop()
	if _, err := keysets.Decrypt(t.Context(), sealed, bound); !errors.Is(err, secret.ErrKMS) {
		t.Errorf("got %v without the service, want ErrKMS", err)
	}
}

func TestKMSKeyMustBeURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", "arn:aws:kms:eu-central-1:111122223333:key/1", "aws-kms://alias/backoffice", "gcp-kms://projects/p",
		"aws-kms://arn:aws:s3:eu-central-1:111122223333:key/1", "aws-kms://arn:aws:kms::111122223333:key/1",
	} {
		if _, err := master(t, 1).WithKMS(url); err == nil {
			t.Errorf("accepts %q", url)
		}
	}
}
