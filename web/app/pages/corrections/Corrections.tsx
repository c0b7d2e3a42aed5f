import { Checkbox, Radio } from 'antd'
import { Link } from 'react-router'
import type { CorrectionState, Role } from '../../gql/words'
import { useAddress } from '../../client/address'
import { useAsk } from '../../client/ask'
import { useViewer } from '../../client/viewer'
import { Answer, Empty } from '../../parts/Answer'
import { DataTable } from '../../parts/DataTable'
import { Older } from '../../parts/Older'
import { Page } from '../../parts/Page'
import { count, fieldWord } from '../../words'
import { Clock, CorrectionChip, recordName } from './parts'
import { list } from './queries'
import './corrections.css'

const sides = { received: '须本单位答复', raised: '本单位提出', all: '全部' }
type Side = keyof typeof sides

/** On which sides somebody stands; who watches over both sees all. */
const sidesOf: Partial<Record<Role, Side[]>> = {
  CITY_ADMIN: ['received', 'raised', 'all'],
  DISTRICT_ADMIN: ['received', 'raised'],
  EXPERT_KEEPER: ['received', 'raised'],
  COURT_KEEPER: ['received', 'raised'],
  PARTNER: ['raised'],
}

const states: Record<string, { label: string; state?: CorrectionState[] }> = {
  open: { label: '处理中', state: ['OPEN'] },
  ended: { label: '已办结', state: ['UPHELD', 'REFUSED', 'WITHDRAWN'] },
  any: { label: '不限' },
}

export default function Corrections() {
  const address = useAddress()
  const viewer = useViewer()
  const mine = (viewer && sidesOf[viewer.role]) ?? ['all']
  const side = mine.find((one) => one === address.get('side')) ?? mine[0]!
  const state = Object.hasOwn(states, address.get('state')) ? address.get('state') : 'open'
  const overdue = address.get('overdue') === 'yes'
  const record = address.get('record')
  const answer = useAsk(
    list,
    {
      filter: {
        ...(side !== 'all' && { side: side === 'received' ? ('RECEIVED' as const) : ('RAISED' as const) }),
        ...(states[state]!.state && { state: states[state]!.state }),
        ...(overdue && { overdue }),
        ...(record && { record }),
      },
      after: address.get('after') || null,
    },
    { keep: true, enabled: !!viewer },
  )
  return (
    <Page title="校核" lead="认为别的单位的记录有误，可在记录页的字段旁提出；主管单位在工作日期限内核实并答复，期间该字段公开标注为有异议。">
      <Answer of={answer}>
        {({ corrections: { nodes, totalCount, pageInfo } }) => (
          <>
            <div className="list-bar">
              {mine.length > 1 && (
                <Radio.Group aria-label="哪一方" optionType="button" value={side} onChange={(event) => address.set({ side: event.target.value as string })} options={mine.map((value) => ({ value, label: sides[value] }))} />
              )}
              <Radio.Group aria-label="办理情况" optionType="button" value={state} onChange={(event) => address.set({ state: event.target.value as string })} options={Object.entries(states).map(([value, { label }]) => ({ value, label }))} />
              <Checkbox checked={overdue} onChange={(event) => address.set({ overdue: event.target.checked ? 'yes' : '' })}>
                只看逾期未答复的
              </Checkbox>
            </div>
            {nodes.length === 0 ? (
              <Empty title="没有这样的校核">{side === 'raised' ? '发现有误时，打开那条记录，在有误的字段旁点“校核”。' : '有单位对您主管的记录提出校核时，会列在这里。'}</Empty>
            ) : (
              <>
                <p className="list-count" role="status">
                  <strong>{count(totalCount)}</strong> 项
                </p>
                <DataTable
                  caption="校核申请"
                  rows={nodes}
                  columns={[
                    { key: 'record', title: '记录', tight: true, cell: (row) => <Link to={`/corrections/${row.id}`}>{recordName(row)}</Link> },
                    { key: 'field', title: '有异议的内容', cell: (row) => fieldWord(row.record?.__typename ?? '', row.field) },
                    { key: 'problem', title: '错在哪里', cell: (row) => row.problem },
                    { key: 'party', title: '提出单位', cell: (row) => row.party },
                    { key: 'owner', title: '主管单位', cell: (row) => row.owner },
                    { key: 'state', title: '状态', tight: true, cell: (row) => <CorrectionChip state={row.state} overdue={row.overdue} /> },
                    { key: 'clock', title: '期限', cell: (row) => <Clock of={row} /> },
                  ]}
                />
                <Older page={pageInfo} address={address} />
              </>
            )}
          </>
        )}
      </Answer>
    </Page>
  )
}
