import type { CorrectionLineFragment } from '../../gql/graphql'
import type { CorrectionState } from '../../gql/words'
import { word } from '../../words'

const tones: Record<CorrectionState, string> = { OPEN: 'near', UPHELD: 'active', REFUSED: 'ended', WITHDRAWN: 'quiet' }

/** Where a correction stands; once overdue it says so. */
export const CorrectionChip = ({ state, overdue }: { state: CorrectionState; overdue?: boolean }) => (
  <span className={`chip is-${overdue ? 'ended' : tones[state]}`}>{overdue ? '逾期未答复' : word('CorrectionState', state)}</span>
)

/** What is left of the time for the answer, in working days. */
export function Clock({ of: { state, daysLeft, due, overdue, estimated, decidedOn } }: { of: Pick<CorrectionLineFragment, 'state' | 'daysLeft' | 'due' | 'overdue' | 'estimated' | 'decidedOn'> }) {
  if (state !== 'OPEN') return <>{decidedOn} 办结</>
  return (
    <span className={overdue ? 'clock is-over' : 'clock'}>
      {overdue ? `已逾期 ${-daysLeft} 个工作日` : daysLeft === 0 ? '今天到期' : `还有 ${daysLeft} 个工作日`}
      <span className="soft">
        答复期限 {due}
        {estimated && '（放假安排尚未载入，可能推迟）'}
      </span>
    </span>
  )
}

/** What a correction is about: the name of the record, if it can be seen. */
export const recordName = ({ record }: Pick<CorrectionLineFragment, 'record'>) => (record && 'name' in record ? record.name : '记录')
