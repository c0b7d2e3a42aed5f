import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { graphql } from '../../gql'
import type { ExpertListQuery, InvitedListQuery, MediatorListQuery, OrganizationListQuery } from '../../gql/graphql'
import { ask } from '../../client/ask'
import type { Column } from '../../parts/DataTable'
import { OrganizationChip, StatusChip } from '../../parts/StatusChip'
import { dayOf, word } from '../../words'

const mediators = graphql(`
  query MediatorList($search: String, $filter: MediatorFilter, $orderBy: RosterOrder, $on: Date, $first: Int, $after: String, $last: Int, $before: String) {
    list: mediators(search: $search, filter: $filter, orderBy: $orderBy, on: $on, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      revision
      relaxed
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      nodes {
        id
        registrationNo
        name
        level
        district { name }
        street
        status
        term { start end }
        organization { id name }
        specialties { label }
        source
        sourceLabel
        employment
        title
        certificateNo
        appointedBy
        trainingHours
        updatedAt
      }
    }
  }
`)

const organizations = graphql(`
  query OrganizationList($search: String, $filter: OrganizationFilter, $orderBy: RosterOrder, $on: Date, $first: Int, $after: String, $last: Int, $before: String) {
    list: organizations(search: $search, filter: $filter, orderBy: $orderBy, on: $on, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      revision
      relaxed
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      nodes {
        id
        registrationNo
        name
        kind
        level
        district { name }
        street
        status
        address
        phone
        head
        creditCode
        sponsor
        guidingAgency
        foundedOn
        fullTimeListed
        partTimeListed
        specialties { label }
        hours
        goldAward
        updatedAt
      }
    }
  }
`)

const experts = graphql(`
  query ExpertList($search: String, $filter: ExpertFilter, $orderBy: RosterOrder, $on: Date, $first: Int, $after: String, $last: Int, $before: String) {
    list: experts(search: $search, filter: $filter, orderBy: $orderBy, on: $on, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      revision
      relaxed
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      nodes {
        id
        registrationNo
        name
        level
        district { name }
        status
        term { start end }
        specialties { label }
        source
        sourceLabel
        title
        employer
        years
        recommendedBy
        services
        updatedAt
      }
    }
  }
`)

const invited = graphql(`
  query InvitedList($search: String, $filter: InvitedListingFilter, $orderBy: RosterOrder, $on: Date, $first: Int, $after: String, $last: Int, $before: String) {
    list: invitedListings(search: $search, filter: $filter, orderBy: $orderBy, on: $on, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      revision
      relaxed
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      nodes {
        id
        registrationNo
        name
        invitee
        court { shortName }
        organization { id name }
        bodyName
        level
        district { name }
        status
        term { start end }
        specialties { label }
        source
        sourceLabel
        specialistList
        certificateNo
        certifiedOn
        scope
        feeCharged
        updatedAt
      }
    }
  }
`)

/** The names of filters, as lists and exports take them. */
export type FilterName = 'district' | 'level' | 'status' | 'specialty' | 'source' | 'kind' | 'court' | 'organization' | 'parent' | 'expiringBefore'

interface Connection<Row> {
  list: {
    totalCount: number
    revision: number
    relaxed: boolean
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor?: string | null; endCursor?: string | null }
    nodes: Row[]
  }
}

/** One roster: how it is asked for, what it can be narrowed by, and its columns. */
export interface Roster<Row extends { id: string; name: string }> {
  title: string
  kind: 'MEDIATOR' | 'ORGANIZATION' | 'EXPERT' | 'INVITED_LISTING'
  filters: FilterName[]
  columns: Column<Row>[]
  /** Columns shown before somebody chooses. */
  usual: string[]
  read: (variables: Record<string, unknown>, signal: AbortSignal) => Promise<Connection<Row>>
}

type Node<Q extends { list: { nodes: unknown[] } }> = Q['list']['nodes'][number]

const name = <Row extends { id: string; name: string }>(title = '姓名'): Column<Row> => ({
  key: 'name',
  title,
  order: 'NAME',
  cell: (row) => <Link to={`/records/${row.id}`}>{row.name}</Link>,
})

const column = <Row,>(key: string, title: string, cell: (row: Row) => ReactNode, more: Partial<Column<Row>> = {}): Column<Row> => ({ key, title, cell: (row) => cell(row) || null, ...more })

const labels = (list: { label: string }[]) => list.map((one) => one.label).join('、')
const yes = (value: boolean | null | undefined) => (value == null ? '' : value ? '是' : '否')

type M = Node<MediatorListQuery>
type O = Node<OrganizationListQuery>
type E = Node<ExpertListQuery>
type I = Node<InvitedListQuery>

interface Entry {
  registrationNo?: string | null
  level: 'CITY' | 'DISTRICT'
  district: { name: string }
  updatedAt: string
}
interface Termed {
  term?: { start?: string | null; end?: string | null } | null
}

const number = <Row extends Entry>(title = '名册编号') => column<Row>('registrationNo', title, (row) => row.registrationNo, { order: 'REGISTRATION_NO', tight: true })
const level = <Row extends Entry>() => column<Row>('level', '层级', (row) => word('Level', row.level), { tight: true })
const district = <Row extends Entry>() => column<Row>('district', '所属区', (row) => row.district.name, { tight: true })
const updated = <Row extends Entry>() => column<Row>('updatedAt', '最近更新', (row) => dayOf(row.updatedAt), { order: 'UPDATED', tight: true })
const status = <Row extends Termed & { status?: M['status'] }>(on: string) => column<Row>('status', '状态', (row) => <StatusChip status={row.status} term={row.term} on={on} />, { tight: true })
const start = <Row extends Termed>(title = '聘期起') => column<Row>('start', title, (row) => row.term?.start, { tight: true })
const end = <Row extends Termed>(title = '聘期止') => column<Row>('end', title, (row) => row.term && (row.term.end ?? '长期'), { order: 'TERM_END', tight: true })
const specialties = <Row extends { specialties: { label: string }[] }>(title = '擅长领域') => column<Row>('specialties', title, (row) => labels(row.specialties))
const source = <Row extends { source?: M['source']; sourceLabel?: string | null }>() => column<Row>('source', '人员来源', (row) => row.sourceLabel ?? word('SourceCategory', row.source))
const body = (row: { organization?: { id: string; name: string } | null }) => row.organization && <Link to={`/records/${row.organization.id}`}>{row.organization.name}</Link>

/** The rosters by their names in addresses and exports. `on` is the day whose statuses are shown. */
export const rosters = (on: string) => ({
  mediators: {
    title: '调解员',
    kind: 'MEDIATOR',
    filters: ['district', 'status', 'specialty', 'source', 'level', 'expiringBefore'],
    usual: ['name', 'registrationNo', 'status', 'district', 'organization', 'specialties', 'source', 'end'],
    columns: [
      name(),
      number(),
      status(on),
      level(),
      district(),
      column('street', '街道（乡镇）', (row) => row.street),
      column('organization', '所属调解组织', body),
      specialties(),
      source(),
      column('employment', '专职/兼职', (row) => word('Employment', row.employment), { tight: true }),
      column('title', '职务或职称', (row) => row.title),
      column('certificateNo', '调解员证号', (row) => row.certificateNo),
      column('appointedBy', '聘任单位', (row) => row.appointedBy),
      column('trainingHours', '年度培训学时', (row) => row.trainingHours),
      start(),
      end(),
      updated(),
    ],
    read: (variables, signal) => ask(mediators, variables, signal),
  } satisfies Roster<M> as Roster<M>,
  organizations: {
    title: '调解组织',
    kind: 'ORGANIZATION',
    filters: ['district', 'status', 'kind', 'specialty', 'level'],
    usual: ['name', 'kind', 'status', 'district', 'address', 'phone', 'head', 'specialties'],
    columns: [
      name('名称'),
      number('登记编号'),
      column('kind', '组织类型', (row) => word('OrganizationKind', row.kind)),
      column('status', '状态', (row) => <OrganizationChip status={row.status} />, { tight: true }),
      level(),
      district(),
      column('street', '街道（乡镇）', (row) => row.street),
      column('address', '地址', (row) => row.address),
      column('phone', '联系电话', (row) => row.phone, { tight: true }),
      column('head', '负责人', (row) => row.head, { tight: true }),
      column('creditCode', '统一社会信用代码', (row) => row.creditCode),
      column('sponsor', '设立（主办）单位', (row) => row.sponsor),
      column('guidingAgency', '业务指导部门', (row) => row.guidingAgency),
      column('foundedOn', '成立日期', (row) => row.foundedOn, { tight: true }),
      column('staff', '专职/兼职人数', (row) => (row.fullTimeListed == null && row.partTimeListed == null ? '' : `${row.fullTimeListed ?? 0} / ${row.partTimeListed ?? 0}`), { tight: true }),
      specialties('受理范围'),
      column('hours', '工作时间', (row) => row.hours),
      column('goldAward', '金牌（批次）', (row) => row.goldAward),
      updated(),
    ],
    read: (variables, signal) => ask(organizations, variables, signal),
  } satisfies Roster<O> as Roster<O>,
  experts: {
    title: '专家',
    kind: 'EXPERT',
    filters: ['district', 'status', 'specialty', 'source', 'level', 'expiringBefore'],
    usual: ['name', 'registrationNo', 'status', 'level', 'district', 'specialties', 'title', 'employer', 'end'],
    columns: [
      name(),
      number('专家编号'),
      status(on),
      level(),
      district(),
      specialties(),
      source(),
      column('title', '职称', (row) => row.title),
      column('employer', '工作单位', (row) => row.employer),
      column('years', '从业年限', (row) => row.years != null && `${row.years} 年`, { tight: true }),
      column('recommendedBy', '推荐单位', (row) => row.recommendedBy),
      column('services', '服务方式', (row) => row.services.join('、')),
      start('入库日期'),
      end(),
      updated(),
    ],
    read: (variables, signal) => ask(experts, variables, signal),
  } satisfies Roster<E> as Roster<E>,
  invited: {
    title: '特邀名册',
    kind: 'INVITED_LISTING',
    filters: ['court', 'status', 'specialty', 'district', 'source', 'expiringBefore'],
    usual: ['name', 'registrationNo', 'invitee', 'court', 'status', 'organization', 'specialties', 'end'],
    columns: [
      name('姓名或名称'),
      number(),
      column('invitee', '类别', (row) => word('InviteeKind', row.invitee), { tight: true }),
      column('court', '邀请法院', (row) => row.court?.shortName),
      status(on),
      column('organization', '特邀组织', (row) => body(row) ?? row.bodyName),
      level(),
      district(),
      specialties(),
      source(),
      column('specialistList', '专业名册', (row) => row.specialistList),
      column('certificateNo', '证书编号', (row) => row.certificateNo),
      column('certifiedOn', '发证日期', (row) => row.certifiedOn, { tight: true }),
      column('scope', '受理范围', (row) => row.scope),
      column('feeCharged', '是否收费', (row) => yes(row.feeCharged), { tight: true }),
      start('任期起'),
      end('任期止'),
      updated(),
    ],
    read: (variables, signal) => ask(invited, variables, signal),
  } satisfies Roster<I> as Roster<I>,
})

export type RosterName = keyof ReturnType<typeof rosters>
