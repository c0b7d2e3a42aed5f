// The areas of the application: the one list behind the navigation and the routes. A page is
// loaded when it is opened.
import type { ComponentType } from 'react'
import type { RecordKind, Role } from './gql/words'

type Load = () => Promise<{ default: ComponentType }>

export interface Area {
  path: string
  name: string
  group: '查询' | '办理' | '管理'
  /** A path of 16 units that draws its icon. */
  icon: string
  page: Load
  /** Further paths of the area, relative to its own. */
  inner?: Record<string, Load>
  /** Whose navigation shows it; everybody's when not given. The hub decides what they may do there. */
  roles?: Role[]
  /** What the area offers to do elsewhere: on a record's page (校核 of a field), on a roster's. */
  actions?: Action[]
}

export interface Action {
  at: 'record' | 'roster' | 'hit'
  label: string
  /** To whom it is offered; by kind where that differs. */
  roles?: Role[] | Partial<Record<RecordKind, Role[]>>
  kinds?: RecordKind[]
  to: (of: { id: string; kind: RecordKind }) => string
}

/** Who keeps a roster. */
const keepers: Role[] = ['CITY_ADMIN', 'DISTRICT_ADMIN', 'EXPERT_KEEPER', 'COURT_KEEPER']
/** Who may object to what another keeps. */
export const objectors: Role[] = [...keepers, 'PARTNER']
const keepersOf: Partial<Record<RecordKind, Role[]>> = {
  MEDIATOR: ['CITY_ADMIN', 'DISTRICT_ADMIN'],
  ORGANIZATION: ['CITY_ADMIN', 'DISTRICT_ADMIN'],
  EXPERT: ['CITY_ADMIN', 'DISTRICT_ADMIN', 'EXPERT_KEEPER'],
  INVITED_LISTING: ['COURT_KEEPER'],
}
/** Who registers: agencies recommend experts and set up organisations besides. */
const registrars: typeof keepersOf = { ...keepersOf, EXPERT: [...keepersOf.EXPERT!, 'PARTNER'], ORGANIZATION: [...keepersOf.ORGANIZATION!, 'PARTNER'] }
const listOf: Partial<Record<RecordKind, string>> = { MEDIATOR: 'mediators', ORGANIZATION: 'organizations', EXPERT: 'experts', INVITED_LISTING: 'invited' }

export const areas: Area[] = [
  { path: '/', name: '总览', group: '查询', icon: 'M2 14V8h3v6zm4.5 0V2h3v12zM11 14V6h3v8z', page: () => import('./pages/overview/Overview') },
  {
    path: '/experts',
    name: '专家库检索',
    group: '查询',
    icon: 'M7 1.5a5.5 5.5 0 1 0 3.4 9.8l3.3 3.3 1.1-1.1-3.3-3.3A5.5 5.5 0 0 0 7 1.5zM7 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8z',
    page: () => import('./pages/experts/Search'),
    inner: { compare: () => import('./pages/experts/Compare'), recommendation: () => import('./pages/experts/Recommendation'), recommendations: () => import('./pages/experts/Recommendations'), 'recommendations/:id': () => import('./pages/experts/Recorded') },
  },
  {
    path: '/rosters',
    name: '名册',
    group: '查询',
    icon: 'M2 2h12v3H2zm0 4.5h12V14H2zM3.5 8v1.5h4V8zm0 3v1.5h4V11zm5.5-3v1.5h3.5V8zm0 3v1.5h3.5V11z',
    page: () => import('./pages/rosters/Rosters'),
    inner: { ':roster': () => import('./pages/rosters/Rosters') },
  },
  { path: '/feed', name: '变更动态', group: '查询', icon: 'M2 3h12v1.6H2zm0 4.2h9v1.6H2zm0 4.2h6V13H2zm10.2-1.6 2.8 2.3-2.8 2.3z', page: () => import('./pages/feed/Feed') },
  { path: '/checklist', name: '重点任务清单', group: '查询', icon: 'M2 2h3v3H2zm5 .75h7v1.5H7zM2 6.5h3v3H2zm5 .75h7v1.5H7zM2 11h3v3H2zm5 .75h7v1.5H7z', page: () => import('./pages/checklist/Checklist') },
  {
    path: '/maintain',
    name: '维护',
    group: '办理',
    icon: 'M11.5 1.5l3 3L6 13l-4 1 1-4zM2 14.5h12V16H2z',
    page: () => import('./pages/maintain/Expiring'),
    inner: {
      'moves/:id': () => import('./pages/maintain/Moves'),
      'register/:roster': () => import('./pages/maintain/Register'),
      'amend/:id': () => import('./pages/maintain/Amend'),
    },
    roles: keepers,
    actions: [
      { at: 'roster', label: '登记', roles: registrars, to: ({ kind }) => `/maintain/register/${listOf[kind]}` },
      { at: 'record', label: '修改', roles: keepersOf, to: ({ id }) => `/maintain/amend/${id}` },
      { at: 'record', label: '办理变动', roles: keepersOf, to: ({ id }) => `/maintain/moves/${id}` },
      { at: 'record', label: '提名为特邀调解员', roles: ['COURT_KEEPER'], kinds: ['EXPERT', 'MEDIATOR'], to: ({ id }) => `/maintain/register/invited?from=${id}` },
      { at: 'hit', label: '提名', roles: ['COURT_KEEPER'], kinds: ['EXPERT'], to: ({ id }) => `/maintain/register/invited?from=${id}` },
      { at: 'record', label: '列入特邀名册', roles: ['COURT_KEEPER'], kinds: ['ORGANIZATION'], to: ({ id }) => `/maintain/register/invited?organization=${id}` },
    ],
  },
  {
    path: '/import',
    name: '导入',
    group: '办理',
    icon: 'M7.2 1h1.6v7l2.4-2.4 1.1 1.1L8 11 3.7 6.7l1.1-1.1L7.2 8zM2 12h12v2.5H2z',
    page: () => import('./pages/import/Imports'),
    inner: { ':id': () => import('./pages/import/Job') },
    roles: [...keepers, 'AUDITOR'],
  },
  {
    path: '/secondments',
    name: '调剂',
    group: '办理',
    icon: 'M1 4.2h9.2L7.6 1.6l1-1L13 5 8.6 9.4l-1-1 2.6-2.7H1zm14 6.1H5.8l2.6-2.6-1-1L3 11.1l4.4 4.4 1-1-2.6-2.7H15z',
    page: () => import('./pages/secondments/Secondments'),
    inner: { request: () => import('./pages/secondments/Request'), ':id': () => import('./pages/secondments/Secondment') },
    roles: ['CITY_ADMIN', 'DISTRICT_ADMIN', 'COURT_KEEPER', 'AUDITOR', 'SYSTEM'],
  },
  {
    path: '/notices',
    name: '通报',
    group: '办理',
    icon: 'M1.5 6h2.6L11 2v12l-6.9-4H1.5zm11.2-.6a3.6 3.6 0 0 1 0 5.2l-.9-1a2.3 2.3 0 0 0 0-3.2z',
    page: () => import('./pages/notices/Notices'),
    roles: keepers,
  },
  {
    path: '/corrections',
    name: '校核',
    group: '办理',
    icon: 'M2 1h9l3 3v4.2l-1.5 1.5V5H10V2.5H3.5v11H7V15H2zm5 8.2 1.1-1.1 2 2L14.5 5.8l1.1 1.1-5.5 5.4z',
    page: () => import('./pages/corrections/Corrections'),
    inner: { ':id': () => import('./pages/corrections/Correction'), 'raise/:id': () => import('./pages/corrections/Raise') },
    roles: [...objectors, 'AUDITOR', 'SYSTEM'],
    actions: [{ at: 'record', label: '提出校核', roles: objectors, kinds: ['MEDIATOR', 'EXPERT', 'INVITED_LISTING', 'ORGANIZATION'], to: ({ id }) => `/corrections/raise/${id}` }],
  },
  {
    path: '/api',
    name: '接口',
    group: '管理',
    icon: 'M5.5 3.5 1.5 8l4 4.5 1.1-1L3.5 8l3.1-3.5zm5 0-1.1 1L12.5 8l-3.1 3.5 1.1 1 4-4.5z',
    page: () => import('./pages/api/Guide'),
    inner: { reference: () => import('./pages/api/Reference') },
  },
  {
    path: '/system',
    name: '系统',
    group: '管理',
    icon: 'M6.9 1h2.2l.4 1.9 1.3.6 1.7-1 1.5 1.6-1 1.6.5 1.3 2 .5v2.2l-2 .4-.5 1.3 1 1.7-1.5 1.5-1.7-1-1.3.5L9.1 15H6.9l-.4-1.9-1.3-.5-1.7 1L2 12.1l1-1.7-.5-1.3-2-.4V6.5l2-.4.5-1.3-1-1.7L3.5 1.6l1.7 1 1.3-.6zM8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
    page: () => import('./pages/system/Start'),
    inner: {
      accounts: () => import('./pages/system/Accounts'),
      'accounts/new': () => import('./pages/system/NewAccount'),
      'accounts/:id': () => import('./pages/system/Account'),
      keys: () => import('./pages/system/Keys'),
      'keys/new': () => import('./pages/system/NewKey'),
      'keys/:id': () => import('./pages/system/Key'),
      agreements: () => import('./pages/system/Agreements'),
      'agreements/new': () => import('./pages/system/NewAgreement'),
      'agreements/:id': () => import('./pages/system/Agreement'),
      audit: () => import('./pages/system/Audit'),
      'audit/refused': () => import('./pages/system/Refused'),
      words: () => import('./pages/system/Words'),
      health: () => import('./pages/system/Health'),
    },
    roles: ['CITY_ADMIN', 'AUDITOR', 'PARTNER', 'SYSTEM'],
  },
]
