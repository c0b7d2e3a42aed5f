import { useAsk } from '../../client/ask'
import { record } from '../records/queries'
import { useShown } from '../records/values'
import { word } from '../../words'

/** What a field of a record says now, for those who may read it without its being recorded. */
export function Now({ id, field }: { id: string; field: string }) {
  const show = useShown()
  const { data } = useAsk(record, { id })
  if (!data?.node) return <span className="soft">…</span>
  const node = data.node as Record<string, unknown>
  if (field === 'status') return <>{'organizationStatus' in node ? word('OrganizationStatus', node.organizationStatus as 'ACTIVE') : word('EntryStatus', node.status as 'ACTIVE')}</>
  if (field === 'term') {
    const term = node.term as { start?: string; end?: string } | null
    return term ? <>{`${term.start ?? '不详'} 至 ${term.end ?? '长期'}`}</> : <span className="soft">没有聘期</span>
  }
  const of = field === 'person.gender' ? (node.person as Record<string, unknown> | null)?.gender : node[field]
  if (!(field in node) && of === undefined) return <span className="soft">不公开的内容，请在记录页查看</span>
  return <>{show(field.replace('person.', ''), of) ?? <span className="soft">（空）</span>}</>
}
