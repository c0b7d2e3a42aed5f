import { Button, Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { NavLink } from 'react-router'
import { graphql } from '../../gql'
import type { Role } from '../../gql/words'
import { useAsk } from '../../client/ask'
import { useRegions } from '../../client/regions'
import { useViewer } from '../../client/viewer'
import type { Control, ChangeField, Values } from '../../parts/ChangeForm'
import { Page } from '../../parts/Page'
import { word } from '../../words'
import './system.css'

/** The parts of the area. Whose navigation shows one, stands here; what they may do there, the hub decides. */
const tabs: { path: string; name: string; roles?: Role[] }[] = [
  { path: '/system/accounts', name: '帐号', roles: ['CITY_ADMIN', 'AUDITOR', 'SYSTEM'] },
  { path: '/system/keys', name: '接口密钥', roles: ['CITY_ADMIN', 'AUDITOR', 'SYSTEM'] },
  { path: '/system/agreements', name: '共享协议', roles: ['CITY_ADMIN', 'AUDITOR', 'SYSTEM', 'PARTNER'] },
  { path: '/system/audit', name: '审计', roles: ['CITY_ADMIN', 'AUDITOR', 'SYSTEM', 'PARTNER'] },
  { path: '/system/words', name: '日常说法' },
  { path: '/system/health', name: '运行状况' },
]

export const tabsOf = (role: Role | undefined) => tabs.filter(({ roles }) => !roles || (role && roles.includes(role)))

interface Props {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  above?: ReactNode
  children: ReactNode
}

/** On a phone the tabs are wider than the screen: the current one is led into view. */
function toCurrent(tabs: HTMLElement | null) {
  const current = tabs?.querySelector<HTMLElement>('[aria-current]')
  if (tabs && current) tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - 40
}

/** A page of the area, below the way to its other parts. */
export function SystemPage({ above, children, ...rest }: Props) {
  const role = useViewer()?.role
  return (
    <Page
      {...rest}
      above={
        <>
          <nav className="tabs" aria-label="系统" ref={toCurrent}>
            {tabsOf(role).map(({ path, name }) => (
              <NavLink key={path} to={path}>
                {name}
              </NavLink>
            ))}
          </nav>
          {above}
        </>
      }
    >
      {children}
    </Page>
  )
}

/** Whether the viewer keeps accounts, keys, agreements and words. */
export const useKeeps = () => useViewer()?.role === 'CITY_ADMIN'

const places = graphql(`
  query Places {
    agencies { code name }
    courts { code shortName }
  }
`)

/** Roles that keys and accounts can have, with the place that each must name. */
const posts: { role: Role; place?: 'district' | 'court' | 'agency'; label?: string }[] = [
  { role: 'PARTNER', place: 'agency', label: '成员单位' },
  { role: 'DISTRICT_ADMIN', place: 'district', label: '区' },
  { role: 'COURT_KEEPER', place: 'court', label: '法院' },
  { role: 'EXPERT_KEEPER' },
  { role: 'CITY_ADMIN' },
  { role: 'AUDITOR' },
]

export const roleOptions = posts.map(({ role }) => ({ value: role, label: word('Role', role) }))
const placeOf = (role: string) => posts.find((one) => one.role === role)

/** What a key or an account may: its role, the place that the role calls for, and the scopes. */
export function usePostFields(role: string, setRole: (role: string) => void): ChangeField[] {
  const { data } = useAsk(places, undefined, { staleTime: Infinity })
  const { districts } = useRegions()
  const options = {
    agency: (data?.agencies ?? []).map(({ code, name }) => ({ value: code, label: name })),
    court: (data?.courts ?? []).map(({ code, shortName }) => ({ value: code, label: shortName })),
    district: districts.map(({ code, name }) => ({ value: code, label: name })),
  }
  const { place, label } = placeOf(role) ?? {}
  return [
    { name: 'role', label: '角色', control: (control) => <Choice {...control} label="角色" set={(value) => setRole(String(value))} options={roleOptions} /> },
    ...(place ? [{ name: place, label: label!, control: (control: Control) => <Choice {...control} label={label!} options={options[place]} /> }] : []),
    ...(role === 'PARTNER'
      ? [
          {
            name: 'scopes',
            label: '授权范围',
            optional: true,
            below: '收窄本单位共享协议开放的字段；不选则为协议列出的全部。',
            control: (control: Control) => <Choice {...control} label="授权范围" multiple options={scopes} />,
          },
        ]
      : []),
  ]
}

const scopes = [
  { value: 'contact', label: '联系方式' },
  { value: 'profile', label: '个人概况' },
  { value: 'all', label: '全部有条件共享字段' },
]

/** Scopes in words; none are all that the agreements list. */
export const scopeWords = (of: readonly string[]) => of.map((one) => scopes.find(({ value }) => value === one)?.label ?? one).join('、')

/** The post as the inputs take it: a place that the role does not call for is left out. */
export function postOf(values: Values) {
  const { place } = placeOf(String(values.role ?? '')) ?? {}
  return {
    role: values.role as Role,
    ...(place && values[place] ? { [place]: String(values[place]) } : {}),
    scopes: values.role === 'PARTNER' ? ((values.scopes ?? []) as string[]) : [],
  }
}

interface ChoiceProps extends Control {
  label: string
  options: { value: string; label: string }[]
  multiple?: boolean
}

/** A choice among words, as a control of a form. */
export function Choice({ label, options, multiple, value, set, id, onBlur, status, ...aria }: ChoiceProps) {
  return (
    <Select
      {...aria}
      id={id}
      status={status}
      mode={multiple ? 'multiple' : undefined}
      aria-label={label}
      showSearch={{ optionFilterProp: 'label' }}
      value={multiple ? ((value ?? []) as string[]) : (value as string) || undefined}
      placeholder="请选择"
      options={options}
      onChange={(chosen: string | string[]) => set(chosen)}
      onBlur={onBlur}
    />
  )
}

/** Where somebody with a role stands: the district, the court or the agency. */
export const placeName = (of: { district?: { name: string } | null; court?: { shortName: string } | null; agency?: { name: string } | null }) => of.district?.name ?? of.court?.shortName ?? of.agency?.name

/** A secret that is shown this once: a new key, a link by which a password is set. */
export function HandOut({ title, secret, children }: { title: string; secret: string; children: ReactNode }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    // The clipboard is there only under https: elsewhere the text is selected, to be copied by hand.
    if (navigator.clipboard) await navigator.clipboard.writeText(secret)
    else document.querySelector<HTMLInputElement>('#hand-out')?.select()
    setCopied(!!navigator.clipboard)
  }
  return (
    <section className="card hand-out" role="status" aria-label={title}>
      <h2>{title}</h2>
      <p>{children}</p>
      <div className="hand-out-line">
        <Input id="hand-out" readOnly value={secret} aria-label={title} onFocus={(event) => event.target.select()} />
        <Button type="primary" onClick={() => void copy()}>
          {copied ? '已复制' : '复制'}
        </Button>
      </div>
    </section>
  )
}

/** One line of a record's facts, within a list of class facts. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
