import { Alert } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { ask, useAsk } from '../../client/ask'
import { Answer, Empty } from '../../parts/Answer'
import { LinkButton } from '../../parts/LinkButton'
import { ChangeForm } from '../../parts/ChangeForm'
import { dayOf, word } from '../../words'
import { History } from '../records/History'
import { KeyChip } from './Keys'
import { one, revoke } from './keyChanges'
import { placeName, scopeWords, SystemPage, useKeeps } from './parts'

export default function Key() {
  const { id = '' } = useParams()
  const keeps = useKeeps()
  const [said, setSaid] = useState('')
  const answer = useAsk(one, { id }, { staleTime: 0 })
  const found = answer.data?.node?.__typename === 'Key' ? answer.data.node : undefined
  const again = found && `/system/keys/new?${new URLSearchParams([['name', found.name], ['role', found.role], ...places(found), ...found.scopes.map((scope) => ['scopes', scope])])}`
  return (
    <SystemPage
      title={found ? `密钥：${found.name}` : '接口密钥'}
      above={<Link to="/system/keys">← 接口密钥</Link>}
      lead={found && <KeyChip of={found} />}
      actions={
        keeps &&
        again && (
          <LinkButton to={again}>换发</LinkButton>
        )
      }
    >
      <Answer of={answer}>
        {() =>
          !found ? (
            <Empty title="没有这个密钥">密钥由市级管理员和审计员查看。请核对地址，或换一个帐号登录。</Empty>
          ) : (
            <>
              {said && <Alert className="system-made" type="success" showIcon role="status" title={said} />}
              <div className="desk">
                <div className="desk-main">
                  <section className="card">
                    <h2>基本情况</h2>
                    <dl className="facts">
                      {Object.entries({
                        编号: `ck_${found.public}…`,
                        角色: word('Role', found.role),
                        归属: placeName(found) ?? '全市',
                        授权范围: scopeWords(found.scopes) || '协议列出的全部',
                        发放: dayOf(found.createdAt),
                        最近使用: found.lastUsed ?? '没有用过',
                      }).map(([name, value]) => (
                        <div key={name}>
                          <dt>{name}</dt>
                          <dd>{value}</dd>
                        </div>
                      ))}
                    </dl>
                  </section>
                  <History id={id} type="Key" />
                </div>
                <div className="desk-side">
                  {keeps && !found.revoked && (
                    <ChangeForm
                      title="停用密钥"
                      draft={`key-revoke:${id}`}
                      initial={{ reason: '' }}
                      fields={[{ name: 'reason', label: '停用的原因', wide: true, below: '立即生效，不能恢复。换发的，请先确认程序已换用新的。' }]}
                      submit="停用"
                      danger
                      change={({ reason }, how) => ask(revoke, { input: { id, reason: String(reason ?? ''), ...how } }).then((data) => data.revokeKey)}
                      done={() => setSaid('已停用，用它的请求随即被拒绝。')}
                    />
                  )}
                </div>
              </div>
            </>
          )
        }
      </Answer>
    </SystemPage>
  )
}

const places = (of: { district?: { code: string } | null; court?: { code: string } | null; agency?: { code: string } | null }): string[][] =>
  (['district', 'court', 'agency'] as const).flatMap((name) => (of[name] ? [[name, of[name].code]] : []))
