import { Button } from 'antd'
import { useNavigate } from 'react-router'
import { areas, type Action } from '../areas'
import { useViewer } from '../client/viewer'

/** What other areas offer to do with a record or a roster, for those to whom they offer it. */
export function RecordActions({ at, of }: { at: Action['at']; of: Parameters<Action['to']>[0] }) {
  const role = useViewer()?.role ?? 'ANONYMOUS'
  const navigate = useNavigate()
  const offered = ({ roles }: Action) => !roles || (Array.isArray(roles) ? roles : (roles[of.kind] ?? [])).includes(role)
  return areas
    .flatMap((area) => area.actions ?? [])
    .filter((action) => action.at === at && offered(action) && (!action.kinds || action.kinds.includes(of.kind)))
    .map((action) => (
      <Button
        key={action.label}
        href={action.to(of)}
        size={at === 'hit' ? 'small' : undefined}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return // a tab or window of its own
          event.preventDefault()
          void navigate(action.to(of))
        }}
      >
        {action.label}
      </Button>
    ))
}
