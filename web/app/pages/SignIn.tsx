import { Alert, Button, Form } from 'antd'
import { useState } from 'react'
import { Navigate, useNavigate, useSearchParams } from 'react-router'
import { problemOf } from '../client/problem'
import { useSession } from '../client/session'
import { SignInForm } from '../frame/SignInForm'
import { NewPassword } from '../parts/NewPassword'
import { Page } from '../parts/Page'

export default function SignIn() {
  const [params] = useSearchParams()
  const go = useNavigate()
  const { signedIn } = useSession()
  const asked = params.get('to') ?? '/'
  const to = /^\/(?![/\\])/.test(asked) ? asked : '/' // a path of ours, not an address elsewhere
  const link = params.get('setup')
  if (link) return <Setup token={link} />
  if (signedIn) return <Navigate to={to} replace />
  return (
    <Page title="登录" lead="公开内容无需登录。登录后可维护本单位的名册，查看共享协议开放给本单位的内容。">
      <div className="card sign-in-card">
        <SignInForm to={to} done={() => void go(to, { replace: true })} />
      </div>
    </Page>
  )
}

/** What a link leads to that serves once: setting one's password, which signs in. */
function Setup({ token }: { token: string }) {
  const session = useSession()
  const go = useNavigate()
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const set = async ({ password }: { password: string }) => {
    setBusy(true)
    setProblem('')
    try {
      await session.setPassword(token, password)
      void go('/', { replace: true })
    } catch (thrown) {
      setProblem(problemOf(thrown).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Page title="设置密码" lead="这个链接只能用一次：设好密码即登录，以后用帐号和这个密码登录。">
      <div className="card sign-in-card">
        <Form layout="vertical" requiredMark={false} onFinish={(values: { password: string }) => void set(values)}>
          {problem && <Alert type="error" title={problem} role="alert" className="sign-in-problem" />}
          <NewPassword />
          <Button type="primary" htmlType="submit" loading={busy} block>
            设置密码并登录
          </Button>
        </Form>
      </div>
    </Page>
  )
}
