import { Alert, Button, Checkbox } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import type { AccountQuery } from '../../gql/graphql'
import { useAddress } from '../../client/address'
import { ask, newKey, useAsk, useChange } from '../../client/ask'
import { problemOf } from '../../client/problem'
import { Answer, Empty } from '../../parts/Answer'
import { ChangeForm, type ChangeField, type How, type Values } from '../../parts/ChangeForm'
import { Whole } from '../../parts/Whole'
import { minuteOf, word } from '../../words'
import { History } from '../records/History'
import { AccountChip } from './Accounts'
import { amend, endSession, one, reset } from './accountChanges'
import { clientWord } from './clients'
import { Fact, HandOut, placeName, postOf, scopeWords, SystemPage, useKeeps, usePostFields } from './parts'

type Found = Extract<NonNullable<AccountQuery['node']>, { __typename: 'Account' }>

export default function Account() {
  const { id = '' } = useParams()
  const answer = useAsk(one, { id }, { staleTime: 0 })
  const found = answer.data?.node?.__typename === 'Account' ? answer.data.node : undefined
  return (
    <SystemPage title={found ? `帐号 ${found.name}` : '帐号'} above={<Link to="/system/accounts">← 帐号</Link>} lead={found && <AccountChip of={found} />}>
      <Answer of={answer}>{() => (found ? <Body of={found} /> : <Empty title="没有这个帐号">帐号由市级管理员和审计员查看。请核对地址，或换一个帐号登录。</Empty>)}</Answer>
    </SystemPage>
  )
}

function Body({ of: found }: { of: Found }) {
  const keeps = useKeeps()
  const [link, setLink] = useState('')
  const [said, setSaid] = useState('')
  return (
    <>
      {link && (
        <HandOut title={`帐号 ${found.name} 的设置密码链接`} secret={link}>
          24 小时内有效，只能用一次，离开本页后不再显示。请经可靠的途径交给使用人本人。
        </HandOut>
      )}
      {said && <Alert className="system-made" type="success" showIcon role="status" title={said} />}
      <div className="desk">
        <div className="desk-main">
          <section className="card">
            <h2>基本情况</h2>
            <dl className="facts">
              <Fact name="使用人">{found.label}</Fact>
              <Fact name="角色">{word('Role', found.role)}</Fact>
              <Fact name="归属">{placeName(found) ?? '全市'}</Fact>
              <Fact name="授权范围">{scopeWords(found.scopes) || '协议列出的全部'}</Fact>
              <Fact name="密码">{found.hasPassword ? '已设置' : found.linkUntil ? `待设置，链接 ${minuteOf(found.linkUntil)} 前有效` : '没有'}</Fact>
              <Fact name="统一身份标识">{found.subject ?? '没有绑定'}</Fact>
            </dl>
          </section>
          {keeps && <Change of={found} said={setSaid} />}
          <History id={found.id} type="Account" />
        </div>
        <div className="desk-side">
          <Sessions of={found} keeps={keeps} />
          {keeps && !found.disabled && <Reset of={found} handOut={setLink} />}
          {keeps && <Close of={found} said={setSaid} />}
        </div>
      </div>
    </>
  )
}

/** Amends whose the account is and what it may. */
function Change({ of: found, said }: { of: Found; said: (said: string) => void }) {
  const address = useAddress()
  const role = address.get('role') || found.role
  const post = usePostFields(role, (role) => address.set({ role }, { replace: true }))
  return (
    <ChangeForm
      key={found.id}
      title="修改"
      draft={`account:${found.id}`}
      initial={{ label: found.label, subject: found.subject ?? '', district: found.district?.code, court: found.court?.code, agency: found.agency?.code, scopes: found.scopes.slice(), mustChangePassword: found.mustChangePassword, reason: '' }}
      beside={{ role }}
      fields={[{ name: 'label', label: '使用人或岗位' }, ...post, { name: 'subject', label: '统一身份标识', optional: true }, ...(found.hasPassword ? [mustChange] : []), { name: 'reason', label: '原因或依据', wide: true }]}
      submit="保存修改"
      change={({ label, subject, mustChangePassword, reason, ...values }, how) =>
        change(found, { label: String(label ?? ''), ...postOf(values), subject: String(subject ?? ''), ...(found.hasPassword && { mustChangePassword: !!mustChangePassword }) }, reason, how)
      }
      done={() => (address.set({ role: '' }, { replace: true }), said('已修改。改变角色和归属的，其登录会话随即结束。'))}
    />
  )
}

/** Of a password that somebody else may know. */
const mustChange: ChangeField = {
  name: 'mustChangePassword',
  label: '密码',
  control: ({ value, set, status: _, ...rest }) => (
    <Checkbox {...rest} checked={!!value} onChange={(event) => set(event.target.checked)}>
      须先修改密码才能继续使用
    </Checkbox>
  ),
}

const change = (of: Found, said: object, reason: Values[string], how: How) =>
  ask(amend, { input: { id: of.id, expectedRevision: of.revision, ...said, reason: String(reason ?? ''), ...how } }).then((data) => data.amendAccount)

function Close({ of: found, said }: { of: Found; said: (said: string) => void }) {
  const what = found.disabled ? '启用' : '停用'
  return (
    <ChangeForm
      key={what}
      title={`${what}帐号`}
      draft={`account-close:${found.id}`}
      initial={{ reason: '' }}
      fields={[{ name: 'reason', label: `${what}的原因`, wide: true }]}
      submit={what}
      danger={!found.disabled}
      change={({ reason }, how) => change(found, { disabled: !found.disabled }, reason, how)}
      done={() => said(found.disabled ? '已启用。' : '已停用，其登录会话随即结束。')}
    />
  )
}

function Reset({ of: found, handOut }: { of: Found; handOut: (link: string) => void }) {
  return (
    <ChangeForm
      title="重设密码"
      draft={`account-reset:${found.id}`}
      initial={{ reason: '' }}
      fields={[{ name: 'reason', label: '重设的原因', wide: true, below: '原密码立即作废，会话结束；使用人凭新的一次性链接设置。' }]}
      submit="重设密码"
      danger
      change={({ reason }, how) => ask(reset, { input: { id: found.id, expectedRevision: found.revision, reason: String(reason ?? ''), ...how } }).then((data) => data.resetPassword)}
      done={({ link }) => {
        if (link) handOut(location.origin + link)
        window.scrollTo({ top: 0 })
      }}
    />
  )
}

function Sessions({ of: found, keeps }: { of: Found; keeps: boolean }) {
  const end = useChange(endSession)
  const [problem, setProblem] = useState('')
  const over = async (id: string) => {
    try {
      const { userErrors } = await end.mutateAsync({ input: { id, reason: '管理员结束会话', idempotencyKey: newKey() } })
      setProblem(userErrors[0]?.message ?? '')
    } catch (thrown) {
      setProblem(problemOf(thrown).message)
    }
  }
  return (
    <section className="card">
      <h2>登录会话</h2>
      {problem && <p role="alert">{problem}</p>}
      {found.sessions.length === 0 && <p className="soft">现在没有人以此帐号登录。</p>}
      <ul className="trail">
        {found.sessions.map((session) => (
          <li key={session.id}>
            <div className="trail-head">
              <span>{minuteOf(session.startedAt)} 登录</span>
              <span className="soft">{word('SignInKind', session.by)}</span>
            </div>
            <p className="soft">
              <Whole text={`最近使用 ${minuteOf(session.lastSeen)}，最迟 ${minuteOf(session.until)} 失效`} />
            </p>
            {session.client && (
              <p className="soft">
                <span title={session.client}>{clientWord(session.client)}</span>
              </p>
            )}
            {keeps && (
              <Button size="small" loading={end.isPending} onClick={() => void over(session.id)}>
                结束
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
