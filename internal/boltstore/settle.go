package boltstore

import (
	"errors"

	bolt "go.etcd.io/bbolt"
)

// settle commits a transaction. A large one is durable then, by a sync of concord.db.
// A small one is in the journal, which the first of them begins, and durable when that
// has been synced: what there is to do meanwhile, the system has for writing it.
func (s *Store) settle(tx *bolt.Tx, d *draft) (journaled bool, err error) {
	size := 0
	for _, e := range d.entries {
		size += len(e)
	}
	small := size <= mostJournaled
	switch {
	case s.journal == nil && !small:
		return false, tx.Commit() // bbolt syncs
	case s.journal == nil:
		if err := s.beginJournal(); err != nil {
			return false, err
		}
	case !small:
		if err := tx.Commit(); err != nil {
			return false, err
		}
		return false, s.checkpoint(d.head)
	}
	if err := s.journal.add(d.base.head.revision+1, d.entries, len(s.queue) == 0); err != nil {
		return true, err
	}
	return true, tx.Commit()
}

// beginJournal begins the journal at the newest state, which bbolt has synced; from
// now on it does no more.
func (s *Store) beginJournal() error {
	c := &checkpoint{head: s.current.head}
	j, err := newJournal(s.dir, c)
	if err != nil {
		return err
	}
	if c.pin, err = s.db.Begin(false); err != nil {
		return errors.Join(err, j.close())
	}
	s.journal, s.db.NoSync, s.db.NoFreelistSync = j, true, true
	return nil
}

// listFree commits the list of the free pages, which other commits leave out while a
// journal is in use: to write it bbolt sorts all that have been replaced since the
// checkpoint. A file without it bbolt goes through as a whole when it opens it, and
// does not survive a damaged page; so each checkpoint has it, and so has a file that
// was closed.
func (s *Store) listFree() error {
	s.db.NoFreelistSync = false
	defer func() { s.db.NoFreelistSync = true }()
	return s.db.Update(func(*bolt.Tx) error { return nil })
}

// beginCheckpoint begins to make concord.db durable at the newest state, of which at
// is the head.
func (s *Store) beginCheckpoint(at head) error {
	if err := s.listFree(); err != nil {
		return err
	}
	pin, err := s.db.Begin(false)
	if err != nil {
		return err
	}
	if err := s.journal.begin(at, pin); err != nil {
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

// closeJournal makes a last checkpoint at the newest state, of which at is the head, and
// removes the journal: until it is gone its checkpoint must be whole. After a failed
// write it leaves both files as they are, for [recoverFolder].
func (s *Store) closeJournal(at head) error {
	j := s.journal
	if j == nil {
		return nil
	}
	if s.Failed() != nil {
		_ = j.finish() // that it is lost has been told
		return j.close()
	}
	err := errors.Join(s.checkpoint(at), j.close())
	if err == nil {
		err = removeJournal(s.dir)
	}
	return err
}
