import { Alert, App, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { problemOf } from '../client/problem'
import { useSession } from '../client/session'
import { NewPassword } from '../parts/NewPassword'

interface Values {
  current: string
  password: string
  again: string
}

/** Changes the password of whoever has signed in; required: nothing else can be done before. */
export function PasswordDialog({ open, onClose, required }: { open: boolean; onClose: () => void; required?: boolean }) {
  const session = useSession()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)

  const change = async ({ current, password }: Values) => {
    setBusy(true)
    setProblem('')
    try {
      await session.changePassword(current, password)
      void message.success('密码已修改。')
      onClose()
    } catch (thrown) {
      setProblem(problemOf(thrown).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal open={open} onCancel={onClose} closable={!required} keyboard={!required} mask={{ closable: !required }} footer={(_, { OkBtn, CancelBtn }) => (required ? <OkBtn /> : <><CancelBtn /><OkBtn /></>)} title={required ? '请先修改密码' : '修改密码'} okText="修改" confirmLoading={busy} onOk={() => form.submit()} width={400} destroyOnHidden afterOpenChange={(shown) => shown && form.focusField('current')}>
      <Form form={form} layout="vertical" requiredMark={false} preserve={false} onFinish={(values) => void change(values)}>
        {required && <p className="soft sign-in-problem">现在的密码可能有别人知道，修改之后才能继续使用。</p>}
        {problem && <Alert type="error" title={problem} role="alert" className="sign-in-problem" />}
        <Form.Item name="current" label="现在的密码" rules={[{ required: true, message: '请输入现在的密码。' }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <NewPassword />
      </Form>
    </Modal>
  )
}
