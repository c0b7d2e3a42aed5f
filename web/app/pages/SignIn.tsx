import { Navigate, useNavigate, useSearchParams } from 'react-router'
import { useSession } from '../client/session'
import { SignInForm } from '../frame/SignInForm'
import { Page } from '../parts/Page'

export default function SignIn() {
  const [params] = useSearchParams()
  const go = useNavigate()
  const { signedIn } = useSession()
  const asked = params.get('to') ?? '/'
  const to = /^\/(?![/\\])/.test(asked) ? asked : '/' // a path of ours, not an address elsewhere
  if (signedIn) return <Navigate to={to} replace />
  return (
    <Page title="登录" lead="公开内容无需登录。登录后可维护本单位的名册，查看共享协议开放给本单位的内容。">
      <div className="card sign-in-card">
        <SignInForm to={to} done={() => void go(to, { replace: true })} />
      </div>
    </Page>
  )
}
