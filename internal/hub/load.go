package hub

import (
	"context"
	"iter"
)

// loadBatch is how many records [Hub.Load] makes durable at a time.
const loadBatch = 4000

// Load adds records that are new as a whole: fictional rosters and the like,
// made by a program of ours. Ids come from [Hub.NextID]. What is durable when it
// fails stays; done counts records.
func (h *Hub) Load(ctx context.Context, p *Principal, reason string, records iter.Seq2[Record, error], progress func(done int)) (done int, err error) {
	if p.Role != RoleSystem {
		return 0, Forbidden("只有在本机操作的运维人员可以成批装入数据。")
	}
	batch := Batch{Origin: Origin{Actor: p.ID, Reason: reason}}
	flush := func() error {
		if len(batch.Puts) == 0 {
			return nil
		}
		batch.At = h.now().UTC()
		if _, err := h.apply(ctx, batch); err != nil {
			return err
		}
		done += len(batch.Puts)
		batch.Puts = make([]Put, 0, loadBatch)
		if progress != nil {
			progress(done)
		}
		return nil
	}
	for record, err := range records {
		if err != nil {
			return done, err
		}
		batch.Puts = append(batch.Puts, Put{Record: record})
		if len(batch.Puts) == loadBatch {
			if err := flush(); err != nil {
				return done, err
			}
		}
	}
	return done, flush()
}

// NextID hands out the id for a record that is to be loaded.
func (h *Hub) NextID(kind Kind) ID { return h.store.NextID(kind) }

// Identify seals an identity number and tells whether nobody in the hub has it
// yet.
func (h *Hub) Identify(ctx context.Context, id CitizenID) (sealed Sealed, unknown bool, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		holders, err := snap.Lookup(0, KindPerson, KeyIdentity, h.vault.Hash(id))
		unknown = len(holders) == 0
		return err
	})
	if err != nil || !unknown {
		return Sealed{}, unknown, err
	}
	sealed, err = h.vault.Seal(id)
	return sealed, unknown, err
}
