import { Alert, Button, Input, Radio } from 'antd'
import { useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import { graphql } from '../../gql'
import type { DueFragment, RenewTogetherMutation, RenewTogetherMutationVariables } from '../../gql/graphql'
import type { Role } from '../../gql/words'
import { newKey, useAsk, useChange } from '../../client/ask'
import { useAddress } from '../../client/address'
import { useDraft } from '../../client/draft'
import { problemOf } from '../../client/problem'
import { useViewer } from '../../client/viewer'
import { Answer, Empty, Failure } from '../../parts/Answer'
import { DataTable } from '../../parts/DataTable'
import { DateInput } from '../../parts/DateInput'
import { FormField } from '../../parts/FormField'
import { Page } from '../../parts/Page'
import { RecordActions } from '../../parts/RecordActions'
import { StatusChip } from '../../parts/StatusChip'
import { count, dayOf } from '../../words'
import './maintain.css'

graphql(`
  fragment Due on RosterEntry {
    id
    name
    registrationNo
    revision
    district { name }
    status
    term { start end documentNo }
  }
`)
const query = graphql(`
  query Expiring($mediators: MediatorFilter, $experts: ExpertFilter, $invited: InvitedListingFilter, $isMediators: Boolean!, $isExperts: Boolean!, $isInvited: Boolean!) {
    mediators(filter: $mediators, orderBy: { field: TERM_END, direction: ASC }, first: 100) @include(if: $isMediators) { totalCount nodes { ...Due } }
    experts(filter: $experts, orderBy: { field: TERM_END, direction: ASC }, first: 100) @include(if: $isExperts) { totalCount nodes { ...Due } }
    invitedListings(filter: $invited, orderBy: { field: TERM_END, direction: ASC }, first: 100) @include(if: $isInvited) { totalCount nodes { ...Due } }
  }
`)

const renewal = graphql(`
  mutation RenewTogether($input: RenewListingsInput!) {
    renewListings(input: $input) {
      revision
      records {
        id
        ... on Mediator { terms { start end } }
        ... on Expert { terms { start end } }
        ... on InvitedListing { terms { start end } }
      }
      userErrors { code message path }
      remarks { code message path }
    }
  }
`)

const rosters = { mediators: '调解员', experts: '专家', invited: '特邀名册' }
type Roster = keyof typeof rosters
const kinds = { mediators: 'MEDIATOR', experts: 'EXPERT', invited: 'INVITED_LISTING' } as const

/** The rosters whose terms somebody renews. */
const kept: Partial<Record<Role, Roster[]>> = { CITY_ADMIN: ['mediators', 'experts'], DISTRICT_ADMIN: ['mediators', 'experts'], EXPERT_KEEPER: ['experts'], COURT_KEEPER: ['invited'] }
/** Days before the end at which terms are asked for (domain.md §3: warnings at 90, 60 and 30 days). */
const ahead = ['90', '60', '30']

export default function Expiring() {
  const address = useAddress()
  const viewer = useViewer()
  const may = (viewer && kept[viewer.role]) ?? []
  const roster = may.find((one) => one === address.get('roster')) ?? may[0]
  const days = ahead.find((one) => one === address.get('days')) ?? '60'
  const filter = {
    status: ['ACTIVE' as const],
    expiringBefore: dayOf(new Date(Date.now() + (Number(days) + 1) * 86_400_000)),
    ...(viewer?.role === 'DISTRICT_ADMIN' ? { level: ['DISTRICT' as const], district: [viewer.district!.code] } : viewer?.role === 'COURT_KEEPER' ? {} : { level: ['CITY' as const] }),
  }
  const answer = useAsk(
    query,
    {
      mediators: filter,
      experts: filter,
      invited: viewer?.court ? { ...filter, court: [viewer.court.code] } : filter,
      isMediators: roster === 'mediators',
      isExperts: roster === 'experts',
      isInvited: roster === 'invited',
    },
    { keep: true, enabled: !!roster },
  )
  return (
    <Page title="维护" lead="将要届满的聘期：勾选后以一个文号成批续聘，每人新增一行聘期。" actions={roster && <RecordActions at="roster" of={{ id: roster, kind: kinds[roster] }} />}>
      {viewer && !roster && <Empty title="您没有主管的名册">名册由各主管单位维护。认为内容有误的，可以在记录上提出校核。</Empty>}
      {roster && (
        <>
          <div className="maintain-bar">
            {may.length > 1 && (
              <Radio.Group aria-label="名册" optionType="button" value={roster} onChange={(event) => address.set({ roster: event.target.value as string, days })} options={may.map((value) => ({ value, label: rosters[value] }))} />
            )}
            <Radio.Group aria-label="届满期限" optionType="button" value={days} onChange={(event) => address.set({ roster, days: event.target.value as string })} options={ahead.map((value) => ({ value, label: `${value} 天内` }))} />
          </div>
          <Answer of={answer}>
            {(data) => {
              const list = data.mediators ?? data.experts ?? data.invitedListings
              return list && <Due key={roster} roster={roster} rows={list.nodes as DueFragment[]} total={list.totalCount} none={<Empty title={`${days} 天内没有届满的聘期`}>{days === ahead[0] ? '聘期临近届满的人会列在这里。' : '可以看更长的期限。'}</Empty>} />
            }}
          </Answer>
        </>
      )}
    </Page>
  )
}

type Renewed = RenewTogetherMutation['renewListings']

function Due({ roster, rows, total, none }: { roster: Roster; rows: DueFragment[]; total: number; none: ReactNode }) {
  const [ids, setIds] = useState<string[]>([])
  const [words, setWords, forget] = useDraft(`renew:${roster}`, { documentNo: '', termStart: '', termEnd: '', reason: '' })
  const [result, setResult] = useState<{ payload: Renewed; asked: DueFragment[]; documentNo: string }>()
  const [key, setKey] = useState(newKey)
  const renew = useChange<Renewed, RenewTogetherMutation, RenewTogetherMutationVariables>(renewal)
  const chosen = rows.filter((row) => ids.includes(row.id))

  const go = async () => {
    const { documentNo, termStart, termEnd, reason } = words
    const payload = await renew.mutateAsync({
      input: { items: chosen.map((row) => ({ id: row.id, expectedRevision: row.revision })), documentNo, ...(termStart && { termStart }), termEnd, reason, idempotencyKey: key },
    })
    setResult({ payload, asked: chosen, documentNo })
    setKey(newKey())
    if (payload.userErrors.length === 0) {
      setIds([])
      forget()
    }
  }
  const failed = result?.payload.userErrors ?? []
  const ofRow = (i: number) => failed.filter(({ path }) => path[1] === 'items' && path[2] === String(i))
  const general = failed.filter(({ path }) => path[1] !== 'items' || path.length < 3)
  const bad = result ? result.asked.filter((_, i) => ofRow(i).length > 0) : []
  const field = (name: keyof typeof words, label: string, { day, placeholder }: { day?: boolean; placeholder?: string } = {}) => {
    const common = { id: `renew-${name}`, value: words[name], ...(placeholder && { placeholder }) }
    const set = (value: string) => setWords({ ...words, [name]: value })
    return (
      <FormField id={common.id} label={label}>
        {day ? <DateInput {...common} set={set} /> : <Input {...common} maxLength={200} onChange={(event) => set(event.target.value)} />}
      </FormField>
    )
  }
  return (
    <>
      {result && (
        <section className="card renew-result" aria-label="续聘结果" role="status">
          <h2>{failed.length === 0 ? `已续聘 ${result.asked.length} 人，文号 ${result.documentNo}` : '没有续聘任何人：请先处理下列问题'}</h2>
          {general.map((one) => (
            <Alert key={one.message} type="error" showIcon title={one.message} />
          ))}
          <ul>
            {result.asked.map((row, i) => {
              const term = result.payload.records.find((one) => one.id === row.id)?.terms.at(-1)
              const said = ofRow(i)
              if (failed.length > 0 && said.length === 0) return null
              return (
                <li key={row.id}>
                  <Link to={`/records/${row.id}`}>{row.name}</Link> <span className="soft">{row.registrationNo}</span>{' '}
                  {said.length > 0 ? <span className="form-wrong">{said.map((one) => one.message).join(' ')}</span> : failed.length === 0 && <span>新聘期 <span className="nowrap">{term?.start}</span> 至 <span className="nowrap">{term?.end}</span></span>}
                </li>
              )
            })}
          </ul>
          {bad.length > 0 && <Button onClick={() => setIds(ids.filter((id) => !bad.some((row) => row.id === id)))}>去掉有问题的 {bad.length} 人</Button>}
        </section>
      )}
      {rows.length === 0 && none}
      {rows.length > 0 && (
        <>
          <form
            className="card renew"
            aria-label="批量续聘"
            onSubmit={(event) => {
              event.preventDefault()
              go().catch(() => undefined) // shown below
            }}
          >
            <h2>批量续聘</h2>
            <div className="form-fields">
              {field('documentNo', '文号', { placeholder: '津人社聘〔2026〕8号' })}
              {field('termEnd', '新聘期止', { day: true })}
              {field('termStart', '新聘期起（不填则接各自原聘期）', { day: true })}
              {field('reason', '原因或依据')}
            </div>
            {renew.isError && <Failure problem={problemOf(renew.error)} slim />}
            <div className="renew-go">
              <Button type="primary" htmlType="submit" loading={renew.isPending} disabled={chosen.length === 0 || !words.documentNo.trim() || !words.termEnd || !words.reason.trim()}>
                续聘所选 {chosen.length} 人
              </Button>
              <span className="soft">
                共 {count(total)} 人将届满{total > rows.length && `，列出最早的 ${rows.length} 人`}。
              </span>
            </div>
          </form>
          <DataTable
            caption="将要届满的聘期"
            rows={rows}
            ticked={{ ids, set: setIds, nameOf: (row) => row.name }}
            columns={[
              { key: 'name', title: '姓名', tight: true, cell: (row) => <Link to={`/records/${row.id}`}>{row.name}</Link> },
              { key: 'no', title: '编号', tight: true, cell: (row) => row.registrationNo },
              { key: 'district', title: '所属区', tight: true, cell: (row) => row.district.name },
              { key: 'status', title: '状态', tight: true, cell: (row) => <StatusChip status={row.status} term={row.term} /> },
              { key: 'term', title: '聘期', tight: true, cell: (row) => row.term && `${row.term.start ?? '不详'} 至 ${row.term.end ?? '长期'}` },
              { key: 'document', title: '聘任文号', cell: (row) => row.term?.documentNo },
            ]}
          />
        </>
      )}
    </>
  )
}
