package secret

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/signer"
)

// ErrKMS means that the key management service did not answer, or refused a request.
var ErrKMS = errors.New("secret: the key management service failed")

// kmsTimeout limits a request to the key management service, which is sent while a transaction is
// open.
const kmsTimeout = 5 * time.Second

// maxKMSResponse limits the size of a response of the key management service in bytes.
const maxKMSResponse = 1 << 16

// awsKMSScheme is the beginning of the URL of a key of AWS KMS.
const awsKMSScheme = "aws-kms://"

// awsKMS encrypts under a symmetric key of AWS KMS, which never leaves it.
type awsKMS struct {
	keyARN, region, endpoint string
	credentials              *credentials.Credentials
	client                   *http.Client
}

// WithKMS returns a copy of m that encrypts keysets under a key of a key management service, such
// as `aws-kms://arn:aws:kms:eu-central-1:111122223333:key/…`. Keysets that m encrypted can still
// be opened.
//
// Credentials come from the environment, the shared credentials file, or the machine's IAM role.
// AWS_ENDPOINT_URL_KMS is another endpoint than that of the region.
func (m *Master) WithKMS(url string) (*Master, error) {
	arn, isAWS := strings.CutPrefix(url, awsKMSScheme)
	parts := strings.Split(arn, ":")
	if !isAWS || len(parts) != 6 || parts[0] != "arn" || parts[2] != "kms" || parts[3] == "" {
		return nil, fmt.Errorf(
			"the KMS key must be a URL such as aws-kms://arn:aws:kms:eu-central-1:111122223333:key/…, got %q", url)
	}
	k := &awsKMS{
		keyARN: arn, region: parts[3], endpoint: os.Getenv("AWS_ENDPOINT_URL_KMS"),
		credentials: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
		}),
		client: &http.Client{Timeout: kmsTimeout},
	}
	if k.endpoint == "" {
		k.endpoint = "https://kms." + k.region + ".amazonaws.com"
		if parts[1] == "aws-cn" {
			k.endpoint += ".cn"
		}
	}
	return &Master{keys: m.keys, previous: m.previous, kms: k}, nil
}

// encrypt encrypts text under the key. bound is authenticated.
func (k *awsKMS) encrypt(ctx context.Context, text, bound []byte) ([]byte, error) {
	var response struct{ CiphertextBlob []byte }
	err := k.call(ctx, "Encrypt", map[string]any{
		"KeyId": k.keyARN, "Plaintext": text, "EncryptionContext": encryptionContext(bound),
	}, &response)
	return response.CiphertextBlob, err
}

// decrypt decrypts what encrypt returned. It fails with ErrBroken for anything else.
func (k *awsKMS) decrypt(ctx context.Context, sealed, bound []byte) ([]byte, error) {
	var response struct{ Plaintext []byte }
	err := k.call(ctx, "Decrypt", map[string]any{
		"KeyId": k.keyARN, "CiphertextBlob": sealed, "EncryptionContext": encryptionContext(bound),
	}, &response)
	return response.Plaintext, err
}

// encryptionContext returns the additional data that AWS KMS authenticates and writes to its log.
func encryptionContext(bound []byte) map[string]string {
	return map[string]string{"associatedData": hex.EncodeToString(bound)}
}

// kmsError is the body of an error response.
type kmsError struct {
	Type    string `json:"__type"`
	Message string `json:"message"`
}

// call calls an operation of AWS KMS.
func (k *awsKMS) call(ctx context.Context, operation string, request, response any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	signed, err := k.signedRequest(ctx, operation, body)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrKMS, err)
	}
	res, err := k.client.Do(signed)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrKMS, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxKMSResponse))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrKMS, err)
	}
	if res.StatusCode == http.StatusOK {
		return json.Unmarshal(raw, response)
	}
	var refused kmsError
	_ = json.Unmarshal(raw, &refused) // a proxy may send another body
	if strings.HasSuffix(refused.Type, "InvalidCiphertextException") {
		return ErrBroken
	}
	return fmt.Errorf("%w: %s: %s %s %s", ErrKMS, operation, res.Status, refused.Type, refused.Message)
}

// signedRequest returns a request that is signed with the credentials (AWS Signature Version 4).
func (k *awsKMS) signedRequest(ctx context.Context, operation string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, k.endpoint+"/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(body)
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "TrentService."+operation)
	req.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(digest[:]))
	keys, err := k.credentials.GetWithContext(&credentials.CredContext{Client: k.client})
	if err != nil {
		return nil, err
	}
	return signer.SignV4WithServiceType(
		*req, keys.AccessKeyID, keys.SecretAccessKey, keys.SessionToken, k.region, "kms"), nil
}
