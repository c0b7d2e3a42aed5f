import { Button } from 'antd'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { ExpertHitFragment } from '../../gql/graphql'
import { useAddress } from '../../client/address'
import { useRegions } from '../../client/regions'
import { Answer, Empty } from '../../parts/Answer'
import { LinkButton } from '../../parts/LinkButton'
import { OnDate } from '../../parts/OnDate'
import { Page } from '../../parts/Page'
import { StatusChip } from '../../parts/StatusChip'
import { word } from '../../words'
import { Conflict, Parties, useCheck } from './parties'
import { used, useChosen } from './queries'
import { most } from './Tray'
import './experts.css'

export default function Compare() {
  const address = useAddress()
  const { nameOf } = useRegions()
  const ids = address.all('id').slice(0, most)
  const on = address.get('on')
  const { answer, chosen, ready } = useChosen(ids, on, useCheck())

  const rows: [string, (expert: ExpertHitFragment) => ReactNode][] = [
    ['状态', (e) => <StatusChip status={e.status} term={e.term} on={on} />],
    ['聘期', (e) => (e.term ? `${e.term.start ?? '不详'} 至 ${e.term.end ?? '长期'}` : '')],
    ['最近使用', used],
    ['回避提示', (e) => e.conflictsWith && <Conflict of={e.conflictsWith} />],
    ['层级', (e) => word('Level', e.level) + (e.level === 'DISTRICT' ? ` · ${e.district.name}` : '')],
    ['擅长领域', (e) => e.specialties.map((one) => one.label).join('、')],
    ['专业方向', (e) => e.field],
    ['人员来源', (e) => e.sourceLabel ?? word('SourceCategory', e.source)],
    ['工作单位', (e) => e.employer],
    ['职称', (e) => e.title],
    ['职务', (e) => e.post],
    ['学历学位', (e) => e.education],
    ['从业年限', (e) => e.years != null && `${e.years} 年`],
    ['推荐单位', (e) => e.recommendedBy],
    ['服务方式', (e) => e.services.join('、')],
    ['可服务的区', (e) => e.districtsServed.map(nameOf).join('、')],
    ['回避单位', (e) => e.conflictedBodies?.join('、')],
    ['简介', (e) => e.biography],
  ]
  return (
    <Page
      title="专家对比"
      above={<Link to="/experts">← 专家库检索</Link>}
      actions={
        <>
          <OnDate address={address} label="在库日期，空为今天" />
          <LinkButton to={`/experts/recommendation?${address.text}`}>推荐单</LinkButton>
        </>
      }
    >
      <Parties />
      {ids.length === 0 ? (
        <Empty title="还没有选人">
          请在<Link to="/experts">专家库检索</Link>中勾选二至四名专家。
        </Empty>
      ) : (
        <Answer of={answer}>
          {() => (
            <div className="compare-scroll" tabIndex={0} role="region" aria-label="对比表，可左右滚动" aria-busy={!ready}>
              <table className="compare">
                <thead>
                  <tr>
                    <td />
                    {chosen.map((expert) => (
                      <th key={expert.id} scope="col">
                        <Link to={`/records/${expert.id}`}>{expert.name}</Link>
                        <small>{expert.registrationNo}</small>
                        <Button type="link" size="small" onClick={() => address.set({ id: ids.filter((id) => id !== expert.id) })} aria-label={`移出：${expert.name}`}>
                          移出
                        </Button>
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {rows
                    .map(([name, cell]) => ({ name, cells: chosen.map(cell) }))
                    .filter(({ cells }) => cells.some(Boolean))
                    .map(({ name, cells }) => (
                      <tr key={name} className={cells.every((cell) => typeof cell === 'string' && cell === cells[0]) ? 'is-same' : undefined}>
                        <th scope="row">{name}</th>
                        {cells.map((cell, i) => (
                          <td key={chosen[i]!.id}>{cell || <span className="soft">—</span>}</td>
                        ))}
                      </tr>
                    ))}
                </tbody>
              </table>
            </div>
          )}
        </Answer>
      )}
    </Page>
  )
}
