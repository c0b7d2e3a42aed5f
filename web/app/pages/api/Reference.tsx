import { Input } from 'antd'
import { useEffect, useMemo } from 'react'
import { Link } from 'react-router'
import { types, type GuideField, type GuideType } from '../../gql/guide'
import { useAddress } from '../../client/address'
import { Empty } from '../../parts/Answer'
import { Page } from '../../parts/Page'
import { count } from '../../words'
import { ApiTabs, ToExplorer } from './Guide'
import './api.css'

const byName = new Map(types.map((type) => [type.name, type]))
const roots = ['Query', 'Mutation', 'Subscription']
const kinds: [GuideType['kind'], string][] = [
  ['type', '类型'],
  ['interface', '接口'],
  ['union', '联合'],
  ['input', '输入'],
  ['enum', '枚举'],
  ['scalar', '标量'],
]
const sharing = { PUBLIC: '无条件共享', CONDITIONAL: '有条件共享', SOURCE_ONLY: '仅数源部门' }

interface Found {
  type: GuideType
  member?: { name: string; zh: string }
}

/** Types and members that hold all words of a search, by name or description; names first. */
function find(text: string): Found[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const holds = (...texts: string[]) => words.every((word) => texts.some((one) => one.toLowerCase().includes(word)))
  const found = types.flatMap((type): Found[] => [
    ...(holds(type.name, type.zh, type.en) ? [{ type }] : []),
    ...(type.fields ?? type.values ?? []).filter(({ name, zh, en }) => holds(`${type.name}.${name}`, zh, en) && !holds(type.name)).map((member) => ({ type, member })),
  ])
  const exact = ({ type, member }: Found) => Number((member?.name ?? type.name).toLowerCase() !== text.trim().toLowerCase())
  return found.sort((a, b) => exact(a) - exact(b))
}

const most = 60

export default function Reference() {
  const address = useAddress()
  const text = address.get('q')
  const chosen = byName.get(address.get('type')) ?? byName.get('Query')!
  const found = useMemo(() => (text.trim() ? find(text) : undefined), [text])
  const to = (type: string, member?: string) => {
    const query = new URLSearchParams({ ...(text && { q: text }), type })
    return `/api/reference?${query}${member ? `#${member}` : ''}`
  }
  useEffect(() => {
    const member = decodeURIComponent(location.hash.slice(1))
    if (member) document.getElementById(member)?.scrollIntoView({ block: 'center' })
  })
  return (
    <Page title="接口参考" lead={`由契约 schema.graphqls 生成：${count(types.length)} 个类型，每个类型、字段、参数都有说明。`} actions={<ToExplorer />}>
      <ApiTabs at="reference" />
      <div className="api">
        <div className="api-contents">
          <Input.Search
            aria-label="查类型、字段或说明"
            placeholder="类型、字段或中文说明"
            value={text}
            onChange={(event) => address.set({ q: event.target.value, type: address.get('type') }, { replace: true })}
            allowClear
          />
          <nav aria-label={found ? '查到的类型与字段' : '全部类型'}>
            {found && (
              <>
                <p className="soft" role="status">
                  查到 {count(found.length)} 处{found.length > most && `，列出前 ${most} 处`}
                </p>
                <ul>
                  {found.slice(0, most).map(({ type, member }) => (
                    <li key={`${type.name}.${member?.name}`}>
                      <Link to={to(type.name, member?.name)}>
                        <code>{member ? `${type.name}.${member.name}` : type.name}</code>
                      </Link>
                      <small className="soft">{(member ?? type).zh}</small>
                    </li>
                  ))}
                </ul>
              </>
            )}
            {!found && (
              <>
                <Names title="根" list={types.filter(({ name }) => roots.includes(name))} chosen={chosen} to={to} open />
                {kinds.map(([kind, title]) => (
                  <Names key={kind} title={title} list={types.filter((type) => type.kind === kind && !roots.includes(type.name))} chosen={chosen} to={to} />
                ))}
              </>
            )}
          </nav>
          {found?.length === 0 && <Empty title="没有查到">换一个词，例如“聘期”或 mediator。</Empty>}
        </div>
        <TypeCard type={chosen} to={to} />
      </div>
    </Page>
  )
}

type To = (type: string, member?: string) => string

function Names({ title, list, chosen, to, open }: { title: string; list: GuideType[]; chosen: GuideType; to: To; open?: boolean }) {
  if (list.length === 0) return null
  return (
    <details open={open || list.includes(chosen)}>
      <summary>
        {title}（{list.length}）
      </summary>
      <ul>
        {list.map(({ name }) => (
          <li key={name}>
            <Link to={to(name)} aria-current={name === chosen.name ? 'page' : undefined}>
              <code>{name}</code>
            </Link>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** A type as it is written, its name a link: [Mediator!]! */
function TypeName({ of, to }: { of: string; to: To }) {
  const name = of.replace(/[[\]!]/g, '')
  const [before, after] = of.split(name)
  return (
    <code className="api-type">
      {before}
      {byName.has(name) ? <Link to={to(name)}>{name}</Link> : name}
      {after}
    </code>
  )
}

function TypeCard({ type, to }: { type: GuideType; to: To }) {
  return (
    <section className="card api-text" aria-label={type.name}>
      <h2>
        <code>{type.name}</code> <span className="soft">{kinds.find(([kind]) => kind === type.kind)?.[1]}</span>
      </h2>
      <p>{type.zh}</p>
      <p className="soft" lang="en">
        {type.en}
      </p>
      {type.oneOf && <p>各项中须且只能给一项。</p>}
      {type.types && type.types.length > 0 && (
        <p>
          {type.kind === 'type' ? '实现' : '可以是'}：
          {type.types.map((name) => (
            <span key={name} className="api-possible">
              <TypeName of={name} to={to} />
            </span>
          ))}
        </p>
      )}
      {type.fields && (
        <dl className="api-fields">
          {type.fields.map((field) => (
            <Field key={field.name} field={field} to={to} />
          ))}
        </dl>
      )}
      {type.values && (
        <dl className="api-fields">
          {type.values.map(({ name, zh, en }) => (
            <div key={name} id={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>
                {zh} <span className="soft" lang="en">{en}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}

function Field({ field, to }: { field: GuideField; to: To }) {
  return (
    <div id={field.name}>
      <dt>
        <code>{field.name}</code> <TypeName of={field.type} to={to} />
        {field.sharing && (
          <span className={`api-sharing is-${field.sharing}`}>
            {sharing[field.sharing]}
            {field.scope && `（${field.scope}）`}
          </span>
        )}
        {field.cost && <span className="soft">成本 {count(field.cost)}</span>}
      </dt>
      <dd>
        <p>
          {field.zh} {field.default !== undefined && <span className="soft">默认 {field.default}。</span>}
        </p>
        <p className="soft" lang="en">
          {field.en}
        </p>
        {field.args && (
          <dl className="api-args" aria-label={`${field.name} 的参数`}>
            {field.args.map((argument) => (
              <div key={argument.name}>
                <dt>
                  <code>{argument.name}</code> <TypeName of={argument.type} to={to} />
                </dt>
                <dd>
                  {argument.zh} {argument.default !== undefined && <span className="soft">默认 {argument.default}。</span>}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </dd>
    </div>
  )
}
