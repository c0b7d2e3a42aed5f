package hub

// Secret is what somebody shows to be known. The hub keeps the public part, by
// which it is found, and the hash; the text is its holder's and is handed out once.
type Secret struct {
	Text   string
	Public string
	Hash   []byte
}

// String hides the text, so that no log line can hold it.
func (s Secret) String() string { return s.Public + "…" }

// SecretKind is what a secret is for; it begins its text.
type SecretKind string

// The kinds of secrets.
const (
	SecretKey     SecretKind = "ck" // of a program's key
	SecretSetup   SecretKind = "cu" // of a link by which somebody sets a password, once
	SecretSession SecretKind = "cs" // of a session, in a cookie
)

// Secrets makes secrets: randomness is given to the hub. [concord/internal/auth]
// has them.
type Secrets interface {
	Make(kind SecretKind) (Secret, error)
}
