import { areas, type Action } from '../areas'
import { useViewer } from '../client/viewer'
import type { RecordKind, Role } from '../gql/words'
import { LinkButton } from './LinkButton'

/** What other areas offer somebody to do with a record or a roster of that kind. */
export const offered = (role: Role, at: Action['at'], kind: RecordKind) =>
  areas
    .flatMap((area) => area.actions ?? [])
    .filter(({ at: there, roles, kinds }) => there === at && (!roles || (Array.isArray(roles) ? roles : (roles[kind] ?? [])).includes(role)) && (!kinds || kinds.includes(kind)))

/** Buttons for what other areas offer, for those to whom they offer it. */
export function RecordActions({ at, of }: { at: Action['at']; of: Parameters<Action['to']>[0] }) {
  const role = useViewer()?.role ?? 'ANONYMOUS'
  return offered(role, at, of.kind).map((action) => (
    <LinkButton key={action.label} to={action.to(of)} size={at === 'hit' ? 'small' : undefined}>
      {action.label}
    </LinkButton>
  ))
}
