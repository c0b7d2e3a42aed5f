import { Button, Select } from 'antd'
import { useCallback, useEffect, useRef, useState } from 'react'
import { graphql } from '../../gql'
import type { FeedChangeFragment, FeedPageQueryVariables } from '../../gql/graphql'
import type { RecordKind } from '../../gql/words'
import { useAddress, type Address } from '../../client/address'
import { ask } from '../../client/ask'
import { useFollow, type Following } from '../../client/follow'
import { problemOf, type Problem } from '../../client/problem'
import { useRegions } from '../../client/regions'
import { useViewer } from '../../client/viewer'
import { Empty, Failure } from '../../parts/Answer'
import { ChangeLine } from '../../parts/ChangeLine'
import { FieldChanges } from '../../parts/FieldChanges'
import { By } from '../../parts/Named'
import { Page } from '../../parts/Page'
import { Strange } from '../../parts/Strange'
import { count, isOf, wordsOf } from '../../words'
import './feed.css'

const pageQuery = graphql(`
  query FeedPage($kinds: [RecordKind!], $district: [String!], $after: String, $first: Int, $before: String, $last: Int) {
    changes(kinds: $kinds, district: $district, after: $after, first: $first, before: $before, last: $last) {
      pageInfo { hasPreviousPage startCursor endCursor }
      edges { cursor node { ...FeedChange } }
    }
  }
`)

const live = graphql(`
  subscription FeedLive($kinds: [RecordKind!], $district: [String!], $after: String) {
    rosterChanged(kinds: $kinds, district: $district, after: $after) { cursor node { ...FeedChange } }
  }
`)

const size = 20
/** How many rows stay on the page; older ones are a button away. */
const most = 500

export default function Feed() {
  const address = useAddress()
  const { districts } = useRegions()
  const viewer = useViewer()
  const filter = { kinds: address.all('kind').filter((kind) => isOf('RecordKind', kind)), district: address.all('district') }
  return (
    <Page title="变更动态" lead="每一次变更一写入就出现在这里。网址记着您看到哪里：刷新或日后再打开，从那里接着看，不遗漏、不重复。">
      <div className="feed-bar" role="search">
        <Select
          mode="multiple"
          className="filter"
          aria-label="记录的类别"
          placeholder="记录的类别"
          value={filter.kinds}
          onChange={(kind: RecordKind[]) => address.set({ kind })}
          options={wordsOf('RecordKind')}
          optionFilterProp="label"
          maxTagCount={2}
          allowClear
          popupMatchSelectWidth={false}
        />
        <Select
          mode="multiple"
          className="filter"
          aria-label="所属区"
          placeholder="所属区"
          value={filter.district}
          onChange={(district: string[]) => address.set({ district })}
          options={districts.map(({ code, name }) => ({ value: code, label: name }))}
          optionFilterProp="label"
          maxTagCount={2}
          allowClear
          popupMatchSelectWidth={false}
        />
      </div>
      <Strange values={address.all('kind').filter((kind) => !isOf('RecordKind', kind))} />
      {filter.district.length > 0 && <p className="soft">按区只列名册、组织及相关机制的变更；自然人、清单和无权查看的调剂、校核不属于某个区。</p>}
      {viewer && <List key={JSON.stringify([viewer.id, filter])} filter={filter} address={address} />}
    </Page>
  )
}

interface Filter {
  kinds: RecordKind[]
  district: string[]
}

const given = ({ kinds, district }: Filter) => ({ kinds: kinds.length ? kinds : undefined, district: district.length ? district : undefined })
const read = async (filter: Filter, place: Partial<FeedPageQueryVariables>) => (await ask(pageQuery, { ...given(filter), ...place })).changes

interface Edge {
  cursor: string
  node: FeedChangeFragment
}

interface Rows {
  list: Edge[] // newest first
  fresh: ReadonlySet<number> // revisions that came since the place at which the address had stood
  older?: string | null // the cursor before which there is more
  from: string // where the subscription begins
}

const byRevision = (edges: readonly Edge[]) => [...new Map(edges.map((edge) => [edge.node.revision, edge])).values()].sort((a, b) => b.node.revision - a.node.revision)

/** Adds what has just come; what falls off the end can be asked for again. */
function withNew({ list, fresh, older, from }: Rows, edge: Edge): Rows {
  const all = byRevision([edge, ...list])
  return { list: all.slice(0, most), fresh: new Set(fresh).add(edge.node.revision), older: all.length > most ? all[most - 1]!.cursor : older, from }
}

/** Reads what stands there at first: what is new since the cursor of the address, and a page of what was before. */
async function begin(filter: Filter, seen: string): Promise<Rows> {
  const missed = seen ? await read(filter, { after: seen, first: 100 }) : undefined
  const first = missed?.edges[0]?.cursor
  const page = await read(filter, first ? { before: first, last: size } : { last: size })
  return {
    list: byRevision([...page.edges, ...(missed?.edges ?? [])]),
    fresh: new Set(missed?.edges.map(({ node }) => node.revision)),
    older: page.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : null,
    from: missed?.pageInfo.endCursor ?? page.pageInfo.endCursor ?? '',
  }
}

function List({ filter, address }: { filter: Filter; address: Address }) {
  const [seen] = useState(() => address.get('after'))
  const [rows, setRows] = useState<Rows>()
  const [problem, setProblem] = useState<Problem>()
  const load = useCallback(() => {
    setProblem(undefined)
    let here = true
    begin(filter, seen).then(
      (rows) => {
        if (!here) return
        setRows(rows)
        if (rows.from) address.set({ after: rows.from }, { replace: true })
      },
      (thrown) => here && setProblem(problemOf(thrown)),
    )
    return () => {
      here = false
    }
  }, []) // the list is made anew with another filter
  useEffect(load, [load])
  if (problem) {
    return (
      <>
        <Failure problem={problem} retry={load} />
        {seen && (
          <Button href={location.pathname} type="link">
            不管上次看到哪里，从最新处开始
          </Button>
        )}
      </>
    )
  }
  if (!rows) return <div aria-busy="true" role="status" aria-label="正在读取" />
  return <Live filter={filter} address={address} rows={rows} change={(how) => setRows((now) => now && how(now))} />
}

const says: Record<Following, string> = {
  connecting: '正在连接…',
  live: '实时更新中',
  lost: '连接已断开，正在重新连接。恢复后从断开处继续，不遗漏、不重复。',
  paused: '已暂停。继续之后会补上期间的变更。',
  refused: '实时更新已停止',
}

function Live({ filter, address, rows, change }: { filter: Filter; address: Address; rows: Rows; change: (how: (rows: Rows) => Rows) => void }) {
  const [active, setActive] = useState(true)
  const [reading, setReading] = useState(false)
  const [failed, setFailed] = useState<Problem>()
  const mark = useMark(address)
  const { state, problem } = useFollow(
    {
      document: live,
      variables: (after) => ({ ...given(filter), after }),
      take: ({ rosterChanged: edge }) => {
        change((now) => withNew(now, edge))
        mark(edge.cursor)
        return edge.cursor
      },
    },
    rows.from || undefined,
    active,
  )
  const more = async () => {
    setReading(true)
    setFailed(undefined)
    try {
      const page = await read(filter, { before: rows.older, last: size })
      change((now) => ({ ...now, list: byRevision([...now.list, ...page.edges]), older: page.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : null }))
    } catch (thrown) {
      setFailed(problemOf(thrown))
    } finally {
      setReading(false)
    }
  }
  const fresh = rows.list.filter(({ node }) => rows.fresh.has(node.revision)).length
  return (
    <section className="card" aria-label="变更">
      <div className="feed-state">
        <span className={`chip is-${state === 'live' ? 'active' : state === 'paused' ? 'quiet' : 'near'}`} role="status">
          {says[state]}
        </span>
        {fresh > 0 && <span className="soft">新到 {count(fresh)} 条</span>}
        <Button onClick={() => setActive(!active)}>{active ? '暂停' : '继续'}</Button>
      </div>
      {problem && state === 'refused' && <Failure problem={problem} slim />}
      {rows.list.length === 0 && <Empty title="还没有这样的变更">新的变更会出现在这里。</Empty>}
      <ol className="history feed">
        {rows.list.map(({ node: change }) => (
          <li key={change.revision} className={rows.fresh.has(change.revision) ? 'is-fresh' : undefined}>
            {rows.fresh.has(change.revision) && <span className="feed-new">新</span>}
            <ChangeLine change={change} />
            <p className="soft feed-more">
              <span>修订 {change.revision}</span>
              <By actor={change.actor} />
              {change.importId && <span title={change.importId}>批量导入</span>}
              {change.reason && <span>{change.reason}</span>}
            </p>
            <FieldChanges type={typeOf(change.kind)} fields={change.fields} folded={change.action === 'CREATED' || change.fields.length > 6} />
          </li>
        ))}
      </ol>
      {failed && <Failure problem={failed} retry={() => void more()} slim />}
      {rows.older && (
        <Button onClick={() => void more()} loading={reading}>
          更早的变更
        </Button>
      )}
    </section>
  )
}

/** Writes into the address how far one has come: once a second, for browsers count how often it changes. */
function useMark(address: Address) {
  const waiting = useRef<{ timer?: ReturnType<typeof setTimeout>; cursor: string; set: Address['set'] }>({ cursor: '', set: address.set })
  waiting.current.set = address.set
  useEffect(() => () => clearTimeout(waiting.current.timer), [])
  return (cursor: string) => {
    waiting.current.cursor = cursor
    waiting.current.timer ??= setTimeout(() => {
      waiting.current.timer = undefined
      waiting.current.set({ after: waiting.current.cursor }, { replace: true })
    }, 1000)
  }
}

/** The type of the schema that a kind of record is: MEDIATOR is Mediator. */
const typeOf = (kind: RecordKind) => kind.toLowerCase().replace(/(^|_)(.)/g, (_, __, letter: string) => letter.toUpperCase())
