import { Button } from 'antd'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { ChangesFragment } from '../../gql/graphql'
import { ask } from '../../client/ask'
import { problemOf } from '../../client/problem'
import { Failure } from '../../parts/Answer'
import { FieldChanges } from '../../parts/FieldChanges'
import { By } from '../../parts/Named'
import { minuteOf, word } from '../../words'
import { history } from './queries'

/** Every change of a record, newest first: who, on whose authority, why, and what it was before. */
export function History({ id, type }: { id: string; type: string }) {
  const query = useInfiniteQuery({
    queryKey: ['history', id],
    queryFn: async ({ pageParam, signal }): Promise<ChangesFragment | undefined> => {
      const { node } = await ask(history, { id, after: pageParam }, signal)
      return node && 'history' in node ? node.history : undefined
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => (last?.pageInfo.hasNextPage ? (last.pageInfo.endCursor ?? undefined) : undefined),
  })
  const changes = query.data?.pages.flatMap((page) => page?.nodes ?? []) ?? []
  return (
    <section className="card" aria-busy={query.isPending}>
      <h2>变更历史</h2>
      {query.isError && <Failure problem={problemOf(query.error)} retry={() => void query.refetch()} slim />}
      <ol className="history">
        {changes.map((change) => (
          <ChangeOf key={`${change.kind}${change.revision}`} change={change} type={type} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
          更早的变更
        </Button>
      )}
    </section>
  )
}

/** One change of a record: who, when, why, and what was before. */
export function ChangeOf({ change, type }: { change: ChangesFragment['nodes'][number]; type: string }) {
  return (
    <li>
      <div className="history-head">
        <strong>{word('ChangeAction', change.action)}</strong>
        <time>{minuteOf(change.recordedAt)}</time>
        <span className="soft">修订 {change.revision}</span>
        <By {...change} />
        {change.importId && <span className="soft" title={change.importId}>批量导入</span>}
      </div>
      {change.reason && <p>{change.reason}</p>}
      <FieldChanges type={type} fields={change.fields} folded={change.action === 'CREATED'} />
    </li>
  )
}
