package main

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"concord/internal/hub"
)

// measureOrientation measures what has no target yet: single durable edits,
// statistics, and requests over HTTP.
func measureOrientation(b *bench) error {
	if err := measureEdits(b); err != nil {
		return err
	}
	s, err := b.searchable(b.n)
	if err != nil {
		return err
	}
	return errors.Join(b.statistics(s), b.requests(s), s.stop())
}

// statistics counts all mediators by district and specialty, and compares with
// counting them record by record.
func (b *bench) statistics(s *site) error {
	query := hub.StatisticsQuery{Rosters: map[hub.Kind]hub.RosterCountQuery{
		hub.KindMediator: {Cross: [][2]hub.Dimension{{hub.ByDistrict, hub.BySpecialty}}},
	}}
	want := map[[2]string]int{}
	snap, err := s.store.Snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	for v, err := range snap.All(0, hub.KindMediator) {
		if err != nil {
			return err
		}
		m := v.Record.(*hub.Mediator)
		for _, label := range m.Specialties {
			want[[2]string{m.District, label}]++
		}
	}
	times := new(rounds)
	for range b.rounds {
		times.next()
		for range 50 {
			start := time.Now()
			got, err := s.hub.Statistics(b.ctx, query)
			if err != nil {
				return err
			}
			times.add(milliseconds(time.Since(start)))
			cells := got.Rosters[hub.KindMediator].Cross[[2]hub.Dimension{hub.ByDistrict, hub.BySpecialty}]
			if len(cells) != len(want) {
				return fmt.Errorf("statistics have %d cells, want %d", len(cells), len(want))
			}
			for _, c := range cells {
				if want[c.Values] != c.Count {
					return fmt.Errorf("statistics count %d in %v, want %d", c.Count, c.Values, want[c.Values])
				}
			}
		}
	}
	b.add(row{zh: "按区与擅长领域交叉统计", en: "statistics by district and specialty", unit: "ms", ours: times.medians()})
	return nil
}

// requests measures GraphQL over HTTP, 16 connections, beside a server that
// answers with static bytes of the same size.
func (b *bench) requests(s *site) error {
	e, err := serve(b.ctx, s.hub)
	if err != nil {
		return err
	}
	err = b.requestsTo(s, e)
	return errors.Join(err, e.stop())
}

func (b *bench) requestsTo(s *site, e *endpoint) error {
	order, err := nameOrder(s)
	if err != nil {
		return err
	}
	deep, err := b.cursorBehind(s, order, min(50_000, b.n/2/pageSize*pageSize))
	if err != nil {
		return err
	}
	districts := b.reference.Regions()[1:]
	page, behind, count := request(queryPage, nil), request(queryPage, map[string]any{"after": deep}), request(queryStatistics, nil)
	for _, q := range []struct {
		zh, en string
		next   func(i int) []byte
		mark   string // that every answer holds
	}{
		{"W1 单条及其组织", "W1 one record with its organisation", func(i int) []byte {
			return request(queryNode, map[string]any{"id": order[i*7919%len(order)].String()})
		}, `"organization":{"id":"org_`},
		{"W2 首页 50 条", "W2 the first 50", func(int) []byte { return page }, fmt.Sprintf(`"totalCount":%d`, b.n)},
		{"W3 深页 50 条", "W3 50 behind the middle", func(int) []byte { return behind }, fmt.Sprintf(`"totalCount":%d`, b.n)},
		{"W4 区内检索，20 条", "W4 search in a district, 20", func(i int) []byte {
			return request(querySearch, map[string]any{"text": []string{"欠薪", "工伤", "律师 加班费"}[i%3], "district": []string{districts[i%len(districts)].Code}})
		}, `"totalCount":`},
		{"W5 区×领域统计", "W5 counts by district and specialty", func(int) []byte { return count }, fmt.Sprintf(`"total":%d`, b.n)},
	} {
		if err := b.requestsOf(e, q.zh, q.en, q.next, []byte(q.mark)); err != nil {
			return fmt.Errorf("%s: %w", q.en, err)
		}
	}
	return nil
}

func (b *bench) requestsOf(e *endpoint, zh, en string, next func(int) []byte, mark []byte) error {
	example, err := e.post(b.ctx, next(0))
	if err != nil {
		return err
	}
	static, err := serveBytes(b.ctx, example)
	if err != nil {
		return err
	}
	check := func(answer []byte) error {
		if !bytes.Contains(answer, mark) || bytes.Contains(answer, []byte(`"errors"`)) {
			return fmt.Errorf("an answer without %s: %.200s", mark, answer)
		}
		return nil
	}
	lasting := time.Second
	if b.n < fullSize {
		lasting = 20 * time.Millisecond
	}
	var ours, bytesOnly samples
	for range b.rounds {
		for _, side := range []struct {
			e    *endpoint
			into *samples
		}{{e, &ours}, {static, &bytesOnly}} {
			rate, err := side.e.load(b.ctx, lasting, next, check)
			if err != nil {
				return errors.Join(err, static.stop())
			}
			*side.into = append(*side.into, rate)
		}
	}
	b.add(row{
		zh: zh + "（GraphQL over HTTP，16 连接）", en: en + ", over HTTP, 16 connections",
		unit: "次/s", ours: ours, other: side{"同样大小的静态字节 static bytes of the size", bytesOnly}, ratio: ours.over(bytesOnly),
	})
	return static.stop()
}
