import { useAsk } from '../../client/ask'
import { ChangeOf } from '../records/History'
import { history } from '../records/queries'

/** What has changed on a record since somebody read it. */
export function Meanwhile({ id, type, since }: { id: string; type: string; since: number }) {
  const { data } = useAsk(history, { id }, { staleTime: 0 })
  const changes = data?.node && 'history' in data.node ? data.node.history.nodes.filter(({ revision }) => revision > since) : []
  if (changes.length === 0) return null
  return (
    <details className="meanwhile">
      <summary>其间的 {changes.length} 次变动</summary>
      <ol className="history" aria-label="其间的变动">
        {changes.map((change) => (
          <ChangeOf key={change.revision} change={change} type={type} />
        ))}
      </ol>
    </details>
  )
}
