import { useState } from 'react'
import { Link } from 'react-router'
import { useAddress } from '../../client/address'
import { ask } from '../../client/ask'
import { ChangeForm } from '../../parts/ChangeForm'
import { create } from './accountChanges'
import { HandOut, postOf, SystemPage, usePostFields } from './parts'

/** Makes an account; its holder sets the password by a link that is shown this once. */
export default function NewAccount() {
  const address = useAddress()
  const role = address.get('role') || 'DISTRICT_ADMIN'
  const post = usePostFields(role, (role) => address.set({ role }, { replace: true }))
  const [made, setMade] = useState<{ id: string; name: string; link: string }>()
  return (
    <SystemPage title="新建帐号" above={<Link to="/system/accounts">← 帐号</Link>} lead="使用人凭一次性链接自己设置密码；管理员不经手密码。">
      {made && (
        <HandOut title={`帐号 ${made.name} 的设置密码链接`} secret={made.link}>
          24 小时内有效，只能用一次，离开本页后不再显示。请经可靠的途径交给使用人本人。<Link to={`/system/accounts/${made.id}`}>查看帐号</Link>
        </HandOut>
      )}
      <ChangeForm
        title="新帐号"
        draft="account:new"
        initial={{ name: '', label: '', subject: '', reason: '' }}
        beside={{ role }}
        fields={[
          { name: 'name', label: '登录名', placeholder: '例如 jinnan.zhang' },
          { name: 'label', label: '使用人或岗位', placeholder: '例如 津南区人社局 张示例' },
          ...post,
          { name: 'subject', label: '统一身份标识', optional: true, below: '绑定后可经统一身份认证登录。' },
          { name: 'reason', label: '原因或依据', wide: true },
        ]}
        submit="新建帐号"
        change={({ name, label, subject, reason, ...values }, how) =>
          ask(create, { input: { name: String(name ?? ''), label: String(label ?? ''), ...postOf(values), ...(subject ? { subject: String(subject) } : {}), reason: String(reason ?? ''), ...how } }).then((data) => data.createAccount)
        }
        done={({ account, link }) => {
          if (account && link) setMade({ ...account, link: location.origin + link })
          window.scrollTo({ top: 0 })
        }}
      />
    </SystemPage>
  )
}
