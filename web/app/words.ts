// The words of the pages for what the schema says in codes. They come from the descriptions in
// schema.graphqls; only where a page needs a shorter word is it written here.
import { enumWords, fieldWords } from './gql/words'

type Enums = typeof enumWords

const shorter: { [E in keyof Enums]?: Partial<Record<keyof Enums[E], string>> } = {
  Role: { PARTNER: '合作单位' },
  SourceCategory: { OTHER_LEGAL_LITERATE: '其他法律专业人员', OTHER: '其他' },
}

/** The word for a value of an enum, such as 在册 for EntryStatus ACTIVE. */
export function word<E extends keyof Enums>(name: E, value: keyof Enums[E] | null | undefined): string {
  if (value == null) return ''
  return shorter[name]?.[value] ?? (enumWords[name][value] as string | undefined) ?? String(value)
}

/** Whether an enum has the value: addresses are typed by people. */
export const isOf = <E extends keyof Enums>(name: E, value: string): value is keyof Enums[E] & string => Object.hasOwn(enumWords[name], value)

/** All values of an enum with their words, in the order of the schema. */
export const wordsOf = <E extends keyof Enums>(name: E) =>
  (Object.keys(enumWords[name]) as (keyof Enums[E] & string)[]).map((value) => ({ value, label: word(name, value) }))

/** What a field of a record is called, such as 名册编号 for Mediator registrationNo; of its person: person.education. */
export function fieldWord(type: string, field: string): string {
  if (field.startsWith('person.')) return `本人${fieldWord('Person', field.slice('person.'.length))}`
  if (type === 'Expert' && field === 'title') return '职称' // the post stands beside it
  return named[field] ?? fieldWords[type]?.[field] ?? field
}

/** What a field of some roster is called, where it is not said of which. */
export function rosterFieldWord(field: string): string {
  const type = ['Mediator', 'Expert', 'InvitedListing', 'Organization'].find((type) => fieldWords[type]?.[field])
  return fieldWord(type ?? 'Mediator', field)
}

const named: Record<string, string> = {
  term: '聘期',
  terms: '聘期',
  events: '状态变动',
  status: '状态',
  fictional: '示例数据',
  person: '自然人',
  sourceLabel: '人员来源',
  title: '职务或职称',
  onInternetPlus: '“互联网+调解”',
  onCourtPlatform: '法院调解平台',
  oneWindow: '一窗式',
  feeCharged: '是否收费',
  sponsor: '设立（主办）单位',
  usableByLowerCourts: '下级法院可用',
  platformCertified: '平台认证',
  publicationUrl: '公布网址',
  listedOn: '入册日期',
  goldAward: '金牌（批次）',
  creditCode: '统一社会信用代码',
  hasPassword: '已设置密码',
  linkUntil: '设密码链接',
  mustChangePassword: '须改密码',
  disabled: '停用',
  revoked: '停用',
  decidedBy: '答复人',
  education: '学历',
  ethnicity: '民族',
  political: '政治面貌',
  rules: '八项制度',
  window: '一窗式窗口',
  purchase: '政府购买服务',
}

// Made once: to make one takes longer than to render a row.
const days = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' })
const numbers = new Intl.NumberFormat('zh-CN')
const minutes = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })

/** A day as the pages write it: 2026-11-28. */
export const dayOf = (instant: string | Date): string => days.format(new Date(instant))

/** An instant as the pages write it: 2026-11-28 09:30. */
export const minuteOf = (instant: string): string => minutes.format(new Date(instant))

/** Whether the calendar has the day: 2026-02-30 is none. */
export const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)

/** Today in China. */
export const today = () => dayOf(new Date())

/** Whole days from one day to another. */
export const daysBetween = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)

/** A number with its thousands apart. */
export const count = (n: number) => numbers.format(n)
