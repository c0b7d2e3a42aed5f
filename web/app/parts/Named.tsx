import { Link } from 'react-router'
import { useBodies, useName } from '../client/names'
import { useViewer } from '../client/viewer'

/** Records without a name, by what they are, with the pages that they have. */
const nameless: Partial<Record<string, [word: string, page: string]>> = {
  job: ['导入任务', '/import'],
  sec: ['调剂', '/secondments'],
  cor: ['校核申请', '/corrections'],
  rec: ['推荐单', '/experts/recommendations'],
  agr: ['共享协议', '/system/agreements'],
}

/** A record by its name, leading to its page where it has one. */
export function Named({ id }: { id: string }) {
  const [kind, page] = nameless[id.slice(0, 3)] ?? []
  const name = useName(id, !kind)
  if (kind) return <Link to={`${page}/${id}`}>{kind}</Link>
  if (!name) return id
  return /^(per|med|exp|inv|org)_/.test(id) ? <Link to={`/records/${id}`}>{name}</Link> : name
}

/** Those who see accounts and keys, and so whose a change was by name. */
const knowing = ['CITY_ADMIN', 'AUDITOR', 'SYSTEM']

/** Who made a change: on behalf of which body, and by name to whom the hub tells it. */
export function By({ authority, actor }: { authority?: string | null; actor?: string | null }) {
  const bodyOf = useBodies()
  const role = useViewer()?.role
  const name = useName(actor ?? '', !!role && knowing.includes(role))
  return (
    <>
      {authority && <span className="soft">由{bodyOf(authority)}</span>}
      {actor === 'system' ? <span className="soft">系统</span> : name && <span className="soft">{name}</span>}
    </>
  )
}
