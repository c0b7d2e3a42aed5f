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
	switch {
	case size <= mostJournaled && s.journal == nil:
		if err := s.beginJournal(); err != nil {
			return err
		}
	case size > mostJournaled && s.journal == nil:
		return tx.Commit() // bbolt syncs
	case size > mostJournaled:
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

// beginJournal begins the journal at the newest state, which bbolt has synced, and
// from then on does no more.
func (s *Store) beginJournal() error {
	c, err := newCheckpoint(s.db.Path(), 1, s.current.head)
	if err != nil {
		return err
	}
	j, err := newJournal(s.dir, c)
	if err != nil {
		return err
	}
	if j.pin, err = s.db.Begin(false); err != nil {
		return errors.Join(err, j.close())
	}
	s.journal, s.db.NoSync = j, true
	return nil
}

// makeRoom makes a checkpoint when the journal is nearly full. Halfway there it
// begins to sync what has gathered, so that little is left to wait for.
func (s *Store) makeRoom() error {
	j := s.journal
	switch {
	case j == nil:
		return nil
	case j.at > mostJournal-2*mostJournaled:
		return s.checkpoint(s.current.head)
	case j.at > mostJournal/2 && j.early == nil:
		j.early = make(chan error, 1)
		go func() { j.early <- s.db.Sync() }()
	}
	return nil
}

// rest makes a checkpoint in a quiet moment: nothing is left to recover then.
func (s *Store) rest() {
	if s.journal == nil || s.journal.groups == 0 || s.Failed() != nil {
		return
	}
	if err := s.checkpoint(s.current.head); err != nil {
		_ = s.fail(err)
	}
}

// checkpoint makes concord.db durable at the newest state, of which at is the head,
// and begins the journal anew. Only the committer may call it.
func (s *Store) checkpoint(at head) error {
	if err := s.sync(); err != nil {
		return err
	}
	c, err := newCheckpoint(s.db.Path(), s.journal.since.number+1, at)
	if err != nil {
		return err
	}
	pin, err := s.db.Begin(false)
	if err != nil {
		return err
	}
	if err := s.journal.begin(c, pin); err != nil {
		_ = pin.Rollback()
		return err
	}
	return nil
}

// sync makes all of concord.db durable. A sync that has failed is not tried again:
// the system may have given up what it could not write.
func (s *Store) sync() error {
	if early := s.journal.early; early != nil {
		s.journal.early = nil
		if err := <-early; err != nil {
			return err
		}
	}
	return s.db.Sync()
}

// closeJournal leaves concord.db whole and removes the journal; after a failed write
// it leaves both as they are, for [recoverFolder].
func (s *Store) closeJournal() error {
	if s.journal == nil {
		return nil
	}
	if s.Failed() != nil {
		return s.journal.close()
	}
	if err := s.sync(); err != nil {
		return errors.Join(err, s.journal.close())
	}
	if err := s.journal.close(); err != nil {
		return err
	}
	return removeJournal(s.dir)
}
