import { Checkbox, Select, Switch } from 'antd'
import { Link } from 'react-router'
import type { ExpertHitFragment, SearchExpertsQuery } from '../../gql/graphql'
import { useAddress } from '../../client/address'
import { useDraft } from '../../client/draft'
import { useRegions } from '../../client/regions'
import { Answer, Empty } from '../../parts/Answer'
import { Facets } from '../../parts/Facets'
import { Hit, Marked } from '../../parts/Marked'
import { OnDate } from '../../parts/OnDate'
import { Page } from '../../parts/Page'
import { Pager } from '../../parts/Pager'
import { RecordActions } from '../../parts/RecordActions'
import { SearchBox } from '../../parts/SearchBox'
import { StatusChip } from '../../parts/StatusChip'
import { count, fieldWord, word } from '../../words'
import { most, Tray, type Picked } from './Tray'
import { pageSize, useFacets, useHits } from './queries'
import './experts.css'

const fields: [string, string][] = [
  ['specialty', '擅长领域'],
  ['district', '所属区'],
  ['source', '人员来源'],
  ['level', '层级'],
]

export default function Search() {
  const address = useAddress()
  const hits = useHits(address)
  const facets = useFacets(address)
  const [picked, setPicked] = useDraft<Picked[]>('experts-picked', [])
  const on = address.get('on')
  const anyone = address.get('anyone') !== ''

  const pick = (expert: ExpertHitFragment) =>
    setPicked(picked.some((one) => one.id === expert.id) ? picked.filter((one) => one.id !== expert.id) : [...picked, { id: expert.id, name: expert.name }].slice(0, most))

  return (
    <Page title="专家库检索" lead="市、区两级调解专家库。各词之间用空格隔开，都要符合；日常说法、拼音和首字母都能识别。">
      <div className="search-bar" role="search">
        <SearchBox
          value={address.get('q')}
          onSearch={(q) => address.set({ q }, { replace: true })}
          kinds={['EXPERT']}
          label="检索专家"
          placeholder="例如：工伤 建筑 滨海 线上"
        />
        <label className="search-day">
          <span>在库日期</span>
          <OnDate address={address} label="在库日期，空为今天" />
        </label>
      </div>
      <div className="search-body">
        <Facets fields={anyone ? [['status', '状态'], ...fields] : fields} facets={facets} address={address} />
        <section aria-label="检索结果">
          <Answer of={hits}>
            {({ experts }) => (
              <>
                <div className="search-head">
                  <p role="status">
                    {on && (
                      <>
                        按 <time>{on}</time> 计，
                      </>
                    )}
                    {anyone ? '' : '在库'}专家 <strong>{count(experts.totalCount)}</strong> 名
                    {experts.relaxed && <span className="search-relaxed">没有人符合全部的词，以下是部分符合的。</span>}
                  </p>
                  <label className="search-anyone">
                    <Switch size="small" checked={anyone} onChange={(checked) => address.set({ anyone: checked ? '1' : '', status: null })} />
                    含不在库的
                  </label>
                  <Select
                    aria-label="排序"
                    value={address.get('sort') || 'best'}
                    onChange={(sort) => address.set({ sort: sort === 'best' ? '' : sort })}
                    options={[
                      { value: 'best', label: address.get('q') ? '按相关度' : '按姓名' },
                      ...(address.get('q') ? [{ value: 'name', label: '按姓名' }] : []),
                      { value: 'term', label: '聘期先到期的在前' },
                      { value: 'updated', label: '最近更新的在前' },
                    ]}
                    popupMatchSelectWidth={false}
                  />
                </div>
                {experts.edges.length === 0 ? (
                  <Empty title="没有符合条件的专家">请减少检索词或筛选条件{anyone ? '' : '，或打开“含不在库的”'}。</Empty>
                ) : (
                  <ol className="hits">
                    {experts.edges.map((edge) => (
                      <Found
                        key={edge.node.id}
                        edge={edge}
                        on={on}
                        picked={picked.some((one) => one.id === edge.node.id)}
                        full={picked.length >= most}
                        pick={() => pick(edge.node)}
                      />
                    ))}
                  </ol>
                )}
                <Pager page={experts.pageInfo} total={experts.totalCount} size={pageSize} shown={experts.edges.length} />
                <p className="soft search-revision">依据修订 {experts.revision}</p>
              </>
            )}
          </Answer>
        </section>
      </div>
      <Tray picked={picked} setPicked={setPicked} on={on} />
    </Page>
  )
}

type Edge = SearchExpertsQuery['experts']['edges'][number]

function Found({ edge: { node: expert, highlights }, on, picked, full, pick }: { edge: Edge; on: string; picked: boolean; full: boolean; pick: () => void }) {
  const { nameOf } = useRegions()
  const matched = [...new Set(highlights.map((one) => fieldWord('Expert', one.field)))]
  const work = [expert.employer, expert.title, expert.post].filter(Boolean)
  return (
    <li className="hit">
      <Checkbox checked={picked} disabled={full && !picked} onChange={pick} aria-label={`选入对比：${expert.name}`} />
      <div className="hit-main">
        <div className="hit-name">
          <h2>
            <Link to={`/records/${expert.id}`}>
              <Hit field="name" text={expert.name} highlights={highlights} />
            </Link>
          </h2>
          <small>
            <Hit field="registrationNo" text={expert.registrationNo} highlights={highlights} />
          </small>
        </div>
        <p className="hit-work">
          {work.map((text, i) => (
            <span key={i}>
              <Hit field={text === expert.employer ? 'employer' : 'title'} text={text} highlights={highlights} />
            </span>
          ))}
          {expert.years != null && <span>从业 {expert.years} 年</span>}
          <span>
            <Hit field="sourceLabel" text={expert.sourceLabel ?? word('SourceCategory', expert.source)} highlights={highlights} />
          </span>
        </p>
        <ul className="tags" aria-label="擅长领域">
          {expert.specialties.map(({ label }) => (
            <li key={label}>
              <Hit field="specialties" text={label} highlights={highlights} />
            </li>
          ))}
        </ul>
        {expert.biography && (
          <p className="hit-text">
            <Hit field="biography" text={expert.biography} highlights={highlights} />
          </p>
        )}
        {matched.length > 0 && <p className="hit-why">符合之处：{matched.join('、')}</p>}
      </div>
      <div className="hit-side">
        <StatusChip status={expert.status} term={expert.term} on={on} />
        <dl>
          <div>
            <dt>层级</dt>
            <dd>
              {word('Level', expert.level)}
              {expert.level === 'DISTRICT' && ` · ${expert.district.name}`}
            </dd>
          </div>
          <div>
            <dt>聘期</dt>
            <dd>{expert.term ? `至 ${expert.term.end ?? '长期'}` : '—'}</dd>
          </div>
          {expert.services.length > 0 && (
            <div>
              <dt>服务</dt>
              <dd>
                {expert.services.map((service, i) => (
                  <span key={service}>
                    {i > 0 && '、'}
                    <Marked text={service} ranges={highlights.find((one) => one.field === 'services' && one.text === service)?.ranges} />
                  </span>
                ))}
              </dd>
            </div>
          )}
          {expert.districtsServed.length > 0 && (
            <div>
              <dt>可服务</dt>
              <dd>{expert.districtsServed.map(nameOf).join('、')}</dd>
            </div>
          )}
          {expert.conflictedBodies && expert.conflictedBodies.length > 0 && (
            <div className="hit-conflict">
              <dt>回避</dt>
              <dd>{expert.conflictedBodies.join('、')}</dd>
            </div>
          )}
        </dl>
        <RecordActions at="hit" of={{ id: expert.id, kind: 'EXPERT' }} />
      </div>
    </li>
  )
}
