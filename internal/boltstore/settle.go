package boltstore

import (
	"errors"

	bolt "go.etcd.io/bbolt"
)

// settle commits a transaction and makes it durable: with the journal, which the
// first small commit begins, or, when it is large, by syncing concord.db.
func (s *Store) settle(tx *bolt.Tx, d *draft) error {
	size := 0
	for _, e := range d.entries {
		size += len(e)
	}
	small := size <= mostJournaled
	switch {
	case s.journal == nil && !small:
		return tx.Commit() // bbolt syncs
	case s.journal == nil:
		if err := s.beginJournal(); err != nil {
			return err
		}
	case !small:
		if err := tx.Commit(); err != nil {
			return err
		}
		return s.checkpoint(d.head)
	}
	synced := make(chan error, 1)
	go func() { synced <- s.journal.add(d.base.head.revision+1, d.entries) }()
	err := tx.Commit()
	return errors.Join(err, <-synced)
}

// beginJournal begins the journal at the newest state, which bbolt has synced; from
// now on it does no more.
func (s *Store) beginJournal() error {
	c := &checkpoint{head: s.current.head}
	if err := c.describe(s.db.Path()); err != nil {
		return err
	}
	j, err := newJournal(s.dir, c)
	if err != nil {
		return err
	}
	if c.pin, err = s.db.Begin(false); err != nil {
		return errors.Join(err, j.close())
	}
	s.journal, s.db.NoSync = j, true
	return nil
}

// beginCheckpoint begins to make concord.db durable at the newest state, of which at
// is the head.
func (s *Store) beginCheckpoint(at head) error {
	pin, err := s.db.Begin(false)
	if err != nil {
		return err
	}
	if err := s.journal.begin(s.db.Path(), at, pin, s.db.Sync); err != nil {
		_ = pin.Rollback()
		return err
	}
	return nil
}

// checkpoint makes concord.db durable at the newest state.
func (s *Store) checkpoint(at head) error {
	if err := s.journal.finish(); err != nil {
		return err
	}
	if err := s.beginCheckpoint(at); err != nil {
		return err
	}
	return s.journal.finish()
}

// makeRoom sees to it that the journal has room for the next group.
func (s *Store) makeRoom() error {
	j := s.journal
	if j == nil {
		return nil
	}
	if j.done != nil && (len(j.done) > 0 || !j.room()) {
		if err := j.finish(); err != nil {
			return err
		}
	}
	if j.done == nil && (j.groups-j.since.group >= mostGroups || j.bytes >= mostSince) {
		if err := s.beginCheckpoint(s.current.head); err != nil {
			return err
		}
	}
	if !j.room() {
		return s.checkpoint(s.current.head)
	}
	return nil
}

// rest makes a checkpoint in a quiet moment: nothing is left to recover then.
func (s *Store) rest() {
	if s.journal == nil || s.Failed() != nil {
		return
	}
	err := s.journal.finish()
	if err == nil && s.journal.groups > s.journal.since.group {
		err = s.checkpoint(s.current.head)
	}
	if err != nil {
		s.committed(0, 0, err)
		_ = s.fail(err)
	}
}

// closeJournal leaves concord.db whole and removes the journal; after a failed write
// it leaves both as they are, for [recoverFolder].
func (s *Store) closeJournal() error {
	j := s.journal
	if j == nil {
		return nil
	}
	if s.Failed() != nil {
		_ = j.finish() // that it is lost has been told
		return j.close()
	}
	err := j.close()
	if err == nil {
		err = s.db.Sync()
	}
	if err == nil {
		err = removeJournal(s.dir)
	}
	return err
}
