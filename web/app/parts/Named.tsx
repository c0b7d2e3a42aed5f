import { Link } from 'react-router'
import { useBodies, useName } from '../client/names'
import { useViewer } from '../client/viewer'

/** A record by its name, leading to its page where it has one. */
export function Named({ id }: { id: string }) {
  const name = useName(id)
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
