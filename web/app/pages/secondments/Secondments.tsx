import { Button, Checkbox, Radio } from 'antd'
import { Link, useNavigate } from 'react-router'
import type { Role, SecondmentState } from '../../gql/words'
import { useAddress } from '../../client/address'
import { useAsk } from '../../client/ask'
import { useViewer } from '../../client/viewer'
import { Answer, Empty } from '../../parts/Answer'
import { DataTable } from '../../parts/DataTable'
import { Older } from '../../parts/Older'
import { Page } from '../../parts/Page'
import { count } from '../../words'
import { SecondmentChip } from './parts'
import { list } from './queries'
import './secondments.css'

const sides = { asking: '本区申请', home: '征求派出', all: '全部' }
type Side = keyof typeof sides

const sidesOf: Partial<Record<Role, Side[]>> = { CITY_ADMIN: ['all', 'home'], DISTRICT_ADMIN: ['asking', 'home', 'all'] }

const states: Record<string, { label: string; state?: SecondmentState[] }> = {
  open: { label: '办理中', state: ['REQUESTED', 'APPROVED', 'ACTIVE'] },
  asked: { label: '待批准', state: ['REQUESTED'] },
  ended: { label: '已了结', state: ['ENDED', 'REFUSED', 'CANCELLED'] },
  any: { label: '不限' },
}

export default function Secondments() {
  const address = useAddress()
  const navigate = useNavigate()
  const viewer = useViewer()
  const mine = (viewer && sidesOf[viewer.role]) ?? ['all']
  const side = mine.find((one) => one === address.get('side')) ?? mine[0]!
  const state = Object.hasOwn(states, address.get('state')) ? address.get('state') : 'open'
  const overdue = address.get('overdue') === 'yes'
  const mediator = address.get('mediator')
  const answer = useAsk(
    list,
    {
      filter: {
        ...(side !== 'all' && { side: side === 'asking' ? ('ASKING' as const) : ('HOME' as const) }),
        ...(states[state]!.state && { state: states[state]!.state }),
        ...(overdue && { overdue }),
        ...(mediator && { mediator }),
      },
      after: address.get('after') || null,
    },
    { keep: true, enabled: !!viewer },
  )
  return (
    <Page
      title="调剂"
      lead="一区人手不足时，由市统筹从别的区或市级名册借调调解员：区申请，市批准并定人选，派出单位同意，区登记到岗和返回。"
      actions={
        viewer?.role === 'DISTRICT_ADMIN' && (
          <Button type="primary" onClick={() => void navigate('/secondments/request')}>
            申请调剂
          </Button>
        )
      }
    >
      <Answer of={answer}>
        {({ secondments: { nodes, totalCount, pageInfo } }) => (
          <>
            <div className="list-bar">
              {mine.length > 1 && <Radio.Group aria-label="哪一方" optionType="button" value={side} onChange={(event) => address.set({ side: event.target.value as string })} options={mine.map((value) => ({ value, label: sides[value] }))} />}
              <Radio.Group aria-label="办理情况" optionType="button" value={state} onChange={(event) => address.set({ state: event.target.value as string })} options={Object.entries(states).map(([value, { label }]) => ({ value, label }))} />
              <Checkbox checked={overdue} onChange={(event) => address.set({ overdue: event.target.checked ? 'yes' : '' })}>
                只看有人逾期未返回的
              </Checkbox>
            </div>
            {nodes.length === 0 ? (
              <Empty title="没有这样的调剂">{side === 'asking' ? '需要人手时，点右上角“申请调剂”。' : '可以看已了结的，或换一方来看。'}</Empty>
            ) : (
              <>
                <p className="list-count" role="status">
                  <strong>{count(totalCount)}</strong> 次
                </p>
                <DataTable
                  caption="调剂"
                  rows={nodes}
                  columns={[
                    { key: 'district', title: '申请的区', tight: true, cell: (row) => <Link to={`/secondments/${row.id}`}>{row.district.name}</Link> },
                    { key: 'ground', title: '事由', cell: (row) => row.ground },
                    { key: 'days', title: '起止', tight: true, cell: (row) => `${row.from} 至 ${row.to}` },
                    { key: 'specialties', title: '擅长领域', cell: (row) => row.specialties.join('、') || '不限' },
                    { key: 'number', title: '已落实/需要', tight: true, cell: (row) => `${row.persons.filter((one) => ['RELEASED', 'STARTED', 'RETURNED'].includes(one.state)).length} / ${row.number}` },
                    { key: 'state', title: '状态', tight: true, cell: (row) => <SecondmentChip {...row} /> },
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
