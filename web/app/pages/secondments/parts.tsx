import type { SecondedState, SecondmentState } from '../../gql/words'
import { word } from '../../words'

const tones: Record<SecondmentState, string> = { REQUESTED: 'near', APPROVED: 'near', ACTIVE: 'active', ENDED: 'quiet', REFUSED: 'ended', CANCELLED: 'quiet' }

/** Where a secondment stands, and what about it wants looking at. */
export const SecondmentChip = ({ state, overdue, attention }: { state: SecondmentState; overdue?: boolean; attention?: boolean }) => (
  <span className={`chip is-${overdue ? 'ended' : attention ? 'near' : tones[state]}`}>
    {word('SecondmentState', state)}
    {overdue ? <span className="chip-more">有人逾期未返回</span> : attention && <span className="chip-more">有人已不在册</span>}
  </span>
)

const personTones: Record<SecondedState, string> = { WAITING: 'quiet', ASKED: 'near', RELEASED: 'near', STARTED: 'active', RETURNED: 'quiet', DECLINED: 'ended', DROPPED: 'quiet' }

export const PersonChip = ({ state, overdue }: { state: SecondedState; overdue?: boolean }) => (
  <span className={`chip is-${overdue ? 'ended' : personTones[state]}`}>{overdue ? '逾期未返回' : word('SecondedState', state)}</span>
)
