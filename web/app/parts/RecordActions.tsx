import { Button } from 'antd'
import { areas, type Action } from '../areas'
import { useViewer } from '../client/viewer'

/** What other areas offer to do with a record or a roster, for those to whom they offer it. */
export function RecordActions({ at, of }: { at: Action['at']; of: Parameters<Action['to']>[0] }) {
  const role = useViewer()?.role ?? 'ANONYMOUS'
  return areas
    .flatMap((area) => area.actions ?? [])
    .filter((action) => action.at === at && (!action.roles || action.roles.includes(role)) && (!action.kinds || action.kinds.includes(of.kind)))
    .map((action) => (
      <Button key={action.label} href={action.to(of)}>
        {action.label}
      </Button>
    ))
}
