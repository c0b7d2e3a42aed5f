import { useState } from 'react'
import { Link } from 'react-router'
import { useAddress } from '../../client/address'
import { ask } from '../../client/ask'
import { ChangeForm } from '../../parts/ChangeForm'
import { create } from './keyChanges'
import { HandOut, postOf, SystemPage, usePostFields } from './parts'

/** Issues a key, shown this once; from another one's page it begins with that one's name and post. */
export default function NewKey() {
  const address = useAddress()
  const role = address.get('role') || 'PARTNER'
  const post = usePostFields(role, (role) => address.set({ role }, { replace: true }))
  const [made, setMade] = useState<{ id: string; name: string; secret: string }>()
  const like = Object.fromEntries(['name', 'agency', 'district', 'court'].map((name) => [name, address.get(name)]).filter(([, value]) => value))
  return (
    <SystemPage title={like.name ? `换发密钥：${like.name}` : '发放密钥'} above={<Link to="/system/keys">← 接口密钥</Link>} lead="密钥只在发放时显示一次，系统只留它的摘要。">
      {made && (
        <HandOut title={`“${made.name}”的密钥`} secret={made.secret}>
          只显示这一次，离开本页后无法再看。请立即存入对方程序的密钥配置，不要发在聊天或邮件正文里。<Link to={`/system/keys/${made.id}`}>查看密钥</Link>
        </HandOut>
      )}
      <ChangeForm
        title="新密钥"
        draft={`key:new:${like.name ?? ''}`}
        initial={{ name: '', expires: '', reason: '', scopes: address.all('scopes'), ...like }}
        beside={{ role }}
        fields={[
          { name: 'name', label: '使用者的名称', placeholder: '例如 市总工会调解系统' },
          ...post,
          { name: 'expires', label: '有效期', control: 'date', optional: true, below: '最后一天，含当日；不填为不限期。' },
          { name: 'reason', label: '原因或依据', wide: true },
        ]}
        submit="发放密钥"
        change={({ name, expires, reason, ...values }, how) =>
          ask(create, { input: { name: String(name ?? ''), ...postOf(values), ...(expires ? { expires: String(expires) } : {}), reason: String(reason ?? ''), ...how } }).then((data) => data.createKey)
        }
        done={({ key, secret }) => {
          if (key && secret) setMade({ ...key, secret })
          window.scrollTo({ top: 0 })
        }}
      />
    </SystemPage>
  )
}
