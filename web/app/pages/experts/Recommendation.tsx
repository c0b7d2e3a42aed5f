import { Button, Input } from 'antd'
import { Link } from 'react-router'
import { useAddress } from '../../client/address'
import { useDraft } from '../../client/draft'
import { useRegions } from '../../client/regions'
import { useViewer } from '../../client/viewer'
import { Answer, Empty } from '../../parts/Answer'
import { OnDate } from '../../parts/OnDate'
import { Page } from '../../parts/Page'
import { minuteOf, word } from '../../words'
import { useChosen } from './queries'
import { most } from './Tray'
import './experts.css'

/** The sheet that goes into the file: whom the pool recommends, as of which day and revision. */
export default function Recommendation() {
  const address = useAddress()
  const { nameOf } = useRegions()
  const viewer = useViewer()
  const ids = address.all('id').slice(0, most)
  const { answer, chosen, ready, revision, day } = useChosen(ids, address.get('on'))
  const [matter, setMatter] = useDraft('recommendation-matter', '')
  const [why, setWhy] = useDraft<Record<string, string>>('recommendation-why', {})

  return (
    <Page
      title="推荐单"
      above={<Link to="/experts">专家库检索</Link>}
      actions={
        <>
          <OnDate address={address} label="在库日期，空为今天" />
          <Button type="primary" disabled={!ready || chosen.length === 0} onClick={() => window.print()}>
            打印
          </Button>
        </>
      }
    >
      {ids.length === 0 ? (
        <Empty title="还没有选人">
          请在<Link to="/experts">专家库检索</Link>中勾选专家。
        </Empty>
      ) : (
        <Answer of={answer}>
          {() => (
            <section className="sheet" aria-label="推荐单" aria-busy={!ready}>
              <h2>劳动人事争议调解专家推荐单</h2>
              <div className="sheet-line">
                <label htmlFor="matter">案号或事由</label>
                <Input id="matter" variant="underlined" value={matter} maxLength={120} onChange={(event) => setMatter(event.target.value)} placeholder="可填写后打印；只保存在本页" />
              </div>
              <ol className="sheet-experts">
                {chosen.map((e) => (
                  <li key={e.id}>
                    <h3>
                      {e.name}
                      <small>{e.registrationNo}</small>
                      <span className="sheet-status">
                        {e.status ? word('EntryStatus', e.status) : '当日不在库'}
                        {e.term && `，聘期 ${e.term.start ?? '不详'} 至 ${e.term.end ?? '长期'}`}
                      </span>
                    </h3>
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
                      <Input id={`why-${e.id}`} variant="underlined" maxLength={200} value={why[e.id] ?? ''} onChange={(event) => setWhy({ ...why, [e.id]: event.target.value })} />
                    </div>
                  </li>
                ))}
              </ol>
              <footer>
                <p>
                  在库情况截至 <strong>{day}</strong>，依据调解资源共享中心修订 <strong>{revision}</strong>。名册内容以数源部门为准。
                </p>
                <p>
                  {viewer && viewer.role !== 'ANONYMOUS' && `经办：${viewer.name}　`}制表：{minuteOf(new Date().toISOString())}
                </p>
              </footer>
            </section>
          )}
        </Answer>
      )}
    </Page>
  )
}
