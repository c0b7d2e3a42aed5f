import { Modal } from 'antd'
import { settle, useSignInAgain } from '../client/session'
import { SignInForm } from './SignInForm'

/** Over a page whose session has ended: what was typed below it stays. */
export function SignInDialog() {
  const needed = useSignInAgain()
  return (
    <Modal open={needed} onCancel={() => settle(false)} footer={null} title="登录已过期，请重新登录" width={380} destroyOnHidden>
      <p className="soft">页面上已填写的内容会保留，登录后自动继续。</p>
      <SignInForm to={location.pathname + location.search} done={() => undefined} />
    </Modal>
  )
}
