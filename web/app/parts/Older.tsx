import { Button } from 'antd'
import type { Address } from '../client/address'

/** Steps through a list that runs from the newest to the oldest; its filters stay in the address. */
export function Older({ page, address, more = '更早的' }: { page: { hasNextPage: boolean; endCursor?: string | null }; address: Address; more?: string }) {
  const after = address.get('after')
  if (!page.hasNextPage && !after) return null
  return (
    <nav className="older" aria-label="翻页">
      {after && <Button onClick={() => address.set({})}>回到第一页</Button>}
      {page.hasNextPage && <Button onClick={() => address.set({ after: page.endCursor })}>{more}</Button>}
    </nav>
  )
}
