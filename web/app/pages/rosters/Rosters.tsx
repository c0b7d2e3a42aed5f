import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { App, Button, Checkbox, Dropdown, Input } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import { Link, Navigate, useLocation, useParams } from 'react-router'
import { pageOf, useAddress, type Address } from '../../client/address'
import { useKept } from '../../client/kept'
import { fetchJSON, problemOf } from '../../client/problem'
import { signInAgain } from '../../client/session'
import { useViewer } from '../../client/viewer'
import { Answer, Empty } from '../../parts/Answer'
import { DataTable, type Order } from '../../parts/DataTable'
import { OnDate } from '../../parts/OnDate'
import { Page } from '../../parts/Page'
import { Pager } from '../../parts/Pager'
import { Popup } from '../../parts/Popup'
import { RecordActions } from '../../parts/RecordActions'
import { SearchBox } from '../../parts/SearchBox'
import { Strange } from '../../parts/Strange'
import { count, isOf } from '../../words'
import { Filters } from './Filters'
import { rosters, type FilterName, type Roster, type RosterName } from './lists'
import './rosters.css'

const pageSize = 25

/** The values of an address that are not of these names. */
const without = (search: string, names: string[]) => new URLSearchParams([...new URLSearchParams(search)].filter(([name, value]) => value && !names.includes(name)))

/** Fetches a file. A session that has ended is renewed before: what came else would be a refusal, saved as a file. */
async function download(address: string) {
  const { signedIn } = await fetchJSON<{ signedIn: boolean }>('/session')
  if (!signedIn && !(await signInAgain())) return
  const link = document.createElement('a')
  link.href = address
  link.download = ''
  link.click()
}

/** Which filters are of an enum; the values of the others the hub knows. */
function isValue(kind: Roster<never>['kind'], filter: FilterName, value: string) {
  const of = { level: 'Level', source: 'SourceCategory', kind: 'OrganizationKind', status: kind === 'ORGANIZATION' ? 'OrganizationStatus' : 'EntryStatus' } as const
  return !(filter in of) || isOf(of[filter as keyof typeof of], value)
}

interface View {
  name: string
  address: string
}

export default function Rosters() {
  const { roster: name } = useParams()
  const address = useAddress()
  const on = address.get('on')
  const all = useMemo(() => rosters(on), [on])
  if (!name || !Object.hasOwn(all, name)) return <Navigate to="/rosters/mediators" replace />
  return <List key={name} name={name as RosterName} roster={all[name as RosterName] as unknown as Roster<{ id: string; name: string }>} address={address} />
}

function List<Row extends { id: string; name: string }>({ name, roster, address }: { name: RosterName; roster: Roster<Row>; address: Address }) {
  const [chosen, setChosen] = useKept(`columns:${name}`, roster.usual)
  const [views, setViews] = useKept<View[]>(`views:${name}`, [])
  const viewer = useViewer()
  const { message } = App.useApp()
  const { pathname, search } = useLocation()

  const several: FilterName[] = ['district', 'level', 'status', 'specialty', 'source', 'kind', 'court']
  const strange = roster.filters.flatMap((one) => address.all(one).filter((value) => !isValue(roster.kind, one, value)))
  const filter = Object.fromEntries(
    [...roster.filters, roster.kind === 'ORGANIZATION' ? ('parent' as const) : ('organization' as const)].flatMap((one) => {
      const values = address.all(one).filter((value) => isValue(roster.kind, one, value))
      return values.length ? [[one, several.includes(one) ? values : values[0]]] : []
    }),
  )
  const by = isOf('RosterOrderField', address.get('by')) ? address.get('by') : ''
  const down = address.get('down') !== ''
  const variables = {
    search: address.get('search') || undefined,
    filter,
    on: address.get('on') || undefined,
    orderBy: by ? { field: by, direction: down ? 'DESC' : 'ASC' } : undefined,
    ...pageOf(address, pageSize),
  }
  const answer = useQuery({ queryKey: ['roster', name, variables], queryFn: ({ signal }) => roster.read(variables, signal), placeholderData: keepPreviousData })
  const columns = useMemo(() => roster.columns.filter((column) => column.key === 'name' || chosen.includes(column.key)), [roster, chosen])
  const order = useMemo(() => (by ? { by, down } : undefined), [by, down])
  const onOrder = useCallback((order: Order) => address.set({ by: order.by, down: order.down ? '1' : '' }), [address.set])
  const narrowed = Object.keys(filter).length > 0 || !!variables.search

  // The export takes the list's own arguments.
  const exported = (format: string) => `/exports/${name}.${format}?${without(search, ['after', 'before', 'page', 'by', 'down'])}`

  return (
    <Page
      title="名册"
      lead="市、区两级调解员、调解组织、专家与各法院特邀名册，内容以数源部门为准。"
      actions={
        <>
          <RecordActions at="roster" of={{ id: name, kind: roster.kind }} />
          {viewer && viewer.role !== 'ANONYMOUS' ? (
            <Dropdown autoFocus trigger={['click']} menu={{ items: ['xlsx', 'csv', 'jsonl'].map((format) => ({ key: format, label: <a href={exported(format)} tabIndex={-1} onClick={(event) => event.preventDefault()} onKeyDown={(event) => event.key === 'Enter' && event.stopPropagation()}>{format === 'xlsx' ? 'Excel 表格（.xlsx）' : `.${format}`}</a> })), onClick: ({ key }) => void download(exported(key)).catch((thrown) => message.error(problemOf(thrown).message)) }}>
              <Button>导出</Button>
            </Dropdown>
          ) : (
            <Button href={`/sign-in?to=${encodeURIComponent(pathname + search)}`}>登录后导出</Button>
          )}
        </>
      }
    >
      <nav className="tabs" aria-label="名册种类">
        {Object.entries(rosters('')).map(([key, one]) => (
          <Link key={key} to={`/rosters/${key}`} aria-current={key === name ? 'page' : undefined}>
            {one.title}
          </Link>
        ))}
      </nav>
      <div className="roster-bar" role="search">
        <SearchBox value={address.get('search')} onSearch={(text) => address.set({ search: text, by: '', down: '' }, { replace: true })} kinds={[roster.kind]} label={`检索${roster.title}`} placeholder="姓名、拼音、领域、组织…" size="middle" />
        <Filters roster={roster as unknown as Roster<never>} address={address} />
        <OnDate address={address} label="在册日期，空为今天" empty="在册日期：今天" />
        {narrowed && (
          <Button type="link" onClick={() => address.set({ search: '', organization: '', parent: '', ...Object.fromEntries(roster.filters.map((one) => [one, ''])) })}>
            清除条件
          </Button>
        )}
      </div>
      <Strange values={strange} />
      <Answer of={answer}>
        {({ list }) => (
          <>
            <div className="roster-head">
              <p role="status">
                {address.get('on') && `按 ${address.get('on')} 计，`}共 <strong>{count(list.totalCount)}</strong> 条
                {list.relaxed && <span className="search-relaxed">没有完全符合的，以下是部分符合的。</span>}
              </p>
              <Views views={views} setViews={setViews} name={name} />
              <Columns columns={roster.columns} usual={roster.usual} chosen={chosen} setChosen={setChosen} />
            </div>
            {list.nodes.length === 0 ? (
              <div className="card">
                <Empty title="没有符合条件的条目">请减少检索词或筛选条件。</Empty>
              </div>
            ) : (
              <DataTable
                caption={`${roster.title}名册`}
                columns={columns}
                rows={list.nodes}
                order={order}
                onOrder={onOrder}
              />
            )}
            <Pager page={list.pageInfo} total={list.totalCount} size={pageSize} shown={list.nodes.length} />
            <p className="soft search-revision">依据修订 {list.revision}</p>
          </>
        )}
      </Answer>
    </Page>
  )
}

/** Which columns are shown; the name always is. */
function Columns({ columns, usual, chosen, setChosen }: { columns: readonly { key: string; title: string }[]; usual: string[]; chosen: string[]; setChosen: (keys: string[]) => void }) {
  return (
    <Popup label="列" title="显示的列">
      {() => (
        <div className="columns-choice">
          {columns.slice(1).map((column) => (
            <Checkbox key={column.key} checked={chosen.includes(column.key)} onChange={(event) => setChosen(event.target.checked ? [...chosen, column.key] : chosen.filter((key) => key !== column.key))}>
              {column.title}
            </Checkbox>
          ))}
          <Button type="link" size="small" onClick={() => setChosen(usual)}>
            恢复常用
          </Button>
        </div>
      )}
    </Popup>
  )
}

/** Addresses of this roster under names that somebody gave them, kept in this browser. */
function Views({ views, setViews, name }: { views: View[]; setViews: (views: View[]) => void; name: RosterName }) {
  const { search } = useLocation()
  const [label, setLabel] = useState('')
  const save = () => {
    const named = label.trim()
    if (!named) return
    setViews([...views.filter((view) => view.name !== named), { name: named, address: `?${without(search, ['after', 'before', 'page'])}` }])
    setLabel('')
  }
  return (
    <Popup label={`视图${views.length > 0 ? ` · ${views.length}` : ''}`} title="常用视图">
      {(close) => (
        <div className="views">
          {views.length === 0 && <p className="soft">把当前的检索词、筛选和排序存为视图，下次一步打开。</p>}
          <ul>
            {views.map((view) => (
              <li key={view.name}>
                <Link to={`/rosters/${name}${view.address}`} onClick={close}>
                  {view.name}
                </Link>
                <Button type="text" size="small" aria-label={`删除视图${view.name}`} onClick={() => setViews(views.filter((one) => one !== view))}>
                  ×
                </Button>
              </li>
            ))}
          </ul>
          <div className="views-new">
            <Input size="small" aria-label="视图名称" placeholder="视图名称" maxLength={20} value={label} onChange={(event) => setLabel(event.target.value)} onPressEnter={save} />
            <Button size="small" onClick={save} disabled={!label.trim()}>
              保存
            </Button>
          </div>
        </div>
      )}
    </Popup>
  )
}
