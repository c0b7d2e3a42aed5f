import { Button } from 'antd'
import { useSearchParams } from 'react-router'
import { count } from '../words'

interface Props {
  page: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor?: string | null; endCursor?: string | null }
  total: number
  size: number
  shown: number
}

/** Steps through a connection; where it stands is in the address. */
export function Pager({ page, total, size, shown }: Props) {
  const [params, setParams] = useSearchParams()
  // The number in an address that somebody typed may be any: without a place it is the first page.
  const stands = params.has('after') || params.has('before')
  const number = stands ? Math.min(Math.max(1, Math.floor(Number(params.get('page')) || 1)), Math.ceil(total / size)) : 1
  const go = (to: { after?: string | null; before?: string | null; page: number }) => {
    const next = new URLSearchParams(params)
    for (const name of ['after', 'before', 'page']) next.delete(name)
    if (to.page > 1) {
      next.set('page', String(to.page))
      if (to.after) next.set('after', to.after)
      if (to.before) next.set('before', to.before)
    }
    setParams(next, { flushSync: true })
    window.scrollTo({ top: 0 })
  }
  if (total <= size) return null
  const from = (number - 1) * size + 1
  return (
    <nav className="pager" aria-label="翻页">
      <span className="soft">
        第 {count(from)}–{count(from + shown - 1)} 条，共 {count(total)} 条
      </span>
      <Button disabled={number <= 1} onClick={() => go({ before: page.startCursor, page: number - 1 })}>
        上一页
      </Button>
      <Button disabled={!page.hasNextPage} onClick={() => go({ after: page.endCursor, page: number + 1 })}>
        下一页
      </Button>
    </nav>
  )
}
