import type { EntryStatus, OrganizationStatus } from '../gql/words'
import { daysBetween, today, word } from '../words'

interface Props {
  status: EntryStatus | null | undefined
  /** The term on the day asked for. */
  term?: { start?: string | null; end?: string | null } | null
  /** The day asked for; today by default. */
  on?: string
}

/** Within so many days of its end a term asks for attention (domain: warnings at 90/60/30 days). */
const soon = 90

/** A status at a glance, with what is left of the term. Its colour never says it alone. */
export function StatusChip({ status, term, on }: Props) {
  if (!status) return <span className="chip is-quiet">尚未开始</span>
  const end = term?.end
  const left = end ? daysBetween(on || today(), end) : null
  const near = status === 'ACTIVE' && left !== null && left <= soon
  return (
    <span className={`chip is-${near ? 'near' : tone(status)}`}>
      {word('EntryStatus', status)}
      {status === 'ACTIVE' && term && <span className="chip-more">{left === null ? '长期' : `余 ${remaining(left)}`}</span>}
      {status === 'EXPIRED' && end && <span className="chip-more">{end}</span>}
    </span>
  )
}

export const OrganizationChip = ({ status }: { status: OrganizationStatus | null | undefined }) =>
  status ? <span className={`chip is-${tone(status)}`}>{word('OrganizationStatus', status)}</span> : <span className="chip is-quiet">尚未成立</span>

function tone(status: EntryStatus | OrganizationStatus) {
  switch (status) {
    case 'ACTIVE':
      return 'active'
    case 'SUSPENDED':
    case 'PROPOSED':
    case 'PUBLICITY':
      return 'near'
    case 'DISMISSED':
    case 'RECALLED':
    case 'STRUCK_OFF':
      return 'ended'
    default:
      return 'quiet'
  }
}

function remaining(days: number) {
  if (days < 0) return '0 天'
  if (days <= 90) return `${days + 1} 天` // the last day is within the term
  const months = Math.floor(days / 30.44)
  return months < 24 ? `${months} 个月` : `${Math.floor(months / 12)} 年`
}
