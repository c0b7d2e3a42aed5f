package index

import (
	"encoding/binary"
	"fmt"

	"concord/internal/hub"
)

// life is what decides about a record's status on a day and about its expiry.
// Records with the same life share one term of the field life, so that the
// statuses of a day are worked out once a life and not once a record, and no
// record need be indexed again because a day has passed.
type life struct {
	steps   []lifeStep
	termEnd hub.Date
}

type lifeStep struct {
	from   hub.Date
	status uint8 // index of statuses
}

// statuses lists the statuses by the number under which a life keeps them.
// Append only: the numbers are in the index; a change of order needs a new
// format.
var statuses = []hub.Status{
	"", hub.StatusProposed, hub.StatusPublicity, hub.StatusActive, hub.StatusSuspended,
	hub.StatusExpired, hub.StatusResigned, hub.StatusDismissed, hub.StatusRecalled,
	hub.StatusStruckOff, hub.StatusDeceased, hub.StatusIncapacitated, hub.StatusOrgExit,
	hub.StatusRejected, hub.StatusWithdrawn,
	hub.Status(hub.OrganizationMerged), hub.Status(hub.OrganizationDissolved),
}

var statusNumbers = func() map[hub.Status]uint8 {
	m := make(map[hub.Status]uint8, len(statuses))
	for i, s := range statuses {
		m[s] = uint8(i)
	}
	return m
}()

// encodeLife returns the term for a timeline and a term's end: 4 bytes for the
// end, then 5 bytes a step. A status this version does not know is an error, so
// that nothing is counted under a wrong one.
func encodeLife(t hub.Timeline, termEnd hub.Date) (string, error) {
	b := make([]byte, 0, 4+5*len(t))
	b = binary.BigEndian.AppendUint32(b, uint32(termEnd))
	for _, s := range t {
		n, ok := statusNumbers[s.Status]
		if !ok {
			return "", fmt.Errorf("status %q is unknown to the index", s.Status)
		}
		b = binary.BigEndian.AppendUint32(b, uint32(s.From))
		b = append(b, n)
	}
	return string(b), nil
}

func decodeLife(term string) (life, error) {
	if len(term) < 4 || (len(term)-4)%5 != 0 {
		return life{}, fmt.Errorf("a life of %d bytes", len(term))
	}
	l := life{
		termEnd: hub.Date(binary.BigEndian.Uint32([]byte(term[:4]))),
		steps:   make([]lifeStep, 0, (len(term)-4)/5),
	}
	for b := []byte(term[4:]); len(b) > 0; b = b[5:] {
		if int(b[4]) >= len(statuses) {
			return life{}, fmt.Errorf("a status of number %d", b[4])
		}
		l.steps = append(l.steps, lifeStep{hub.Date(binary.BigEndian.Uint32(b)), b[4]})
	}
	return l, nil
}

// on returns the number of the status on day d.
func (l *life) on(d hub.Date) uint8 {
	var s uint8
	for _, step := range l.steps {
		if step.from > d {
			break
		}
		s = step.status
	}
	return s
}
