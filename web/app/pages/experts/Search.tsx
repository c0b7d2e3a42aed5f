import { Select, Switch } from 'antd'
import { memo, useCallback, useMemo, useRef } from 'react'
import { Link } from 'react-router'
import type { SearchExpertsQuery } from '../../gql/graphql'
import { useAddress, type Address } from '../../client/address'
import { useDraft } from '../../client/draft'
import { useRegions } from '../../client/regions'
import { useViewer } from '../../client/viewer'
import { Answer, Empty } from '../../parts/Answer'
import { Facets } from '../../parts/Facets'
import { LinkButton } from '../../parts/LinkButton'
import { Hit, Marked } from '../../parts/Marked'
import { OnDate } from '../../parts/OnDate'
import { Page } from '../../parts/Page'
import { Pager } from '../../parts/Pager'
import { offered, RecordActions } from '../../parts/RecordActions'
import { SearchBox } from '../../parts/SearchBox'
import { StatusChip } from '../../parts/StatusChip'
import { Tick } from '../../parts/Tick'
import { count, fieldWord, word } from '../../words'
import { Conflict, Parties, readers, useCheck } from './parties'
import { facetsOf, pageSize, used, useHits } from './queries'
import { most, Tray, type Picked } from './Tray'
import './experts.css'

const fields: [string, string][] = [
  ['specialty', '擅长领域'],
  ['district', '所属区'],
  ['source', '人员来源'],
  ['level', '层级'],
]

const allFields: typeof fields = [['status', '状态'], ...fields]

export default function Search() {
  const address = useAddress()
  const hits = useHits(address, useCheck())
  const facets = useMemo(() => facetsOf(hits.data), [hits.data])
  const [picked, setPicked] = useDraft<Picked[]>('experts-picked', [])
  const role = useViewer()?.role ?? 'ANONYMOUS'
  const offers = offered(role, 'hit', 'EXPERT').length > 0
  const { nameOf } = useRegions()
  const on = address.get('on')
  const anyone = address.get('anyone') !== ''

  const now = useRef(picked)
  now.current = picked
  const pick = useCallback((id: string, name: string) => {
    const others = now.current.filter((one) => one.id !== id)
    setPicked(others.length < now.current.length ? others : [...others, { id, name }].slice(0, most))
  }, [])

  return (
    <Page
      title="专家库检索"
      lead="市、区两级调解专家库。各词之间用空格隔开，都要符合；日常说法、拼音和首字母都能识别。"
      actions={readers.includes(role) && <LinkButton to="/experts/recommendations">已登记的推荐单</LinkButton>}
    >
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
      <Parties />
      <div className="search-body">
        <Facets fields={anyone ? allFields : fields} facets={facets} address={address} />
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
                  <Ways anyone={anyone} sort={address.get('sort')} words={address.get('q') !== ''} set={address.set} />
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
                        pick={pick}
                        offers={offers}
                        nameOf={nameOf}
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

/** Who is listed, and in what order. */
const Ways = memo(function Ways({ anyone, sort, words, set }: { anyone: boolean; sort: string; words: boolean; set: Address['set'] }) {
  return (
    <>
      <label className="search-anyone">
        <Switch size="small" checked={anyone} onChange={(checked) => set({ anyone: checked ? '1' : '', status: null })} />
        含不在库的
      </label>
      <Select
        aria-label="排序"
        value={sort || 'best'}
        onChange={(sort) => set({ sort: sort === 'best' ? '' : sort })}
        options={[
          { value: 'best', label: words ? '按相关度' : '按姓名' },
          ...(words ? [{ value: 'name', label: '按姓名' }] : []),
          { value: 'term', label: '聘期先到期的在前' },
          { value: 'updated', label: '最近更新的在前' },
        ]}
        popupMatchSelectWidth={false}
      />
    </>
  )
})

type Edge = SearchExpertsQuery['experts']['edges'][number]

interface FoundProps {
  edge: Edge
  on: string
  picked: boolean
  full: boolean
  pick: (id: string, name: string) => void
  /** Whether other areas have something to do with it. */
  offers: boolean
  nameOf: (region: string) => string
}

/** One expert; rendered anew only when something of hers has changed, not with every key. */
const Found = memo(function Found({ edge: { node: expert, highlights }, on, picked, full, pick, offers, nameOf }: FoundProps) {
  const matched = [...new Set(highlights.map((one) => fieldWord('Expert', one.field)))]
  const work = [expert.employer, expert.title, expert.post].filter(Boolean)
  return (
    <li className="hit">
      <Tick checked={picked} disabled={full && !picked} onChange={() => pick(expert.id, expert.name)} label={`选入对比：${expert.name}`} />
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
        <Conflict of={expert.conflictsWith} />
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
          <div>
            <dt>最近使用</dt>
            <dd>{used(expert)}</dd>
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
        {offers && <RecordActions at="hit" of={{ id: expert.id, kind: 'EXPERT' }} />}
      </div>
    </li>
  )
})
