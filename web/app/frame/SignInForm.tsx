import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { problemOf } from '../client/problem'
import { useSession } from '../client/session'

/** Account and password, the organisation's own sign-in, and the accounts of a demonstration. */
export function SignInForm({ to, done }: { to: string; done: () => void }) {
  const session = useSession()
  const [form] = Form.useForm<{ account: string; password: string }>()
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)

  const signIn = async ({ account, password }: { account: string; password: string }) => {
    setBusy(true)
    setProblem('')
    try {
      await session.signIn(account.trim(), password)
      done()
    } catch (thrown) {
      const { kind, message } = problemOf(thrown)
      setProblem(kind === 'missing' ? '这台服务器没有开通帐号登录。请联系管理员。' : message)
      form.resetFields(['password'])
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="sign-in">
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(values) => void signIn(values)}>
        {problem && <Alert type="error" title={problem} role="alert" className="sign-in-problem" />}
        <Form.Item name="account" label="帐号" rules={[{ required: true, message: '请输入帐号。' }]}>
          <Input autoComplete="username" autoFocus spellCheck={false} />
        </Form.Item>
        <Form.Item name="password" label="密码" rules={[{ required: true, message: '请输入密码。' }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={busy} block>
          登录
        </Button>
      </Form>
      {session.oidc && (
        <Button block className="sign-in-oidc" href={`/session/oidc?to=${encodeURIComponent(to)}`}>
          {session.oidc.label}
        </Button>
      )}
      {session.demo.length > 0 && (
        <section className="demo" aria-label="示例帐号">
          <h2>示例帐号</h2>
          <p className="soft">本服务器以演示方式启动，数据均为虚构。选一个身份即可登录。</p>
          <ul>
            {session.demo.map(({ account, password, label }) => (
              <li key={account}>
                <Button
                  block
                  disabled={busy}
                  onClick={() => {
                    form.setFieldsValue({ account, password })
                    void signIn({ account, password })
                  }}
                >
                  <span>{label}</span>
                  <code>{account}</code>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
