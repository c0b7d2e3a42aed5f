import { DatePicker, Select } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { Link } from 'react-router'
import { graphql } from '../../gql'
import type { AuditAccessesQuery } from '../../gql/graphql'
import { conditionalFields } from '../../gql/words'
import { useAddress, type Address } from '../../client/address'
import { useAsk } from '../../client/ask'
import { Answer, Empty } from '../../parts/Answer'
import { DataTable } from '../../parts/DataTable'
import { Older } from '../../parts/Older'
import { minuteOf, word } from '../../words'
import { fieldName } from './Agreements'
import { AuditTabs } from './AuditTabs'
import { SystemPage } from './parts'

const query = graphql(`
  query AuditAccesses($filter: AccessFilter, $after: String) {
    accessLog(filter: $filter, first: 20, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        at
        actor
        name
        role
        agency { name }
        agreement { id documentNo version purpose }
        basis
        purpose
        requestId
        reads {
          fields
          records {
            __typename
            ... on Person { id name }
            ... on RosterEntry { id name }
            ... on Organization { id name }
          }
        }
      }
    }
  }
`)

type Access = AuditAccessesQuery['accessLog']['nodes'][number]

/** Who read which fields of whom, when, under which agreement and why. */
export default function Audit() {
  const address = useAddress()
  const value = (name: string) => address.get(name) || undefined
  const agency = value('agency')
  const filter = { agency: agency ? [agency] : null, record: value('record'), field: value('field'), agreement: value('agreement'), from: value('from'), to: value('to') }
  const answer = useAsk(query, { filter, after: address.get('after') || null }, { keep: true })
  return (
    <SystemPage title="查阅记录" above={<AuditTabs />} lead="凡依共享协议读到有条件共享的字段，先记录，后答复：谁、何时、依哪份协议、为何、读了谁的什么。">
      <Filters address={address} />
      <Answer of={answer}>
        {({ accessLog: { nodes, pageInfo } }) => (
          <>
            {nodes.length === 0 ? (
              <Empty title={pageInfo.hasNextPage ? '这一段里没有' : '没有这样的查阅'}>{pageInfo.hasNextPage ? '更早的记录还没有找完，请点“更早的”。' : '放宽条件再查。'}</Empty>
            ) : (
              <DataTable
                caption="查阅记录"
                rows={nodes}
                columns={[
                  { key: 'at', title: '时间', tight: true, cell: (row) => minuteOf(row.at) },
                  { key: 'who', title: '读取者', cell: (row) => <Who of={row} /> },
                  { key: 'read', title: '读了谁的什么', cell: (row) => <Reads of={row} /> },
                  { key: 'under', title: '依据', cell: (row) => <Under of={row} /> },
                  { key: 'why', title: '目的', cell: (row) => row.purpose ?? row.agreement?.purpose },
                ]}
              />
            )}
            <Older page={pageInfo} address={address} />
          </>
        )}
      </Answer>
    </SystemPage>
  )
}

const Who = ({ of: { name, agency, role, actor } }: { of: Access }) => (
  <span title={actor}>
    {name ?? actor}
    <br />
    <span className="soft">{agency?.name ?? word('Role', role)}</span>
  </span>
)

const Reads = ({ of }: { of: Access }) => (
  <ul className="audit-reads">
    {of.reads.map((group) => (
      <li key={group.fields.join()}>
        {group.records.map((record) => ('id' in record ? <Record key={record.id} of={record} /> : null))}
        <span className="soft">{group.fields.map(fieldName).join('、')}</span>
      </li>
    ))}
  </ul>
)

const Record = ({ of }: { of: { __typename: string; id: string; name: string } }) =>
  of.__typename === 'Person' ? <Link to={`/system/audit?record=${of.id}`}>{of.name}</Link> : <Link to={`/records/${of.id}`}>{of.name}</Link>

const Under = ({ of: { agreement, basis } }: { of: Access }) =>
  agreement ? (
    <span>
      <Link to={`/system/agreements/${agreement.id}`}>
        {agreement.documentNo}（第 {agreement.version} 版）
      </Link>
      <br />
      <span className="soft">{basis}</span>
    </span>
  ) : (
    <>{basis}</>
  )

const agencies = graphql(`query AuditAgencies { agencies { code name } }`)

function Filters({ address }: { address: Address }) {
  const { data } = useAsk(agencies, undefined, { staleTime: Infinity })
  const set = (name: string) => (value: string | undefined) => address.set({ [name]: value })
  const day = (name: string, label: string) => (
    <DatePicker aria-label={label} placeholder={label} value={address.get(name) ? dayjs(address.get(name)) : null} onChange={(_, text) => address.set({ [name]: typeof text === 'string' ? text : '' })} />
  )
  return (
    <div className="system-filters">
      <Subject address={address} />
      <Select allowClear showSearch={{ optionFilterProp: 'label' }} className="is-broad" aria-label="字段" placeholder="什么字段" value={address.get('field') || undefined} onChange={set('field')} options={conditionalFields.map((path) => ({ value: path, label: fieldName(path) }))} />
      <Select allowClear aria-label="单位" placeholder="哪个单位读的" value={address.get('agency') || undefined} onChange={set('agency')} options={(data?.agencies ?? []).map(({ code, name }) => ({ value: code, label: name }))} />
      {day('from', '从哪天起')}
      {day('to', '到哪天止')}
      {address.get('agreement') && <a href="?" onClick={(event) => (event.preventDefault(), address.set({ agreement: '' }))}>只看一份协议的（取消）</a>}
    </div>
  )
}

const subjects = graphql(`
  query AuditSubjects($text: String!) {
    search(text: $text, first: 10) {
      nodes {
        __typename
        id
        ... on RosterEntry { name registrationNo person { id } }
        ... on Organization { name }
      }
    }
  }
`)
const named = graphql(`
  query AuditSubject($id: ID!) {
    node(id: $id) { id ... on Person { name } ... on RosterEntry { name } ... on Organization { name } }
  }
`)

/** Whose fields were read: found by name. A person stands for what is the person's, a listing for what is the listing's. */
function Subject({ address }: { address: Address }) {
  const [text, setText] = useState('')
  const record = address.get('record')
  const found = useAsk(subjects, { text: text.trim() }, { keep: true, enabled: text.trim() !== '' })
  const chosen = useAsk(named, { id: record }, { enabled: record !== '' }).data?.node
  const options = new Map<string, string>()
  for (const node of text.trim() ? (found.data?.search.nodes ?? []) : []) {
    if (!('name' in node)) continue
    if ('person' in node && node.person) options.set(node.person.id, `${node.name}（本人的手机号码、学历等）`)
    options.set(node.id, `${node.name}（${word('RecordKind', kinds[node.__typename] ?? 'PERSON')}${'registrationNo' in node && node.registrationNo ? ' ' + node.registrationNo : ''}）`)
  }
  if (record && chosen && 'name' in chosen && !options.has(record)) options.set(record, chosen.name)
  return (
    <Select
      allowClear
      className="is-broad"
      aria-label="被读的人"
      placeholder="读了谁的：输入姓名或组织"
      showSearch={{ filterOption: false, onSearch: setText }}
      value={record || undefined}
      onChange={(value: string | undefined) => address.set({ record: value })}
      notFoundContent={text.trim() ? '没有找到' : '输入姓名'}
      options={[...options].map(([value, label]) => ({ value, label }))}
    />
  )
}

const kinds: Record<string, 'MEDIATOR' | 'EXPERT' | 'INVITED_LISTING' | 'ORGANIZATION'> = { Mediator: 'MEDIATOR', Expert: 'EXPERT', InvitedListing: 'INVITED_LISTING', Organization: 'ORGANIZATION' }
