import { Input } from 'antd'
import type { ReactNode } from 'react'
import type { SheetExpertFragment } from '../../gql/graphql'
import { useDraft } from '../../client/draft'
import { useRegions } from '../../client/regions'
import { useViewer } from '../../client/viewer'
import { minuteOf, word } from '../../words'
import { Conflict } from './parties'

interface Props {
  /** What is written by hand on it is kept under this name, until it is printed; the hub never sees it. */
  draft: string
  /** What stands above the experts: number, body, purpose, day. */
  head: [name: string, content: ReactNode][]
  experts: readonly (SheetExpertFragment & { conflictsWith?: readonly string[] | null })[]
  /** Whether the experts are still on their way. */
  busy?: boolean
  /** As of which day and revision it holds. */
  foot: ReactNode
}

/** The sheet that goes into the file. */
export function Sheet({ draft, head, experts, busy = false, foot }: Props) {
  const { nameOf } = useRegions()
  const viewer = useViewer()
  const [hand, setHand] = useDraft<{ caseNo: string; why: Record<string, string> }>(draft, { caseNo: '', why: {} })
  return (
    <section className="sheet" aria-label="推荐单" aria-busy={busy}>
      <h2>劳动人事争议调解专家推荐单</h2>
      <dl className="sheet-head">
        {head.map(([name, content]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{content}</dd>
          </div>
        ))}
      </dl>
      <div className="sheet-line">
        <label htmlFor="case-no">案号</label>
        <Input id="case-no" variant="underlined" value={hand.caseNo} maxLength={120} onChange={(event) => setHand({ ...hand, caseNo: event.target.value })} placeholder="可填写后打印；不登记" />
      </div>
      <ol className="sheet-experts">
        {experts.map((e) => (
          <li key={e.id}>
            <h3>
              {e.name}
              <small>{e.registrationNo}</small>
              <span className="sheet-status">
                {e.status ? word('EntryStatus', e.status) : '当日不在库'}
                {e.term && `，聘期 ${e.term.start ?? '不详'} 至 ${e.term.end ?? '长期'}`}
              </span>
            </h3>
            <Conflict of={e.conflictsWith} />
            <dl>
              {(
                [
                  ['单位职务', [e.employer, e.title, e.post].filter(Boolean).join('　')],
                  ['擅长领域', e.specialties.map((one) => one.label).join('、')],
                  ['人员来源', e.sourceLabel ?? word('SourceCategory', e.source)],
                  ['从业年限', e.years != null ? `${e.years} 年` : ''],
                  ['服务方式', e.services.join('、')],
                  ['可服务的区', e.districtsServed.map(nameOf).join('、')],
                  ['层级', word('Level', e.level) + (e.level === 'DISTRICT' ? `（${e.district.name}）` : '')],
                ] as const
              )
                .filter(([, text]) => text)
                .map(([name, text]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{text}</dd>
                  </div>
                ))}
            </dl>
            <div className="sheet-line">
              <label htmlFor={`why-${e.id}`}>推荐理由</label>
              <Input
                id={`why-${e.id}`}
                variant="underlined"
                maxLength={200}
                value={hand.why[e.id] ?? ''}
                onChange={(event) => setHand({ ...hand, why: { ...hand.why, [e.id]: event.target.value } })}
                placeholder="可填写后打印；不登记"
              />
            </div>
          </li>
        ))}
      </ol>
      <footer>
        {foot}
        <p>
          {viewer && viewer.role !== 'ANONYMOUS' && `经办：${viewer.name}　`}制表：{minuteOf(new Date().toISOString())}
        </p>
      </footer>
    </section>
  )
}
